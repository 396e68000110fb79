"""Which measure an amount is: the word that names it, by position in the clause, not by nearness alone.

A name before the figure binds it (销售金额5万元), unless another figure of the same kind stands between; a noun right
behind a counted figure binds it too (3吨危险废物). 共计/合计 inherits the name of the items before it. A sold or unsold
word in the clause says which part of the goods the figure is about.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import NamedTuple

from screening.bundle.policy import Lexicon
from screening.bundle.vocabulary import MeasureDefinition
from screening.facts import Evidence
from screening.reading.phrases import Hits, Phrases
from screening.reading.quantities import Amount
from screening.reading.standing import Standing, Standings
from screening.reading.text import Span, Text

__all__ = ["NOT_GOODS", "SOLD", "UNSOLD", "Mentioned", "Roles"]

SOLD, UNSOLD = "已销售", "尚未销售"
MONEY = "元"
#: What counts something else than goods.
NOT_GOODS = frozenset({
    MONEY, "人", "家", "次", "日", "年", "个月", "小时", "周", "%", "倍", "批", "项", "种", "户", "岁", "级", "层", "名", "票",
    "台次", "笔", "份", "个", "辆", "页", "间", "艘",
})  # fmt: skip
UNNAMED = frozenset({"金额", "数量"})
_ONE = Decimal(1)
_ENOUGH = 10  # the score from which a name binds a figure
_LONG_NAME = 6  # what the length of a name adds at most
_NOT = ("非", "不是", "不属于", "不属", "并非", "不含")


class Mentioned(NamedTuple):
    """An amount where it stands in a text: which measure it is, whether it counts, whether it is told as a total.

    ``as_told`` is the number in the classifier of the text where the measure counts another (320条 are 64000支).
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
    as_told: Decimal | None = None

    @property
    def counts(self) -> bool:
        """Whether it can be a fact of this case."""
        return self.standing is Standing.ASSERTED and self.per is None

    @property
    def span(self) -> Span:
        """Where it stands in its field."""
        return self.evidence.start, self.evidence.end


_IS_OF = re.compile(
    r",(?:[^,。;:、()为是在]{0,7}?)(?:均|全部|其中|现状|原|地类)?(?:属于?|系|为|是|落在|均在|全部在)[^,。;:、()]{0,8}"
)
_FAR = 1 << 30
_LONGEST_WORD = 12
_NUMBERS = re.compile(r"\d+|[一二三四五六七八九十]+")
_BARE = frozenset({"、", "和", "及", ",", "、和"})
_ITEM = re.compile(r"[、,;和及]")  # what parts items of a list
_ITEM_GAP = 30
_LABEL_GAP = 12
_MARKS = re.compile(r"[,:()]")
_PARTS = (",。;:、()", ",。;:、() ")  # money in columns is parted by blanks


class _Word(NamedTuple):
    definition: MeasureDefinition
    units: frozenset[str]
    before: bool
    after: bool


class _RoleHit(NamedTuple):
    start: int
    end: int
    words: list[_Word]


class _Around(NamedTuple):
    """An amount among the others of its text, with the clause and sentence it stands in."""

    number: int
    amount: Amount
    clause: Span
    sentence: Span


class Roles:
    """Compiles the measures' words into the common automaton; names the amounts of a scanned text."""

    def __init__(self, measures: Iterable[MeasureDefinition], lexicon: Lexicon, phrases: Phrases) -> None:
        self._definitions: dict[str, MeasureDefinition] = {}
        self._words: list[list[_Word] | None] = phrases.table()
        for definition in measures:
            self._definitions[definition.name] = definition
            units = frozenset((definition.unit, *definition.counted_in, *definition.converts))
            for words, before, after in (
                ((definition.name, *definition.words), True, True),
                (definition.before, True, False),
                (definition.after, False, True),
            ):
                for number in map(phrases.word, words):
                    self._words[number] = [*(self._words[number] or ()), _Word(definition, units, before, after)]
        self._totals = frozenset(map(phrases.word, lexicon.totals))
        self._parts = frozenset(map(phrases.word, lexicon.parts))
        self._sold = frozenset(map(phrases.word, lexicon.sold))
        self._unsold = frozenset(map(phrases.word, lexicon.unsold))

    def name(self, amounts: Sequence[Amount], hits: Hits, standings: Standings) -> list[Mentioned]:
        """The amounts of a text with their measures, in text order; 金额 or 数量 where no word names them."""
        if not amounts:
            return []
        text = hits.text
        names = _Names(amounts, self._role_hits(hits), text)
        totals, parts = hits.spans(self._totals), hits.spans(self._parts)
        goods = _Goods(hits.spans(self._sold), hits.spans(self._unsold))
        named: list[Mentioned] = []
        told_before: dict[str, str] = {}  # unit → the measure it was told of last
        goods_part = ""  # the part that goods were counted of last: 待售卷烟118条，核价合计21463元
        part_before: dict[str, str] = {}  # unit → the part of the goods it was told of last
        last_alike: dict[str, int] = {}  # unit → where its last figure ends
        for index, amount in enumerate(amounts):
            start, end = amount.start, amount.end
            around = _Around(index, amount, text.clause(start), text.sentence(start))
            gap_start = max(around.clause[0], amounts[index - 1].end if index else 0)
            total = bool(totals) and _ending(totals, gap_start, start) >= start - 12
            definition, _ = names.best(around)
            if definition is not None and definition.of_one and total:
                definition = None  # 按同一售价计52000元
            if definition is None and (total or (named and _continues(named, index, amount, text, names))):
                definition = self._definitions.get(told_before.get(amount.unit, ""))
            # A sold or unsold word before an earlier figure of the same unit is about that one.
            of = goods.part_of(around, max(around.sentence[0], last_alike.get(amount.unit, 0)))
            if total and not of:
                of = part_before.get(amount.unit) or goods_part  # 尚未销售的甲8万元、乙6万元，合计14万元
            factor = (definition.accepts(amount.unit) or _ONE) if definition else _ONE
            mention = Mentioned(
                _by_part(definition.name, of) if definition else goods.unnamed(around),
                amount.value * factor if factor != 1 else amount.value,
                definition.unit if definition else amount.unit,
                amount.approx,
                Evidence(text.name, start, end, text.raw[start:end]),
                standings.of_amount((start, end)),
                total,
                bool(parts) and _ending(parts, gap_start, start) >= 0,
                of,
                amount.per,
                definition is not None and definition.aside,
                factor != 1,
                amount.value if factor != 1 else None,
            )
            named.append(mention)
            last_alike[amount.unit] = end
            if amount.unit not in NOT_GOODS:
                goods_part = of
            if mention.name not in UNNAMED and not (mention.per and mention.aside):
                told_before[mention.unit] = mention.name
                part_before[mention.unit] = of
        return named

    def _role_hits(self, hits: Hits) -> list[_RoleHit]:
        """The names of measures in the text, in order, without those denied (非销售金额) and those inside a longer one."""
        words, folded = self._words, hits.text.folded
        found = [
            (start, -end, names)
            for word, spans in hits.found.items()
            if (names := words[word]) is not None
            for start, end in spans
            if not folded.endswith(_NOT, max(0, start - 4), start)
        ]
        found.sort()  # no two words have the same place
        kept: list[_RoleHit] = []
        for start, minus_end, names in found:
            if not kept or start >= kept[-1].end or not _in_longer(start, -minus_end, kept[-4:]):
                kept.append(_RoleHit(start, -minus_end, names))
        return kept


class _Names:
    """The names of measures in one text, and which of them an amount has.

    Before a figure a name scores 60, less for distance, for clauses and for other figures in between. Names are tried
    from the nearest outwards until none further off can score enough.
    """

    def __init__(self, amounts: Sequence[Amount], roles: list[_RoleHit], text: Text) -> None:
        self._amounts = amounts
        self._roles = roles
        self._starts = [hit.start for hit in roles]
        self._by_end = sorted(range(len(roles)), key=lambda number: roles[number].end)
        self._ends = [roles[number].end for number in self._by_end]
        self._folded = text.folded
        self._marks = [match.start() for match in _MARKS.finditer(text.folded)]
        self._figure_ends = {amount.end: amount.unit for amount in amounts}

    def any_between(self, start: int, end: int) -> bool:
        """Whether a name of any measure stands in ``text[start:end]``."""
        return bisect_left(self._starts, start) < bisect_left(self._starts, end)

    def best(self, around: _Around) -> tuple[MeasureDefinition | None, int]:
        """The measure whose name binds the amount, and its score; the first of equals."""
        word, score = self._before(around)
        return self._after(around, word, score)

    def _before(self, around: _Around) -> tuple[MeasureDefinition | None, int]:
        """60 for a name right before the figure; less for distance, for clauses and other figures in between."""
        place, amount, (clause, _), (sentence, _) = around
        folded, amounts = self._folded, self._amounts
        best: tuple[int, int, MeasureDefinition] | None = None
        penalty, other, counted_to, listed_to, listed = 0, place - 1, clause, amount.start, False
        for nearest in range(bisect_right(self._ends, amount.start) - 1, -1, -1):
            number = self._by_end[nearest]
            start, end, words = self._roles[number]
            if end <= sentence:
                break
            while other >= 0 and amounts[other].end > end:
                penalty += 22 if amounts[other].unit == amount.unit else 5
                other -= 1
            if end < counted_to:
                penalty += 12 * (bisect_left(self._marks, counted_to) - bisect_left(self._marks, end))
                counted_to = end
            score = 60 - min(40, amount.start - end) - penalty
            if folded[end : end + 1] == ":":
                score += 12  # a label: 销售金额：6.2万元
            if amount.unit != MONEY:
                listed = listed or folded.find("、", end, listed_to) >= 0
                listed_to = end
                score -= 10 if listed else 0  # 3名工人重伤、2人轻伤
            if self._figure_ends.get(start) == amount.unit:
                score -= 30  # it names the figure before it: 2人重伤、1人轻伤
            if score + _LONG_NAME < _ENOUGH:
                break
            score += min(_LONG_NAME, end - start)
            if score >= _ENOUGH and (best is None or (score, -number) > best[:2]):
                near = _close(folded, end, amount.start)
                for word in words:
                    if word.before and amount.unit in word.units and (near or not word.definition.aside):
                        best = score, -number, word.definition
                        break
        return (best[2], best[0]) if best else (None, 0)

    def _after(
        self, around: _Around, best: MeasureDefinition | None, best_score: int
    ) -> tuple[MeasureDefinition | None, int]:
        """56 for a noun right behind a counted figure; money needs 的 or nothing in between (5万元的货款)."""
        place, amount, _, (_, sentence) = around
        following = self._amounts[place + 1] if place + 1 < len(self._amounts) else None
        limit = min(sentence, following.start + 1) if following else sentence
        base, step = (48, 8) if amount.unit == MONEY else (56, 4)
        for number in range(bisect_left(self._starts, amount.end), len(self._roles)):
            start, end, words = self._roles[number]
            if start >= limit:
                break
            between = self._folded[amount.end : start]
            gap = between.replace("的", "").strip()
            score = base - step * len(gap)
            if _IS_OF.fullmatch(between):
                score = base - 8  # 折合3.2亩，属于国家级公益林
            elif score + _LONG_NAME < _ENOUGH or any(mark in between for mark in _PARTS[amount.unit == MONEY]):
                break
            if following and following.unit == amount.unit and following.start == end:
                continue  # the noun names the next figure: 死亡3人重伤2人
            score += min(_LONG_NAME, end - start)
            if score >= _ENOUGH and score > best_score:
                for word in words:
                    if word.after and amount.unit in word.units:
                        best, best_score = word.definition, score
                        break
        return best, best_score


class _Goods:
    """The words of one text that say of goods that they were sold or were not."""

    def __init__(self, sold: list[Span], unsold: list[Span]) -> None:
        self._kinds = [(spans, part) for spans, part in ((unsold, UNSOLD), (sold, SOLD)) if spans]

    def part_of(self, around: _Around, gap_start: int) -> str:
        """Whether the words around a figure say that it is about sold or unsold goods; the nearest before it decides."""
        amount, clause = around.amount, around.clause
        best: tuple[int, str] | None = None
        for spans, part in self._kinds:
            distance = _FAR
            if (end := _ending(spans, gap_start, amount.start)) >= 0:
                distance = amount.start - end
            index = bisect_left(spans, (amount.end,))
            if index < len(spans) and spans[index][0] < clause[1]:
                distance = min(distance, 20 + spans[index][0] - amount.end)
            if distance < _FAR and (best is None or distance < best[0]):
                best = distance, part
        return best[1] if best else ""

    def unnamed(self, around: _Around) -> str:
        """Money that no word names is the price of what the sentence says was sold, or the value of what was not."""
        amount = around.amount
        if amount.unit != MONEY:
            return "数量"
        said: tuple[int, str] | None = None
        if amount.per is None:
            for spans, part in self._kinds:
                start = _last_before(spans, around.sentence[0], amount.start)
                name = "销售金额" if part == SOLD else "货值金额"
                if start is not None and (said is None or (start, name) > said):
                    said = start, name
        return said[1] if said else "金额"


def _continues(named: list[Mentioned], index: int, amount: Amount, text: Text, names: _Names) -> bool:
    """Whether an amount is a further item of the list the last one stands in: it goes by the name of the first."""
    last = named[-1]
    if last.unit != amount.unit or last.per or amount.per or last.name in UNNAMED or last.aside:
        return False
    between = text.folded[last.evidence.end : amount.start]
    if len(between) > _ITEM_GAP or not _ITEM.match(between) or names.any_between(last.evidence.end, amount.start):
        return False
    if between in _BARE or _opening(text, last.evidence.start) == _opening(text, amount.start):
        return True
    ends = [text.folded[at - 1 : at] for at in (last.evidence.start, amount.start)]
    return len(between) <= _LABEL_GAP and ends[0] == ends[1] and ends[0].isalpha()  # 甲袋3.2克，乙袋2.9克


def _opening(text: Text, at: int) -> str:
    """How the clause around a figure opens: the items of a list open alike."""
    start = text.clause(at)[0]
    return _NUMBERS.sub("0", text.folded[start : min(at, start + 8)])[:2]


def _in_longer(start: int, end: int, others: Sequence[_RoleHit]) -> bool:
    return any(s <= start and end <= e and e - s > end - start for s, e, _ in others)


def _close(folded: str, start: int, end: int) -> bool:
    """What is set aside must be named right at the figure: 每公斤23元，计33120元 is a price and then no price."""
    return end - start <= 12 and not any(mark in folded[start:end] for mark in ",;()")


def _ending(spans: list[Span], low: int, high: int) -> int:
    """Where the last of the spans in ``text[low:high]`` ends, of a sorted list; -1 where there is none."""
    last = -1
    for index in range(bisect_left(spans, (high,)) - 1, -1, -1):
        start, end = spans[index]
        if start < low or start < last - _LONGEST_WORD:
            break
        if last < end <= high:
            last = end
    return last


def _last_before(spans: list[Span], low: int, high: int) -> int | None:
    """The start of the last of the spans that lie in ``text[low:high]``."""
    for index in range(bisect_left(spans, (high,)) - 1, -1, -1):
        start, end = spans[index]
        if start < low:
            return None
        if end <= high:
            return start
    return None


def _by_part(name: str, of: str) -> str:
    """尚未销售 turns 销售金额 into 货值金额 (DESIGN: it does not negate the conduct)."""
    return "货值金额" if name == "销售金额" and of == UNSOLD else name
