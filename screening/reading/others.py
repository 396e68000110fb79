"""Whose figures are somebody else's: of him whose case is another one, or of a third party that acts by itself."""

from __future__ import annotations

from bisect import bisect_left

from screening.reading.marks import any_in
from screening.reading.reach import acts_apart, apart, tried_apart
from screening.reading.text import Span, Text

__all__ = ["Others"]

_NAME_AND_BRACKET = 6


class Others:
    """``marks``: words of another case (另案处理); ``third``: those for a third party (上家). Both sorted."""

    __slots__ = ("_text", "_third", "marks")

    def __init__(self, text: Text, marks: list[Span], third: list[Span]) -> None:
        self._text, self.marks, self._third = text, marks, third

    def told_of(self, span: Span, clause: Span, sentence: Span) -> bool:
        """Whether the text tells the figure of one of them."""
        if (self.marks and self._other(span, clause, sentence)) or (
            self._third and self._acting(span, clause, sentence)
        ):
            return True
        if clause[1] < sentence[1] and any_in(self.marks, (clause[1], clause[1] + 2)):
            return True  # 邻居翻耕6亩，另案办理
        return bool(self.marks) and self._is_tried_apart(span, sentence)

    def _other(self, span: Span, clause: Span, sentence: Span) -> bool:
        """Whether somebody is told of whose case is another one, in the clause or in what it goes on about."""
        if any_in(self.marks, clause):
            return True
        index = bisect_left(self.marks, (span[0],)) - 1
        if index < 0 or self.marks[index][0] < sentence[0]:
            return False
        (start, end), folded = self.marks[index], self._text.folded
        if folded.startswith(("其", "他", "她"), clause[0]) and self._text.clause(start)[1] == clause[0]:
            return True  # 孟某已另案处理，其滥伐……; 供货商被另案处罚，其全年货值……
        opens = folded[start - 1 : start] == "(" and start - sentence[0] <= _NAME_AND_BRACKET
        return opens and apart(folded, (sentence[0], start), end, span[0])

    def _is_tried_apart(self, span: Span, sentence: Span) -> bool:
        """下级代理商尹某销售40套，得款1.2万元，已由外地公安机关另案侦办: what a sentence tells of somebody else, to its end."""
        index = bisect_left(self.marks, (span[1],))
        if index == len(self.marks) or self.marks[index][0] >= sentence[1]:
            return False
        mark = self.marks[index][0]
        said = self._text.clause(mark)[0]
        return tried_apart(self._text.folded, sentence[0], said, mark)

    def _acting(self, span: Span, clause: Span, sentence: Span) -> bool:
        """上家生产了5吨, 供货商制售假酒，销售金额17万元: a third party opens the clause, or acts in one before."""
        if any_in(self._third, (clause[0], clause[0] + 3)):
            return True
        index = bisect_left(self._third, (span[0],)) - 1
        if index < 0 or self._third[index][0] < sentence[0]:
            return False
        start, end = self._third[index]
        own = self._text.clause(start)
        return start < own[0] + 3 and acts_apart(self._text.folded, end, own[1], span[0])
