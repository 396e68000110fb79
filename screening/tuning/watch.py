"""Checks a bundle again whenever one of its files is saved, and runs the tests of the files that were."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from screening.bundle.loader import load
from screening.errors import BundleError, Problem
from screening.selftest import run

__all__ = ["Round", "watch"]

_PAUSE = 0.15
_PATTERNS = ("thresholds/**/*.yaml", "rules/**/*.yaml", "parties/*.yaml")
_Stamp = tuple[int, int]


class Round(NamedTuple):
    """One check: the files that were saved, what is wrong, how many tests of those files ran, and how long it took in seconds."""

    saved: tuple[str, ...]
    problems: tuple[Problem, ...]
    tests: int
    took: float


def watch(folder: Path) -> Iterator[Round]:
    """A round at once, for the whole bundle without its tests, and one after each save; it never ends by itself."""
    known = _stamps(folder)
    yield _round(folder, ())
    while True:
        time.sleep(_PAUSE)
        now = _stamps(folder)
        if now != known:
            saved = tuple(sorted(name for name in now.keys() | known.keys() if now.get(name) != known.get(name)))
            known = now
            yield _round(folder, saved)


def _round(folder: Path, saved: tuple[str, ...]) -> Round:
    start = time.perf_counter()
    try:
        bundle = load(folder)
    except BundleError as error:
        return Round(saved, error.problems, 0, time.perf_counter() - start)
    done = run(bundle, saved)
    return Round(saved, done.problems, done.ran, time.perf_counter() - start)


def _stamps(folder: Path) -> dict[str, _Stamp]:
    """When each file was last written, and its size; one that goes away meanwhile is not there."""
    found: dict[str, _Stamp] = {}
    for pattern in _PATTERNS:
        for path in folder.glob(pattern):
            try:
                told = path.stat()
            except FileNotFoundError:
                continue
            found[path.relative_to(folder).as_posix()] = (told.st_mtime_ns, told.st_size)
    return found
