"""The shape of ``rules/text/*.yaml``: which words assert a conduct or a circumstance.

A file is a list of rules. Negation, supposition, citation and other people's conduct are the reader's work; ``except`` is for
what is special to the rule: words that, in the same sentence, take the assertion away.
"""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Discriminator, Field, Tag, TypeAdapter, WithJsonSchema
from pydantic.dataclasses import dataclass

from screening.bundle.shapes import STRICT, Id, Text

__all__ = ["TEXT_RULES", "Asserts", "Near", "Pattern", "TextRule", "TextTests", "marked"]


@dataclass(frozen=True, slots=True, config=STRICT)
class Asserts:
    """What a hit says: a conduct or a circumstance, or that a circumstance is absent, which has words of its own.

    ``denies`` outweighs words that assert the circumstance elsewhere (非禁渔区); ``lacks`` yields to them, and may name
    several (首次违法).
    """

    conduct: Text | None = None
    circumstance: Text | None = None
    denies: Text | None = None
    lacks: tuple[Text, ...] = ()

    def __post_init__(self) -> None:
        if sum(map(bool, (self.conduct, self.circumstance, self.denies, self.lacks))) != 1:
            raise ValueError("asserts 里要写 conduct、circumstance、denies、lacks 中的一个。")


def _width(value: object) -> object:
    match = re.fullmatch(r"(\d+)\s*字?", str(value).strip())
    if not match:
        raise ValueError(f"“{value}”应写成“20 字”。")
    return int(match[1])


_WIDTH_SCHEMA = {"type": ["integer", "string"], "pattern": r"^\d+\s*字?$", "examples": ["20 字"]}


def _step(value: object) -> object:
    return (value,) if isinstance(value, str) else value


_STEP_SCHEMA = {
    "anyOf": [{"type": "string", "minLength": 1}, {"type": "array", "items": {"type": "string", "minLength": 1}}]
}

Step = Annotated[tuple[Text, ...], BeforeValidator(_step), WithJsonSchema(_STEP_SCHEMA)]


@dataclass(frozen=True, slots=True, config=STRICT)
class Near:
    """Words in this order within ``within`` characters (from the first's start to the last's end) of one sentence.

    A step is a word or a list of alternatives. ``order: any``: in whatever order they stand; ``across``: over ends of sentences too.
    """

    near: Annotated[tuple[Step, ...], Field(min_length=2)]
    within: Annotated[int, BeforeValidator(_width), WithJsonSchema(_WIDTH_SCHEMA)]
    order: Literal["given", "any"] = "given"
    across: bool = False


def _pattern_kind(value: Any) -> str:
    return "<phrase>" if isinstance(value, str) else "<near>"


Pattern = Annotated[Annotated[Text, Tag("<phrase>")] | Annotated[Near, Tag("<near>")], Discriminator(_pattern_kind)]


@dataclass(frozen=True, slots=True, config=STRICT)
class TextTests:
    """``hit``: sentences that must assert, with the evidence in [[ ]]; ``miss``: sentences that must not."""

    hit: tuple[Text, ...]
    miss: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True, config=STRICT)
class TextRule:
    """One rule: any of these patterns asserts it, unless an exception stands in the same sentence."""

    id: Id
    asserts: Asserts
    any: Annotated[tuple[Pattern, ...], Field(min_length=1)]
    tests: TextTests
    except_: Annotated[tuple[Text, ...], Field(validation_alias="except")] = ()
    note: str = ""


def marked(text: str) -> tuple[str, tuple[tuple[int, int], ...]]:
    """A test sentence without its [[ ]] and the marked spans in it."""
    spans: list[tuple[int, int]] = []
    plain = ""
    for index, piece in enumerate(re.split(r"\[\[|\]\]", text)):
        if index % 2:
            spans.append((len(plain), len(plain) + len(piece)))
        plain += piece
    return plain, tuple(spans)


TEXT_RULES: TypeAdapter[tuple[TextRule, ...]] = TypeAdapter(tuple[TextRule, ...])
