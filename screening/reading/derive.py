"""Quantities that follow from what is told: price × quantity, with the spans of both."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal

from screening.facts import Evidence
from screening.quantity import UNITS
from screening.reading.roles import NOT_GOODS, SOLD, UNSOLD, Mentioned
from screening.reading.standing import Standing
from screening.reading.text import Text

__all__ = ["derive"]

_SELLING = re.compile(r"(?<![未待零])[销售卖](?!价|后)")
_COST = frozenset({"成本"})
#: Where the classifier of a price is not told: 单价118元, 均价21元.
_NO_CLASSIFIER = frozenset({None, "单价", "均价"})
# A price that is told without a classifier: 标价100元, 100元的价签. More than this is the price of a lot.
_PRICE_BEFORE = re.compile(r"(?:出厂价|零售价|批发价|标价|定价|售价|价签|吊牌价)(?:均|分别|为|是|约|[:：])?$")
_PRICE_AFTER = re.compile(r"的?(?:价签|标价|定价|吊牌)")
_NEXT_PRICE = re.compile(r"[、,][\u4e00-\u9fff]{2,6}")
_DEAREST = Decimal(5000)
_BESIDE = 30
_PRICE_WORDS = re.compile(r"(?:单价|均价|出厂价|零售价|批发价|标价|定价|售价|价签|吊牌价|每.|[均为是按约:：])+$")
_SHARED_OUT = re.compile(r"各[\u4e00-\u9fff]?$")
_SHARES = frozenset({"家", "人", "户", "名", "次"})


def derive(named: Sequence[Mentioned], text: Text) -> list[Mentioned]:
    """Price × quantity where a rate (180元/条, 每瓶40元, 标价100元) meets a count that it prices.

    The count is the nearest of its classifier in the sentence, else the one of the same noun (外套112件 … 外套出厂价85元).
    Not where the product is told.
    """
    loads = _loads(named, text)
    prices = _prices(named, text)
    if not prices:
        return loads
    told = {m.value for m in named if m.per is None and m.unit == "元"}
    counts = _Counts([*named, *loads], text)
    selling = _SELLING.search(text.folded)
    derived = loads
    for price in prices:
        found = counts.priced_by(price)
        if found is None:
            continue
        count, number = found
        value = number * price.value
        if value in told:
            continue
        part = count.of or price.of
        sentence_end = text.sentence(price.evidence.start)[1]
        sold = part == SOLD or (part != UNSOLD and selling is not None and selling.end() <= sentence_end)
        name = "货值金额" if price.name == "货值金额" or not sold else "销售金额"
        start = min(count.evidence.start, price.evidence.start)
        end = max(count.evidence.end, price.evidence.end)
        evidence = Evidence(text.name, start, end, text.raw[start:end])
        approx = count.approx or price.approx
        derived.append(Mentioned(name, value, "元", approx, evidence, Standing.ASSERTED, of=part, derived=True))
        told.add(value)
    return derived


def _loads(named: Sequence[Mentioned], text: Text) -> list[Mentioned]:
    """What several carry together: 共9船，每船380吨."""
    rates = [m for m in named if m.per and m.unit not in NOT_GOODS and m.standing is Standing.ASSERTED]
    if not rates:
        return []
    counts = _Counts(named, text)
    loads: list[Mentioned] = []
    for rate in rates:
        found = counts.nearest(rate)
        if found is not None and found[1] > 1:
            start, end = sorted((*found[0].span, *rate.span))[::3]
            loads.append(
                rate._replace(
                    value=rate.value * found[1],
                    per=None,
                    derived=True,
                    evidence=Evidence(text.name, start, end, text.raw[start:end]),
                )
            )
    return loads


def _prices(named: Sequence[Mentioned], text: Text) -> list[Mentioned]:
    """The prices of one piece, in order; one that follows another in a list needs no word of its own."""
    prices: list[Mentioned] = []
    for mention in named:
        if mention.unit != "元" or mention.standing is not Standing.ASSERTED:
            continue
        listed = (
            prices
            and prices[-1].per is None
            and mention.value <= _DEAREST
            and _NEXT_PRICE.fullmatch(text.folded[prices[-1].evidence.end : mention.evidence.start])
        )
        if listed or _is_price(mention, text):
            prices.append(mention)
    return prices


def _is_price(mention: Mentioned, text: Text) -> bool:
    if mention.per is not None:
        return mention.name not in _COST
    if mention.value > _DEAREST or mention.total:
        return False
    start, end = mention.span
    before = text.folded[max(0, start - 6) : start]
    return _PRICE_BEFORE.search(before) is not None or _PRICE_AFTER.match(text.folded, end) is not None


class _Counts:
    """The counts of a text by sentence; of each sentence and unit of a rate those that count it, looked for once."""

    def __init__(self, named: Sequence[Mentioned], text: Text) -> None:
        self._text = text
        self._by_sentence: dict[int, list[Mentioned]] = defaultdict(list)
        self._by_noun: dict[str, list[Mentioned]] = defaultdict(list)
        for mention in named:
            if mention.counts:
                self._by_sentence[text.sentence(mention.evidence.start)[0]].append(mention)
                if mention.unit not in NOT_GOODS:
                    start = mention.evidence.start
                    self._by_noun[text.folded[max(0, start - 2) : start]].append(mention)
        self._by_per: dict[str, list[tuple[Mentioned, Decimal]]] = {}
        self._known: dict[tuple[int, str], list[tuple[int, Mentioned, Decimal]]] = {}

    def priced_by(self, price: Mentioned) -> tuple[Mentioned, Decimal] | None:
        """The count that a price is for, and how many of the price's unit it is."""
        if price.per not in _NO_CLASSIFIER and (found := self.nearest(price) or self._only(price)):
            return found
        return self._namesake(price) or (self._beside(price) if price.per in _NO_CLASSIFIER else None)

    def nearest(self, price: Mentioned) -> tuple[Mentioned, Decimal] | None:
        """The count nearest to a rate in its sentence, the first of two."""
        at, per = price.evidence.start, price.per or ""
        sentence = self._text.sentence(at)[0]
        known = self._known.get((sentence, per))
        if known is None:
            numbers = ((m, _number(m, per)) for m in self._by_sentence[sentence])
            known = [(m.evidence.start, m, number * self._shares(m)) for m, number in numbers if number is not None]
            self._known[sentence, per] = known
        index = bisect_left(known, (at,))
        beside = known[max(0, index - 1) : index + 1]
        if not beside:
            return None
        _, count, number = min(beside, key=lambda item: abs(item[0] - at))
        return count, number

    def _only(self, price: Mentioned) -> tuple[Mentioned, Decimal] | None:
        """The one count of the text that a price told in another sentence can be for."""
        per = price.per or ""
        if per not in self._by_per:
            numbers = ((m, _number(m, per)) for counts in self._by_sentence.values() for m in counts)
            self._by_per[per] = [(m, number) for m, number in numbers if number is not None]
        found = self._by_per[per]
        return found[0] if len({number for _, number in found}) == 1 else None

    def _beside(self, price: Mentioned) -> tuple[Mentioned, Decimal] | None:
        """The last count of goods right before a price without a classifier: 180卷，单价118元."""
        for count in self._before(price):
            if count.evidence.end < price.evidence.start - _BESIDE:
                return None
            if count.unit not in NOT_GOODS:
                return count, count.value * self._shares(count)
        return None

    def _namesake(self, price: Mentioned) -> tuple[Mentioned, Decimal] | None:
        """The one count in the text that stands behind the noun which the price stands behind."""
        same = self._by_noun.get(_noun(self._text.folded, price.evidence.start), ())
        if len(same) != 1 or (price.per not in _NO_CLASSIFIER and _number(same[0], price.per or "") is None):
            return None
        return same[0], same[0].value

    def _shares(self, count: Mentioned) -> Decimal:
        """给两家店各送120卷: how many times the count was given."""
        start = count.evidence.start
        if _SHARED_OUT.search(self._text.folded, max(0, start - 2), start):
            clause = self._text.clause(start)[0]
            for given in self._before(count):
                if given.evidence.start < clause:
                    break
                if given.unit in _SHARES:
                    return given.value
        return Decimal(1)

    def _before(self, mention: Mentioned) -> Iterator[Mentioned]:
        """The counts before a mention in its sentence, the nearest first."""
        counts = self._by_sentence[self._text.sentence(mention.evidence.start)[0]]
        for index in range(bisect_left(counts, mention.evidence.start, key=_start) - 1, -1, -1):
            yield counts[index]


def _start(mention: Mentioned) -> int:
    return mention.evidence.start


def _noun(folded: str, end: int) -> str:
    """The two characters before a figure, without the words of a price."""
    before = folded[max(0, end - 12) : end]
    noun = _PRICE_WORDS.sub("", before)[-2:]
    return noun if noun.isalpha() else ""


def _number(mention: Mentioned, per: str) -> Decimal | None:
    """How many of the rate's unit a quantity is (1 千克 at a price per 克 is 1000); None where it counts something else."""
    unit = UNITS.get(per)
    if unit and unit.base == mention.unit:
        return mention.value / unit.factor
    if not mention.evidence.text.endswith(per):
        return None
    return mention.value if mention.as_told is None else mention.as_told
