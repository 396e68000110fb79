"""What a corpus says about the bundle's words: telling words that it lacks, and places where its words mean something else.

Both are proposals with counts and sentences, for a person to take or leave. Words are cut and weighed by jieba (extra ``tuning``).
"""

from __future__ import annotations

import logging
import re
import warnings
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, fields
from types import ModuleType

import daachorse

from screening.bundle.bundle import Bundle
from screening.folding import fold
from screening.reading.quantities import quantities
from screening.reading.reader import Reader
from screening.reading.text import Span, Text

__all__ = ["Guard", "Proposal", "Term", "ToolMissing", "propose", "words_of"]

_Hit = tuple[int, str]  # where a word of the bundle ends, and the word
_Hits = dict[int, list[_Hit]]  # by where they begin

_EXAMPLES = 3
_LONGEST_EXAMPLE = 60
_TAGS = 60
#: How many characters from a figure or a conduct is near it.
_NEAR = 15
_FEWEST_TEXTS = 2
#: Kinds of words that can name a thing or a deed: no names of persons, places and firms, no times.
_KINDS = ("n", "nz", "v", "vn", "vd", "l", "i", "j")
_LONGEST_WORD = 24
_HAN = re.compile("[一-鿿]{2,}")


class ToolMissing(Exception):  # noqa: N818 - named for what it says
    """jieba is not installed."""

    def __init__(self) -> None:
        super().__init__("这个命令要用分词工具 jieba，现在没有安装。请运行：pip install 'screening[tuning]'")


@dataclass(slots=True)
class Term:
    """A telling word near figures or conducts that no word of the bundle covers; ``weight`` is the sum of its TF-IDF in the texts."""

    word: str
    weight: float = 0.0
    texts: int = 0
    near_amounts: int = 0
    near_conducts: int = 0
    examples: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Guard:
    """A longer expression in which a word of the bundle does not mean what it is there for: 持有毒品 guards 有毒.

    ``used_by``: who looks for the word (rules, measures, general words).
    """

    word: str
    guards: str
    used_by: tuple[str, ...]
    count: int = 0
    examples: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Proposal:
    """What is proposed from so many texts, the weightiest terms and the most frequent guards first."""

    texts: int
    terms: tuple[Term, ...]
    guards: tuple[Guard, ...]


def propose(texts: Iterable[str], bundle: Bundle, top: int = 30) -> Proposal:
    """Compare a corpus with the bundle's words. Same corpus, same proposal. Raises ``ToolMissing`` without jieba."""
    comparison = _Comparison(bundle)
    count = 0
    for text in texts:
        if text.strip():
            comparison.add(Text("narrative", text))
            count += 1
    return Proposal(count, comparison.terms(top), comparison.guards(top))


def words_of(bundle: Bundle) -> dict[str, tuple[str, ...]]:
    """Every word that narratives are searched for, as it is matched (folded), with who looks for it."""
    used: dict[str, dict[str, None]] = defaultdict(dict)
    for word, user in _words(bundle):
        if word:
            used[fold(word)][user] = None
    return {word: tuple(users) for word, users in used.items()}


def _words(bundle: Bundle) -> Iterator[tuple[str, str]]:
    for rule in bundle.text_rules:
        for pattern in rule.any:
            steps: Sequence[Sequence[str]] = ((pattern,),) if isinstance(pattern, str) else pattern.near
            yield from ((word, rule.id) for step in steps for word in step)
        yield from ((word, rule.id) for word in rule.except_)
    for measure in bundle.measures.values():
        own = (measure.name, *measure.words, *measure.before, *measure.after, *measure.befalls, *measure.acts)
        yield from ((word, measure.name) for word in own)
    for part in fields(bundle.lexicon):
        yield from ((word, f"reading.{part.name}") for word in getattr(bundle.lexicon, part.name))


class _Comparison:
    """What was counted so far."""

    def __init__(self, bundle: Bundle) -> None:
        self._jieba = _jieba()
        self._reader = Reader(bundle)
        self._used = words_of(bundle)
        # Single characters are steps of many rules and stand in every word; only general words mean something alone.
        general = [any(user.startswith("reading.") for user in users) for users in self._used.values()]
        self._bundle_words = [w for w, alone in zip(self._used, general, strict=True) if len(w) > 1 or alone]
        self._automaton = daachorse.CharwiseDoubleArrayAhoCorasick(self._bundle_words)
        self._terms: dict[str, Term] = {}
        self._guards: dict[tuple[str, str], Guard] = {}

    def add(self, text: Text) -> None:
        """Count what one text has."""
        tokens = [(start, end) for _, start, end in self._jieba.tokenize(text.folded)]
        hits: dict[int, list[_Hit]] = defaultdict(list)
        for start, end, number in self._automaton.find_overlapping(text.folded):
            hits[start].append((end, self._bundle_words[number]))
        self._add_guards(text, tokens, hits)
        self._add_terms(text, tokens, hits)

    def terms(self, top: int) -> tuple[Term, ...]:
        """Those in two texts at least."""
        kept = [term for term in self._terms.values() if term.texts >= _FEWEST_TEXTS]
        return tuple(sorted(kept, key=lambda t: (-t.weight, t.word))[:top])

    def guards(self, top: int) -> tuple[Guard, ...]:
        """The most frequent first."""
        return tuple(sorted(self._guards.values(), key=lambda g: (-g.count, g.guards, g.word))[:top])

    def _add_guards(self, text: Text, tokens: Sequence[Span], hits: _Hits) -> None:
        starts = [start for start, _ in tokens]
        for start, end, word in [(start, *hit) for start, found in hits.items() for hit in found]:
            first, last = bisect_right(starts, start) - 1, bisect_left(starts, end) - 1
            begin, stop = tokens[first][0], tokens[last][1]
            # Within one word it means the same (销售 in 销售额), unless it is a single character (拟 in 模拟).
            if (begin, stop) == (start, end) or (first == last and len(word) > 1):
                continue
            if not _HAN.fullmatch(text.folded, begin, stop) or self._guarded(hits, (start, end), word):
                continue
            around = text.folded[begin:stop]
            guard = self._guards.setdefault((around, word), Guard(around, word, self._used[word]))
            guard.count += 1
            _keep(guard.examples, text, begin)

    def _guarded(self, hits: _Hits, span: Span, word: str) -> bool:
        """Whether a longer word of the same rule or measure, or another general word, already stands there."""
        users = set(map(_whose, self._used[word]))
        around = (hit for start in range(span[0] - _LONGEST_WORD, span[0] + 1) for hit in hits.get(start, ()))
        return any(
            end >= span[1] and len(other) > len(word) and users.intersection(map(_whose, self._used[other]))
            for end, other in around
        )

    def _add_terms(self, text: Text, tokens: Sequence[Span], hits: _Hits) -> None:
        tags = self._jieba.analyse.extract_tags(text.folded, topK=_TAGS, withWeight=True, allowPOS=_KINDS)
        weights = {word: weight for word, weight in tags if _HAN.fullmatch(word) and word not in self._used}
        amounts = _marked(text, ((a.start, a.end) for a in quantities(text.raw)), _NEAR)
        conducts = (m.span for m in self._reader.assertions(text.raw) if m.rule.asserts.conduct)
        deeds = _marked(text, conducts, _NEAR)
        long = ((start, end) for start, found in hits.items() for end, word in found if len(word) > 1)
        covered = _marked(text, long, 0)
        found: set[str] = set()
        for start, end in tokens:
            word = text.folded[start:end]
            near_amount, near_deed = amounts[start], deeds[start]
            if word not in weights or any(covered[start:end]) or not (near_amount or near_deed):
                continue
            term = self._terms.setdefault(word, Term(word))
            term.near_amounts += near_amount
            term.near_conducts += near_deed
            found.add(word)
            _keep(term.examples, text, start)
        for word in found:
            self._terms[word].texts += 1
            self._terms[word].weight += weights[word]


def _marked(text: Text, spans: Iterable[Span], reach: int) -> bytearray:
    """For each character 1 where it lies within ``reach`` of one of the spans, in its sentence; else 0."""
    marks = bytearray(len(text.raw))
    for start, end in spans:
        low, high = text.sentence(start)
        begin, stop = max(start - reach, low), max(end, min(end + reach, high))
        marks[begin:stop] = b"\x01" * (stop - begin)
    return marks


def _whose(user: str) -> str:
    """General words guard each other whatever list they are on."""
    return user.split(".", maxsplit=1)[0] if user.startswith("reading.") else user


def _keep(examples: list[str], text: Text, at: int) -> None:
    """Add the sentence around a place, cut to a readable length, unless there are enough."""
    start, end = text.sentence(at)
    if end - start > _LONGEST_EXAMPLE:
        start = max(start, at - _LONGEST_EXAMPLE // 2)
        end = min(end, start + _LONGEST_EXAMPLE)
    sentence = text.raw[start:end].strip()
    if len(examples) < _EXAMPLES and sentence not in examples:
        examples.append(sentence)


def _jieba() -> ModuleType:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it was written for older Pythons
        try:
            import jieba
            import jieba.analyse
        except ImportError:
            raise ToolMissing from None
    jieba.setLogLevel(logging.ERROR)
    return jieba  # type: ignore[no-any-return]
