"""The reference table of figures (one limb a row) and how a row is looked for in the threshold files."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from screening.bundle.bundle import Bundle
from screening.bundle.conditions import (
    AnyOf,
    CircumstanceCondition,
    Condition,
    ConductCondition,
    MeasureCondition,
    MixCondition,
    PenaltiesCondition,
    SumCondition,
)
from screening.bundle.threshold import Limb, Source, Threshold, Version
from screening.quantity import UnknownUnit, parse_quantity

CASES = Path(__file__).parent / "cases" / "statute"
NAMES: dict[str, Any] = yaml.safe_load((CASES / "names.yaml").read_text(encoding="utf-8"))
TODAY = date(2026, 11, 22)
_DIGITS = "零一二三四五六七八九"


def number(text: str) -> int:
    """一百三十四 or 134 → 134."""
    if text.isdigit():
        return int(text)
    total, digit = 0, 0
    for char in text:
        if char in "十百":
            total, digit = total + (digit or 1) * (10 if char == "十" else 100), 0
        else:
            digit = _DIGITS.index(char)
    return total + digit


@dataclass(frozen=True, slots=True)
class Clause:
    """An article with the paragraphs (款) and items (项) named beside it; an empty set means the article as a whole."""

    article: str
    paragraphs: frozenset[int] = frozenset()
    items: frozenset[int] = frozenset()

    def covers(self, other: Clause) -> bool:
        """Whether ``other`` may be this clause: the same article, and no paragraph or item that contradicts."""
        paragraphs = not (self.paragraphs and other.paragraphs) or bool(self.paragraphs & other.paragraphs)
        items = not (self.items and other.items) or bool(self.items & other.items)
        return self.article == other.article and paragraphs and items


def table_clause(text: str) -> Clause:
    """``1(1)(一)`` → article 1, paragraph 1, item 1; ``五(第28条)(二)`` → article 5, item 2."""
    match = re.match(
        r"(\d+|[一二三四五六七八九十]+)(之一)?(?:\(第.+?条.*?\))?(?:\((\d+)\))?(?:\(([一二三四五六七八九十]+)\))?", text
    )
    assert match, text
    article, one, paragraph, item = match.groups()
    numbers = [frozenset([number(part)]) if part else frozenset[int]() for part in (paragraph, item)]
    return Clause(f"{number(article)}{one or ''}", *numbers)


def our_clauses(text: str) -> list[Clause]:
    """第一条第一款第（一）项、第三条 → both clauses."""
    found = []
    for match in re.finditer(
        r"第([一二三四五六七八九十百零]+)条(之一)?((?:(?!第[一二三四五六七八九十百零]+条).)*)", text
    ):
        rest = re.sub(r"（第.*?条.*?）", "", match[3])
        paragraphs = {number(n) for n in re.findall(r"第([一二三四五六七八九十]+)款", rest)}
        items = [
            number(n)
            for n in re.findall(r"（([一二三四五六七八九十]+)）|第([一二三四五六七八九十]+)项", rest)
            for n in n
            if n
        ]
        span = range(items[0], items[-1] + 1) if "至" in rest and len(items) > 1 else items
        found.append(Clause(f"{number(match[1])}{match[2] or ''}", frozenset(paragraphs), frozenset(span)))
    return found


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the table whose figure was matched to the text of the clause."""

    id: str
    charge: str
    documents: tuple[str, ...]
    clause: Clause
    fact: str
    value: Decimal
    unit: str
    party: str | None
    since: date
    until: date | None
    between: tuple[Decimal, Decimal] | None

    @property
    def plain(self) -> bool:
        """A row without a figure: a conduct or a circumstance suffices."""
        return self.unit == "bool"


def rows(table: Path) -> Iterator[Row]:
    """The rows of ``thresholds.csv`` that rest on a text."""
    parties = {"individual": "个人", "unit": "单位"}
    with table.open(encoding="utf-8", newline="") as file:
        for line in csv.DictReader(file):
            if line["source"] == "text":
                ends = line["discretion_low"], line["discretion_high"]
                yield Row(
                    id=line["row_id"],
                    charge=line["charge"],
                    documents=tuple(NAMES["documents"].get(line["doc_no"], [line["doc_no"]])),
                    clause=table_clause(line["clause"]),
                    fact=line["fact"],
                    value=Decimal(line["value"]),
                    unit=line["unit"],
                    party=parties.get(line["subject"]),
                    since=date.fromisoformat(line["effective_from"]),
                    until=date.fromisoformat(line["effective_to"]) if line["effective_to"] else None,
                    between=(Decimal(ends[0]), Decimal(ends[1])) if all(ends) else None,
                )


def uncited(bundle: Bundle, laws: Path) -> Iterator[tuple[str, str]]:
    """Charges in scope with a clause (``S2:68(五)``) that the table of charges names and no version, limb or exit cites."""
    with (laws / "documents.csv").open(encoding="utf-8", newline="") as file:
        numbers = {line["doc_key"]: line["doc_no"] for line in csv.DictReader(file)}
    with (laws / "charges.csv").open(encoding="utf-8", newline="") as file:
        for line in csv.DictReader(file):
            cited = list(_sources(_files(bundle, line["charge"])))
            for named_clause in line["clauses (doc_key:clause@effective_from)"].split("; "):
                key, clause = named_clause.split("@")[0].split(":", 1)
                documents = NAMES["documents"].get(numbers.get(key), [numbers.get(key)])
                wanted = table_clause(clause)
                there = (c for s in cited if s.document in documents for c in our_clauses(s.clause))
                if key in numbers and not any(c.covers(wanted) for c in there):
                    yield line["charge"], f"{key}:{clause}"


def _sources(thresholds: list[Threshold]) -> Iterator[Source]:
    for threshold in thresholds:
        yield from (exit_.source for exit_ in threshold.exits)
        for version in threshold.versions:
            yield version.source
            yield from (limb.source for limb in version.any_of if limb.source)
            if version.accumulates:
                yield version.accumulates


def cases_of_the_standards(laws: Path) -> Iterator[tuple[str, str, str]]:
    """Text, 案 and article of 刑法 (``二百一十四``, ``二百八十七之一``) of every standard for filing a case."""
    for text in ("S1", "S1B", "S2"):
        body = (laws / "texts" / f"{text}.md").read_text(encoding="utf-8")
        pattern = r"[［〔\[]([^［〔\[\]］〕]+?)案\s*[（(]刑法第([一二三四五六七八九十百零\d]+)条(之[一二])?"
        for case, article, one in re.findall(pattern, body):
            yield text, case, f"{number(article)}条{one}"


def named(article: str, known: list[str]) -> bool:
    """Whether one of our articles (``刑法第214条``, ``刑法第370条至第381条``) is or takes in this one."""
    wanted, one = re.match(r"(\d+)条(.*)", article).groups()  # type: ignore[union-attr]
    for text in known:
        if match := re.match(r"刑法第(\d+)条至第(\d+)条", text):
            if int(match[1]) <= int(wanted) <= int(match[2]):
                return True
        elif re.search(rf"第{wanted}条{one}(?!之)", text):
            return True
    return False


def difference(bundle: Bundle, row: Row) -> str | None:
    """What our files say otherwise than this row, or None."""
    thresholds = _files(bundle, row.charge)
    if not thresholds:
        return "没有这个罪名的文件"
    if row.fact == "累计规则":
        sources = [v.accumulates for t in thresholds for v in t.versions if v.accumulates]
        return None if any(_rests(source, row) for source in sources) else "没有累计的依据"
    cited = [
        (t, v, limb)
        for t in thresholds
        for v in t.versions
        for limb in v.any_of
        if _rests(v.source_of(limb), row) or _rests(v.source, row)
    ]
    if not cited:
        return "没有情形引用这一条款"
    figured = [(t, v, limb) for t, v, limb in cited if _says(limb, row)]
    if not figured:
        return f"引用了条款，没有这个数字：{'；'.join(limb.text for _, _, limb in cited)}"
    dated = [v for t, v, _ in figured if _in_time(t, v, row)]
    return None if dated else f"时间不符：{sorted({str(v.effective_from) for _, v, _ in figured})}"


def stands_instead(bundle: Bundle, row: Row, document: str, clause: str) -> bool:
    """Whether our files have the row's figure at this other clause."""
    there = our_clauses(clause)
    limbs = [
        limb
        for threshold in _files(bundle, row.charge)
        for version in threshold.versions
        for limb in version.any_of
        for source in (version.source_of(limb), version.source)
        if source.document == document and any(c.covers(t) for c in our_clauses(source.clause) for t in there)
    ]
    return any(_says(limb, row) for limb in limbs)


def _files(bundle: Bundle, charge: str) -> list[Threshold]:
    ids = NAMES["charges"].get(charge)
    if ids:
        return [bundle.threshold(id_) for id_ in ids]
    return [
        t
        for t in bundle.thresholds
        if charge == t.charge or charge in (*(f.charge for f in t.former_names), *t.aliases)
    ]


def _rests(source: Source, row: Row) -> bool:
    return source.document in row.documents and any(c.covers(row.clause) for c in our_clauses(source.clause))


def _says(limb: Limb, row: Row) -> bool:
    if row.party and limb.party and row.party != limb.party:
        return False
    return any(_same(condition, row) for condition in limb.all_of)


def _same(condition: Condition, row: Row) -> bool:
    match condition:
        case AnyOf():
            return any(_same(inner, row) for inner in condition.any_of)
        case ConductCondition() | CircumstanceCondition():
            return row.plain
        case PenaltiesCondition():
            window = re.match(r"([一二三五])年内行政处罚次数", row.fact)
            if not window or condition.within is None:
                return False
            return (number(window[1]), row.value) == (condition.within.value, condition.penalties.value)
        case MeasureCondition():
            figure = condition.at_least
            if row.between and condition.between:
                low, high = (end.value for end in condition.between)
                return condition.measure in _measures(row) and (low, high) == tuple(
                    _scaled(row, e) for e in row.between
                )
            if figure is None:
                return False
            if row.plain:
                return figure.value == 1
            return condition.measure in _measures(row) and figure.value == _scaled(row, row.value)
        case SumCondition():
            names = [term.measure for term in condition.sum]
            weights = [term.times for term in condition.sum]
            if "×3" in row.fact or "+" in row.fact:
                wanted = [Decimal(3), Decimal(1)] if "×3" in row.fact else [Decimal(1), Decimal(1)]
                return weights == wanted and condition.at_least.value == row.value
            return bool(set(names) & set(_measures(row))) and condition.at_least.value == _scaled(row, row.value)
        case MixCondition():
            return row.fact == "折算合计" and row.value == 100
    return False


def _measures(row: Row) -> list[str]:
    found: list[str] = NAMES["measures"].get(row.fact, [row.fact])
    return found


def _scaled(row: Row, value: Decimal) -> Decimal:
    try:
        return parse_quantity(f"{value} {row.unit}").value
    except UnknownUnit:
        return value  # 张(份)


def _in_time(threshold: Threshold, version: Version, row: Row) -> bool:
    """In force when the row begins (or when our file begins), up to the row's end and no further."""
    index = threshold.versions.index(version)
    end = version.effective_to or (threshold.versions[index - 1].effective_from if index else None)
    oldest = min(v.effective_from for v in threshold.versions)
    begins = max(row.since, oldest)
    return (
        version.effective_from <= begins
        and (end is None or begins < end)
        and (row.until is None or (end is not None and end <= row.until))
    )
