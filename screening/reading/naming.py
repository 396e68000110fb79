"""The figures of one text, named one after the other: what is told of one bears on the next.

A name before the figure binds it (销售金额5万元), unless another figure of the same kind stands between; a noun right
behind a counted figure binds it too (3吨危险废物). 共计/合计 inherits the name of the items before it. A sold or unsold
word in the clause says which part of the goods the figure is about.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from screening.bundle.vocabulary import MeasureDefinition
from screening.reading.binding import CAME_TO, Binding, Measures
from screening.reading.deductions import is_deducted, is_left_out, is_said_deducted
from screening.reading.each_time import is_valuation, of_each_time
from screening.reading.goods import UNSOLD, Goods, by_part, ending
from screening.reading.lists import BARE, LONGEST, NOT_ADDED, PARTING, Link, converted, kinds_alike, link
from screening.reading.mentions import NOT_GOODS, UNNAMED, Before, Mentioned
from screening.reading.names import MONEY, PAID_OUT, Around, Names, befell
from screening.reading.quantities import Amount
from screening.reading.standing import Standing, Standings
from screening.reading.text import Span, Text
from screening.reading.wholes import VALUE

__all__ = ["Found", "Naming"]

_ONE = Decimal(1)
_OF_WHICH = re.compile("[,;(]其中[^,。;:()]{0,20}")
_WHICH = re.compile("(?:最[多少高低]的?|其中)\\Z")
_NONE_OF = re.compile("(?:[也都]|都还|还)?[没未]")
_OF_BOTH = re.compile(r"\((?:含|包括|连同)[^()]{0,4}[未已]")
_TOTAL_WITHIN, _EACH_WITHIN, _ALONGSIDE = 12, 6, 14
#: 甲4200元、其余七户合计15100元: an item of the list, not its total.
_OF_THE_REST, _REST_WITHIN = re.compile("(?:其余|其他|余下)[^,。;、]{0,10}(?:合计|共计?|总计)\\Z"), 16
_KINDS = frozenset("种类项地自级方式界处")
#: What is told of several each and is no piece of a kind.
_NO_KINDS = NOT_GOODS - {"份", "个", "辆"}
#: Who or what may have the same each.
_SHARING = frozenset({"人", "家", "户", "份", "张", "批", "次", "笔", "单", "部", "台"})


class Found(NamedTuple):
    """What was found in a text that bears on the names of its figures.

    The spans, sorted, are those of the words that say of a figure that it is a total (共计), a part (其中), taken off (扣除), of each (各).
    """

    text: Text
    names: Names
    goods: Goods
    standings: Standings
    totals: list[Span]
    parts: list[Span]
    deductions: list[Span]
    each: list[Span]


class Naming:
    """Names the figures of one text, from the first to the last."""

    def __init__(self, measures: Measures, found: Found) -> None:
        self._measures, self._found, self._text = measures, found, found.text
        self._told: list[Mentioned] = []
        self._binding = Binding(measures, found.names, found.text, self._told)
        self._before = Before()

    def all(self, amounts: Sequence[Amount]) -> list[Mentioned]:
        """The amounts with their measures, in text order."""
        last_end = 0
        for index, amount in enumerate(amounts):
            around = Around(index, amount, self._text.clause(amount.start), self._text.sentence(amount.start))
            gap_start = max(around.clause[0], last_end)
            if per := of_each_time(self._text, amounts[index - 1] if index else None, amount):
                amount = amount._replace(per=per)  # noqa: PLW2901
                around = around._replace(amount=amount)
            elif self._is_of_each(amount, gap_start):
                amount = amount._replace(per=self._counted(amounts, around))  # noqa: PLW2901
                around = around._replace(amount=amount)
            elif kinds := self._kinds_alike(amount, gap_start):
                amount = amount._replace(value=amount.value * kinds)  # noqa: PLW2901
                around = around._replace(amount=amount)
            mention, definition = self._mention(around, gap_start)
            self._told.append(mention)
            self._before.keep(mention, amount.unit)
            counts_goods = amount.per is None and amount.unit not in NOT_GOODS | NOT_ADDED
            if definition and counts_goods and not (definition.aside and definition.unit != MONEY):
                self._name_backwards(definition)
            last_end = amount.end
        return self._told

    def _mention(self, around: Around, gap_start: int) -> tuple[Mentioned, MeasureDefinition | None]:
        """A figure with its measure; what stands between ``gap_start`` and the figure is said of none before it."""
        amount, text, found = around.amount, self._text, self._found
        start, end = amount.start, amount.end
        last = self._before.alike.get(amount.unit)
        total = bool(found.totals) and ending(found.totals, gap_start, start) >= start - _TOTAL_WITHIN
        total = total and not converted(text.folded, start)
        valued = total and self._before.goods_part == UNSOLD and is_valuation(text.folded, around.clause[0], start)
        total = total and not valued
        definition = self._binding.of(around, total)
        if definition and last and self._is_held(definition, last, start):
            definition, item = None, Link.LOOSE
        else:
            item = self._item(last, amount, definition) if last else Link.NONE
        minus = self._is_taken_off(definition, gap_start, start, end)
        if minus:
            definition, item, total = None, Link.NONE, False
        elif item and last and last.minus:
            minus = True  # 扣除筐重14公斤、冰块6公斤
        if definition is None:
            definition = self._inherited(last if item else None, amount, looks_back=total or minus)
        part = bool(found.parts) and ending(found.parts, gap_start, start) >= 0
        of = UNSOLD if valued else self._part_of_goods(around, last, bool(item), part, total)
        if total and _OF_THE_REST.search(text.folded, max(0, start - _REST_WITHIN), start):
            total, item = False, Link.LOOSE
        factor = (definition.accepts(amount.unit) or _ONE) if definition else _ONE
        name = by_part(definition.name, of) if definition else found.goods.unnamed(around, text.folded)
        mention = Mentioned(
            VALUE if valued else name,
            amount.value * factor if factor != 1 else amount.value,
            definition.unit if definition else amount.unit,
            amount.approx,
            text.evidence(start, end),
            self._standing(amount, minus=minus, gap_start=gap_start),
            total,
            part or bool(Link.NONE < item < Link.FURTHER and last and last.part),  # 其中甲书415册，乙书205册
            of,
            amount.per,
            definition is not None and definition.aside,
            factor != 1,
            amount.value if factor != 1 else None,
            item,
            minus,
        )
        return mention, definition

    def _standing(self, amount: Amount, *, minus: bool, gap_start: int) -> Standing:
        """How a figure stands; what is dismissed of a whole (其中1.3万元……应予剔除) is taken off it and counts as that."""
        text, found = self._text, self._found
        if _not_one(amount, text):
            return Standing.DENIED
        if not minus and found.deductions and is_left_out(text, found.deductions, gap_start, amount.start):
            return Standing.ASIDE
        standing = found.standings.of_amount((amount.start, amount.end))
        return Standing.ASSERTED if minus and standing is Standing.ASIDE else standing

    def _inherited(self, listed: Mentioned | None, amount: Amount, *, looks_back: bool) -> MeasureDefinition | None:
        """What a figure goes by that no word names: by the list it stands on, or by what a total or a deduction looks back to."""
        same = listed
        if same is None and looks_back:
            same = self._before.named_in(self._text, amount.unit, amount.start)
        return self._measures.by_name.get(same.name) if same else None

    def _is_held(self, definition: MeasureDefinition, last: Mentioned, start: int) -> bool:
        """Whether a figure of another name is an item of the list that the last one opened: 损失31.7万元，运费6.2万元."""
        text, listing = self._text, self._measures.by_name.get(last.name)
        if (
            listing is None
            or definition.name not in listing.holds
            or not last.counts
            or text.folded[last.span[1]] not in PARTING
        ):
            return False
        return text.sentence(last.span[0])[0] == text.sentence(start)[0] and start - last.span[1] <= LONGEST

    def _item(self, last: Mentioned, amount: Amount, definition: MeasureDefinition | None) -> Link:
        """How an amount goes on the list the last one of its unit stands in: there it goes by the name of the first."""
        folded, end = self._text.folded, last.evidence.end
        if folded[end] not in PARTING or amount.start - end > LONGEST or last.per:
            return Link.NONE
        if last.name in UNNAMED or (definition is not None and definition.name != last.name):
            return Link.NONE
        if amount.unit == MONEY and (listed := self._binding.losses.list_of(amount.start)) is not None:
            return Link.MARKED if self._binding.losses.list_of(last.span[0]) == listed else Link.NONE
        if amount.unit == MONEY and PAID_OUT.search(folded, end, amount.start):
            return Link.NONE
        if definition is None and befell(folded, amount):
            return Link.NONE  # 3人死亡、5人受伤: what is said of them is said behind
        if (last.aside or last.minus) and folded[end : amount.start] not in BARE:
            return Link.NONE
        found = link(self._text, last.span, (amount.start, amount.end), amount.unit)
        if amount.per and (amount.unit != MONEY or definition is not None or found != Link.MARKED):
            return Link.NONE  # 2023年35万元；2024年两笔，各25万元
        unsure = found == Link.LOOSE and not converted(folded, amount.start)
        return Link.NONE if unsure and self._found.names.any_between(end, amount.start) else found

    def _is_taken_off(self, definition: MeasureDefinition | None, gap_start: int, start: int, end: int) -> bool:
        """Whether the figure is a deduction, or the price of what was one: 其中刷单300笔、金额22500元."""
        deductions = self._found.deductions
        if deductions and is_deducted(self._text, deductions, gap_start, start, definition):
            return True
        if is_said_deducted(self._text, start, end):
            return True
        last = self._told[-1] if self._told else None
        return last is not None and last.minus and bool(CAME_TO.fullmatch(self._text.folded, last.span[1], start))

    def _part_of_goods(self, around: Around, last: Mentioned | None, item: bool, part: bool, total: bool) -> str:
        """Which part of the goods the figure is about, by the words around it or by the figure that it goes on from."""
        folded, amount = self._text.folded, around.amount
        # A sold or unsold word before an earlier figure of the same unit is about that one.
        of = self._found.goods.part_of(around, max(around.sentence[0], last.evidence.end if last else 0))
        # 查获的甲、乙价值分别为8万元、6万元; 待售手表48块，其中“甲”牌30块
        goes_on = last and (_OF_WHICH.fullmatch(folded, last.span[1], amount.start) or self._is_alongside(last, amount))
        if last and not of and (item or part or goes_on):
            of = last.of
        if total and not of and not _OF_BOTH.match(folded, amount.end):
            told = self._before.told.get(amount.unit)
            of = (told.of if told else "") or self._before.goods_part  # 尚未销售的甲8万元、乙6万元，合计14万元
        return of

    def _is_alongside(self, last: Mentioned, amount: Amount) -> bool:
        """尚存轿车型标价52800元、越野型标价38400元: what 、 parts and the same words lead up to."""
        folded, end = self._text.folded, last.span[1]
        if folded[end : end + 1] != "、" or amount.start - end > _ALONGSIDE or amount.unit != last.unit:
            return False
        return folded[amount.start - 2 : amount.start] == folded[last.span[0] - 2 : last.span[0]]

    def _is_of_each(self, amount: Amount, gap_start: int) -> bool:
        """Whether 各 or 均为 stands before a sum of money; 各类 and 各地 say nothing of it."""
        if not self._found.each or amount.per is not None or amount.unit != MONEY:
            return False
        end = ending(self._found.each, gap_start, amount.start)
        return 0 <= amount.start - end <= _EACH_WITHIN and self._text.folded[end] not in _KINDS

    def _kinds_alike(self, amount: Amount, gap_start: int) -> int:
        """Of how many kinds that are named alike so many each are counted: 公章、合同章各一枚; 0 where it is no such list."""
        if not self._found.each or amount.per is not None or amount.unit in NOT_ADDED or amount.unit in _NO_KINDS:
            return 0
        return kinds_alike(self._text.folded, gap_start, amount.start)

    def _counted(self, amounts: Sequence[Amount], around: Around) -> str | None:
        """The classifier of what was counted, or priced, last in the sentence: 三人各出资2万元; 6份，每份10万元，税额都是1万元."""
        for mention, amount in zip(reversed(self._told), reversed(amounts[: around.number]), strict=True):
            if mention.evidence.start < around.sentence[0]:
                break
            if mention.per and mention.unit == MONEY:
                return mention.per
            if mention.per is None and mention.unit in _SHARING and mention.value > 1:
                return amount.written_unit
        return None

    def _name_backwards(self, definition: MeasureDefinition) -> None:
        """Items of a list go by one name, also where only the last has it: 《某某精讲》320本、《某某题解》180本图书."""
        text, told = self._text, self._told
        for at in range(len(told) - 2, -1, -1):
            one, other = told[at], told[at + 1]
            factor = definition.accepts(one.unit)
            if one.name not in UNNAMED or one.per or factor is None or text.folded[one.span[1]] not in PARTING:
                return
            linked = link(text, one.span, other.span, one.unit)
            if not linked or (linked == Link.LOOSE and text.folded[one.span[1]] == ","):
                return
            told[at + 1] = other._replace(item=Link.LOOSE)
            told[at] = one._replace(
                name=by_part(definition.name, one.of), value=one.value * factor, unit=definition.unit
            )


def _not_one(amount: Amount, text: Text) -> bool:
    """一桶没卖, 一卷也没卖出去: none at all; 最多一人17500元: which of them, not how many."""
    if amount.value != 1 or text.raw[amount.start] != "一":
        return False
    return bool(
        _NONE_OF.match(text.folded, amount.end) or _WHICH.search(text.folded, max(0, amount.start - 4), amount.start)
    )
