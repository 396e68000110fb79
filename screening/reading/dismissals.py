"""Figures that the text counts no longer: dismissed (…，不予计入), or put right in their own sentence (最初填写7万元，……后更正)."""

from __future__ import annotations

import re
from bisect import bisect_left

from screening.reading.marks import any_in, holder, none_in
from screening.reading.text import Span, Text

__all__ = ["Dismissals"]

_WITHIN, _LONGEST = 120, 4
_DIGIT = re.compile(r"\d|[一二三四五六七八九两][百千万十]")
_OFF = "剔除"
_LINE_END = re.compile(r"\n")
# 自估1万元，本局只采信8000元: of the figures of a sentence only one is taken.
_ONLY = re.compile(r"[只仅]能?[就对按]?[^,。;]{0,12}?(?:采信|采纳|认定|确认|予以计算)")
# 实际退单62000元，其余为其自行估算，不予认定: what is left is dismissed.
_REST = re.compile(r"其余|其它|其他部分|余下|超出|剩余部分|差额")
# 当事人辩称系原料厂带入，……不予采信: what is dismissed is that, not a figure of a sentence before.
_SAID = re.compile(r"(?<![名俗简])称(?![为作号量重之呼])|辩解|申辩|说法|主张|理由|意见|陈述|否认")
_AT_FIRST = re.compile(r"最初|起初|原先|当初|原按|开始时|一开始|立案时|误")
# 系统录入8.5万元，与账册所载6.1万元不一致，以账册为准
_PREFERRED = re.compile(r"以([^,。;以]{2,8})为准")
_DIFFER = re.compile(r"不一致|不符|不相符|出入|矛盾|差异|不同")
_FIGURE = re.compile(r"\d[\d.,]*")
_PUT_RIGHT = re.compile(r"更正|修正|纠正|订正|调整|改为")


# 另有两株系村民栽植，未受损伤; 圈内剩下的96只一直未动，按同一价格估值9.6万元: live things that were let be, with what they are worth.
_LET_BE = re.compile(
    r"(?:另有|其余|余下|剩下|剩余|还有)[^,。;\d]{0,10}?(?:\d[\d,]*|[一二两三四五六七八九十百]+)余?(?:株|棵|丛|头|羽|匹|只)"
    r"(?:[^。;\d]|\d{4}年){0,30}?(?:[未没](?:有)?动(?![手工])|未受损|没有受损|未受破坏|未受影响|未被?(?:砍|挖|采|伐|毁|捕|宰|运|卖))"
    r"[^,。;\d]{0,6}(?:,[^,。;\d]{0,10}(?:估值|价值|货值|折价|作价|估价)[^,。;\d]{0,4}[\d,.]+[万亿]?元)?"
)
# 另有5台赌博机已损坏无法开机: of gambling machines only those count that work.
_BROKEN = re.compile(
    r"(?:另有?|其余|余下|剩下|剩余|还有)[^,。;\d]{0,10}?(?:\d{1,4}|[一二两三四五六七八九十]+)(?:台|部)"
    r"[^。;,\d]{0,12}(?:坏了|损坏|报废|开不了机|(?:不能|无法)(?:开机|使用|通电|运行)|没有?主板|无主板|拆[掉除了]主板|空壳)"
)
_GAMBLING = re.compile(r"赌博机|[上退押下]分|退币")
_LIVES = re.compile(r"[株棵丛猪牛羊鸡鸭鹅禽鸟犬鹿兔驴马]")


class Dismissals:
    """Answers whether the text dismisses what stands at a place. ``marks`` are the dismissing words, in order."""

    __slots__ = ("_digits", "_let_be", "_lines", "_marks", "_only", "_preferred", "_quiet", "_right", "_text")

    def __init__(self, text: Text, marks: list[Span]) -> None:
        folded = text.folded
        marks = [mark for mark in marks if not _takes_off(folded, mark)]
        self._text, self._marks = text, marks
        # Digits and line ends between a figure and a dismissal bar it; those in the dismissal's own clause bar it for all.
        self._digits = [m.start() for m in _DIGIT.finditer(folded)] if marks else []
        self._lines = [m.start() for m in _LINE_END.finditer(folded)] if marks else []
        self._quiet = [(s, own) for s, _ in marks if self._free(own := text.clause(s)[0], s)]
        self._only = [m.start() for m in _ONLY.finditer(folded)]
        self._preferred = [(m.start(), m[1]) for m in _PREFERRED.finditer(folded)] if "为准" in folded else []
        self._right = [m.start() for m in _PUT_RIGHT.finditer(folded)]
        self._let_be = [m.span() for m in _LET_BE.finditer(folded)] if _LIVES.search(folded) else []
        if "台" in folded and _GAMBLING.search(folded):
            self._let_be = sorted([*self._let_be, *(m.span() for m in _BROKEN.finditer(folded))])

    def of(self, span: Span, clause: Span, sentence: Span) -> bool:
        """A dismissal speaks of the figures of its own clause, else of the nearest clause or sentence before that has any."""
        marks = self._marks
        if self._let_be and holder(span, self._let_be) is not None:
            return True
        if not marks:
            return False
        if any_in(marks, clause):
            return True
        # Whatever bars the first dismissal behind the clause bars those further on as well.
        index = bisect_left(self._quiet, (clause[1],))
        if index < len(self._quiet) and self._quiet[index][0] < sentence[1]:
            own = self._quiet[index][1]
            if self._free(clause[1], own):
                at = self._quiet[index][0]
                return not (
                    _REST.search(self._text.folded, clause[1], own + 4) or _SAID.search(self._text.folded, own, at)
                )
            index = bisect_left(self._quiet, (sentence[1],))
        if index == len(self._quiet):
            return False
        at, own = self._quiet[index]
        near = own - clause[1] <= _WITHIN and self._free(sentence[1], own)
        return near and none_in(self._lines, span[0], at) and not self._of_a_claim(at)

    def put_right(self, span: Span, sentence: Span) -> bool:
        """Whether a figure gives way to another that its sentence takes instead, or is said to have been put right since."""
        if self._only and not none_in(self._only, span[1], sentence[1]):
            return True
        if self._preferred and self._is_outweighed(span, sentence):
            return True
        if not self._right or none_in(self._right, span[1], sentence[1]):
            return False
        return self._is_first_try(sentence, span)

    def _is_first_try(self, sentence: Span, span: Span) -> bool:
        """Whether no other figure stands since the word of it: 起初目测3.1吨，过磅为：甲点0.92吨，乙点0.88吨，据此更正."""
        folded = self._text.folded
        tries = [match.end() for match in _AT_FIRST.finditer(folded, max(sentence[0], span[0] - _WITHIN), span[0])]
        return bool(tries) and _DIGIT.search(folded, tries[-1], span[0]) is None

    def _is_outweighed(self, span: Span, sentence: Span) -> bool:
        """Whether figures are said to differ, and to another source than this one's the text gives credit."""
        folded = self._text.folded
        for at, source in self._preferred:
            if span[1] <= at < sentence[1] and _DIFFER.search(folded, sentence[0], at):
                before = [m.end() for m in _FIGURE.finditer(folded, sentence[0], span[0])]
                own = folded[before[-1] if before else sentence[0] : span[0]]
                return source in folded[sentence[0] : at] and source not in own
        return False

    def _of_a_claim(self, at: int) -> bool:
        """Whether what is not believed (不予采信) is what somebody said in that sentence."""
        folded = self._text.folded
        return "采" in folded[at : at + _LONGEST] and _SAID.search(folded, self._text.sentence(at)[0], at) is not None

    def _free(self, start: int, end: int) -> bool:
        """Whether no digit and no line end stands in ``text[start:end]``."""
        return none_in(self._digits, start, end) and none_in(self._lines, start, end)


def _takes_off(folded: str, mark: Span) -> bool:
    """予以剔除180条: a figure is taken off another, which stays."""
    return folded.startswith(_OFF, mark[1] - len(_OFF)) and _DIGIT.match(folded, mark[1]) is not None
