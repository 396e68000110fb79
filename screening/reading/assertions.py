"""Text rules at work: which conducts and circumstances a text asserts, denies or leaves uncertain, with the words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from screening.bundle.textrules import Near, TextRule
from screening.facts import Evidence
from screening.logic import State
from screening.reading.phrases import Hits, Phrases
from screening.reading.standing import Standing, Standings
from screening.reading.text import Span

__all__ = ["Asserted", "Assertions", "Mention", "combine"]


@dataclass(frozen=True, slots=True)
class Mention:
    """One place where a rule's words stand."""

    rule: TextRule
    span: Span
    standing: Standing


@dataclass(frozen=True, slots=True)
class Asserted:
    """A conduct or circumstance over the whole record, with the words that decide its state."""

    name: str
    state: State
    evidence: tuple[Evidence, ...]


@dataclass(slots=True)
class _Compiled:
    rule: TextRule
    exceptions: frozenset[int]


class Assertions:
    """Compiles the text rules into the common automaton; finds their mentions in a scanned text."""

    def __init__(self, rules: Iterable[TextRule], phrases: Phrases) -> None:
        self._phrases = phrases
        self._by_word: dict[int, list[_Compiled]] = defaultdict(list)
        self._by_sequence: dict[int, _Compiled] = {}
        for rule in rules:
            compiled = _Compiled(rule, frozenset(phrases.word(word) for word in rule.except_))
            for pattern in rule.any:
                if isinstance(pattern, Near):
                    self._by_sequence[phrases.sequence(pattern.near, pattern.within)] = compiled
                else:
                    self._by_word[phrases.word(pattern)].append(compiled)

    def find(self, hits: Hits, standings: Standings) -> Iterator[Mention]:
        """Every mention, in no particular order; exceptions in the same sentence have been applied."""
        for word in hits.found:
            for compiled in self._by_word.get(word, ()):
                for span in hits.spans(word):
                    if not _excepted(compiled, (span,), hits):
                        yield Mention(compiled.rule, span, standings.of(span))
        for number, steps in self._phrases.sequences(hits):
            compiled = self._by_sequence[number]
            span = steps[0][0], steps[-1][1]
            if not _excepted(compiled, steps, hits):
                yield Mention(compiled.rule, span, standings.of(span, steps))


def _excepted(compiled: _Compiled, steps: tuple[Span, ...], hits: Hits) -> bool:
    """Whether an exception stands in the same sentence; a word of the pattern itself is none."""
    if not compiled.exceptions:
        return False
    start, end = hits.text.sentence(steps[0][0])
    return any(
        start <= s < end and not any(a <= s and e <= b for a, b in steps)
        for word in compiled.exceptions
        if word in hits.found
        for s, e in hits.spans(word)
    )


@dataclass(slots=True)
class _Tally:
    yes: list[Evidence] = field(default_factory=list)
    no: list[Evidence] = field(default_factory=list)
    unsure: list[Evidence] = field(default_factory=list)


_STATE = {Standing.ASSERTED: "yes", Standing.DENIED: "no", Standing.UNCERTAIN: "unsure"}


def combine(mentions: Iterable[tuple[Mention, Evidence]], kind: str) -> dict[str, Asserted]:
    """Fold all mentions of a kind (``conduct`` or ``circumstance``) into one state each.

    An assertion outweighs a denial of the same thing elsewhere (exceptions belong into the rule); a circumstance that is
    expressly denied by words of its own (``denies``) outweighs an assertion. What is only cited, earlier or somebody else's
    says nothing about this case.
    """
    tallies: dict[str, _Tally] = defaultdict(_Tally)
    denied: dict[str, list[Evidence]] = defaultdict(list)
    for mention, evidence in mentions:
        name = getattr(mention.rule.asserts, kind)
        if kind == "circumstance" and mention.rule.asserts.denies:
            if mention.standing is Standing.ASSERTED:
                denied[mention.rule.asserts.denies].append(evidence)
            continue
        side = _STATE.get(mention.standing)
        if name and side:
            getattr(tallies[name], side).append(evidence)
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


def _ordered(evidence: list[Evidence]) -> tuple[Evidence, ...]:
    unique = dict.fromkeys(evidence)
    return tuple(sorted(unique, key=lambda e: (e.field != "narrative", e.field, e.start, e.end)))
