"""Where only the narrative can say what was done: the charge whose cases are told in such words.

A model learned from labelled cases (``rules/likeness.yaml``, ``tuning/learning.py``) knows deeds in words that no rule lists. It never
decides: a charge that nothing but likeness points to is *supposed* (``Assessment.supposed``), what it comes to stays open until a
person has looked at the conduct, and where 案由 or provisions speak it is not asked.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

from screening.bundle.bundle import Bundle
from screening.bundle.likeness import NO_CHARGE, SCALE
from screening.bundle.threshold import Threshold
from screening.facts import Evidence
from screening.folding import fold
from screening.linkage import Candidate, Pointer
from screening.logic import State
from screening.reading.reading import Reading
from screening.record import Record
from screening.wording import chinese_words

__all__ = ["Likening"]

_WORDS_SHOWN = 6
#: Fewer words may be there by chance.
_FEWEST = 5
_SPEAK = frozenset({"reason", "provision"})
_FIELD = "narrative"
_SAYS = "叙述的用词与本罪的案件相近"
_LEAST, _HUNDREDTH = 0.5, Decimal("0.01")


class _Model(NamedTuple):
    """Of each word how telling it is, and its points (hundredths) for charges by their number; the bases by charge."""

    charges: tuple[str, ...]
    bases: tuple[float, ...]
    words: Mapping[str, tuple[float, array[int], array[int]]]


class _Like(NamedTuple):
    charge: str
    weight: Decimal
    leads: bool
    words: tuple[Evidence, ...]


class Likening:
    """A bundle's model made ready when the first record needs it. Same record, same answer."""

    def __init__(self, bundle: Bundle) -> None:
        self._bundle = bundle
        self._dials = bundle.policy.likeness
        self._by_charge: dict[str, list[Threshold]] = {}
        for threshold in bundle.thresholds:
            self._by_charge.setdefault(threshold.charge, []).append(threshold)

    def prepare(self) -> None:
        """Build now what is else built when the first record needs it."""
        if self._bundle.likeness:
            _ = self._model, self._own_words

    def beside(self, record: Record, reading: Reading, candidates: Sequence[Candidate]) -> tuple[Candidate, ...]:
        """The candidates with what likeness adds: weight to those it speaks for, and the others it speaks for, supposed."""
        if self._bundle.likeness is None or any(p.kind in _SPEAK for c in candidates for p in c.pointers):
            return tuple(candidates)
        result = list(candidates)
        margin = self._dials.margin_with_basis if record.case_reason or record.legal_basis else self._dials.margin
        for like in self._alike(record.narrative, margin):
            pointer = Pointer("likeness", _SAYS, like.weight, like.words)
            known = [place for place, c in enumerate(result) if c.threshold.charge == like.charge]
            for place in known if like.leads else ():
                result[place] = _with(result[place], pointer)
            if not known and (threshold := self._of_its_kinds(like, reading)):
                result.append(Candidate(threshold, (pointer,), pointer.weight, supposed=True))
        return tuple(sorted(result, key=lambda c: -c.strength))

    def _of_its_kinds(self, like: _Like, reading: Reading) -> Threshold | None:
        """The charge's file; of several kinds the one whose own words the text has most of. None where the record denies the conduct."""
        kinds = [
            t
            for t in self._by_charge.get(like.charge, ())
            if not any(reading.conduct(name) is State.NO for name in t.linkage.conduct)
            and not any(reading.conduct(name) is State.YES for name in t.linkage.not_with)
        ]
        text = reading.texts[_FIELD]
        own = self._own_words
        return max(
            kinds, key=lambda t: sum(word in text for word in own[t.id]) / math.sqrt(len(own[t.id])), default=None
        )

    @cached_property
    def _own_words(self) -> dict[str, frozenset[str]]:
        """What a file calls its kind of conduct."""
        return {
            t.id: frozenset(
                w for w, _, _ in chinese_words("。".join((t.charge, t.kind, t.description, *t.linkage.reasons)))
            )
            for kinds in self._by_charge.values()
            for t in kinds
        }

    def _alike(self, text: str, margin: Decimal) -> Iterator[_Like]:
        """The charges that the words speak for rather than for none at all, likest first; the likest by its lead over all others."""
        model = self._model
        counts: dict[str, int] = {}
        places: dict[str, tuple[int, int]] = {}
        for word, start, end in chinese_words(text):
            if word in model.words:
                counts[word] = counts.get(word, 0) + 1
                places.setdefault(word, (start, end))
        if len(counts) < _FEWEST:
            return
        shares = {word: (1 + math.log(count)) * model.words[word][0] for word, count in counts.items()}
        length = math.sqrt(sum(share * share for share in shares.values()))
        points = list(model.bases)
        for word, share in shares.items():
            _, numbers, weights = model.words[word]
            by = share / length / SCALE
            for number, told in zip(numbers, weights, strict=True):
                points[number] += by * told
        order = sorted(range(len(points)), key=lambda n: (-points[n], n))
        first, second = order[:2]
        none = points[model.charges.index(NO_CHARGE)] if NO_CHARGE in model.charges else -math.inf
        if points[first] < self._dials.least or points[first] - none < margin:
            return
        for number in order[: self._dials.most]:
            behind = points[first] - points[number]
            if points[number] <= none or behind > self._dials.within:
                return
            lead = points[first] - points[second] if number == first else 0.0
            leads = lead >= self._dials.margin
            weight = max(_LEAST * (1 - behind), float(self._dials.weight) * lead)
            telling = {w: share * _points(model, w, number) for w, share in shares.items()}
            best = sorted((w for w, value in telling.items() if value > 0), key=lambda w: (-telling[w], w))[
                :_WORDS_SHOWN
            ]
            words = tuple(Evidence(_FIELD, *places[w], text[slice(*places[w])]) for w in best)
            yield _Like(model.charges[number], Decimal(weight).quantize(_HUNDREDTH), leads, words)

    @cached_property
    def _model(self) -> _Model:
        written = self._bundle.likeness
        assert written is not None
        words = {}
        for word, line in written.words.items():
            telling, *points = line.split()
            pairs = [part.split(":") for part in points]
            numbers, weights = array("h", (int(n) for n, _ in pairs)), array("h", (int(p) for _, p in pairs))
            words[fold(word)] = int(telling) / SCALE, numbers, weights
        return _Model(written.charges, tuple(base / SCALE for base in written.bases), words)


def _points(model: _Model, word: str, charge: int) -> int:
    _, numbers, weights = model.words[word]
    return weights[numbers.index(charge)] if charge in numbers else 0


def _with(candidate: Candidate, pointer: Pointer) -> Candidate:
    return candidate._replace(pointers=(*candidate.pointers, pointer), strength=candidate.strength + pointer.weight)
