"""Text rules at work: which conducts and circumstances a text asserts, denies or leaves uncertain, with the words."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from screening.bundle.textrules import Near, TextRule
from screening.bundle.vocabulary import CircumstanceDefinition
from screening.facts import Evidence
from screening.logic import State
from screening.reading.hits import Hits
from screening.reading.phrases import Phrases
from screening.reading.sequences import Width
from screening.reading.standing import Standing, Standings
from screening.reading.text import Span

__all__ = ["Asserted", "Assertions", "Mention", "combine", "excluded"]


_NEGATIONS = frozenset("不未无没非")


class Mention(NamedTuple):
    """One place where a rule's words stand."""

    rule: TextRule
    span: Span
    standing: Standing


class Asserted(NamedTuple):
    """A conduct or circumstance over the whole record, with the words that decide its state."""

    name: str
    state: State
    evidence: tuple[Evidence, ...]


class _Compiled:
    __slots__ = ("exceptions", "rule")

    def __init__(self, rule: TextRule, exceptions: frozenset[int]) -> None:
        self.rule = rule
        self.exceptions = exceptions


class Assertions:
    """Compiles the text rules into the common automaton; finds their mentions in a scanned text."""

    def __init__(self, rules: Iterable[TextRule], phrases: Phrases) -> None:
        self._phrases = phrases
        self._by_word: list[list[_Compiled] | None] = phrases.table()
        self._by_sequence: dict[int, _Compiled] = {}
        for rule in rules:
            compiled = _Compiled(rule, frozenset(phrases.word(word) for word in rule.except_))
            for pattern in rule.any:
                if isinstance(pattern, Near):
                    self._by_sequence[
                        phrases.sequence(pattern.near, Width(pattern.within, pattern.order == "given", pattern.across))
                    ] = compiled
                else:
                    word = phrases.word(pattern)
                    self._by_word[word] = [*(self._by_word[word] or ()), compiled]

    def find(self, hits: Hits, standings: Standings) -> list[Mention]:
        """Every mention, in no particular order; exceptions in the same sentence have been applied."""
        by_word = self._by_word
        found: list[tuple[_Compiled, tuple[Span, ...]]] = [
            (compiled, (span,))
            for word, spans in hits.found.items()
            if by_word[word] is not None
            for compiled in by_word[word] or ()
            for span in spans
        ]
        found += [(self._by_sequence[number], steps) for number, steps in self._phrases.sequences(hits)]
        mentions: list[Mention] = []
        exceptions: dict[_Compiled, list[Span]] = {}
        for compiled, steps in found:
            if compiled.exceptions:
                if compiled not in exceptions:
                    exceptions[compiled] = hits.spans(compiled.exceptions)
                if _excepted(exceptions[compiled], steps, hits):
                    continue
            span = steps[0][0], steps[-1][1]
            asserts = compiled.rule.asserts
            if (asserts.denies or asserts.lacks) and _leaves_its_clause(span, hits):
                continue
            mentions.append(Mention(compiled.rule, span, standings.of(span, steps)))
        return mentions


def _leaves_its_clause(span: Span, hits: Hits) -> bool:
    """没有消防器材，存在现实危险: what one clause denies, the next may assert."""
    text = hits.text
    return text.folded[span[0]] in _NEGATIONS and text.clause(span[0]) != text.clause(span[1] - 1)


def _excepted(exceptions: list[Span], steps: tuple[Span, ...], hits: Hits) -> bool:
    """Whether an exception stands in the same sentence, or in those gone over; a word of the pattern itself is none."""
    if not exceptions:
        return False
    start, end = hits.text.sentence(steps[0][0])
    if steps[-1][0] >= end:
        end = hits.text.sentence(steps[-1][0])[1]
    for index in range(bisect_left(exceptions, (start,)), len(exceptions)):
        s, e = exceptions[index]
        if s >= end:
            return False
        if not any(a <= s and e <= b for a, b in steps):
            return True
    return False


@dataclass(slots=True)
class _Tally:
    yes: list[Evidence] = field(default_factory=list)
    no: list[Evidence] = field(default_factory=list)
    unsure: list[Evidence] = field(default_factory=list)


def combine(mentions: Iterable[tuple[Mention, Evidence]], kind: str) -> dict[str, Asserted]:
    """Fold all mentions of a kind (``conduct`` or ``circumstance``) into one state each.

    An assertion outweighs a denial of the same thing elsewhere (exceptions belong into the rule), the words of a ``lacks`` among
    them; a circumstance that is expressly denied by words of its own (``denies``) outweighs an assertion. What is only cited,
    earlier or somebody else's says nothing about this case.
    """
    tallies: dict[str, _Tally] = defaultdict(_Tally)
    denied: dict[str, list[Evidence]] = defaultdict(list)
    for (rule, _, standing), evidence in mentions:
        asserts = rule.asserts
        if kind == "circumstance" and asserts.denies:
            if standing is Standing.ASSERTED:
                denied[asserts.denies].append(evidence)
            continue
        if kind == "circumstance" and asserts.lacks:
            for lacking in asserts.lacks if standing is Standing.ASSERTED else ():
                tallies[lacking].no.append(evidence)
            continue
        name = asserts.circumstance if kind == "circumstance" else asserts.conduct
        if not name:
            continue
        if standing is Standing.ASSERTED:
            tallies[name].yes.append(evidence)
        elif standing is Standing.DENIED:
            tallies[name].no.append(evidence)
        elif standing is Standing.UNCERTAIN:
            tallies[name].unsure.append(evidence)
    result: dict[str, Asserted] = {}
    for name, tally in tallies.items():
        if tally.yes:
            result[name] = Asserted(name, State.YES, _ordered(tally.yes))
        elif tally.no:
            result[name] = Asserted(name, State.NO, _ordered(tally.no))
        else:
            result[name] = Asserted(name, State.UNKNOWN, _ordered(tally.unsure))
    for name, words in denied.items():
        result[name] = Asserted(name, State.NO, _ordered(words))
    return result


def excluded(told: dict[str, Asserted], definitions: Mapping[str, CircumstanceDefinition]) -> dict[str, Asserted]:
    """With the circumstances that can't hold because another one does; what is asserted itself stays."""
    for holds in [asserted for asserted in told.values() if asserted.state is State.YES]:
        definition = definitions.get(holds.name)
        for name in definition.excludes if definition else ():
            if name not in told or told[name].state is State.UNKNOWN:
                told[name] = Asserted(name, State.NO, holds.evidence)
    return told


def _ordered(evidence: list[Evidence]) -> tuple[Evidence, ...]:
    if len(evidence) == 1:
        return tuple(evidence)
    unique = dict.fromkeys(evidence)
    return tuple(sorted(unique, key=lambda e: (e.field != "narrative", e.field, e.start, e.end)))
