"""Which count a price is for: by its classifier, by the noun beside both, by its place in a list, else the nearest."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import groupby
from typing import NamedTuple

from screening.reading.counts import Counted, Counts, nearest
from screening.reading.goods import SOLD, UNSOLD, is_said_got, is_said_sold
from screening.reading.mentions import NOT_GOODS, Mentioned
from screening.reading.nouns import item, may_be_of, noun_of_price
from screening.reading.prices import Kind, Price
from screening.reading.text import Span, Text

__all__ = ["LIST", "Lot", "lots", "unsold"]

_BESIDE = 30
# 共卖出75台: a count without a noun of its own
_BARE = re.compile(r"(?:共|卖|售|销|存|出|计|现有|订单)[出了得给有存货]{0,2}$")
_JOINED = frozenset({"、", "和", "及"})
_PARTED = frozenset("、,和及")
# 这两个月都是168元, 均按22元/本: every count of the list before it has this price.
# 甲站320方、乙站510方，每方105元: so has one that a clause of its own tells.
_SHARED = re.compile(r",(?:均|都)?按?(?:每\w{1,3}|单价|售价|均价)[均都为是按卖售计]{0,3}")
_LABEL = re.compile(r"、[^\W\d送赠退样坏另]{1,4}")
_LISTED, _NOTHING = frozenset("、"), frozenset[str]()
_ALIKE, _ALIKE_WITHIN = re.compile(r"[都均皆]|一律|统一"), 8
_BY_ITSELF = frozenset({Kind.COST, Kind.GAIN, Kind.OTHER})
_MONTH = re.compile(r"[、,和及](?:\d{4}年)?\d{1,2}月(?:份|[上中下]旬)?[又再]?")  # 3月1200吨、4月900吨，每吨40元
_BUYER = re.compile(
    r"[、,][\u4e00-\u9fff]{0,2}某[\u4e00-\u9fff]?|[、,]其他?(?:人|客户|顾客|买家)"
)  # 刘某30盒、陈某25盒
LIST = 300  # how long a list of priced goods may be
_MOST = 40  # of more counts than that nobody tells the nouns apart


class Lot(NamedTuple):
    """Goods that are counted and the price that they go for: ``number`` pieces of the price's unit."""

    price: Price
    goods: Mentioned
    number: Decimal

    @property
    def value(self) -> Decimal:
        """Price × quantity, in 元."""
        return self.price.value * self.number

    @property
    def part(self) -> str:
        """The part of the goods it is of."""
        return self.goods.of or self.price.mention.of


def lots(prices: Sequence[Price], counts: Counts, text: Text) -> list[Lot]:
    """Each price with what it is for, in order; a count that several prices are told of goes for the best of them."""
    best: dict[tuple[Span, str | None], Lot] = {}
    lists = dict(_lists(prices, counts, text)) if len(prices) > 1 else {}
    for price in prices:
        found = _goods_of(price, lists.get(price.mention.span), counts, text)
        if found is not None:
            lot = Lot(price, *found)
            key = lot.goods.span, price.mention.name if price.kind in _BY_ITSELF else None
            known = best.get(key)
            if known is None or _rank(lot) < _rank(known):
                best[key] = lot
    return _with_parts(sorted(best.values(), key=lambda lot: lot.price.mention.span), text)


def _with_parts(found: list[Lot], text: Text) -> list[Lot]:
    """An item of a list is of the same part of the goods as the one before it: 待售手表，其中甲牌30块标价1280元，乙牌18块标价960元."""
    for at in range(1, len(found)):
        last, lot = found[at - 1], found[at]
        start = last.price.mention.span[0]
        if lot.part or not last.part or lot.price.kind != last.price.kind or lot.goods.unit != last.goods.unit:
            continue
        sentence = text.sentence(start)
        if not start < lot.price.mention.span[0] < sentence[1]:
            continue
        if text.folded.find("其中", max(sentence[0], start - LIST), start) >= 0:
            found[at] = lot._replace(goods=lot.goods._replace(of=last.part, part=True))
    return found


def unsold(priced: Sequence[Lot], sold: Sequence[Lot], counts: Counts, text: Text) -> list[Lot]:
    """Unsold goods that have no price of their own, at the one price that such goods were sold for (法释〔2004〕19号第十二条)."""
    sold = [lot for lot in sold if lot.price.kind == Kind.SALE and lot.part != UNSOLD]
    if not sold:
        return []
    known = {lot.goods.span for lot in priced if lot.price.kind != Kind.COST}
    found: list[Lot] = []
    for per in {lot.price.per: None for lot in sold}:
        like = [lot for lot in sold if lot.price.per == per]
        for goods, number in counts.everywhere(per):
            if goods.of == UNSOLD and goods.span not in known and goods.unit == like[0].goods.unit:
                paid = [lot for lot in like if may_be_of(goods, lot.goods, text)]
                if len({lot.price.value for lot in paid}) == 1:
                    found.append(Lot(paid[0].price, goods, number))
    return found


def _goods_of(price: Price, listed: Counted | None, counts: Counts, text: Text) -> Counted | None:
    beside = counts.beside(price.mention.span[0], price.per)
    if price.per is None:
        return _of_any_unit(price, listed, beside, counts, text)
    if not beside:
        return _elsewhere(price, counts, text)
    chosen = beside
    if 1 < len(beside) <= _MOST:
        same = _namesakes(price, beside, text)
        if not same and listed is not None:
            return listed
        chosen = same or _of_part(price, beside, text)
    found = _in_its_clause(price, chosen, text) or nearest(price.mention, chosen)
    return _with_neighbours(found, beside, price, text) if found else None


def _in_its_clause(price: Price, counted: Sequence[Counted], text: Text) -> Counted | None:
    """The only count behind a price in its own clause, which no other price has: 进了52只，以35元一只换了40只."""
    start, end = price.mention.span
    low, high = text.clause(start)
    index = bisect_left(counted, start, key=lambda found: found.mention.span[0])
    if index and counted[index - 1].mention.span[0] >= low:
        return None
    own = [found for found in counted[index : index + 2] if end <= found.mention.span[0] < high]
    return own[0] if len(own) == 1 else None


def _of_any_unit(
    price: Price, listed: Counted | None, beside: Sequence[Counted], counts: Counts, text: Text
) -> Counted | None:
    """The count for a price without a classifier: of its noun, right before it, else behind it (按158元出了108双)."""
    if noun_of_price(price.mention, text):
        same = _namesakes(price, counts.everywhere(None), text)
        if len(same) == 1:
            return same[0]
    if listed is not None:
        return listed
    every = beside
    if price.mention.of and len(beside) <= _MOST:
        beside = _of_part(price, beside, text)
    start, end = price.mention.span
    after = bisect_left(beside, start, key=lambda found: found.mention.span[0])
    if after and beside[after - 1].mention.span[1] >= start - _BESIDE:
        return _with_neighbours(beside[after - 1], every, price, text)
    if after < len(beside) and _goes_on(end, beside[after].mention.span[0], text.folded):
        return beside[after]
    return _the_sold(beside[after:], text) if price.kind == Kind.SALE else None


def _the_sold(counted: Sequence[Counted], text: Text) -> Counted | None:
    """The one of several counts that is said to be sold: 售价128元，进货300件，销售205件，剩余35件."""
    sold = [found for found in counted if found.mention.of == SOLD or is_said_sold(found.mention.span[0], text.folded)]
    return sold[0]._replace(mention=sold[0].mention._replace(of=SOLD)) if len(sold) == 1 else None


def _goes_on(end: int, start: int, folded: str) -> bool:
    """Whether a count at ``start`` is of what was priced at ``end``: in its clause, or without a noun of its own."""
    if "," not in folded[end:start]:
        return "、" not in folded[end:start]
    return start - end <= _BESIDE and _BARE.search(folded, end, start) is not None


def _elsewhere(price: Price, counts: Counts, text: Text) -> Counted | None:
    """The one count of the text that a price told in another sentence can be for, else that of the sentence before."""
    counted = counts.everywhere(price.per)
    if 0 < len(counted) <= _MOST:
        if len({found.number for found in counted}) > 1:
            counted = _namesakes(price, counted, text) or _of_part(price, counted, text)
        if len({found.number for found in counted}) == 1:
            return counted[0]
    if price.kind == Kind.COST:
        return None
    own = text.sentence(price.mention.span[0])[0]
    before = counts.beside(max(0, own - 1), price.per)
    return before[0] if len({found.number for found in before}) == 1 else None


def _namesakes(price: Price, counted: Sequence[Counted], text: Text) -> list[Counted]:
    """Those that the noun before the price is told of; else of its last two characters (A款耳机 … 其中耳机)."""
    if not counted or len(counted) > _MOST:
        return []
    noun = noun_of_price(price.mention, text)
    if not noun:
        return []
    items = ["|".join(item(found.mention, text)) for found in counted]
    for name in (noun, noun[-2:]):
        if same := [found for found, words in zip(counted, items, strict=True) if name in words]:
            return same
    return []


def _of_part(price: Price, counted: Sequence[Counted], text: Text) -> Sequence[Counted]:
    """Those of the part of the goods that the price is told of; of what was paid those right behind 销售, 卖出, if the nearest were got."""
    part = price.mention.of or (SOLD if price.kind == Kind.SALE else "")
    same = [found for found in counted if part and found.mention.of == part]
    if price.kind == Kind.COST:
        same = [found for found in counted if is_said_got(found.mention.span[0], text.folded)]
    if same or price.kind != Kind.SALE or price.mention.of:
        return same or counted
    near = nearest(price.mention, counted)
    if near is None or not is_said_got(near.mention.span[0], text.folded):
        return counted
    return [found for found in counted if is_said_sold(found.mention.span[0], text.folded)] or counted


def _with_neighbours(found: Counted, beside: Sequence[Counted], price: Price, text: Text) -> Counted:
    """The count with its neighbours in a list, which have the price in common: 30箱、45箱和25箱，每箱260元.

    Where all are said to have it (五月146双、六月158双，都是168元), their labels do not part them.
    """
    folded, end = text.folded, found.mention.span[1]
    start = price.mention.span[0]
    alike = end <= start and _ALIKE.search(folded, max(end, start - _ALIKE_WITHIN), start) is not None
    before = bisect_left(beside, start, key=lambda one: one.mention.span[0]) - 1
    shared = before >= 0 and _SHARED.fullmatch(folded, beside[before].mention.span[1], start) is not None
    joints = _PARTED if alike else _LISTED if shared else _NOTHING
    first = bisect_left(beside, found.mention.span, key=lambda one: one.mention.span)
    last = first + 1
    while first and _is_joined(beside[first - 1].mention, beside[first].mention, folded, joints):
        first -= 1
    while last < len(beside) and _is_joined(beside[last - 1].mention, beside[last].mention, folded, joints):
        last += 1
    if last - first == 1:
        return found
    items = beside[first:last]
    start, end = items[0].mention.span[0], items[-1].mention.span[1]
    evidence = text.evidence(start, end)
    value = sum((one.mention.value for one in items), Decimal(0))
    mention = found.mention._replace(value=value, as_told=None, evidence=evidence)
    return Counted(mention, sum((one.number for one in items), Decimal(0)))


def _is_joined(one: Mentioned, other: Mentioned, folded: str, joints: frozenset[str]) -> bool:
    """Whether two counts are items of one list: bare figures, each sold (5月销售300箱，6月销售420箱), or parted by such ``joints``."""
    if other.of not in (one.of, ""):
        return False
    between = folded[one.span[1] : other.span[0]]
    if between in _JOINED:
        return True
    if not between or len(between) > _BESIDE or one.total or other.part or "元" in between:
        return False
    # 六月210箱，七、八月合计180箱: less than the one before it is no total of both.
    if other.total and not (joints is _PARTED and other.value < one.value):
        return False
    if one.unit == other.unit and between[:1] in joints and (joints is _PARTED or _LABEL.fullmatch(between)):
        return True
    if one.unit == other.unit and (_BUYER.fullmatch(between) or _MONTH.fullmatch(between)):
        return True
    return between[0] in "、," and all(is_said_sold(m.span[0], folded) for m in (one, other))


def _lists(prices: Sequence[Price], counts: Counts, text: Text) -> Iterator[tuple[Span, Counted]]:
    """For several prices of a sentence, by their places, as many counts in like order, one for each.

    A款64副，每副135元，B款29副，每副260元; 3,000元的银卡52张，8,000元的金卡17张; 外套112件、衬衫205件，分别标价180元、95元.
    """
    for _, group in groupby(prices, key=lambda price: text.sentence(price.mention.span[0])[0]):
        run = list(group)
        if not 1 < len(run) <= _MOST or len({price.kind for price in run}) > 1:
            continue
        at = run[0].mention.span[0]
        fitting = {
            found.mention.span: found
            for per in {price.per: None for price in run}
            for found in counts.beside(at, per)
            if found.mention.unit not in NOT_GOODS or per is None
        }
        paired = _paired(run, [fitting[span] for span in sorted(fitting)])
        for price, found in zip(run, paired, strict=False):
            own = next((one for one in counts.beside(at, price.per) if one.mention is found.mention), None)
            if own is not None:
                yield price.mention.span, own


def _paired(run: Sequence[Price], counted: Sequence[Counted]) -> Sequence[Counted]:
    """The counts in the order of the prices, where each goes with the next, with the last, or block with block; else none."""
    starts = [found.mention.span[0] for found in counted]
    after = [bisect_left(starts, price.mention.span[0]) for price in run]
    if len(set(after)) == len(run):  # a count between any two prices
        if after[0] == 0:  # the prices lead
            return [counted[at] for at in after] if after[-1] < len(counted) else ()
        return [counted[at - 1] for at in after]
    if after[0] != after[-1]:
        return ()
    if after[0] == len(run):  # the counts lead
        return counted[: len(run)]
    return counted if after[0] == 0 and len(counted) == len(run) else ()


def _rank(lot: Lot) -> tuple[int, int]:
    """What was sold goes for what was paid, what was not for its appraisal, its tag, what others paid (法释〔2001〕10号第二条)."""
    order = (Kind.APPRAISED, Kind.TAG, Kind.SALE, Kind.MARKET) if lot.part == UNSOLD else (Kind.SALE, Kind.TAG)
    kind = lot.price.kind
    distance = abs(lot.price.mention.span[0] - lot.goods.span[0])
    return (order.index(kind) if kind in order else len(order)), distance
