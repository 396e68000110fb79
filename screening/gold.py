"""Labelled narratives: what a careful person reads from them, one case a line (tests/cases/reading/gold/README.md).

One third is *held*: its misses are counted and never looked at, so that the figures measure sense and not memory.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Any, Final, Literal

from pydantic import Field, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from screening.bundle.bundle import Bundle
from screening.bundle.shapes import STRICT, Day, Text, Trilean, did_you_mean, in_words
from screening.errors import InputError, RecordError
from screening.intake import JsonDecoder
from screening.record import Record, read_record

__all__ = [
    "NO_MEASURE",
    "PER_PIECE",
    "UNNAMED",
    "GoldAmount",
    "GoldCase",
    "GoldCircumstance",
    "GoldDerived",
    "GoldLabels",
    "Unasked",
    "read_gold",
]

NO_MEASURE: Final = "旁涉"
"""The role of a figure that measures nothing of the case."""
PER_PIECE: Final = ("单价", "单位量")
"""The roles of rates: money for one, a quantity for one."""
UNNAMED: Final = ("金额", "数量")
"""The roles of figures of the case that no word names."""

Polarity = Literal["asserted", "denied", "uncertain", "cited", "other_party", "earlier"]


class Unasked(StrEnum):
    """Stands where a case does not ask for its total, because two answers could be defended."""

    UNASKED = "unasked"


@dataclass(frozen=True, slots=True, config=STRICT)
class GoldAmount:
    """A figure: ``text`` is ``narrative[start:end]``, ``value`` in the base ``unit``; ``also`` are roles that are as right."""

    text: Text
    start: int
    end: int
    role: Text
    value: Decimal
    unit: Text
    polarity: Polarity = "asserted"
    also: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True, config=STRICT)
class GoldDerived:
    """What follows from other figures, those at ``spans``."""

    measure: Text
    value: Decimal
    unit: Text
    spans: tuple[tuple[int, int], ...] = Field(alias="from")


@dataclass(frozen=True, slots=True, config=STRICT)
class GoldCircumstance:
    name: Text
    state: Trilean
    text: Text


@dataclass(frozen=True, slots=True, config=STRICT)
class GoldPenalty:
    on: Day | None
    text: Text


@dataclass(frozen=True, slots=True, config=STRICT)
class GoldLabels:
    """What is asked about one narrative; ``total`` in 元, None where it has none."""

    amounts: tuple[GoldAmount, ...]
    total: Decimal | Unasked | None = Unasked.UNASKED
    derived: tuple[GoldDerived, ...] = ()
    circumstances: tuple[GoldCircumstance, ...] = ()
    conduct_from: Day | None = None
    conduct_to: Day | None = None
    earlier_penalties: tuple[GoldPenalty, ...] | None = None


@dataclass(frozen=True, slots=True, config=STRICT)
class GoldCase:
    id: Text
    theme: Text
    record: Record
    gold: GoldLabels

    @property
    def held(self) -> bool:
        """Whether the case is only ever counted."""
        return hashlib.sha256(f"gold:{self.id}".encode()).digest()[0] % 3 == 0


_SHAPE: Final[TypeAdapter[GoldCase]] = TypeAdapter(GoldCase)


def read_gold(path: Path, bundle: Bundle) -> list[GoldCase]:
    """The cases of a file, or of all ``*.jsonl`` in a folder. Raises ``InputError``, which names the line, at the first mistake."""
    files = sorted(path.glob("*.jsonl")) if path.is_dir() else [path]
    cases = [case for file in files for case in _cases(file, bundle)]
    if not cases:
        raise InputError(str(path), "没有标注。", "请给出标注文件（JSONL，一例一行）或存放它们的文件夹。")
    return cases


def _cases(file: Path, bundle: Bundle) -> Iterator[GoldCase]:
    decoder = JsonDecoder()
    try:
        lines = file.read_text(encoding="utf-8").split("\n")
    except OSError as error:
        raise InputError(str(file), f"打不开（{error.strerror}）。", "请核对路径。") from None
    except UnicodeDecodeError:
        raise InputError(str(file), "不是 UTF-8 文本。", "请用 UTF-8 重新保存。") from None
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            case = _case(decoder.line(line)[0])
            _check(case, bundle)
        except RecordError as error:
            raise InputError(f"{file} 第 {number} 行", f"{error.pointer} {error.detail}".strip()) from None
        except ValueError as error:
            raise InputError(f"{file} 第 {number} 行", str(error)) from None
        yield case


def _case(data: Any) -> GoldCase:
    if not isinstance(data, dict):
        raise ValueError("应当是一个 JSON 对象：{…}。")
    if "record" in data:
        data = data | {"record": read_record(data["record"])}
    try:
        return _SHAPE.validate_python(data)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise ValueError(f"{'.'.join(map(str, first['loc']))}：{in_words(first)}") from None


def _check(case: GoldCase, bundle: Bundle) -> None:
    """Offsets must slice back to the words, and names must be those of the bundle."""
    narrative, labels = case.record.narrative, case.gold
    for index, amount in enumerate(labels.amounts):
        if narrative[amount.start : amount.end] != amount.text:
            there = narrative[amount.start : amount.end]
            raise ValueError(f"gold.amounts.{index}：“{amount.text}”不在所写的位置，那里是“{there}”。")
    for name in [derived.measure for derived in labels.derived]:
        _known("计量事实", name, list(bundle.measures))
    for name in [name for amount in labels.amounts for name in (amount.role, *amount.also)]:
        _known("计量事实", name, [*bundle.measures, *PER_PIECE, NO_MEASURE])
    for circumstance in labels.circumstances:
        _known("情节", circumstance.name, list(bundle.circumstances))
    told = [c.text for c in labels.circumstances] + [p.text for p in labels.earlier_penalties or ()]
    for words in told:
        if words not in narrative:
            raise ValueError(f"“{words}”不在违法事实里。")


def _known(kind: str, name: str, known: list[str]) -> None:
    if name not in known:
        raise ValueError(f"没有名为“{name}”的{kind}。{did_you_mean(name, known)}")
