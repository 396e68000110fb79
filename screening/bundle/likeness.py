"""What words the cases of each charge are told in: ``rules/likeness.yaml``, learned from labelled cases, not edited by hand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated

from pydantic import AfterValidator, Field, TypeAdapter
from pydantic.dataclasses import dataclass

from screening.bundle.shapes import STRICT, Day, Text, did_you_mean
from screening.bundle.yamlfile import YamlFile
from screening.errors import Problem

__all__ = ["LIKENESS", "NO_CHARGE", "SCALE", "Likeness", "check_likeness"]

NO_CHARGE = "无"
"""What stands among the charges for cases in which none is in question."""
SCALE = 100
"""Weights are written as whole hundredths."""


def _weights(line: str) -> str:
    parts = line.split()
    if len(parts) < 2 or not parts[0].isdigit():
        raise ValueError("这里应写“词的权重 罪名序号:分 …”。这个文件由 screening lexicon learn 写出，请重新生成。")
    for part in parts[1:]:
        number, _, points = part.partition(":")
        if not number.isdigit() or not points.lstrip("-").isdigit():
            raise ValueError(f"“{part}”不是“罪名序号:分”。这个文件由 screening lexicon learn 写出，请重新生成。")
    return line


@dataclass(frozen=True, slots=True, config=STRICT)
class Likeness:
    """A linear model over words (one against the rest): a charge's points are its base and those of the words, each times its share.

    ``charges``: names of charges, and ``NO_CHARGE``; ``bases``: a number for each. ``words``: of each word how telling it is and its points
    for charges by their place in ``charges``, in hundredths: ``"312 4:57 9:-20"``. ``cases``: from how many it was learned.
    """

    learned_on: Day
    cases: Annotated[int, Field(ge=1)]
    charges: Annotated[tuple[Text, ...], Field(min_length=2)]
    bases: tuple[Annotated[int, Field()], ...]
    words: Mapping[Text, Annotated[str, AfterValidator(_weights)]]


LIKENESS: TypeAdapter[Likeness] = TypeAdapter(Likeness)


def check_likeness(likeness: Likeness, known: list[str], file: YamlFile) -> Iterator[Problem]:
    """Charges that the bundle does not have, and lists that do not fit one another."""
    for place, charge in enumerate(likeness.charges):
        if charge != NO_CHARGE and charge not in known:
            remedy = did_you_mean(charge, known) or "请重新生成：screening lexicon learn。"
            yield file.problem(("charges", place), f"没有罪名“{charge}”。", remedy)
    if len(likeness.bases) != len(likeness.charges):
        yield file.problem(("bases",), "bases 与 charges 的个数不同。", "请重新生成：screening lexicon learn。")
    most = len(likeness.charges)
    for word, line in likeness.words.items():
        if any(int(part.partition(":")[0]) >= most for part in line.split()[1:]):
            yield file.problem(("words", word), "罪名序号超出 charges。", "请重新生成：screening lexicon learn。")
