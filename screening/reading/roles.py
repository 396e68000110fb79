"""Which measure an amount is: the word that names it, by position in the clause, not by nearness alone.

A name before the figure binds it (销售金额5万元), unless another figure of the same kind stands between; a noun right
behind a counted figure binds it too (3吨危险废物). 共计/合计 inherits the name of the items before it. A sold or unsold
word in the clause says which part of the goods the figure is about.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal

from screening.bundle.policy import Lexicon
from screening.bundle.vocabulary import MeasureDefinition
from screening.facts import Evidence
from screening.reading.deductions import is_deducted, is_said_deducted
from screening.reading.goods import Goods, by_part, ending
from screening.reading.hits import Hits
from screening.reading.lists import BARE, LONGEST, NOT_ADDED, PARTING, Link, link
from screening.reading.mentions import NOT_GOODS, UNNAMED, Before, Mentioned
from screening.reading.names import MONEY, PAID_OUT, Around, NameHit, Names, Word, befell
from screening.reading.phrases import Phrases
from screening.reading.quantities import Amount
from screening.reading.standing import Standing, Standings
from screening.reading.text import Span, Text

__all__ = ["Roles"]

_ONE = Decimal(1)
_OF_INVOICE = ("价税", "价税合")  # 价税合计 is the price with the tax, no total of several
_OF_WHICH = re.compile("[,;(]其中[^,。;:()]{0,20}")
_CAME_TO = re.compile("[、,(]?(?:合计|涉及|对应)?(?:金额|价款|货款|销售额|销售金额|计|共计?)?(?:合计|共计|为)?")
_PRICE_OF_SALE = re.compile("售价(?!值)")
_WHICH = re.compile("(?:最[多少高低]的?|其中)\\Z")
_NONE_OF = re.compile("(?:[也都]|都还|还)?[没未]")
_OF_BOTH = re.compile(r"\((?:含|包括|连同)[^()]{0,4}[未已]")
_TOGETHER_WITH = ("含", "包括", "连同")  # 货值总计76042元（含未售）
_NOT = ("非", "不是", "不属于", "不属", "并非", "不含")
_EACH_WITHIN = 6
_KINDS = frozenset("种类项地自级方式界处")
#: Who or what may have the same each.
_SHARING = frozenset({"人", "家", "户", "份", "张", "批", "次", "笔", "单", "部", "台"})


class Roles:
    """Compiles the measures' words into the common automaton; names the amounts of a scanned text."""

    def __init__(self, measures: Iterable[MeasureDefinition], lexicon: Lexicon, phrases: Phrases) -> None:
        self._definitions: dict[str, MeasureDefinition] = {}
        self._sums: dict[str, MeasureDefinition] = {}  # what is counted → what a bare 金额 of it is
        self._words: list[list[Word] | None] = phrases.table()
        for definition in measures:
            self._definitions[definition.name] = definition
            if definition.sum_of:
                self._sums[definition.sum_of] = definition
            units = frozenset((definition.unit, *definition.counted_in, *definition.converts))
            for words, before, after in (
                ((definition.name, *definition.words), True, True),
                (definition.before, True, False),
                (definition.after, False, True),
            ):
                for number in map(phrases.word, words):
                    self._words[number] = [*(self._words[number] or ()), Word(definition, units, before, after)]
        self._totals = frozenset(map(phrases.word, lexicon.totals))
        self._parts = frozenset(map(phrases.word, lexicon.parts))
        self._deductions = frozenset(map(phrases.word, lexicon.deductions))
        self._each = frozenset(map(phrases.word, lexicon.each))
        self._sold = frozenset(map(phrases.word, lexicon.sold))
        self._unsold = frozenset(map(phrases.word, lexicon.unsold))

    def name(self, amounts: Sequence[Amount], hits: Hits, standings: Standings) -> list[Mentioned]:
        """The amounts of a text with their measures, in text order; 金额 or 数量 where no word names them."""
        if not amounts:
            return []
        text = hits.text
        names = Names(amounts, self._role_hits(hits), text)
        totals = [span for span in hits.spans(self._totals) if not text.folded.endswith(_OF_INVOICE, 0, span[0])]
        parts = hits.spans(self._parts)
        deductions, each = hits.spans(self._deductions), hits.spans(self._each)
        sold = [span for span in hits.spans(self._sold) if not _PRICE_OF_SALE.match(text.folded, span[1] - 1)]
        unsold = [span for span in hits.spans(self._unsold) if not text.folded.endswith(_TOGETHER_WITH, 0, span[0])]
        goods = Goods(sold, unsold)
        named: list[Mentioned] = []
        before = Before()
        for index, amount in enumerate(amounts):
            start, end = amount.start, amount.end
            around = Around(index, amount, text.clause(start), text.sentence(start))
            gap_start = max(around.clause[0], amounts[index - 1].end if index else 0)
            total = bool(totals) and ending(totals, gap_start, start) >= start - 12
            definition = self._named(names, named, around, total=total)
            last_one = before.alike.get(amount.unit)
            if each and amount.per is None and amount.unit == MONEY and _of_each(text, each, gap_start, start):
                amount = amount._replace(per=_counted(named, amounts, around))  # noqa: PLW2901
            if definition and last_one and self._is_held(definition, last_one, text, start):
                definition, item = None, Link.LOOSE
            else:
                item = _item(last_one, amount, definition, text, names) if last_one else Link.NONE
            minus = bool(deductions) and (
                is_deducted(text, deductions, gap_start, start, definition)
                or is_said_deducted(text, end)
                or bool(named and named[-1].minus and _is_its_price(text, named[-1].span[1], start))
            )
            if minus:
                definition, item, total = None, Link.NONE, False
            elif item and last_one and last_one.minus:
                minus = True  # 扣除筐重14公斤、冰块6公斤
            if definition is None and item and last_one:
                definition = self._definitions.get(last_one.name)
            elif definition is None and (total or minus):
                same = before.named_in(text, amount.unit, start)
                definition = self._definitions.get(same.name) if same else None
            # A sold or unsold word before an earlier figure of the same unit is about that one.
            of = goods.part_of(around, max(around.sentence[0], last_one.evidence.end if last_one else 0))
            if item and last_one and not of:
                of = last_one.of  # 查获的甲、乙价值分别为8万元、6万元
            part = bool(parts) and ending(parts, gap_start, start) >= 0
            if last_one and not of and (part or _OF_WHICH.fullmatch(text.folded, last_one.evidence.end, start)):
                of = last_one.of  # 待售手表48块，其中“甲”牌30块
            if total and not of and not _OF_BOTH.match(text.folded, end):
                told = before.told.get(amount.unit)
                of = (told.of if told else "") or before.goods_part  # 尚未销售的甲8万元、乙6万元，合计14万元
            factor = (definition.accepts(amount.unit) or _ONE) if definition else _ONE
            mention = Mentioned(
                by_part(definition.name, of) if definition else goods.unnamed(around, text.folded),
                amount.value * factor if factor != 1 else amount.value,
                definition.unit if definition else amount.unit,
                amount.approx,
                Evidence(text.name, start, end, text.raw[start:end]),
                Standing.DENIED if _not_one(amount, text) else standings.of_amount((start, end)),
                total,
                part
                or bool(Link.NONE < item < Link.FURTHER and last_one and last_one.part),  # 其中甲书415册，乙书205册
                of,
                amount.per,
                definition is not None and definition.aside,
                factor != 1,
                amount.value if factor != 1 else None,
                item,
                minus,
            )
            named.append(mention)
            before.keep(mention, amount.unit)
            if definition is not None and amount.per is None and amount.unit not in NOT_GOODS | NOT_ADDED:
                self._name_backwards(named, definition, text)
        return named

    def _named(
        self, names: Names, named: Sequence[Mentioned], around: Around, *, total: bool
    ) -> MeasureDefinition | None:
        """The measure whose name binds the amount."""
        definition = names.heading(around) or names.best(around)[0]
        if definition is not None and definition.name == UNNAMED[0]:
            return self._sum_of_counted(named, around)  # 金额 by itself says no more than 元
        if definition is not None and definition.of_one and total:
            return None  # 按同一售价计52000元
        return definition

    def _sum_of_counted(self, named: Sequence[Mentioned], around: Around) -> MeasureDefinition | None:
        """What the bare 金额 of something counted before it in the sentence is: 普票62份给3家单位，金额43.1万元."""
        for mention in reversed(named):
            if mention.evidence.start < around.sentence[0]:
                break
            if mention.name in self._sums:
                return self._sums[mention.name]
        return None

    def _is_held(self, definition: MeasureDefinition, last: Mentioned, text: Text, start: int) -> bool:
        """Whether a figure of another name is an item of the list that the last one opened: 损失31.7万元，运费6.2万元."""
        listing = self._definitions.get(last.name)
        if (
            listing is None
            or definition.name not in listing.holds
            or not last.counts
            or text.folded[last.span[1]] not in PARTING
        ):
            return False
        return text.sentence(last.span[0])[0] == text.sentence(start)[0] and start - last.span[1] <= LONGEST

    def _name_backwards(self, named: list[Mentioned], definition: MeasureDefinition, text: Text) -> None:
        """Items of a list go by one name, also where only the last has it: 《某某精讲》320本、《某某题解》180本图书."""
        for at in range(len(named) - 2, -1, -1):
            one, other = named[at], named[at + 1]
            factor = definition.accepts(one.unit)
            if one.name not in UNNAMED or one.per or factor is None or text.folded[one.span[1]] not in PARTING:
                return
            linked = link(text, one.span, other.span, one.unit)
            if not linked or (linked == Link.LOOSE and text.folded[one.span[1]] == ","):
                return
            named[at + 1] = other._replace(item=Link.LOOSE)
            named[at] = one._replace(
                name=by_part(definition.name, one.of), value=one.value * factor, unit=definition.unit
            )

    def _role_hits(self, hits: Hits) -> list[NameHit]:
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
        kept: list[NameHit] = []
        for start, minus_end, names in found:
            if not kept or start >= kept[-1].end or not _in_longer(start, -minus_end, kept[-4:]):
                kept.append(NameHit(start, -minus_end, names))
        return kept


def _not_one(amount: Amount, text: Text) -> bool:
    """一桶没卖, 一卷也没卖出去: none at all; 最多一人17500元: which of them, not how many."""
    if amount.value != 1 or text.raw[amount.start] != "一":
        return False
    return bool(
        _NONE_OF.match(text.folded, amount.end) or _WHICH.search(text.folded, max(0, amount.start - 4), amount.start)
    )


def _item(last: Mentioned, amount: Amount, definition: MeasureDefinition | None, text: Text, names: Names) -> Link:
    """How an amount goes on the list the last one of its unit stands in: there it goes by the name of the first."""
    end = last.evidence.end
    if text.folded[end] not in PARTING or amount.start - end > LONGEST or last.per or amount.per:
        return Link.NONE
    if last.name in UNNAMED or (definition is not None and definition.name != last.name):
        return Link.NONE
    if amount.unit == MONEY and PAID_OUT.search(text.folded, end, amount.start):
        return Link.NONE
    if definition is None and befell(text.folded, amount):
        return Link.NONE  # 3人死亡、5人受伤: what is said of them is said behind
    if (last.aside or last.minus) and text.folded[end : amount.start] not in BARE:
        return Link.NONE
    found = link(text, last.span, (amount.start, amount.end), amount.unit)
    return Link.NONE if found == Link.LOOSE and names.any_between(end, amount.start) else found


def _is_its_price(text: Text, end: int, start: int) -> bool:
    """Whether the money at ``start`` is what the count before it came to: 其中刷单300笔、金额22500元."""
    return _CAME_TO.fullmatch(text.folded, end, start) is not None


def _of_each(text: Text, words: list[Span], gap_start: int, start: int) -> bool:
    """Whether 各 or 均为 stands before the figure; 各类 and 各地 say nothing of it."""
    end = ending(words, gap_start, start)
    return 0 <= start - end <= _EACH_WITHIN and text.folded[end] not in _KINDS


def _counted(named: Sequence[Mentioned], amounts: Sequence[Amount], around: Around) -> str | None:
    """The classifier of what was counted, or priced, last in the sentence: 三人各出资2万元; 6份，每份10万元，税额都是1万元."""
    for mention, amount in zip(reversed(named), reversed(amounts[: len(named)]), strict=True):
        if mention.evidence.start < around.sentence[0]:
            break
        if mention.per and mention.unit == MONEY:
            return mention.per
        if mention.per is None and mention.unit in _SHARING and mention.value > 1:
            return amount.written_unit
    return None


def _in_longer(start: int, end: int, others: Sequence[NameHit]) -> bool:
    for s, e, _ in others:  # noqa: SIM110 - making a generator costs more than looking
        if s <= start and end <= e and e - s > end - start:
            return True
    return False
