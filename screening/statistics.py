"""Small exact statistics: intervals and tail probabilities that hold for few cases as well as for many."""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, lgamma, log, sqrt

__all__ = ["binomial_tail", "fisher_tail", "holm", "shrunk", "wilson"]

_Z95 = 1.959963984540054


def wilson(hits: int, cases: int, z: float = _Z95) -> tuple[float, float]:
    """Wilson's interval of a share (95% by default); (0, 1) where there are no cases."""
    if cases == 0:
        return 0.0, 1.0
    share, square = hits / cases, z * z
    centre = share + square / (2 * cases)
    spread = z * sqrt(share * (1 - share) / cases + square / (4 * cases * cases))
    whole = 1 + square / cases
    return max(0.0, (centre - spread) / whole), min(1.0, (centre + spread) / whole)


def shrunk(hits: int, cases: int, common: float, weight: float = 20.0) -> float:
    """The share drawn to the common one as if ``weight`` more cases had shown that: few cases say little."""
    return (hits + weight * common) / (cases + weight)


def binomial_tail(hits: int, cases: int, share: float) -> float:
    """P(X ≥ hits) for X ~ Binomial(cases, share), exact."""
    if hits <= 0:
        return 1.0
    if hits > cases or share <= 0:
        return 0.0
    if share >= 1:
        return 1.0
    terms = (exp(_choose(cases, k) + k * log(share) + (cases - k) * log(1 - share)) for k in range(hits, cases + 1))
    return min(1.0, sum(terms))


def fisher_tail(hits: int, cases: int, other_hits: int, other_cases: int) -> float:
    """Fisher's exact test, one-sided: P(as many hits or more among ``cases``), all margins given."""
    total, whole = hits + other_hits, cases + other_cases
    if whole == 0:
        return 1.0
    base = _choose(whole, total)
    terms = (
        exp(_choose(cases, k) + _choose(other_cases, total - k) - base)
        for k in range(max(hits, total - other_cases), min(cases, total) + 1)
    )
    return min(1.0, sum(terms))


def holm(chances: Sequence[float], level: float = 0.05) -> list[bool]:
    """Which of many tests stand out so that any false one among them has at most ``level`` (Holm 1979)."""
    marked = [False] * len(chances)
    for rank, index in enumerate(sorted(range(len(chances)), key=chances.__getitem__)):
        if chances[index] > level / (len(chances) - rank):
            break
        marked[index] = True
    return marked


def _choose(n: int, k: int) -> float:
    return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)
