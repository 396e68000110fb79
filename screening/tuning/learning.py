"""Learn ``rules/likeness.yaml``: from labelled cases, and from the bundle's own words, which words speak for which charge.

A linear support vector machine, one charge against the rest, over the words of the narrative (TF-IDF). scikit-learn does the
learning (extra ``learn``); what is written down are its weights, cut where they are small, so that screening needs no more than sums.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from screening.bundle.bundle import Bundle
from screening.bundle.likeness import NO_CHARGE, SCALE
from screening.bundle.textrules import marked
from screening.errors import InputError
from screening.wording import chinese_words

__all__ = ["Learned", "LearnerMissing", "Told", "learn", "read_told"]

_SOFTNESS, _FEWEST = 0.5, 2
#: Weights below this decide nothing.
_LEAST = 0.12
_FOLDS = 5
_BRACKETS = re.compile(r"[（(].*?[）)]")
#: A number tells how much, not what was done (and 某 who).
_NUMBER = re.compile("[零一二两三四五六七八九十百千万亿余多几半]+")


class LearnerMissing(Exception):  # noqa: N818 - named for what it says
    """scikit-learn is not installed."""

    def __init__(self) -> None:
        super().__init__("这个命令要用 scikit-learn，现在没有安装。请运行：pip install 'screening[learn]'")


class Told(NamedTuple):
    """A text, and the charge it is a case of (a name of today; ``NO_CHARGE`` for none)."""

    text: str
    charge: str


class Learned(NamedTuple):
    """The file's text; from how many cases; how many of them are right when learned from the others; charges of no case."""

    yaml: str
    cases: int
    right: float
    without_case: tuple[str, ...]


def read_told(path: Path, bundle: Bundle) -> Iterator[Told]:
    """Labelled cases, one JSON object a line: ``record`` with ``gold.charges``, or ``fact`` with ``charges``; the first charge counts.

    A name of another time is today's; a charge that the bundle does not have is left out. ``InputError`` where a line is neither.
    """
    names = _names(bundle)
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            text = row["record"]["narrative"] if "record" in row else row["fact"]
            charges = (row["gold"] if "record" in row else row)["charges"]
        except (ValueError, KeyError, TypeError):
            message = f"第 {number} 行不是标注过的案件。"
            raise InputError(
                str(path), message, "每行一个 JSON：record 与 gold.charges，或者 fact 与 charges。"
            ) from None
        charge = names.get(_bare(charges[0])) if charges else NO_CHARGE
        if charge:
            yield Told(text, charge)


def learn(bundle: Bundle, cases: Iterable[Told], today: date) -> Learned:
    """Learn from cases and from the bundle's own words. The same arguments give the same text."""
    try:
        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn.model_selection import cross_val_predict
        from sklearn.svm import LinearSVC
    except ImportError:
        raise LearnerMissing from None
    told = list(cases)
    own = list(_own(bundle))
    taught = [*told, *own]
    counter = TfidfVectorizer(analyzer=_words, sublinear_tf=True, min_df=_FEWEST)
    matrix = counter.fit_transform([text for text, _ in taught])
    charges = [charge for _, charge in taught]
    machine = LinearSVC(C=_SOFTNESS, random_state=0)
    guessed = cross_val_predict(machine, matrix, charges, cv=_FOLDS)
    right = sum(g == c for g, c in zip(guessed[: len(told)], charges, strict=False)) / max(1, len(told))
    machine.fit(matrix, charges)
    yaml = _written(machine, counter, len(told), today)
    without = tuple(sorted({t.charge for t in bundle.thresholds} - {charge for _, charge in told}))
    return Learned(yaml, len(told), right, without)


def _words(text: str) -> list[str]:
    return [word for word, _, _ in chinese_words(text) if "某" not in word and not _NUMBER.fullmatch(word)]


def _written(machine: Any, counter: Any, cases: int, today: date) -> str:
    """The file: charges and bases, then a line a word with what is left of its weights."""
    lines = [
        "# 由 screening lexicon learn 从标注过的案件学得：哪些词说明是哪个罪名。不要手工改；改了案件或罪名后重新生成。",
        f"learned_on: {today.isoformat()}",
        f"cases: {cases}",
        f"charges: [{', '.join(json.dumps(c, ensure_ascii=False) for c in machine.classes_)}]",
        f"bases: [{', '.join(str(round(base * SCALE)) for base in machine.intercept_)}]",
        "words:",
    ]
    for word, column in sorted(counter.vocabulary_.items()):
        weights = machine.coef_[:, column]
        points = [f"{n}:{round(w * SCALE)}" for n, w in enumerate(weights) if abs(w) >= _LEAST]
        if points:
            lines.append(f'  "{word}": {round(counter.idf_[column] * SCALE)} {" ".join(points)}')
    return "\n".join(lines) + "\n"


def _own(bundle: Bundle) -> Iterator[Told]:
    """What the bundle says of each charge: names, 案由, limbs, and the sentences that its text rules must find."""
    of_conduct: dict[str, set[str]] = defaultdict(set)
    for threshold in bundle.thresholds:
        limbs = (limb.text for version in threshold.versions for limb in version.any_of)
        for text in (threshold.charge, threshold.description, *threshold.linkage.reasons, *limbs):
            yield Told(text, threshold.charge)
        for conduct in threshold.linkage.conduct:
            of_conduct[conduct].add(threshold.charge)
    for rule in bundle.text_rules:
        charges = of_conduct.get(rule.asserts.conduct or "", set())
        if len(charges) == 1:
            for sentence in rule.tests.hit:
                yield from (Told(marked(sentence)[0], charge) for charge in charges)


def _names(bundle: Bundle) -> dict[str, str]:
    """Every name that a charge has or had → its name of today."""
    names = {_bare(former.charge): t.charge for t in bundle.thresholds for former in t.former_names}
    return names | {_bare(t.charge): t.charge for t in bundle.thresholds}


def _bare(charge: str) -> str:
    return _BRACKETS.sub("", charge).strip().removesuffix("罪")
