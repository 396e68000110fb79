"""What a passage does with what it mentions: assert, deny, suppose, cite, tell of somebody else or of an earlier case.

Works on clauses: a denial reaches to the end of its clause, over 、 but not over ，; a condition or citation colours its
sentence from where it stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum
from itertools import pairwise

from screening.bundle.policy import Lexicon
from screening.reading.phrases import Hits, Phrases
from screening.reading.text import Span, Text

__all__ = ["Standing", "StandingReader", "Standings"]


_LIMIT_BEFORE = re.compile(r"(?:未达到?|未达|不满|未满|不足|不到|达不到|未超过|限值为?|限值|起点为?|标准为?|上限为?|下限为?)[^,。;]{0,3}$")
_LIMIT_AFTER = re.compile(r"(?:以上|以下|以内)?(?:的|为|即为|作为|是)?(?:标准|起点|限值|幅度|门槛)|以[上下]的|以[上下]不满|至")
_STANDARD_AFTER = re.compile(r"的标准|追诉线|追诉标准|入罪标准|立案标准|的起点|的门槛")
_BOUND_AFTER = re.compile(r"以[上下内]|起")
_LAW = re.compile(r"标准|规定|解释|追诉|情形|刑法|第[一二三四五六七八九十百零\d]+条")


class Standing(StrEnum):
    """How a mention stands. Only ``ASSERTED`` counts for or against the party."""

    ASSERTED = "asserted"
    DENIED = "denied"
    UNCERTAIN = "uncertain"
    CITED = "cited"
    OTHER = "other"
    EARLIER = "earlier"
    ASIDE = "aside"


_KINDS = ("denials", "not_denials", "uncertain", "conditions", "others", "earlier", "aside", "dismissed", "after_denials", "claims", "unrelated")
_REACH = {"denials": 16, "uncertain": 12}
# A quoted rule: 《…》第五十七条第（三）项“……”, or a title of a document.
_TITLE = re.compile(r"《[^》\n]{1,60}》")
_ARTICLE = re.compile(r"第[一二三四五六七八九十百零\d]{1,7}条(?:之[一二三])?(?:第?[(（]?[一二三四五六七八九十\d]{1,3}[)）]?[款项])*")
_RULE_QUOTE = re.compile(r"(?:规定|条)(?:[:：,，]|的)?“[^”]{4,400}”")


class StandingReader:
    """Compiles the general words of the bundle into the common automaton; gives the ``Standings`` of a text."""

    def __init__(self, lexicon: Lexicon, phrases: Phrases) -> None:
        self._kind = {phrases.word(word): kind for kind in reversed(_KINDS) for word in getattr(lexicon, kind)}

    def read(self, hits: Hits) -> Standings:
        """The passages of one text."""
        marks: dict[str, list[Span]] = {kind: [] for kind in _KINDS}
        for word in hits.found:
            kind = self._kind.get(word)
            if kind:
                marks[kind].extend(hits.spans(word))
        return Standings(hits.text, marks)


class Standings:
    """Answers how a span of a text stands."""

    __slots__ = ("_cited", "_marks", "_text")

    def __init__(self, text: Text, marks: dict[str, list[Span]]) -> None:
        self._text = text
        self._marks = marks
        guards = marks["not_denials"]
        marks["denials"] = sorted(s for s in marks["denials"] if not _inside(s, guards))
        self._cited = [m.span() for m in _TITLE.finditer(text.folded)]
        self._cited += [m.span() for m in _RULE_QUOTE.finditer(text.folded)]

    def of(self, span: Span, steps: tuple[Span, ...] = ()) -> Standing:
        """How a mentioned conduct or circumstance stands; ``steps`` are its words where it is a sequence of several."""
        if _inside(span, self._cited) or self._conditional(span):
            return Standing.CITED
        clause, sentence = self._text.clause(span[0]), self._text.sentence(span[0])
        if any(sentence[0] <= s < sentence[1] for s, _ in self._marks["unrelated"]):
            return Standing.OTHER
        for kind, standing in (("earlier", Standing.EARLIER), ("others", Standing.OTHER), ("claims", Standing.UNCERTAIN)):
            if any(clause[0] <= s < clause[1] and not _inside((s, e), [span]) for s, e in self._marks[kind]):
                return standing
        if self._before("denials", span, clause) or self._after(span) or self._between(steps):
            return Standing.DENIED
        if self._before("uncertain", span, clause):
            return Standing.UNCERTAIN
        if any(self._dismisses(s, span, clause) for s, _ in self._marks["dismissed"]):
            return Standing.ASIDE
        return Standing.ASSERTED

    def of_amount(self, span: Span) -> Standing:
        """How an amount stands: whether it counts for this case."""
        if _inside(span, self._cited) or self._conditional(span):
            return Standing.CITED
        clause, sentence = self._text.clause(span[0]), self._text.sentence(span[0])
        if any(sentence[0] <= s < sentence[1] for s, _ in self._marks["unrelated"]):
            return Standing.OTHER
        for kind, standing in (("earlier", Standing.EARLIER), ("others", Standing.OTHER)):
            if any(clause[0] <= s < clause[1] for s, _ in self._marks[kind]):
                return standing
        if any(sentence[0] <= s < span[0] for s, _ in self._marks["claims"]):
            return Standing.UNCERTAIN
        if self._figure_of_law(span, sentence):
            return Standing.CITED
        if self._aside(span, clause):
            return Standing.ASIDE
        return Standing.ASSERTED

    def _before(self, kind: str, span: Span, clause: Span) -> bool:
        reach = _REACH[kind]
        return any(clause[0] <= s < span[0] <= e + reach for s, e in self._marks[kind])

    def _between(self, steps: tuple[Span, ...]) -> bool:
        """A denial between two words of a sequence reaches the second: 废液没有外排."""
        for (_, left), right in pairwise(steps):
            clause = max(left, self._text.clause(right[0])[0])
            if any(clause <= s < right[0] <= e + _REACH["denials"] for s, e in self._marks["denials"]):
                return True
        return False

    def _after(self, span: Span) -> bool:
        return any(span[1] <= s <= span[1] + 10 and s < self._text.clause(span[1] - 1)[1] for s, _ in self._marks["after_denials"])

    def _conditional(self, span: Span) -> bool:
        start, end = self._text.sentence(span[0])
        clause = self._text.clause(span[0])
        for s, e in self._marks["conditions"]:
            # “情节严重的，依照…”: the condition follows in the same clause; “如再次…，将…”: it comes before in the sentence.
            if (start <= s and e <= span[0]) or (span[1] <= s < clause[1] and s < end):
                return not _inside((s, e), [span])
        return False

    def _figure_of_law(self, span: Span, sentence: Span) -> bool:
        """A figure that a rule sets, not one that was found: 五万元以上的, 未达到三吨, 十万元的标准."""
        folded = self._text.folded
        before, after = folded[max(sentence[0], span[0] - 6) : span[0] + 3], folded[span[1] : span[1] + 5]
        rest = folded[span[1] : min(self._text.clause(span[0])[1], span[1] + 20)]
        if _LIMIT_BEFORE.search(before) or _LIMIT_AFTER.match(after) or _STANDARD_AFTER.search(rest):
            return True
        return bool(_BOUND_AFTER.match(after) and _LAW.search(folded[sentence[0] : sentence[1]]))

    def _aside(self, span: Span, clause: Span) -> bool:
        """What is set aside by a word in its own clause, or dismissed by the clause that follows it (…，不予计入)."""
        folded = self._text.folded
        if any(clause[0] <= s < clause[1] and folded[s - 1 : s] != "不" for s, _ in self._marks["aside"]):
            return True
        return any(self._dismisses(s, span, clause) for s, _ in self._marks["dismissed"])

    def _dismisses(self, at: int, span: Span, clause: Span) -> bool:
        """A dismissal speaks of the figures of its own clause, else of the nearest clause or sentence before that has any."""
        folded = self._text.folded
        own = self._text.clause(at)
        if own == clause:
            return True
        if span[0] > at or folded.find("\n", span[0], at) >= 0 or re.search(r"\d", folded[own[0] : at]):
            return False
        between = folded[clause[1] : own[0]]
        if self._text.sentence(at) == self._text.sentence(span[0]):
            return not re.search(r"\d", between)
        return len(between) <= 120 and not re.search(r"\d", folded[self._text.sentence(span[0])[1] : own[0]])


def _inside(span: Span, ranges: Iterable[Span]) -> bool:
    return any(start <= span[0] and span[1] <= end for start, end in ranges)
