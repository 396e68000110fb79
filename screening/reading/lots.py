"""Which count a price is for: by its classifier, by the noun beside both, by its place in a list, else the nearest."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import groupby, pairwise
from typing import NamedTuple

from screening.facts import Evidence
from screening.quantity import UNITS
from screening.reading.prices import Kind, Price
from screening.reading.roles import NOT_GOODS, SOLD, UNSOLD, Mentioned
from screening.reading.text import Span, Text

__all__ = ["Counts", "Lot"]

_BESIDE = 30
_ITEM = 14  # how far the noun of a count may reach
_BARE = re.compile(r"(?:共|卖|售|销|存|出|计|现有)[出了得给有存货]{0,2}$")  # 共卖出75台: a count without a noun of its own
_SOLD_BEFORE = re.compile(r"[售卖][出了掉]?$")  # 个 counts goods where they are sold: 卖出30个
_MARKS = re.compile(r"[,。;:、()\d和]")
_PRICE_WORDS = re.compile(
    r"(?:单价|均价|标签价|吊牌标?价|出厂价|零售价|批发价|标价|定价|售价|售|卖|价签|价|每[\u4e00-\u9fff]{1,2}|一[\u4e00-\u9fff]|[均为是按约:：的])+$"
)
_NEAR = 240
_LEFT_WORDS = re.compile(
    r"剩余|剩下|库存|尚有|尚存|现存|另有|还有|现场|当场|仓库|店内|查获|扣押|查封|封存|登记保存|[而尚]?未(?:销售|售出?|卖出?)|待售|同款|该批|该种|上述"
    r"|涉案|侵权|不合格|产品|商品|货物|其余|余|[共有仅存的内中]"
)
_PREDICATE = re.compile("[未待尚在留封扣存被均已没还仍放]")
_SHARED_OUT = re.compile(r"各[\u4e00-\u9fff]?$")
_JOINED = frozenset({"、", "和", "及"})
_SHARES = frozenset({"家", "人", "户", "名", "次"})
_BESIDE_THE_PRICE = frozenset({Kind.COST, Kind.GAIN, Kind.OTHER})
_MOST = 40  # of more counts than that nobody tells the nouns apart
_SEVERAL = re.compile(r"\d+")


class Lot(NamedTuple):
    """A count and the price that it goes for: ``number`` pieces of the price's unit."""

    price: Price
    count: Mentioned
    number: Decimal

    @property
    def value(self) -> Decimal:
        """Price × quantity, in 元."""
        return self.price.value * self.number


class Counts:
    """The counts of a text by sentence; of each sentence and unit of a rate those that count it, looked for once."""

    def __init__(self, named: Iterable[Mentioned], text: Text) -> None:
        self._text = text
        self._by_sentence: dict[int, list[Mentioned]] = defaultdict(list)
        self._known: dict[tuple[int, str], list[tuple[Mentioned, Decimal]]] = {}
        for mention in named:
            if mention.counts:
                self._by_sentence[text.sentence(mention.span[0])[0]].append(mention)

    def add(self, loads: Sequence[Mentioned]) -> None:
        """Count these as well: what several carry together."""
        for load in loads:
            counts = self._by_sentence[self._text.sentence(load.span[0])[0]]
            counts.insert(bisect_left(counts, load.span[0], key=_start), load)
            self._known.clear()

    def goods(self) -> Iterator[Mentioned]:
        """All that count goods."""
        return (m for counts in self._by_sentence.values() for m in counts if m.unit not in NOT_GOODS)

    def lots(self, prices: Sequence[Price]) -> list[Lot]:
        """Each price with what it is for; a count that several prices are told of goes for the best of them."""
        best: dict[tuple[Span, Kind | None], Lot] = {}
        lists = self._lists(prices) if len(prices) > 1 else {}
        for price in prices:
            found = self._for(price, lists.get(price.mention.span))
            if found is None:
                continue
            lot = Lot(price, *found)
            key = lot.count.span, price.kind if price.kind in _BESIDE_THE_PRICE else None
            known = best.get(key)
            if known is None or _rank(lot) < _rank(known):
                best[key] = lot
        return sorted(best.values(), key=lambda lot: lot.price.mention.span)

    def nearest(self, rate: Mentioned) -> tuple[Mentioned, Decimal] | None:
        """The count nearest to a rate in its sentence, the first of two."""
        return _nearest(rate, self._counted(rate, rate.per or ""))

    def alike(self, rest: Mentioned, sold: Mentioned) -> bool:
        """Whether what is left may be of the goods that were sold: near, and of no other noun (灰陶罐 … 未售出的铜饰件)."""
        if abs(rest.span[0] - sold.span[0]) > _NEAR:
            return False
        before, after = self._item(rest).split("|")
        told = self._text.folded[self._text.sentence(sold.span[0])[0] : sold.span[1] + _ITEM]
        nouns = _LEFT_WORDS.sub("", before), _PREDICATE.split(after)[0]
        return all(len(noun) < 2 or any(pair in told for pair in map("".join, pairwise(noun))) for noun in nouns)

    def number(self, count: Mentioned, price: Price) -> Decimal:
        """How many of the price's unit a count is; its own number where the price has no classifier."""
        return (_number(count, price.per) if price.per else None) or count.value

    def _counted(self, mention: Mentioned, per: str) -> list[tuple[Mentioned, Decimal]]:
        """What the sentence of a price has that is counted in its unit, and how many."""
        sentence = self._text.sentence(mention.span[0])[0]
        known = self._known.get((sentence, per))
        if known is None:
            numbers = ((m, _number(m, per)) for m in self._by_sentence.get(sentence, ()))
            known = [(m, number * self._shares(m)) for m, number in numbers if number is not None]
            self._known[sentence, per] = known
        return known

    def _for(self, price: Price, listed: Mentioned | None) -> tuple[Mentioned, Decimal] | None:
        if price.per is None:
            return self._of_goods(price, listed)
        counted = self._counted(price.mention, price.per)
        if not counted:
            return self._elsewhere(price)
        if len(counted) > 1:
            same = self._namesakes(price, counted)
            if not same and listed is not None and (number := _number(listed, price.per)) is not None:
                return listed, number * self._shares(listed)
            counted = same or _of_part(price, counted)
        found = _nearest(price.mention, counted)
        return self._listed(found, counted) if found else None

    def _listed(
        self, last: tuple[Mentioned, Decimal], counted: Sequence[tuple[Mentioned, Decimal]]
    ) -> tuple[Mentioned, Decimal]:
        """The count with those before it in a bare list, which have the price in common: 30箱、45箱和25箱，每箱260元."""
        count, number = last
        for other, more in reversed(counted[: counted.index(last)]):
            if self._text.folded[other.span[1] : count.span[0]] not in _JOINED or other.of not in (count.of, ""):
                break
            start, end = other.span[0], count.span[1]
            evidence = Evidence(self._text.name, start, end, self._text.raw[start:end])
            count, number = count._replace(value=other.value + count.value, as_told=None, evidence=evidence), number + more
        return count, number

    def _of_goods(self, price: Price, listed: Mentioned | None) -> tuple[Mentioned, Decimal] | None:
        """The count for a price without a classifier: of its noun, right before it, else behind it (按158元出了108双)."""
        everywhere = [(m, m.value * self._shares(m)) for m in self.goods()]
        if len(same := self._namesakes(price, everywhere)) == 1:
            return same[0]
        if listed is not None:
            return listed, listed.value * self._shares(listed)
        start, end = price.mention.span
        counts = [m for m in self._by_sentence.get(self._text.sentence(start)[0], ()) if self._is_of_goods(m)]
        after = bisect_left(counts, start, key=_start)
        if after and counts[after - 1].span[1] >= start - _BESIDE:
            return counts[after - 1], counts[after - 1].value * self._shares(counts[after - 1])
        if after < len(counts) and self._goes_on(end, counts[after].span[0]):
            return counts[after], counts[after].value
        return None

    def _is_of_goods(self, count: Mentioned) -> bool:
        if count.unit not in NOT_GOODS:
            return True
        start = count.span[0]
        return count.unit == "个" and _SOLD_BEFORE.search(self._text.folded, max(0, start - 3), start) is not None

    def _goes_on(self, end: int, start: int) -> bool:
        """Whether a count at ``start`` is of what was priced at ``end``: in its clause, or without a noun of its own."""
        folded = self._text.folded
        if "," not in folded[end:start]:
            return "、" not in folded[end:start]
        return start - end <= _BESIDE and _BARE.search(folded, end, start) is not None

    def _elsewhere(self, price: Price) -> tuple[Mentioned, Decimal] | None:
        """The one count of the text that a price told in another sentence can be for."""
        per = price.per or ""
        found = [
            (m, number) for counts in self._by_sentence.values() for m in counts if (number := _number(m, per)) is not None
        ]
        if len({number for _, number in found}) > 1:
            found = self._namesakes(price, found) or _of_part(price, found)
        return found[0] if len({number for _, number in found}) == 1 else None

    def _namesakes(
        self, price: Price, counted: Sequence[tuple[Mentioned, Decimal]]
    ) -> list[tuple[Mentioned, Decimal]]:
        """Those that the noun before the price is told of: 电饭煲18台 … 电饭煲每台240元."""
        start = price.mention.span[0]
        folded = self._text.folded
        before = folded[max(self._text.clause(start)[0], start - _ITEM) : start]
        noun = _MARKS.split(_PRICE_WORDS.sub("", before))[-1]
        if len(noun) < 2 or len(counted) > _MOST:
            return []
        items = [self._item(m) for m, _ in counted]
        for name in (noun, noun[-2:]):
            if same := [found for found, item in zip(counted, items, strict=True) if name in item]:
                return same
        return []

    def _item(self, count: Mentioned) -> str:
        """The words around a count that say what is counted."""
        start, end = count.span
        folded = self._text.folded
        before = _MARKS.split(folded[max(0, start - _ITEM) : start])[-1]
        return before + "|" + _MARKS.split(folded[end : end + _ITEM])[0]

    def _lists(self, prices: Sequence[Price]) -> dict[Span, Mentioned]:
        """For several prices of a sentence, by their places, as many counts in like order, one for each.

        A款64副，每副135元，B款29副，每副260元; 3,000元的银卡52张，8,000元的金卡17张; 外套112件、衬衫205件，分别标价180元、95元.
        """
        found: dict[Span, Mentioned] = {}
        for sentence, group in groupby(prices, key=lambda price: self._text.sentence(price.mention.span[0])[0]):
            run = list(group)
            if 1 < len(run) <= _MOST and len({price.kind for price in run}) == 1:
                counts = [m for m in self._by_sentence.get(sentence, ()) if _fits_any(m, run)]
                if paired := _paired(run, counts):
                    found |= {price.mention.span: m for price, m in zip(run, paired, strict=True)}
        return found

    def _shares(self, count: Mentioned) -> Decimal:
        """给两家店各送120卷: how many times the count was given."""
        start = count.span[0]
        if _SHARED_OUT.search(self._text.folded, max(0, start - 2), start):
            clause, sentence = self._text.clause(start)[0], self._text.sentence(start)[0]
            for given in reversed(self._by_sentence[sentence]):
                if clause <= given.span[0] < start and given.unit in _SHARES:
                    return given.value
        return Decimal(1)


def _start(mention: Mentioned) -> int:
    return mention.span[0]


def _fits_any(count: Mentioned, prices: Sequence[Price]) -> bool:
    return count.unit not in NOT_GOODS and any(p.per is None or _number(count, p.per) is not None for p in prices)


def _paired(run: Sequence[Price], counts: Sequence[Mentioned]) -> Sequence[Mentioned] | None:
    """The counts of a sentence in the order of its prices, where each goes with the next, with the last, or block with block."""
    starts = [m.span[0] for m in counts]
    after = [bisect_left(starts, price.mention.span[0]) for price in run]
    if len(set(after)) == len(run):  # a count between any two prices
        if after[0] == 0:  # the prices lead
            return [counts[at] for at in after] if after[-1] < len(counts) else None
        return [counts[at - 1] for at in after]
    alike = after[0] == after[-1] == len(run) or (after[0] == after[-1] == 0 and len(counts) == len(run))
    return counts[: len(run)] if alike else None


def _rank(lot: Lot) -> tuple[int, int]:
    """What was sold goes for what was paid, what was not for its appraisal, its tag, what others paid (法释〔2001〕10号第二条)."""
    kind, part = lot.price.kind, lot.count.of or lot.price.mention.of
    order = (Kind.APPRAISED, Kind.TAG, Kind.SALE, Kind.MARKET) if part == UNSOLD else (Kind.SALE, Kind.TAG)
    distance = abs(lot.price.mention.span[0] - lot.count.span[0])
    return (order.index(kind) if kind in order else len(order)), distance


def _nearest(
    price: Mentioned, counted: Sequence[tuple[Mentioned, Decimal]]
) -> tuple[Mentioned, Decimal] | None:
    """The first of the nearest of ``counted``, which is in order."""
    at = price.span[0]
    index = bisect_left(counted, at, key=lambda found: found[0].span[0])
    beside = counted[max(0, index - 1) : index + 1]
    return min(beside, key=lambda found: abs(found[0].span[0] - at), default=None)


def _of_part(
    price: Price, counted: Sequence[tuple[Mentioned, Decimal]]
) -> Sequence[tuple[Mentioned, Decimal]]:
    """Those of the part of the goods that the price is told of."""
    part = price.mention.of or (SOLD if price.kind == Kind.SALE else "")
    return [found for found in counted if part and found[0].of == part] or counted


def _number(mention: Mentioned, per: str) -> Decimal | None:
    """How many of the rate's unit a quantity is (1 千克 at a price per 克 is 1000); None where it counts something else."""
    times = Decimal(1)
    if per[:1].isdigit() and (several := _SEVERAL.match(per)):
        times, per = Decimal(several[0]), per[several.end() :]  # 45元/千枚 has the unit 千枚, 20元/10个 has ten pieces
    unit = UNITS.get(per)
    if unit and unit.base == mention.unit:
        return mention.value / unit.factor / times
    if not times or not mention.evidence.text.endswith(per):
        return None
    return (mention.value if mention.as_told is None else mention.as_told) / times
