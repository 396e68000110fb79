"""Which of the names of measures in a text binds a figure: by position in the clause, not by nearness alone."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from screening.bundle.vocabulary import MeasureDefinition
from screening.reading.quantities import Amount
from screening.reading.text import Span, Text

__all__ = ["MONEY", "PAID_OUT", "Around", "NameHit", "Names", "Word", "befell"]

MONEY = "元"
#: What the party spent is none of what it got.
PAID_OUT = re.compile("支付|付给|付出|花去|花费|退还|退款|缴纳")
_BY = re.compile("[按以照依][^,。;:()按以照依计核折算]{0,8}\\Z")  # 按购进价计9300元, 按省局零售价目录折算128000元
_COUNTED_BY = re.compile("[^,。;:()计核折算为是合共总]{0,4}[计核折算]")
_BY_WITHIN, _PRICE = 9, "价"
_ENOUGH = 10  # the score from which a name binds a figure
_FORMULA = 200  # how far a formula with its heading may reach
_LONG_NAME = 6  # what the length of a name adds at most
_IS_OF = re.compile(
    r",(?:[^,。;:()\d]{2,14},)?(?:[^,。;:、()为是在]{0,7}?)(?:均|全部|其中|现状|原|地类|类别)?"
    r"(?:属于?|系|为|是|落在|均在|全部在|均?检出)[^,。;:、()]{0,8}"
)
_BEFELL = re.compile("[受负轻重死伤遇]|失踪|被困|中毒|获救|(?:皮肤)?[擦划挫烫烧砸]伤")
_AFTERWARDS = re.compile("之?后(?![续期来备])")
_AGAINST = ("但", "却")
# 贷款8笔，逐年如下：…: what announces a list parts nothing
_MARKS = re.compile(r"(?<!如下):|,(?![^,。;:()\d]{0,8}如下:)|[()但却]")
_REMARK = re.compile(r"(\([^()。;]*\))[^,。;、()\d]{0,6}\Z")
_LONGEST_REMARK = 60
_MIXED_INTO = re.compile("[混掺倒并][入进]到?|混在|混同")
_DIGIT = re.compile(r"\d")
_COMES_TO = re.compile(",(?:[即计]|共计|合计|折合|也就是)?(?:为|人民币)*\\Z|计\\Z")
_PARTS = (",。;:、()", ",。;:、() ")  # money in columns is parted by blanks


class Word(NamedTuple):
    definition: MeasureDefinition
    units: frozenset[str]
    before: bool
    after: bool


class NameHit(NamedTuple):
    start: int
    end: int
    words: list[Word]


class Around(NamedTuple):
    """An amount among the others of its text, with the clause and sentence it stands in."""

    number: int
    amount: Amount
    clause: Span
    sentence: Span


class Names:
    """The names of measures in one text, and which of them an amount has.

    Before a figure a name scores 60, less for distance, for clauses and for other figures in between. Names are tried
    from the nearest outwards until none further off can score enough.
    """

    def __init__(self, amounts: Sequence[Amount], roles: list[NameHit], text: Text) -> None:
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

    def heading(self, around: Around) -> MeasureDefinition | None:
        """What a result is called in front of its formula: 违法所得的计算：收入53200元-成本39900元=13300元."""
        start = around.amount.start
        if self._folded[start - 1 : start] != "=":
            return None
        first = max(around.sentence[0], start - _FORMULA)
        colon = self._folded.rfind(":", first, start)
        for nearest in range(bisect_right(self._ends, colon) - 1, -1, -1):
            hit = self._roles[self._by_end[nearest]]
            if hit.start < first:
                break
            for word in hit.words:
                if around.amount.unit in word.units and not word.definition.aside:
                    return word.definition
        return None

    def best(self, around: Around) -> tuple[MeasureDefinition | None, int]:
        """The measure whose name binds the amount, and its score; the first of equals."""
        word, score = self._before(around)
        return self._after(around, word, score)

    def _before(self, around: Around) -> tuple[MeasureDefinition | None, int]:
        """60 for a name right before the figure; less for distance, for clauses and other figures in between."""
        place, amount, (clause, _), (sentence, _) = around
        folded, amounts = self._folded, self._amounts
        best: tuple[int, int, MeasureDefinition] | None = self._before_remark(amount, sentence)
        penalty, other, listed_to, listed = 0, place - 1, amount.start, False
        counted_to = clause + folded.startswith(_AGAINST, clause)
        for nearest in range(bisect_right(self._ends, amount.start) - 1, -1, -1):
            number = self._by_end[nearest]
            start, end, words = self._roles[number]
            if end <= sentence:
                break
            if (
                _PRICE in folded[start:end]
                and (_COUNTED_BY.match(folded, end, amount.start) or (end == amount.start and amount.per is None))
                and _BY.search(folded, max(0, start - _BY_WITHIN), start)
            ):
                continue  # how it was valued, not what it is
            if _AFTERWARDS.match(folded, end) and end < amount.start - 1:
                continue  # 退款后实际销售6.2万元
            while other >= 0 and amounts[other].end > end:
                penalty += 22 if amounts[other].unit == amount.unit else 5
                if amount.unit == MONEY and PAID_OUT.search(folded, amounts[other].end, amount.start):
                    penalty += 40  # 出售收入46500元，支付台班、工资38200元
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
                # It names the figure before it: 2人重伤、1人轻伤; and no other of which something else is said: 3人死亡、5人受伤.
                score -= 60 if befell(folded, amount) else 30
            elif end <= clause and befell(folded, amount):
                score -= 60  # 均构成重伤，另有一人擦伤
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

    def _before_remark(self, amount: Amount, sentence: int) -> tuple[int, int, MeasureDefinition] | None:
        """A name with a remark in brackets between it and its figure: 应纳税总额（含查补）为67万元; whatever the remark names."""
        remark = _REMARK.search(self._folded, max(sentence, amount.start - _LONGEST_REMARK), amount.start)
        if not remark:
            return None
        for nearest in range(bisect_right(self._ends, remark.start()) - 1, -1, -1):
            number = self._by_end[nearest]
            if self._roles[number].end < remark.start():
                break
            for word in self._roles[number].words:
                if word.before and amount.unit in word.units:
                    return 60 - (amount.start - remark.end(1)), -number, word.definition
        return None

    def _after(
        self, around: Around, best: MeasureDefinition | None, best_score: int
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
            if _MIXED_INTO.search(between):
                continue  # 其余2吨混入生活垃圾外运: what it went into, not what it is
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


def befell(folded: str, amount: Amount) -> bool:
    """Whether behind a number of people stands what befell them, so that no word in front of it does."""
    return amount.unit == "人" and _BEFELL.match(folded, amount.end) is not None


def _close(folded: str, start: int, end: int) -> bool:
    """What is set aside must be named right at the figure: 每公斤23元，计33120元 is a price and then no price."""
    # 千分之五的罚款，计26400元; 林木价值三倍的罚款，共计27000元, but not 运费3000元，合计53000元
    between = folded[start:end]
    between = between.removesuffix("计").rstrip(",") if _DIGIT.search(between) else _COMES_TO.sub("", between)
    return end - start <= 12 and not any(mark in between for mark in ",;()")
