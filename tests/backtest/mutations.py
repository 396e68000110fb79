"""Random changes of a bundle, seeded: figures, words, order, whole entries; in every kind of file."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from pathlib import Path

__all__ = ["KINDS", "mutate"]

KINDS = (
    "thresholds/charges/*.yaml",
    "thresholds/measures/*.yaml",
    "thresholds/circumstances/*.yaml",
    "thresholds/fines/*.yaml",
    "thresholds/documents.yaml",
    "thresholds/policy.yaml",
    "rules/text/*.yaml",
    "rules/findings/*.yaml",
    "rules/provisions/*.yaml",
    "rules/reading.yaml",
)

_NUMBER = re.compile(r"(?<![\d〔.-])(\d{1,7})(?![\d〕.-])")


def mutate(folder: Path, kind: str, chance: random.Random, words: list[str]) -> str:
    """Change one file of this kind in the bundle ``folder``; returns what was done. ``words``: pieces of real records."""
    while True:
        path = chance.choice(sorted(folder.glob(kind)))
        lines = path.read_text(encoding="utf-8").splitlines()
        done = chance.choice(_CHANGES)(lines, chance, words)
        if done:
            path.write_text("\n".join(lines) + "\n", encoding="utf-8")
            return f"{path.name}: {done}"


def _figure(lines: list[str], chance: random.Random, _words: list[str]) -> str:
    at = _where(lines, chance, _NUMBER.search)
    if at is None:
        return ""
    factor = chance.choice((0, 1, 3))
    lines[at] = _NUMBER.sub(lambda found: str(int(found[1]) * factor + 1), lines[at], count=1)
    return lines[at]


def _word(lines: list[str], chance: random.Random, words: list[str]) -> str:
    """One more word in a list."""
    at = _where(lines, chance, lambda line: re.match(r"\s*- [^\W\d]+$", line) or re.search(r": \[[^\W\d\[\]{}]", line))
    if at is None:
        return ""
    word = chance.choice(words)
    if "[" in lines[at]:
        lines[at] = lines[at].replace("[", f"[{word}, ", 1)
    else:
        lines.insert(at, lines[at][: lines[at].index("-")] + f"- {word}")
    return lines[at]


def _gone(lines: list[str], chance: random.Random, _words: list[str]) -> str:
    """One word less in a list."""
    at = _where(lines, chance, lambda line: re.match(r"\s*- [^\W\d]+$", line) or re.search(r": \[[^\[\]{},]+, ", line))
    if at is None:
        return ""
    before = lines[at]
    if "[" in before:
        lines[at] = re.sub(r"(: \[)[^\[\]{},]+, ", r"\1", before, count=1)
    else:
        del lines[at]
    return f"- {before}"


def _other(lines: list[str], chance: random.Random, _words: list[str]) -> str:
    """yes for no, one word of the fields for another."""
    pairs = (
        ("yes", "no"),
        ("no", "yes"),
        ("reached", "near"),
        ("near", "below"),
        ("refer", "watch"),
        ("watch", "refer"),
    )
    old, new = chance.choice(pairs)
    at = _where(lines, chance, re.compile(rf"\b{old}\b").search)
    if at is None:
        return ""
    lines[at] = re.sub(rf"\b{old}\b", new, lines[at], count=1)
    return lines[at]


def _entry(lines: list[str], chance: random.Random, _words: list[str]) -> str:
    """A whole entry less, or two in another order."""
    starts = [at for at, line in enumerate(lines) if line.startswith("- ")]
    if len(starts) < 3:
        return _figure(lines, chance, _words)
    index = chance.randrange(len(starts) - 2)
    first, second, third = starts[index : index + 3]
    told = lines[first]
    if chance.random() < 0.5:
        del lines[first:second]
        return f"- {told}"
    lines[first:third] = lines[second:third] + lines[first:second]
    return f"⇅ {told}"


_CHANGES = (_figure, _word, _word, _gone, _other, _entry)


def _where(lines: list[str], chance: random.Random, fits: Callable[[str], object]) -> int | None:
    """A line that fits; None where none does."""
    fitting = [at for at, line in enumerate(lines) if fits(line)]
    return chance.choice(fitting) if fitting else None
