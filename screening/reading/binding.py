"""Which measure a figure is: by the name that binds it, by what it is told of, by what stands right before it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from screening.bundle.vocabulary import MeasureDefinition
from screening.reading.goods import traded_for
from screening.reading.headed import HeadedLosses
from screening.reading.mentions import UNNAMED, Mentioned
from screening.reading.names import MONEY, Around, Names
from screening.reading.prices import DEAREST
from screening.reading.quantities import Amount
from screening.reading.text import Text
from screening.reading.wholes import VALUE

__all__ = ["CAME_TO", "Binding", "Measures", "general_names"]

#: What is paid back, and what an insurer was made to pay.
_BACK, _INSURANCE = "退赔", "骗取保险金数额"
_INSURER_PAID = re.compile("(?:保险公司|保险人|承保公司|财险|人保|寿险)[^,。;\\d]{0,14}赔[付偿款][^,。;]{0,24}\\Z")
_FEIGNED = re.compile("骗保|骗[取得领赔]|伪造|编造|虚构|谎[报称]|摆拍|顶包|故意制造")
_COMES_TO = re.compile("[,、]?(?:折?合|共?计|共|总价|得款?)(?:共|计)?(?:人民币)?")
_OF_ONE_BEHIND = frozenset("一每/")
_TAG, _TAG_WITHIN = re.compile("标价(?:为|是)?\\Z"), 5
#: Between a count and the sum of what was counted.
CAME_TO = re.compile("[、,(]?(?:合计|涉及|对应)?(?:金额|价款|货款|销售额|销售金额|计|共计?)?(?:合计|共计|为)?")


def general_names(definition: MeasureDefinition) -> frozenset[str]:
    """The measures that stand for it by themselves where it is not told under its own name."""
    return frozenset(f.terms[0].measure for f in definition.made_of if len(f.terms) == 1 and not f.divisor)


class Measures(NamedTuple):
    """The measures that a figure may be, by name; ``sums``: what is counted → what a bare 金额 of it is.

    ``general``: the names under which a figure of such a measure may go (超过排放标准倍数).
    """

    by_name: Mapping[str, MeasureDefinition]
    sums: Mapping[str, MeasureDefinition]
    general: frozenset[str]


class Binding:
    """Binds the figures of one text; ``told`` are those before the one that is looked at, and grows meanwhile."""

    def __init__(self, measures: Measures, names: Names, text: Text, told: Sequence[Mentioned]) -> None:
        self._measures, self._names, self._text, self._told = measures, names, text, told
        self.losses = HeadedLosses(text.folded)

    def of(self, around: Around, total: bool) -> MeasureDefinition | None:
        """The measure whose name binds the amount."""
        names = self._names
        if around.amount.unit == MONEY and not total and (loss := self.losses.named(around.amount.start)):
            return self._measures.by_name.get(loss)
        definition = names.heading(around) or names.best(around)[0]
        if definition is None:
            return None
        if definition.name == UNNAMED[0]:
            return self._sum_of_counted(around)  # 金额 by itself says no more than 元
        amount = around.amount
        if definition.of_one and (total or self._is_product(amount)):
            return None  # 按同一售价计52000元
        if amount.unit != MONEY:
            return self._of_measured(around, definition)
        if definition.of_one and amount.per is None and amount.value > DEAREST and self._is_tag(amount):
            return self._measures.by_name.get(VALUE)
        if definition.aside and traded_for(self._text.folded, amount.start, amount.end):
            return None  # 从某处以4000元买得
        if definition.name == _BACK and self._is_from_insurer(around):
            return self._measures.by_name.get(_INSURANCE)
        return self._sum_right_behind(amount, definition)

    def _is_product(self, amount: Amount) -> bool:
        """当天批发价14元/公斤合6048元: what a price told right before it comes to."""
        last = self._told[-1] if self._told else None
        return bool(last and last.per and _COMES_TO.fullmatch(self._text.folded, last.span[1], amount.start))

    def _is_tag(self, amount: Amount) -> bool:
        """仓库尚存轿车型标价52800元: the tags of a whole lot; dearer than what a thing costs by its tag."""
        folded = self._text.folded
        if folded[amount.end : amount.end + 1] in _OF_ONE_BEHIND:
            return False
        return _TAG.search(folded, max(0, amount.start - _TAG_WITHIN), amount.start) is not None

    def _sum_right_behind(self, amount: Amount, definition: MeasureDefinition) -> MeasureDefinition:
        """What stands right behind its count is the sum of that, whatever is named before both: 广告费普票39份共43.1万元."""
        counted = self._told[-1] if self._told else None
        whole = self._measures.sums.get(counted.name) if counted else None
        if counted is None or whole is None:
            return definition
        if any(term.measure == whole.name for formula in definition.made_of for term in formula.terms):
            return definition
        return whole if CAME_TO.fullmatch(self._text.folded, counted.span[1], amount.start) else definition

    def _of_measured(self, around: Around, definition: MeasureDefinition) -> MeasureDefinition:
        """What a figure under a general name is, by the one thing that it is told of: 总镍2.1mg/L，超过限值3.2倍."""
        if definition.name not in self._measures.general:
            return definition
        found: MeasureDefinition | None = None
        for mention in reversed(self._told):
            if mention.evidence.start < around.sentence[0] or mention.unit == definition.unit:
                break
            whole = self._measures.sums.get(mention.name, found)
            if found is not None and whole is not found:
                return definition  # 总铬、总镍……分别超过限值
            found = whole
        return found if found and definition.name in general_names(found) else definition

    def _is_from_insurer(self, around: Around) -> bool:
        """Whether an insurer paid the sum to one who feigned what it was paid for: 摆拍追尾……，保险公司赔付18500元."""
        folded, start = self._text.folded, around.amount.start
        return bool(_INSURER_PAID.search(folded, around.clause[0], start) and _FEIGNED.search(folded))

    def _sum_of_counted(self, around: Around) -> MeasureDefinition | None:
        """What the bare 金额 of something counted before it in the sentence is: 普票62份给3家单位，金额43.1万元."""
        for mention in reversed(self._told):
            if mention.evidence.start < around.sentence[0]:
                break
            if mention.name in self._measures.sums:
                return self._measures.sums[mention.name]
        return None
