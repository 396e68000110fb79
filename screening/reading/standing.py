"""What a passage does with what it mentions: assert, deny, suppose, cite, tell of somebody else or of an earlier case.

Works on clauses: a denial reaches to the end of its clause, over 、 but not over ，; a condition or citation colours its
sentence from where it stands.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from enum import StrEnum
from itertools import pairwise

from screening.bundle.policy import Lexicon
from screening.reading.dismissals import Dismissals
from screening.reading.hits import Hits
from screening.reading.marks import any_beside, any_in, inside
from screening.reading.others import Others
from screening.reading.phrases import Phrases
from screening.reading.reach import (
    another_case,
    by_somebody,
    complaints,
    denies,
    joint,
    only_claimed,
    planned,
    refuted,
    single,
    threatens,
    unrelated,
)  # fmt: skip
from screening.reading.recited import Recited
from screening.reading.text import Span, Text

__all__ = ["Standing", "StandingReader", "Standings"]


class Standing(StrEnum):
    """How a mention stands. Only ``ASSERTED`` counts for or against the party."""

    ASSERTED = "asserted"
    DENIED = "denied"
    UNCERTAIN = "uncertain"
    CITED = "cited"
    OTHER = "other"
    EARLIER = "earlier"
    ASIDE = "aside"


_KINDS = (
    "denials", "not_denials", "uncertain", "conditions", "others", "earlier", "aside", "dismissed", "after_denials",
    "claims", "unrelated", "elsewhere", "third_parties",
)  # fmt: skip
_NEGATIVE = frozenset("未没无不")
_REACH = {"denials": 16, "uncertain": 12}
_REACH_AFTER = 10
_RENEWED = re.compile(r"本次|此次|本案|又|再次|现|仍|今|继续|重新|后")
_OWN = re.compile(r"移送|当事人|[本我]局|本案")
# 非禁渔区; and 非水产种质资源保护区, seen from 种质资源保护区
_NOT_OF_KIND = re.compile(r"非(?:水产|水生|国家级?|省级|自然|饮用水?|永久|基本|重点|公益)?\Z")
# 无真实业务, 不是正品: what would set a figure aside is not there
_LACKING = re.compile(r"(?:[不无没非未]|没有|不是|并非|不具有|不存在|缺乏|未发生|未有)(?:任何)?\Z")
# 按同类正品市场中间价格计算: what it is measured by
_PRICE_OF = re.compile(r"的?(?:市场|同期|专柜|零售|官方|销售|批发)?[^,。;]{0,3}价")
_NOWHERE: list[Span] = []


class StandingReader:
    """Compiles the general words of the bundle into the common automaton; gives the ``Standings`` of a text."""

    def __init__(self, lexicon: Lexicon, phrases: Phrases) -> None:
        self._kind: list[str | None] = phrases.table()
        for kind in reversed(_KINDS):
            for word in getattr(lexicon, kind):
                self._kind[phrases.word(word)] = kind
        self._longest = max(map(len, (word for kind in _KINDS for word in getattr(lexicon, kind))), default=0)

    def read(self, hits: Hits) -> Standings:
        """The passages of one text."""
        marks: dict[str, list[Span]] = {}
        kinds = self._kind
        for word, spans in hits.found.items():
            if (kind := kinds[word]) is not None:
                marks[kind] = sorted(marks[kind] + spans) if kind in marks else spans
        return Standings(hits.text, marks, self._longest)


class Standings:
    """Answers how a span of a text stands. Marks are kept sorted, so that each question looks at a few of them only."""

    __slots__ = (
        "_after_denials", "_another", "_aside", "_asks", "_claims", "_complaints", "_conditions", "_dismissals", "_earlier",
        "_longest", "_marks", "_others", "_recited", "_renewed", "_text", "_unrelated",
    )  # fmt: skip

    def __init__(self, text: Text, marks: dict[str, list[Span]], longest: int) -> None:
        folded, none = text.folded, _NOWHERE
        self._text, self._longest = text, longest
        denials, guards = marks.get("denials", none), marks.get("not_denials", none)
        if denials and guards:
            denials = [mark for mark in denials if not inside(mark, guards, longest)]
        if len(denials) > 1:
            denials = single(denials)
        self._recited = Recited(text)
        # 以《涉嫌犯罪案件移送书》将全案移送: the title of a document leaves nothing uncertain.
        uncertain = [mark for mark in marks.get("uncertain", none) if not self._recited.holds(mark)]
        self._marks = {"denials": denials, "uncertain": uncertain}
        self._conditions = [m for m in marks.get("conditions", none) if not threatens(folded, m[1])]
        self._after_denials = marks.get("after_denials", none)
        self._earlier, self._claims = marks.get("earlier", none), marks.get("claims", none)
        self._others = Others(text, marks.get("others", none), marks.get("third_parties", none))
        self._unrelated = marks.get("unrelated", none)
        self._complaints = complaints(folded)
        if self._complaints:
            self._claims = sorted([*self._claims, *self._complaints])
        self._unrelated = sorted({*self._unrelated, *unrelated(folded)})
        if "elsewhere" in marks:
            self._unrelated = sorted(self._unrelated + self._elsewhere(marks["elsewhere"]))
        self._aside = [
            mark
            for mark in marks.get("aside", none)
            if not _LACKING.search(folded, max(0, mark[0] - 5), mark[0]) and not _PRICE_OF.match(folded, mark[1])
        ]
        self._another = another_case(folded)
        # End of a mark of an earlier case → where the text turns to this one.
        self._renewed: dict[int, int] = {}
        self._asks = "?" in folded
        self._dismissals = Dismissals(text, marks.get("dismissed", none))

    def of(self, span: Span, steps: tuple[Span, ...] = ()) -> Standing:
        """How a mentioned conduct or circumstance stands; ``steps`` are its words where it is a sequence of several."""
        clause, sentence = self._text.clause(span[0]), self._text.sentence(span[0])
        if self._recited.holds(span) or self._conditional(span, clause, sentence):
            return Standing.CITED
        if (self._unrelated and any_beside(self._unrelated, span, sentence)) or self._is_of_another_case(span):
            return Standing.OTHER
        for marks, standing in ((self._earlier, Standing.EARLIER), (self._others.marks, Standing.OTHER)):
            if marks and any_beside(marks, span, clause):
                return standing
        if self._claims and any_beside(self._claims, span, clause):
            complained = any_beside(self._complaints, span, clause)
            refused = complained and refuted(self._text.folded, span[1], sentence[1])
            return Standing.DENIED if refused else Standing.UNCERTAIN
        following = self._text.clause(clause[1]) if self._others.marks and clause[1] < sentence[1] else None
        if following and any_in(self._others.marks, following) and not joint(self._text.folded, clause):
            return Standing.OTHER  # 另有李某倾倒废物，另案处理
        word = steps[-1] if steps else span
        if self._text.folded.startswith("的", word[1]) and by_somebody(self._text.folded, clause[0], word[0]):
            return Standing.OTHER  # 收购的系李某盗伐的林木
        if _NOT_OF_KIND.search(self._text.folded, max(0, span[0] - 3), span[0]):
            return Standing.DENIED
        if self._before("denials", span, clause) or self._after(span) or (len(steps) > 1 and self._between(steps)):
            return Standing.DENIED
        if self._before("uncertain", span, clause) or (self._asks and self._is_asked(sentence)):
            return Standing.UNCERTAIN
        if self._dismissals.of(span, clause, sentence):
            return Standing.ASIDE
        return Standing.ASSERTED

    def of_amount(self, span: Span) -> Standing:
        """How an amount stands: whether it counts for this case."""
        clause, sentence = self._text.clause(span[0]), self._text.sentence(span[0])
        if self._recited.holds(span) or self._conditional(span, clause, sentence):
            return Standing.CITED
        if any_in(self._unrelated, sentence) or self._is_of_another_case(span):
            return Standing.OTHER
        if any_in(self._earlier, clause) or self._told_of_earlier(span, sentence):
            return Standing.EARLIER
        if self._others.told_of(span, clause, sentence):
            return Standing.OTHER
        if (self._claims and self._is_claimed(span, sentence)) or (self._asks and self._is_asked(sentence)):
            return Standing.UNCERTAIN
        if self._marks["uncertain"] and self._is_planned(span, clause):
            return Standing.ASIDE  # nothing of it has come to pass
        if self._recited.sets(span):
            return Standing.CITED
        # What is set aside by a word in its own clause, or dismissed by the clause that follows it (…，不予计入).
        if any_in(self._aside, clause) or self._dismissals.of(span, clause, sentence):
            return Standing.ASIDE
        if self._dismissals.put_right(span, sentence):
            return Standing.ASIDE
        return Standing.ASSERTED

    def _elsewhere(self, marks: list[Span]) -> list[Span]:
        """Of the marks of a police case those that can't be about this one: its sentence tells of no party, no transfer."""
        sentences = {mark: self._text.sentence(mark[0]) for mark in marks}
        own = {sentence for sentence in set(sentences.values()) if _OWN.search(self._text.folded, *sentence)}
        return [mark for mark in marks if sentences[mark] not in own]

    def _told_of_earlier(self, span: Span, sentence: Span) -> bool:
        """曾因…被处罚，当时销售9万元: the sentence stays with the earlier case until it turns to this one."""
        index = bisect_left(self._earlier, (span[0],)) - 1
        if index < 0 or self._earlier[index][0] < sentence[0]:
            return False
        end = self._earlier[index][1]
        if end not in self._renewed:
            renewed = _RENEWED.search(self._text.folded, end)
            self._renewed[end] = renewed.end() if renewed else len(self._text.folded) + 1
        return span[0] < self._renewed[end]

    def _is_claimed(self, span: Span, sentence: Span) -> bool:
        """Whether somebody only says so: 辩称, 举报 … in the sentence, and nothing found since."""
        index = bisect_left(self._claims, (span[0],)) - 1
        if index < 0 or self._claims[index][0] < sentence[0]:
            return False
        return only_claimed(self._text.folded, self._claims[index][1], span[0])

    def _is_asked(self, sentence: Span) -> bool:
        """Whether the sentence is a question."""
        return "?" in self._text.folded[sentence[1] - 3 : sentence[1]]

    def _is_planned(self, span: Span, clause: Span) -> bool:
        """拟占用12亩, 准备购进价值8万元的: what has not been done yet."""
        marks = self._marks["uncertain"]
        index = bisect_left(marks, (clause[0],))
        while index < len(marks) and marks[index][0] < span[0]:
            if planned(self._text.folded, marks[index][0], span[0]):
                return True
            index += 1
        return False

    def _before(self, kind: str, span: Span, clause: Span) -> bool:
        marks, reach = self._marks[kind], _REACH[kind]
        if not marks:
            return False
        index = bisect_left(marks, (max(clause[0], span[0] - reach - self._longest),))
        negative = self._text.folded[span[0]] in _NEGATIVE
        while index < len(marks) and marks[index][0] < span[0]:
            # 尚未取得许可: the denial is the first word of what is asserted.
            end = marks[index][1]
            if span[0] <= end + reach and not (negative and end > span[0]) and denies(self._text.folded, end, span[0]):
                return True
            index += 1
        return False

    def _between(self, steps: tuple[Span, ...]) -> bool:
        """A denial between two words of a sequence reaches the second: 废液没有外排."""
        for (_, left), right in pairwise(steps):
            clause = self._text.clause(right[0])
            if self._before("denials", right, (max(left, clause[0]), clause[1])):
                return True
        return False

    def _after(self, span: Span) -> bool:
        marks = self._after_denials
        if not marks:
            return False
        end = span[1]
        return any_in(marks, (end, min(end + _REACH_AFTER + 1, self._text.clause(end - 1)[1])))

    def _conditional(self, span: Span, clause: Span, sentence: Span) -> bool:
        """“情节严重的，依照…”: the condition follows in the same clause; “如再次…，将…”: it comes before in the sentence."""
        marks = self._conditions
        if not marks:
            return False
        index = bisect_left(marks, (sentence[0],))
        while index < len(marks) and marks[index][0] < span[0]:
            if marks[index][1] <= span[0]:
                return True
            index += 1
        return any_in(marks, (span[1], min(clause[1], sentence[1])))

    def _is_of_another_case(self, span: Span) -> bool:
        return bool(self._another) and any(start < span[1] and span[0] < end for start, end in self._another)
