"""What a text recites of the law: titles, quoted rules, what a provision says, and the figures that a rule sets."""

from __future__ import annotations

import re

from screening.reading.marks import holder
from screening.reading.text import Span, Text

__all__ = ["Recited"]

_LIMIT_BEFORE = re.compile(
    r"(?:未达到?|未达|(?<!不)低于|不满|未满|不足|不到|达不到|未超过|限值为?|限值|起点为?|标准为?|上限为?|下限为?)[^,。;]{0,3}$"
)
_OVER_LIMIT = re.compile(r"(?<![未不])超过?[^,。;\d]{0,12}\Z")  # 超过标准限值3.5倍: how far over it, not where it lies
_LIMIT_AFTER = re.compile(
    r"(?:以上|以下|以内)?(?:的|为|即为|作为|是)?(?:标准|起点|限值|幅度|门槛)"
    r"|以[上下](?:的|不满|不足|[一二三四五六七八九十百\d]|罚款|处罚)|至"
)
_LIMIT_STARTS = frozenset("以的为即作是标起限幅门至")  # of _LIMIT_AFTER and _BOUND_AFTER
# 货值金额不足十万元的，按十万元计算
_AS_LEAST, _AS_LEAST_WITHIN = (
    re.compile(r"(?:不足|不满|少于|低于)[^,。;]{1,12}的?,?(?:均|一律|应当)?按照?(?:照)?\Z"),
    28,
)
_STANDARD_AFTER = re.compile(r"的标准|追诉|入罪标准|立案标准|起点|门槛|幅度")
_BOUND_AFTER = re.compile(r"以[上下内]|起")
_LIMIT_OVER = re.compile(r"(?:超过|达到|满|不低于|高于)[^,。;]{0,3}\Z")  # 价值超过5万元的
_LAW = re.compile(r"标准|规定|解释|追诉|情形|刑法|要求|条件|一档|适用|应当|移送|第[一二三四五六七八九十百零\d]+[条项]")
# 《…解释》规定，…: what follows to the full stop is the law's, unless the text turns to the case. A notice (《…通告》, 《…名录》) is
# no such law: it says of a place, a time or a species what the case asks for.
_LAW_TOLD = re.compile(
    r"(?:(?<!通告)(?<!公告)(?<!通知)(?<!目录)(?<!名录)》|第[^第,。;:]{1,10}[条款项])[^,。;:\n]{0,24}?规定[,:][^。\n]{0,400}"
)
# 在禁渔区捕捞，情节严重的，依照……追究: a rule told without its name; what stands before 情节严重的 is its hypothesis.
_RULE_TOLD = re.compile(
    r"(?:情节|数额|后果|构成犯罪|造成严重)[^,。;:]{0,8}的,(?:依照|依法|应当?|处[以罚]?|由|追究|移送)"
)
_OF_THE_CASE = re.compile(r"当事人|本案|[本我你该]局|经查|[某其]|被处罚人|\d{4}年")
_BROKEN_LAW = re.compile(r"违反|符合|违背|触犯|构成|[本我]局|依照|依据|根据")
_TURNS = re.compile(r"当事人|本案|[本我]局|经查")
# A title of a document; a quoted rule: 《…》第五十七条第（三）项“……”.
_TITLE = re.compile(r"《[^》\n]{1,60}》")
_RULE_QUOTE = re.compile(r"(?:规定|条)(?:[:：,，]|的)?“[^”]{4,400}”")


class Recited:
    """The passages of one text that speak of the law and not of the case; each question looks at a few of them only."""

    __slots__ = ("_laws", "_passages", "_text")

    def __init__(self, text: Text) -> None:
        self._text = text
        folded = text.folded
        self._passages = [
            [match.span() for match in _TITLE.finditer(folded)] if "《" in folded else [],
            [match.span() for match in _RULE_QUOTE.finditer(folded)] if "“" in folded else [],
            self._laws_told() if "规定" in folded else [],
            self._rules_told(),
        ]
        self._laws: dict[int, bool] = {}  # full sentence → whether it speaks of law

    def holds(self, span: Span) -> bool:
        """Whether the span lies in the title of a document, in a quoted rule or in what a law is told to say."""
        for passages in self._passages:  # noqa: SIM110 - making a generator costs more than looking
            if passages and holder(span, passages) is not None:
                return True
        return False

    def sets(self, span: Span) -> bool:
        """A figure that a rule sets, not one that was found: 五万元以上的, 未达到三吨, 十万元的标准."""
        folded = self._text.folded
        start, end = span
        clause, sentence = self._text.clause(start), self._text.sentence(start)
        limit = _LIMIT_BEFORE.search(folded[max(sentence[0], start - 6) : start + 3])
        if limit and not (folded[end - 1] == "倍" and _OVER_LIMIT.search(folded, max(clause[0], start - 16), start)):
            return True
        if _STANDARD_AFTER.search(folded, end, min(clause[1], end + 20)):
            return True
        if _AS_LEAST.search(folded, max(sentence[0], start - _AS_LEAST_WITHIN), start):
            return True
        if folded[end : end + 1] not in _LIMIT_STARTS:
            return False
        after = folded[end : end + 5]
        if _LIMIT_AFTER.match(after):
            return True
        law = _BOUND_AFTER.match(after) or (after[0] == "的" and _LIMIT_OVER.search(folded, max(0, start - 6), start))
        return bool(law) and self._tells_law(self._text.period(start))

    def _tells_law(self, sentence: Span) -> bool:
        known = self._laws.get(sentence[0])
        if known is None:
            known = self._laws[sentence[0]] = _LAW.search(self._text.folded, *sentence) is not None
        return known

    def _rules_told(self) -> list[Span]:
        """Where a sentence tells a rule and nothing of the case."""
        found = list[Span]()
        for match in _RULE_TOLD.finditer(self._text.folded):
            start = self._text.sentence(match.start())[0]
            if (not found or found[-1][0] != start) and not _OF_THE_CASE.search(
                self._text.folded, start, match.start()
            ):
                found.append((start, match.start()))
        return found

    def _laws_told(self) -> list[Span]:
        """Where the text recites what a law says; not where it says that the law was broken or applied."""
        folded, found = self._text.folded, list[Span]()
        for match in _LAW_TOLD.finditer(folded):
            start, end = match.span()
            if not _BROKEN_LAW.search(folded, self._text.sentence(start)[0], start + 1):
                turn = _TURNS.search(folded, start, end)
                found.append((start, turn.start() if turn else end))
        return found
