"""What a change of the bundle can touch, told from what the records showed under the old one. When in doubt it touches.

Why each of these is enough: a result follows from the record through reading, linkage, measuring and rules, in that order. A
changed thing is asked for at one of these steps, and a record for which it is not asked there goes through all of them as before.

| changed | touches a record |
|---|---|
| measures, circumstances, general words, the model of words, the order of text rules | always |
| a text rule | whose texts have every step of a pattern that came or went, or a word of an exception that did |
| a provision's finding | for which its 处罚依据 finds something else |
| a charge file | in which the charge is in question; where its linkage or name changed, also one with its pointers or another kind of it |
| a document, a province's figures | in which a charge that rests on it is in question |
| a law's fines | that cites it |
| a finding rule | on which it fired, or fires on what the rules were asked about |
| a dial | that it is asked for: see ``_DIALS`` |

Suggestions (``suggesting.py``) decide nothing and are not compared.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from types import MappingProxyType
from typing import Any, Final

from screening.backtest.row import Row
from screening.backtest.words import Patterns
from screening.bundle.bundle import Bundle
from screening.bundle.findings import FindingRule
from screening.bundle.textrules import TextRule
from screening.bundle.threshold import Threshold
from screening.engine.evaluate import holds
from screening.provisions import Provision, Titles, parse_provisions
from screening.reading.sanctioned import Sanctioned
from screening.record import Record
from screening.tuning.diff import AREAS, LABELS, Change, essence, item_changes, items_of, shown

__all__ = ["Reach", "reaches"]

Test = Callable[[Row], bool]
Parts = Mapping[str, Test]
"""What a sentence of the change speaks of → the records that this part of the change touches."""


@dataclass(frozen=True, slots=True)
class Reach:
    """One changed thing: its area (罪名, 文字规则 …), its name, the sentences of its change, and which records it can touch."""

    area: str
    name: str
    changes: tuple[Change, ...]
    touches: Test


def reaches(old: Bundle, new: Bundle) -> list[Reach]:
    """All that differs in what decides results."""
    found = [
        reach for field, area in AREAS if field not in _DECIDES_NOTHING for reach in _of_area(old, new, field, area)
    ]
    return found + _of_titles(old, new)


def _of_area(old: Bundle, new: Bundle, field: str, area: str) -> Iterator[Reach]:
    before, after = (items_of(bundle, field) for bundle in (old, new))
    for name in dict.fromkeys((*before, *after)):
        pair = before.get(name), after.get(name)
        if pair[0] != pair[1] and essence(pair[0]) != essence(pair[1]):
            sentences = tuple(item_changes(area, *pair)) or (Change(area, (name,), "各项的先后", "原来的", "现在的"),)
            made = _TESTS.get(field, _everything)(old, new, pair)
            yield from _by_part(area, name, sentences, made)
    if field in _ORDERED and [k for k in before if k in after] != [k for k in after if k in before]:
        yield Reach(area, "", (Change(area, (), "各条的先后", "原来的", "现在的"),), _always)


def _by_part(area: str, name: str, sentences: tuple[Change, ...], made: Test | Parts) -> Iterator[Reach]:
    """One reach or, where each sentence has records of its own that it touches, one for each."""
    if callable(made):
        yield Reach(area, name, sentences, made)
        return
    for words, test in made.items():
        own = tuple(change for change in sentences if words in (change.what, change.before, change.after))
        yield Reach(area, name, own or sentences, test)


_ORDERED: Final = frozenset({"measures", "circumstances", "text_rules"})


def _always(_row: Row) -> bool:
    return True


def _never(_row: Row) -> bool:
    return False


def _everything(_old: Bundle, _new: Bundle, _pair: tuple[Any, Any]) -> Test:
    return _always


def _text_rule(_old: Bundle, _new: Bundle, pair: tuple[TextRule | None, TextRule | None]) -> Test | Parts:
    before, after = pair
    if before is None or after is None or essence(before.asserts) != essence(after.asserts):
        return Patterns(pattern for rule in pair if rule for pattern in rule.any).in_row
    differing = [
        pattern
        for one, other in ((before.any, after.any), (before.except_, after.except_))
        for pattern in dict.fromkeys((*one, *other))
        if (pattern in one) != (pattern in other)
    ]
    return {shown(pattern): Patterns([pattern]).in_row for pattern in differing}


def _sanction(old: Bundle, new: Bundle, _pair: tuple[Any, Any]) -> Test:
    index = Sanctioned(old.sanctions), Sanctioned(new.sanctions)

    def touches(row: Row) -> bool:
        record = Record("", legal_basis=row.legal_basis, decided_on=row.decided_on)
        return index[0].found(record) != index[1].found(record)

    return touches


def _threshold(old: Bundle, new: Bundle, pair: tuple[Threshold | None, Threshold | None]) -> Test:
    sides = [side for side in pair if side]
    if len(sides) == 2 and all(essence(getattr(sides[0], f)) == essence(getattr(sides[1], f)) for f in _POINTING):
        return _in_question({sides[0].id})
    names = {side.charge for side in sides}  # likeness chooses among the kinds of a charge
    in_question = _in_question(t.id for bundle in (old, new) for t in bundle.thresholds if t.charge in names)
    linkages = [side.linkage for side in sides]
    reasons = Patterns(reason for linkage in linkages for reason in linkage.reasons)
    conducts = {conduct for linkage in linkages for conduct in (*linkage.conduct, *linkage.not_with)}
    cites = _citing(old, new, {(p.title, p.article) for linkage in linkages for p in _parsed(linkage.provisions)})

    def touches(row: Row) -> bool:
        return in_question(row) or not conducts.isdisjoint(row.conducts) or reasons.within(row.reason) or cites(row)

    return touches


_POINTING: Final = ("linkage", "agencies", "charge", "kind", "description")


def _in_question(ids: Iterable[str]) -> Test:
    wanted = frozenset(ids)
    return lambda row: not wanted.isdisjoint(row.charges)


def _parsed(texts: Iterable[str]) -> Iterator[Provision]:
    return (provision for text in texts for provision in parse_provisions(text))


def _titles(bundle: Bundle) -> frozenset[str]:
    return frozenset(p.title for threshold in bundle.thresholds for p in _parsed(threshold.linkage.provisions))


def _citing(old: Bundle, new: Bundle, articles: set[tuple[str, str]]) -> Test:
    """Whether a record cites one of these articles (title, number), by the abbreviations of either bundle."""
    titles = [Titles(_titles(bundle)) for bundle in (old, new)]
    numbers = {number for _, number in articles}
    return lambda row: any(
        one.article in numbers and any((known.full(one.title), one.article) in articles for known in titles)
        for one in row.cited
    )


def _of_titles(old: Bundle, new: Bundle) -> list[Reach]:
    """An abbreviated title may mean another one, once there are others."""
    if _titles(old) == _titles(new):
        return []
    before, after = Titles(_titles(old)), Titles(_titles(new))
    change = Change("罪名", (), "援引条款的法律名称", "原来的", "现在的")
    return [
        Reach("罪名", "", (change,), lambda row: any(before.full(p.title) != after.full(p.title) for p in row.cited))
    ]


def _document(old: Bundle, new: Bundle, pair: tuple[Any, Any]) -> Test:
    number = next(side.number for side in pair if side)
    return _in_question(t.id for bundle in (old, new) for t in bundle.thresholds if _rests_on(t, number))


def _rests_on(value: Any, number: str) -> bool:
    if is_dataclass(value):
        parts = [getattr(value, f.name) for f in fields(value)]
        return getattr(value, "document", None) == number or any(_rests_on(part, number) for part in parts)
    return isinstance(value, tuple) and any(_rests_on(part, number) for part in value)


def _region(_old: Bundle, _new: Bundle, pair: tuple[Any, Any]) -> Test:
    sides = [side for side in pair if side]
    in_question = _in_question(figure.threshold for side in sides for figure in side.figures)
    provinces = tuple(side.code[:2] for side in sides)
    return lambda row: row.region.startswith(provinces) and in_question(row)


def _fine_law(old: Bundle, new: Bundle, pair: tuple[Any, Any]) -> Test:
    law = next(side.law for side in pair if side)
    cited = [Titles(_titles(bundle)) for bundle in (old, new)]
    fined = [Titles(each.law for each in bundle.fine_laws) for bundle in (old, new)]

    def touches(row: Row) -> bool:
        for one in row.cited:
            meant = {b.full(a.full(one.title)) for a, b in zip(cited, fined, strict=True)}
            if law in meant or len(meant) > 1:
                return True
        return False

    return touches


def _finding_rule(_old: Bundle, _new: Bundle, pair: tuple[FindingRule | None, FindingRule | None]) -> Test:
    before, after = pair
    id_ = (before or after).id  # type: ignore[union-attr]
    if after is None or (before is not None and essence(before.when) == essence(after.when)):
        return lambda row: id_ in row.rules
    when = after.when
    return lambda row: id_ in row.rules or any(holds(when, facts) for facts in row.postings)


def _policy(_old: Bundle, _new: Bundle, pair: tuple[Any, Any]) -> Parts:
    before, after = pair
    changed = [f.name for f in fields(before) if essence(getattr(before, f.name)) != essence(getattr(after, f.name))]
    return {LABELS.get(name, name): _DIALS.get(name, _always) for name in changed}


def _any_charge(row: Row) -> bool:
    return bool(row.charges)


def _any_finding(row: Row) -> bool:
    return bool(row.rules)


_DIALS: Final = MappingProxyType(
    {
        "near": _any_charge,
        "charges_shown": _any_charge,
        "refer": _any_finding,
        "early_intervention": _any_finding,
        "watch": _any_finding,
        "suggestions": _never,
    }
)
"""Which records ask for a dial; one that is not here is asked for by all."""

_TESTS: Final[Mapping[str, Callable[[Bundle, Bundle, tuple[Any, Any]], Test | Parts]]] = MappingProxyType(
    {
        "thresholds": _threshold,
        "measures": _everything,
        "circumstances": _everything,
        "documents": _document,
        "regions": _region,
        "fine_laws": _fine_law,
        "sanctions": _sanction,
        "text_rules": _text_rule,
        "finding_rules": _finding_rule,
        "policy": _policy,
        "lexicon": _everything,
        "likeness": _everything,
    }
)
"""Area → the test of one changed thing; one that is not here touches every record."""

_DECIDES_NOTHING: Final = frozenset({"missing", "aliases"})
"""The list of charges left out, and former names of organisations, which only a store asks for."""
