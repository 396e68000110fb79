"""The shape of ``rules/provisions/*.yaml``: what an agency has found when it punishes under a provision.

Who is fined under 《税收征收管理法》第六十七条 has, by that finding, refused tax by force. An entry holds only where every
alternative of the provision as it is written here falls under the conduct or circumstance.
"""

from __future__ import annotations

from datetime import date

from pydantic import TypeAdapter
from pydantic.dataclasses import dataclass

from screening.bundle.shapes import STRICT, Day, Text

__all__ = ["SANCTIONS", "Sanction"]


@dataclass(frozen=True, slots=True, config=STRICT)
class Sanction:
    """One provision and the ``conduct`` or ``circumstance`` that it finds.

    ``since``, ``until``: the decisions that cite the number with this meaning (``until`` is the first day that no longer
    does). ``said``: what the provision says, in our own words; ``source``: the text that was opened.
    """

    provision: Text
    said: Text
    source: Text
    conduct: Text | None = None
    circumstance: Text | None = None
    since: Day | None = None
    until: Day | None = None

    def __post_init__(self) -> None:
        if bool(self.conduct) == bool(self.circumstance):
            raise ValueError("conduct、circumstance 要写其中一个。")
        if self.since and self.until and self.since >= self.until:
            raise ValueError("until 应在 since 之后。")

    def holds_on(self, day: date | None) -> bool:
        """Whether a decision of that day cites the provision with this meaning; an unknown day is taken for a late one."""
        if day is None:
            return self.until is None
        return (self.since is None or self.since <= day) and (self.until is None or day < self.until)


SANCTIONS: TypeAdapter[tuple[Sanction, ...]] = TypeAdapter(tuple[Sanction, ...])
