"""Which measure an amount is: the word that names it, by position in the clause, not by nearness alone.

A name before the figure binds it (销售金额5万元), unless another figure of the same kind stands between; a noun right
behind a counted figure binds it too (3吨危险废物). 共计/合计 inherits the name of the items before it. A sold or unsold
word in the clause says which part of the goods the figure is about.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from screening.bundle.policy import Lexicon
from screening.bundle.vocabulary import MeasureDefinition
from screening.facts import Evidence
from screening.reading.phrases import Hits, Phrases
from screening.reading.quantities import Amount
from screening.reading.standing import Standing, Standings
from screening.reading.text import Span

__all__ = ["SOLD", "UNSOLD", "Mentioned", "Roles"]

SOLD, UNSOLD = "已销售", "尚未销售"
MONEY = "元"
_NOT = ("非", "不是", "不属于", "不属", "并非", "不含")


@dataclass(frozen=True, slots=True)
class Mentioned:
    """An amount where it stands in a text: which measure it is, whether it counts, whether it is told as a total.

    ``of`` is the part of the goods it is about (``SOLD``, ``UNSOLD`` or empty); ``per`` the unit of a rate (35元/公斤).
    """

    name: str
    value: Decimal
    unit: str
    approx: bool
    evidence: Evidence
    standing: Standing
    total: bool = False
    part: bool = False
    of: str = ""
    per: str | None = None
    aside: bool = False
    derived: bool = False

    @property
    def counts(self) -> bool:
        """Whether it can be a fact of this case."""
        return self.standing is Standing.ASSERTED and self.per is None

    @property
    def span(self) -> Span:
        return self.evidence.start, self.evidence.end


@dataclass(frozen=True, slots=True)
class _Word:
    definition: MeasureDefinition
    before: bool
    after: bool


@dataclass(frozen=True, slots=True)
class _RoleHit:
    start: int
    end: int
    words: tuple[_Word, ...]


class Roles:
    """Compiles the measures' words into the common automaton; names the amounts of a scanned text."""

    def __init__(self, measures: Iterable[MeasureDefinition], lexicon: Lexicon, phrases: Phrases) -> None:
        self._words: dict[int, list[_Word]] = defaultdict(list)
        for definition in measures:
            for words, before, after in (
                ((definition.name, *definition.words), True, True), (definition.before, True, False), (definition.after, False, True)
            ):
                for word in words:
                    self._words[phrases.word(word)].append(_Word(definition, before, after))
        self._totals = frozenset(map(phrases.word, lexicon.totals))
        self._parts = frozenset(map(phrases.word, lexicon.parts))
        self._sold = frozenset(map(phrases.word, lexicon.sold))
        self._unsold = frozenset(map(phrases.word, lexicon.unsold))

    def name(self, amounts: Sequence[Amount], hits: Hits, standings: Standings) -> list[Mentioned]:
        """The amounts of a text with their measures, in text order; 金额 or 数量 where no word names them."""
        roles = self._role_hits(hits)
        totals, parts = _spans(self._totals, hits), _spans(self._parts, hits)
        sold, unsold = _spans(self._sold, hits), _spans(self._unsold, hits)
        named: list[Mentioned] = []
        for index, amount in enumerate(amounts):
            clause = hits.text.clause(amount.start)
            gap_start = max(clause[0], amounts[index - 1].end if index else 0)
            total = any(gap_start <= s and e <= amount.start and amount.start - e <= 12 for s, e in totals)
            word, score = self._best(index, amounts, roles, hits)
            definition = word.definition if word else None
            if total and score < 45 and definition is None:
                previous = next((m for m in reversed(named) if m.unit == amount.unit and m.per is None), None)
                definition = self._definition(previous.name) if previous else None
            of = _part_of(hits, amount, max(clause[0], _last_alike(amounts, index)), sold, unsold)
            part = any(gap_start <= s and e <= amount.start for s, e in parts)
            named.append(Mentioned(
                _by_part(definition.name, of) if definition else _unnamed(amount, hits, sold, unsold),
                amount.value * factor if (factor := _factor(definition, amount)) != 1 else amount.value,
                definition.unit if definition else amount.unit,
                amount.approx,
                Evidence(hits.text.name, amount.start, amount.end, hits.text.raw[amount.start : amount.end]),
                standings.of_amount((amount.start, amount.end)),
                total=total, part=part, of=of, per=amount.per, aside=bool(definition and definition.aside), derived=factor != 1,
            ))
        return named

    def _definition(self, name: str) -> MeasureDefinition | None:
        return next((w.definition for words in self._words.values() for w in words if w.definition.name == name), None)

    def _role_hits(self, hits: Hits) -> list[_RoleHit]:
        found = [
            _RoleHit(start, end, tuple(self._words[word]))
            for word in hits.found if word in self._words
            for start, end in hits.spans(word)
        ]
        found = [h for h in found if not hits.text.folded.endswith(_NOT, max(0, h.start - 4), h.start)]
        found.sort(key=lambda h: (h.start, -h.end))
        kept: list[_RoleHit] = []
        for hit in found:
            if not any(k.start <= hit.start and hit.end <= k.end and k.end - k.start > hit.end - hit.start for k in kept[-4:]):
                kept.append(hit)
        return kept

    def _best(self, index: int, amounts: Sequence[Amount], roles: list[_RoleHit], hits: Hits) -> tuple[_Word | None, int]:
        amount = amounts[index]
        sentence = hits.text.sentence(amount.start)
        best: tuple[int, _Word] | None = None
        for hit in roles:
            if hit.end <= sentence[0] or hit.start >= sentence[1] or (hit.start < amount.end and amount.start < hit.end):
                continue
            for word in hit.words:
                if word.definition.accepts(amount.unit) is None:
                    continue
                score = _score_before(hit, index, amounts, hits) if hit.end <= amount.start else _score_after(hit, index, amounts, hits)
                allowed = word.before if hit.end <= amount.start else word.after
                if word.definition.aside and not _close(hit, amount, hits):
                    continue
                if allowed and score >= 10 and (best is None or score > best[0]):
                    best = score, word
        return (best[1], best[0]) if best else (None, 0)


def _close(hit: _RoleHit, amount: Amount, hits: Hits) -> bool:
    """What is set aside must be named right at the figure: 每公斤23元，计33120元 is a price and then no price."""
    if hit.start >= amount.end:
        return True
    between = hits.text.folded[hit.end : amount.start]
    return len(between) <= 12 and not any(mark in between for mark in ",;()")


def _factor(definition: MeasureDefinition | None, amount: Amount) -> Decimal:
    """How many of the measure's own unit one of the told unit is (条 → 200 支)."""
    return (definition.accepts(amount.unit) or Decimal(1)) if definition else Decimal(1)


def _score_before(hit: _RoleHit, index: int, amounts: Sequence[Amount], hits: Hits) -> int:
    """60 for a name right before the figure; less for distance, for clauses and other figures in between."""
    amount = amounts[index]
    score = 60 - min(40, amount.start - hit.end) + min(6, hit.end - hit.start)
    clause = hits.text.clause(amount.start)
    if hit.end <= clause[0]:
        between = hits.text.folded[hit.end : clause[0]]
        score -= 12 * sum(between.count(mark) for mark in ",:()")
    for other in reversed(amounts[:index]):
        if other.end <= hit.end:
            break
        score -= 22 if other.unit == amount.unit else 5
    return score


def _score_after(hit: _RoleHit, index: int, amounts: Sequence[Amount], hits: Hits) -> int:
    """56 for a noun right behind a counted figure; money needs 的 or nothing in between (5万元的货款)."""
    amount = amounts[index]
    gap = hits.text.folded[amount.end : hit.start].replace("的", "").strip()
    if any(mark in gap for mark in ",。;:、()") or (index + 1 < len(amounts) and amounts[index + 1].start < hit.start):
        return 0
    following = amounts[index + 1] if index + 1 < len(amounts) else None
    if following and following.unit == amount.unit and following.start == hit.end:
        return 0  # the noun names the next figure: 死亡3人重伤2人
    base = 48 if amount.unit == MONEY else 56
    return base - (8 if amount.unit == MONEY else 4) * len(gap) + min(6, hit.end - hit.start)


def _last_alike(amounts: Sequence[Amount], index: int) -> int:
    """Where the nearest earlier figure of the same unit ends: a sold or unsold word before it is about that one."""
    return next((a.end for a in reversed(amounts[:index]) if a.unit == amounts[index].unit), 0)


def _part_of(hits: Hits, amount: Amount, gap_start: int, sold: list[Span], unsold: list[Span]) -> str:
    """Whether the words around a figure say that it is about sold or unsold goods; the nearest before it decides."""
    clause = hits.text.clause(amount.start)
    best: tuple[int, str] | None = None
    for spans, part in ((unsold, UNSOLD), (sold, SOLD)):
        for start, end in spans:
            if gap_start <= start and end <= amount.start:
                distance = amount.start - end
            elif amount.end <= start < clause[1]:
                distance = 20 + start - amount.end
            else:
                continue
            if best is None or distance < best[0]:
                best = distance, part
    return best[1] if best else ""


def _unnamed(amount: Amount, hits: Hits, sold: list[Span], unsold: list[Span]) -> str:
    """Money that no word names is the price of what the sentence says was sold, or the value of what it says was not."""
    if amount.unit != MONEY:
        return "数量"
    if amount.per is None:
        start = hits.text.sentence(amount.start)[0]
        said = max(((s, name) for spans, name in ((sold, "销售金额"), (unsold, "货值金额")) for s, e in spans if start <= s and e <= amount.start), default=None)
        if said:
            return said[1]
    return "金额"


def _by_part(name: str, of: str) -> str:
    """尚未销售 turns 销售金额 into 货值金额 (DESIGN: it does not negate the conduct)."""
    return "货值金额" if name == "销售金额" and of == UNSOLD else name


def _spans(words: frozenset[int], hits: Hits) -> list[Span]:
    return [span for word in words if word in hits.found for span in hits.spans(word)]
