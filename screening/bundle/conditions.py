"""What a limb, or a way out, may ask of a case: the grammar of ``all_of`` in ``thresholds/charges/*.yaml``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import AliasChoices, BeforeValidator, Discriminator, Field, Tag, WithJsonSchema
from pydantic.dataclasses import dataclass

from screening.bundle.shapes import STRICT, Figure, Id, Text

__all__ = [
    "AnyOf",
    "CircumstanceCondition",
    "Condition",
    "ConductCondition",
    "LimbCondition",
    "MeasureCondition",
    "MixCondition",
    "MixPart",
    "PenaltiesCondition",
    "SumCondition",
    "Term",
    "asked",
    "read_term",
]


@dataclass(frozen=True, slots=True, config=STRICT)
class MeasureCondition:
    """A measured quantity against a figure. ``between`` is a range within which each province fixes its own figure.

    ``of`` names the circumstance that the measured part must be in (货值金额 of 尚未销售). ``more_than`` excludes the number.
    ``gate``: a qualification rather than a size (年利率超过36%), so that falling short of it is not "near".
    """

    measure: Text
    at_least: Figure | None = None
    more_than: Figure | None = None
    less_than: Figure | None = None
    between: tuple[Figure, Figure] | None = None
    of: Text | None = None
    gate: bool = False

    def __post_init__(self) -> None:
        floors = [f for f in (self.at_least, self.more_than, self.between) if f is not None]
        if len(floors) > 1:
            extra = "between" if self.between else "more_than"
            raise ValueError(f"“{extra}”多了：at_least、more_than、between 中只能写一个。请留下一个。")
        if not (floors or self.less_than):
            raise ValueError(f"“{self.measure}”后面没有写数额。请补上，例如 at_least: 5 万元（以上）。")
        if self.between and not self.between[0].value < self.between[1].value:
            raise ValueError(f"“{self.between[0].written}”应小于 {self.between[1].written}。请把小的写在前面。")


@dataclass(frozen=True, slots=True)
class Term:
    """One addend of a weighted sum: ``销售金额 × 3``, ``货值金额（尚未销售）``."""

    measure: str
    times: Decimal = Decimal(1)
    of: str | None = None


def read_term(value: object) -> Term:
    """An addend as text: a measure, optionally only its part in a circumstance, optionally weighted."""
    if isinstance(value, Term):
        return value
    match = re.fullmatch(r"([^×*\s（）()]+)(?:[（(]([^）)]+)[）)])?(?:\s*[×*]\s*(\d+(?:\.\d+)?))?", str(value).strip())
    if not match:
        raise ValueError(f"“{value}”应写成“计量名”“计量名 × 倍数”或“计量名（情节）”。")
    return Term(match[1], Decimal(match[3] or 1), match[2])


_TERM_SCHEMA = {"type": "string", "examples": ["销售金额 × 3", "货值金额（尚未销售）"]}


@dataclass(frozen=True, slots=True, config=STRICT)
class SumCondition:
    """A weighted sum of measures against a figure: 销售金额 × 3 + 货值金额 at least 15 万元."""

    sum: tuple[Annotated[Term, BeforeValidator(read_term), WithJsonSchema(_TERM_SCHEMA)], ...]
    at_least: Figure


@dataclass(frozen=True, slots=True, config=STRICT)
class MixPart:
    """One kind of a proportional mix and the figure that alone would suffice."""

    measure: Text
    per: Figure
    of: Text | None = None


@dataclass(frozen=True, slots=True, config=STRICT)
class MixCondition:
    """Different kinds converted in proportion: Σ measured / figure ≥ 1 (e.g. 林种折算, 法释〔2023〕8号第一条第二款)."""

    mix: tuple[MixPart, ...]


@dataclass(frozen=True, slots=True, config=STRICT)
class CircumstanceCondition:
    """A circumstance that must be asserted (``is: yes``), or must be denied (``is: no``)."""

    circumstance: Text
    is_: Annotated[Literal["yes", "no"], Field(validation_alias=AliasChoices("is", "is_"))] = "yes"


@dataclass(frozen=True, slots=True, config=STRICT)
class ConductCondition:
    """The conduct itself, as ``rules/text`` asserts it; for limbs that need no figure."""

    conduct: Text


@dataclass(frozen=True, slots=True, config=STRICT)
class PenaltiesCondition:
    """Earlier administrative penalties in a window that runs from the first one's effect to the new act (no window: ever).

    ``of`` narrows the kind (e.g. 走私); without it a penalty for the same kind of conduct.
    """

    penalties: Figure
    within: Figure | None = None
    of: Text | None = None


@dataclass(frozen=True, slots=True, config=STRICT)
class LimbCondition:
    """A relative condition: the measured part of another limb of this version reaches a share of its figure."""

    limb: tuple[Id, ...]
    at_least: Figure


@dataclass(frozen=True, slots=True, config=STRICT)
class AnyOf:
    """``count`` of these conditions must hold (one, where nothing is said)."""

    any_of: tuple[Condition, ...]
    count: Annotated[int, Field(ge=1)] = 1


_KINDS = ("measure", "sum", "mix", "circumstance", "conduct", "penalties", "limb", "any_of")


def _kind(value: Any) -> str | None:
    for kind in _KINDS:
        if (isinstance(value, dict) and kind in value) or (not isinstance(value, dict) and hasattr(value, kind)):
            return f"<{kind}>"  # no key looks like this, so that a place in the file is never mistaken for a tag
    return None


Condition = Annotated[
    Annotated[MeasureCondition, Tag("<measure>")]
    | Annotated[SumCondition, Tag("<sum>")]
    | Annotated[MixCondition, Tag("<mix>")]
    | Annotated[CircumstanceCondition, Tag("<circumstance>")]
    | Annotated[ConductCondition, Tag("<conduct>")]
    | Annotated[PenaltiesCondition, Tag("<penalties>")]
    | Annotated[LimbCondition, Tag("<limb>")]
    | Annotated[AnyOf, Tag("<any_of>")],
    Discriminator(_kind),
]


def asked(conditions: Iterable[Condition]) -> Iterator[tuple[str, str | None]]:
    """The measures that conditions ask for, each with the part of the goods it must be about (``of``)."""
    for condition in conditions:
        if isinstance(condition, MeasureCondition):
            yield condition.measure, condition.of
        elif isinstance(condition, SumCondition):
            yield from ((term.measure, term.of) for term in condition.sum)
        elif isinstance(condition, MixCondition):
            yield from ((part.measure, part.of) for part in condition.mix)
        elif isinstance(condition, AnyOf):
            yield from asked(condition.any_of)
