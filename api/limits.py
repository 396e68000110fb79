"""How often: a token bucket per name, bounded in memory. The time is passed in (monotonic seconds)."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

__all__ = ["Buckets", "Locks"]

_MOST = 10_000


@dataclass(slots=True)
class _Bucket:
    left: float
    at: float


class Buckets:
    """``rate`` a second on average, ``burst`` at once, for each name by itself."""

    def __init__(self, rate: float, burst: float) -> None:
        self._rate, self._burst = rate, burst
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()

    def take(self, name: str, at: float, cost: float = 1.0) -> float:
        """Take ``cost`` and return 0, or take nothing and return the seconds until there is enough."""
        bucket = self._filled(name, at)
        cost = min(cost, self._burst)
        if bucket.left >= cost:
            bucket.left -= cost
            return 0.0
        return (cost - bucket.left) / self._rate

    def wait(self, name: str, at: float) -> float:
        """The seconds until one could be taken; takes nothing."""
        left = self._filled(name, at).left
        return 0.0 if left >= 1 else (1 - left) / self._rate

    def _filled(self, name: str, at: float) -> _Bucket:
        bucket = self._buckets.get(name)
        if bucket is None:
            bucket = self._buckets[name] = _Bucket(self._burst, at)
            if len(self._buckets) > _MOST:
                self._buckets.popitem(last=False)
        self._buckets.move_to_end(name)
        bucket.left = min(self._burst, bucket.left + (at - bucket.at) * self._rate)
        bucket.at = at
        return bucket


class Locks:
    """A name that failed ``tries`` times within ``seconds`` is locked for that long."""

    def __init__(self, tries: int, seconds: float) -> None:
        self._tries, self._seconds = tries, seconds
        self._failed: OrderedDict[str, tuple[int, float]] = OrderedDict()

    def locked(self, name: str, at: float) -> float:
        """The seconds it stays locked; 0 where it is open."""
        count, until = self._failed.get(name, (0, 0.0))
        return max(0.0, until - at) if count >= self._tries else 0.0

    def fail(self, name: str, at: float) -> None:
        """Count one more failure."""
        count, until = self._failed.pop(name, (0, 0.0))
        self._failed[name] = (count + 1 if at < until else 1, at + self._seconds)
        if len(self._failed) > _MOST:
            self._failed.popitem(last=False)
