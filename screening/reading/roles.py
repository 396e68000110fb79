"""Which measure an amount is: the word that names it, by position in the clause, not by nearness alone.

A name before the figure binds it (销售金额5万元), unless another figure of the same kind stands between; a noun right
behind a counted figure binds it too (3吨危险废物). 共计/合计 inherits the name of the items before it. A sold or unsold
word in the clause says which part of the goods the figure is about.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import NamedTuple

from screening.bundle.policy import Lexicon
from screening.bundle.vocabulary import MeasureDefinition
from screening.facts import Evidence
from screening.reading.goods import SOLD, UNSOLD, Goods, ending
from screening.reading.names import MONEY, Around, NameHit, Names, Word
from screening.reading.phrases import Hits, Phrases
from screening.reading.quantities import Amount
from screening.reading.standing import Standing, Standings
from screening.reading.text import Span, Text

__all__ = ["NOT_GOODS", "SOLD", "UNNAMED", "UNSOLD", "Mentioned", "Roles"]

#: What counts something else than goods.
NOT_GOODS = frozenset({
    MONEY, "人", "家", "次", "日", "年", "个月", "小时", "周", "%", "倍", "批", "项", "种", "户", "岁", "级", "层", "名", "票",
    "台次", "笔", "份", "个", "辆", "页", "间", "艘",
})  # fmt: skip
UNNAMED = frozenset({"金额", "数量"})
_ONE = Decimal(1)
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


_NUMBERS = re.compile(r"\d+|[一二三四五六七八九十]+")
_BARE = frozenset({"、", "和", "及", ",", "、和"})
_ITEM = re.compile(r"[、,;和及]")  # what parts items of a list
_ITEM_GAP = 30
_LABEL_GAP = 12
_TOTAL_REACH = 300


class Roles:
    """Compiles the measures' words into the common automaton; names the amounts of a scanned text."""

    def __init__(self, measures: Iterable[MeasureDefinition], lexicon: Lexicon, phrases: Phrases) -> None:
        self._definitions: dict[str, MeasureDefinition] = {}
        self._words: list[list[Word] | None] = phrases.table()
        for definition in measures:
            self._definitions[definition.name] = definition
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
        self._sold = frozenset(map(phrases.word, lexicon.sold))
        self._unsold = frozenset(map(phrases.word, lexicon.unsold))

    def name(self, amounts: Sequence[Amount], hits: Hits, standings: Standings) -> list[Mentioned]:
        """The amounts of a text with their measures, in text order; 金额 or 数量 where no word names them."""
        if not amounts:
            return []
        text = hits.text
        names = Names(amounts, self._role_hits(hits), text)
        totals, parts = hits.spans(self._totals), hits.spans(self._parts)
        goods = Goods(hits.spans(self._sold), hits.spans(self._unsold))
        named: list[Mentioned] = []
        told_before: dict[str, tuple[str, int]] = {}  # unit → the measure it was told of last, and in which sentence
        # Likewise, without what is set aside (a fine of old is not totalled with the sales), and where it ended.
        fact_before: dict[str, tuple[str, int]] = {}
        goods_part = ""  # the part that goods were counted of last: 待售卷烟118条，核价合计21463元
        part_before: dict[str, str] = {}  # unit → the part of the goods it was told of last
        last_alike: dict[str, int] = {}  # unit → where its last figure ends
        for index, amount in enumerate(amounts):
            start, end = amount.start, amount.end
            around = Around(index, amount, text.clause(start), text.sentence(start))
            gap_start = max(around.clause[0], amounts[index - 1].end if index else 0)
            total = bool(totals) and ending(totals, gap_start, start) >= start - 12
            definition, _ = names.best(around)
            if definition is not None and definition.of_one and total:
                definition = None  # 按同一售价计52000元
            if definition is None and (total or (named and _continues(named, amount, text, names))):
                last, sentence = told_before.get(amount.unit, ("", -1))
                same = sentence == around.sentence[0]
                if not same:
                    last, ended = fact_before.get(amount.unit, ("", start))
                    last = last if _within_reach(text, ended, start) else ""
                definition = self._definitions.get(last)
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
                bool(parts) and ending(parts, gap_start, start) >= 0,
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
                told_before[mention.unit] = mention.name, around.sentence[0]
                if not mention.aside:
                    fact_before[mention.unit] = mention.name, end
                part_before[mention.unit] = of
        return named

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


def _continues(named: list[Mentioned], amount: Amount, text: Text, names: Names) -> bool:
    """Whether an amount is a further item of the list the last one stands in: it goes by the name of the first."""
    last = named[-1]
    between = text.folded[last.evidence.end : amount.start]
    if last.unit != amount.unit or last.per or amount.per or last.name in UNNAMED:
        return False
    if last.aside and between not in _BARE:
        return False
    if len(between) > _ITEM_GAP or not _ITEM.match(between) or names.any_between(last.evidence.end, amount.start):
        return False
    if between[0] == ";" and ":" in text.folded[text.period(last.evidence.start)[0] : last.evidence.start]:
        return True  # 损失认定如下：装修3万元；服装2万元；
    if between in _BARE or _opening(text, last.evidence.start) == _opening(text, amount.start):
        return True
    ends = [text.folded[at - 1 : at] for at in (last.evidence.start, amount.start)]
    return len(between) <= _LABEL_GAP and ends[0] == ends[1] and ends[0].isalpha()  # 甲袋3.2克，乙袋2.9克


def _within_reach(text: Text, start: int, end: int) -> bool:
    """Whether a total may look back so far: over one line end, not over whole paragraphs."""
    return end - start <= _TOTAL_REACH and text.folded.count("\n", start, end) <= 1


def _opening(text: Text, at: int) -> str:
    """How the clause around a figure opens: the items of a list open alike."""
    start = text.clause(at)[0]
    return _NUMBERS.sub("0", text.folded[start : min(at, start + 8)])[:2]


def _in_longer(start: int, end: int, others: Sequence[NameHit]) -> bool:
    return any(s <= start and end <= e and e - s > end - start for s, e, _ in others)


def _by_part(name: str, of: str) -> str:
    """尚未销售 turns 销售金额 into 货值金额 (DESIGN: it does not negate the conduct)."""
    return "货值金额" if name == "销售金额" and of == UNSOLD else name
