"""Does a figure of a limb stand in the text of the document that it cites? Written as the law writes: 五万元, 2千元, 百分之十."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from cn2an import an2cn

from screening.bundle.bundle import Bundle
from screening.bundle.conditions import (
    AnyOf,
    Condition,
    MeasureCondition,
    MixCondition,
    PenaltiesCondition,
    SumCondition,
)
from screening.quantity import Quantity

__all__ = ["missing_figures"]

_WRITTEN = re.compile(r"([\d.]+)\s*(亿|万|千(?!克))?\s*(\S+)")
_TIMES = {"亿": 10**8, "万": 10**4, "千": 10**3}
_HUNDREDFOLD = {"%": "百分之"}


def missing_figures(bundle: Bundle, texts: Path) -> dict[tuple[str, str], set[str]]:
    """(charge file, limb) → its figures that the cited document does not have; drafts and documents not at hand are left out."""
    files = [file.read_text(encoding="utf-8") for file in sorted(texts.rglob("*.md"))]
    law = {d.number: "".join(text for text in files if d.number in text[:600]) for d in bundle.documents.values()}
    found: dict[tuple[str, str], set[str]] = {}
    for threshold in bundle.thresholds:
        for version in threshold.versions:
            for limb in version.any_of:
                text = law.get(version.source_of(limb).document)
                if not text or bundle.is_draft(version, limb):
                    continue
                for figure in (f for condition in limb.all_of for f in _figures(condition)):
                    if not any(form in text for form in _forms(figure)):
                        found.setdefault((threshold.id, limb.id), set()).add(figure.written)
    return found


def _figures(condition: Condition) -> Iterator[Quantity]:
    match condition:
        case MeasureCondition():
            figures = (condition.at_least, condition.more_than, *(condition.between or ()))
            yield from (figure for figure in figures if figure is not None)
        case SumCondition():
            yield condition.at_least
        case PenaltiesCondition():
            yield condition.penalties
        case MixCondition():
            yield from (part.per for part in condition.mix)
        case AnyOf():
            for inner in condition.any_of:
                yield from _figures(inner)
        case _:
            return


def _forms(figure: Quantity) -> set[str]:
    """The number as it may be written; of 500 千克 also in 公斤, so without its unit."""
    written = _WRITTEN.fullmatch(figure.written)
    assert written, figure.written
    number = float(written[1]) * _TIMES.get(written[2] or "", 1)
    if number != int(number):
        return {written[1]}
    whole = int(number)
    spoken = an2cn(whole)
    plain = spoken.replace("一十", "十", 1) if spoken.startswith("一十") else spoken
    forms = {str(whole), spoken, plain, plain.replace("二", "两", 1), f"{written[1]}{written[2] or ''}"}
    for word, times in _TIMES.items():
        if whole % times == 0:
            forms |= {f"{whole // times}{word}", f"{an2cn(whole // times)}{word}"}
    return forms | {f"{prefix}{plain}" for unit, prefix in _HUNDREDFOLD.items() if unit == written[3]}
