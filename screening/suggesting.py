"""Charges worth a look where nothing points anywhere: the words of the record against the charges' own words (TF-IDF, cosine).

Likeness proposes, it never decides: suggestions stand apart from the charges in question, and neither score nor level sees them.
The index is built when the first record needs it, so that bundles whose records are all pointed somewhere never pay for it.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any, NamedTuple, TypeVar

from screening.bundle.bundle import Bundle
from screening.bundle.textrules import TextRule, marked
from screening.bundle.threshold import Threshold
from screening.facts import Evidence
from screening.logic import State
from screening.reading.reading import Reading
from screening.record import Record
from screening.wording import chinese_words

__all__ = ["Suggester", "Suggestion"]

Key = TypeVar("Key", int, str)

#: What a charge is called tells more than the words of its limbs and rules, which it shares with its neighbours.
_NAME, _TEXT = 2.0, 1.0
_WORDS_SHOWN = 6
#: A word that more than one charge in so many has tells nothing.
_COMMON = 8


class Suggestion(NamedTuple):
    """A charge whose own words are like those of the record; ``likeness`` from 0 to 1, ``words`` those that tell most, best first."""

    threshold: Threshold
    likeness: float
    words: tuple[Evidence, ...]


class _Index(NamedTuple):
    """Each word's weight, and for each word the charges (by number) that have it with its share in their direction."""

    weights: dict[str, float]
    postings: dict[str, dict[int, float]]


class Suggester:
    """What ``screen`` asks when linkage found no charge. Same record, same suggestions."""

    def __init__(self, bundle: Bundle) -> None:
        self._bundle = bundle
        self._dials = bundle.policy.suggestions

    def prepare(self) -> None:
        """Build now what is else built when the first record needs it."""
        _ = self._index

    def suggest(self, record: Record, reading: Reading) -> tuple[Suggestion, ...]:
        """The likest charges, at most as many as the dial says and none below its least likeness; one for each name.

        A charge whose conduct the record denies is none of them.
        """
        weights, postings = self._index
        texts = {"case_reason": record.case_reason, "narrative": record.narrative}
        counts: dict[str, float] = {}
        places: dict[str, tuple[str, int, int]] = {}
        for field, text in texts.items():
            for word, start, end in chinese_words(text):
                if word not in weights:
                    continue
                if word in counts:
                    counts[word] += 1
                else:
                    counts[word] = 1
                    places[word] = field, start, end
        shares = _direction({word: 1 + math.log(count) for word, count in counts.items()}, weights)
        likeness: dict[int, float] = defaultdict(float)
        for word, share in shares.items():
            for number, its in postings[word].items():
                likeness[number] += share * its
        best: dict[str, Suggestion] = {}
        for number in _likest(likeness, float(self._dials.least)):
            if len(best) == self._dials.most:
                break
            threshold = self._bundle.thresholds[number]
            if threshold.charge in best or _denied(threshold, reading):
                continue
            telling = {word: share * postings[word].get(number, 0.0) for word, share in shares.items()}
            shown = [places[word] for word in _likest(telling, 1e-9)[:_WORDS_SHOWN]]
            if len(shown) > 1:  # one word may be there by chance
                words = tuple(Evidence(field, start, end, texts[field][start:end]) for field, start, end in shown)
                best[threshold.charge] = Suggestion(threshold, round(min(likeness[number], 1.0), 3), words)
        return tuple(best.values())

    @cached_property
    def _index(self) -> _Index:
        rules: dict[str, list[TextRule]] = defaultdict(list)
        for rule in self._bundle.text_rules:
            if rule.asserts.conduct:
                rules[rule.asserts.conduct].append(rule)
        documents = [_document(threshold, rules) for threshold in self._bundle.thresholds]
        having: dict[str, int] = defaultdict(int)
        for document in documents:
            for word in document:
                having[word] += 1
        most = max(2, len(documents) // _COMMON)
        weights = {w: math.log((len(documents) + 1) / (count + 0.5)) for w, count in having.items() if count <= most}
        postings: dict[str, dict[int, float]] = defaultdict(dict)
        for number, document in enumerate(documents):
            for word, share in _direction(document, weights).items():
                postings[word][number] = share
        return _Index(weights, dict(postings))


def _likest(likeness: Mapping[Key, float], least: float) -> list[Key]:
    """The keys of what is at least so much, largest first; of equals the first key."""
    return [key for key, _ in sorted((pair for pair in likeness.items() if pair[1] >= least), key=_rank)]


def _rank(pair: tuple[Any, float]) -> tuple[float, Any]:
    return -pair[1], pair[0]


def _denied(threshold: Threshold, reading: Reading) -> bool:
    return any(reading.conduct(name) is State.NO for name in threshold.linkage.conduct)


def _document(threshold: Threshold, rules: dict[str, list[TextRule]]) -> dict[str, float]:
    """A charge's words with how much each counts: what it is called, what its limbs ask for, what its text rules look for."""
    linkage = threshold.linkage
    names = (threshold.charge, threshold.kind, *threshold.aliases, *linkage.reasons, *linkage.conduct)
    own = [rule for conduct in linkage.conduct for rule in rules.get(conduct, ())]
    texts = (
        (_NAME, names),
        (_TEXT, (limb.text for version in threshold.versions for limb in version.any_of)),
        (_TEXT, (phrase for rule in own for phrase in _phrases(rule))),
        (_TEXT, (marked(text)[0] for rule in own for text in rule.tests.hit)),
    )
    document: dict[str, float] = defaultdict(float)
    for weight, parts in texts:
        for word, count in _counted(parts).items():
            document[word] += weight * (1 + math.log(count))
    return document


def _phrases(rule: TextRule) -> Iterator[str]:
    for pattern in rule.any:
        if isinstance(pattern, str):
            yield pattern
        else:
            yield from (word for step in pattern.near for word in step)


def _counted(texts: Iterable[str]) -> dict[str, int]:
    counts: dict[str, int] = defaultdict(int)
    for word, _, _ in chinese_words("。".join(texts)):
        counts[word] += 1
    return counts


def _direction(counts: dict[str, float], weights: dict[str, float]) -> dict[str, float]:
    """Counts times weights, as a vector of length 1."""
    vector = {word: count * weights[word] for word, count in counts.items() if word in weights}
    length = math.sqrt(sum(x * x for x in vector.values())) or 1.0
    return {word: x / length for word, x in vector.items()}
