"""Quantities that follow from what is told: price × quantity, with the spans of both."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal

from screening.facts import Evidence
from screening.quantity import UNITS
from screening.reading.roles import SOLD, UNSOLD, Mentioned
from screening.reading.standing import Standing
from screening.reading.text import Text

__all__ = ["derive"]

_SELLING = re.compile(r"(?<![未待零])[销售卖](?!价|后)")


def derive(named: Sequence[Mentioned], text: Text) -> list[Mentioned]:
    """Price × quantity where a rate (180元/条, 每瓶40元) meets a count of the same classifier and the product is not told."""
    told = {m.value for m in named if m.per is None and m.unit == "元"}
    first_sale = _SELLING.search(text.folded)
    selling = first_sale.start() if first_sale else -1
    by_sentence: dict[int, list[Mentioned]] = defaultdict(list)
    for mention in named:
        if mention.per is None and mention.standing is Standing.ASSERTED:
            by_sentence[text.sentence(mention.evidence.start)[0]].append(mention)
    derived: list[Mentioned] = []
    for rate in named:
        if rate.per is None or rate.unit != "元" or rate.standing is not Standing.ASSERTED or rate.name == "成本":
            continue
        near = by_sentence[text.sentence(rate.evidence.start)[0]]
        counts = [(m, number) for m in near if (number := _number(m, rate.per)) is not None]
        if not counts:
            continue
        count, number = min(counts, key=lambda pair: abs(pair[0].evidence.start - rate.evidence.start))
        value = number * rate.value
        if value in told:
            continue
        part = count.of or rate.of
        sold = part == SOLD or (part != UNSOLD and 0 <= selling < text.sentence(rate.evidence.start)[1])
        name = "货值金额" if rate.name == "货值金额" or not sold else "销售金额"
        start, end = min(count.evidence.start, rate.evidence.start), max(count.evidence.end, rate.evidence.end)
        evidence = Evidence(text.name, start, end, text.raw[start:end])
        derived.append(
            Mentioned(
                name, value, "元", count.approx or rate.approx, evidence, Standing.ASSERTED, of=part, derived=True
            )
        )
        told.add(value)
    return derived


def _number(mention: Mentioned, per: str) -> Decimal | None:
    """How many of the rate's unit a quantity is (1 千克 at a price per 克 is 1000); None where it counts something else."""
    unit = UNITS.get(per)
    if unit and unit.base == mention.unit and not mention.derived:
        return mention.value / unit.factor
    return mention.value if mention.evidence.text.endswith(per) and not mention.derived else None
