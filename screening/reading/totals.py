"""涉案金额: the single best figure, in 元, of what the case as a whole is about.

Two ways of telling. A penalty decision names its figure (违法经营额, 销售金额 …): the best rank wins. The facts of an
offence against property tell items, event by event: they are folded into one sum, where a figure that equals the sum of
those before it is their total, whatever word stands beside it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from screening.facts import Measured
from screening.reading.cues import Cues
from screening.reading.figures import Covers, Figure, Register, Weight, figures, offence_in, unpriced_taking
from screening.reading.mentions import Mentioned
from screening.reading.named import named_total
from screening.reading.passages import Passage, Voice
from screening.reading.reading import Reading

__all__ = ["case_total"]

NAME = "涉案金额"
_FIELD = "narrative"
_CLOSE = Decimal("0.5")
_EACH = re.compile("每|单价")
_SHORT = 24
_LONGEST_LIST = 40
_MOST_PARTS = 24
_LISTED_TAKINGS = 16  # between two takings told one after the other
_ZERO = Decimal(0)


def case_total(reading: Reading, cues: Cues, found: list[Passage]) -> Measured | None:
    """The figure of the case; None where no money is told or stated that could be it. ``derived`` where it is a sum.

    ``cues`` and ``found`` (its passages) are those of the narrative.
    """
    text = reading.texts.get(_FIELD, "")
    money = [m for m in reading.mentions if m.unit == "元" and m.per is None and m.evidence.field == _FIELD]
    if not money:
        return _renamed(named_total(reading, money, found))
    register = offence_in(cues)
    stated = sorted((m for m in money if not m.derived or _of_pieces(m)), key=lambda m: m.span)
    told = _with_parts(figures(text, cues, stated, found)) if register != Register.NONE else []
    if register == Register.MENTIONED and not any(f.takes and f.weight == Weight.FACT for f in told):
        told = []
    return _renamed(_taken(cues, told) or named_total(reading, money, found))


def _with_parts(told: list[Figure]) -> list[Figure]:
    """Where the first of several figures is a part of the one before them and they come to that, all are parts, whatever is said of them.

    侵占货款356200元，其中2012年侵占112000元，2013年侵占244200元.
    """
    for first in range(1, len(told)):
        whole = told[first - 1]
        if not told[first].part or whole.part:
            continue
        run = Decimal(0)
        for end in range(first, min(len(told), first + _MOST_PARTS)):
            run += told[end].value
            if run >= whole.value:
                if run == whole.value:
                    told[first : end + 1] = [f._replace(weight=Weight.NEVER, part=True) for f in told[first : end + 1]]
                break
    return told


def _of_pieces(mention: Mentioned) -> bool:
    """Whether it follows from the price of each of several things that were taken: 手机两部，每部价值3980元."""
    told = mention.evidence.text
    return mention.derived and len(told) <= _SHORT and _EACH.search(told) is not None


def _renamed(measured: Measured | None) -> Measured | None:
    return measured._replace(name=NAME) if measured else None


def _taken(cues: Cues, told: list[Figure]) -> Measured | None:
    """What was taken, as the story of it tells; None where it tells no figure that could be it."""
    # What only the evidence or the defence names decides nothing where the story has figures of its own.
    narrated = [f for f in told if f.passage.voice <= Voice.OPINION and f.weight <= Weight.PRETEXT] or told
    best = min((f.weight for f in narrated), default=Weight.NEVER)
    if best == Weight.NEVER:
        return None
    made_of = _parts_once(_folded(_facts([f for f in _with_unpriced(cues, told) if f.weight == best])))
    approx = any(f.mention.approx for f in made_of)
    return Measured(NAME, _sum(made_of), "元", approx, len(made_of) > 1, tuple(f.mention.evidence for f in made_of))


def _with_unpriced(cues: Cues, told: list[Figure]) -> list[Figure]:
    """Where the goods of an event have no other value, what they were sold for is the least they were worth."""
    if all(f.weight != Weight.RESALE for f in told):
        return told
    priced = {f.passage.event for f in told if f.weight <= Weight.DOUBTED}
    if not priced:
        return told
    return [
        f._replace(weight=Weight.FACT, goods=True)
        if f.weight == Weight.RESALE
        and f.passage.event not in priced
        and f.passage.voice <= Voice.CHARGED
        and unpriced_taking(f.passage, cues)
        else f
        for f in told
    ]


def _facts(told: Sequence[Figure]) -> list[Figure]:
    """Those that the best voice tells, with what was found beside it; an opinion counts where it sums up."""
    best = min(f.passage.voice for f in told)
    facts = {best, Voice.FURTHER} if best <= Voice.CHARGED else {best}
    if best == Voice.PLAIN:
        facts.add(Voice.CHARGED)
    opinions = Voice.OPINION not in facts
    return [f for f in told if f.passage.voice in facts] + [
        f._replace(covers=Covers.ALL) for f in told if opinions and f.passage.voice == Voice.OPINION and f.covers
    ]


def _folded(told: Sequence[Figure]) -> list[Figure]:
    """The figures that make up the whole: items that a total covers are gone, and so is what is told twice."""
    kept: list[Figure] = []  # of the events that are over
    items: list[Figure] = []  # of the event that is told
    total = largest = _ZERO  # of ``kept``
    for figure in told:
        if items and items[-1].passage.event != figure.passage.event:
            kept += items
            total, largest, items = total + _sum(items), max(largest, *(f.value for f in items)), []
        if figure.covers == Covers.ALL:
            if all(value <= figure.value for value in (largest, *(f.value for f in items))):
                return [figure]
        elif figure.covers and (kept or items) and _same(total + _sum(items), figure.value):
            kept, items, total, largest = [], [figure], _ZERO, _ZERO
        elif figure.covers == Covers.GOODS and not items:
            recent = kept[-_LONGEST_LIST:]  # 经鉴定，上述财物共计: in a paragraph of its own
            stay = [f for f in recent if f.appraised or not f.goods]
            kept[-_LONGEST_LIST:] = stay
            total, items = total - _sum(recent) + _sum(stay), [figure]
        else:
            items = _event(items, figure)
    return kept + items


def _parts_once(told: list[Figure]) -> list[Figure]:
    """Without the parts of a figure that points back to them, or that they are told in detail of, in whichever event.

    11月骗得4000元 … 12月骗得5010元 … 将骗取的9010元用于还债. A figure that points to nothing is a taking of its own, whatever it equals.
    """
    if not 2 < len(told) <= _LONGEST_LIST:
        return told
    for place, figure in enumerate(told):
        if not figure.refers:
            continue
        if place > 1 and _is_sum(figure, _sum(told[:place])):
            parts = {f.value for f in told[:place]}
            return _parts_once([figure, *(f for f in told[place + 1 :] if f.value not in parts)])
        for end in range(place + 3, len(told) + 1):
            if _same(_sum(told[place + 1 : end]), figure.value):
                return _parts_once([*told[: place + 1], *told[end:]])
    return told


def _is_sum(figure: Figure, value: Decimal) -> bool:
    """Whether a figure is that value, or what is left of it when it is told roundly (1193元: 1100余元)."""
    if figure.mention.approx and value > figure.value:
        return value - figure.value < figure.value / 10
    return _same(value, figure.value)


def _event(items: list[Figure], figure: Figure) -> list[Figure]:
    """The items of one event once a further figure of it is told."""
    if figure.covers == Covers.NET:
        return [figure]
    recent = items[-_LONGEST_LIST:]
    covered = _covered(recent, figure)
    if covered:
        return [f for f in items if f not in covered] + [figure]
    if not figure.again and any(f.value == figure.value for f in recent) and not _listed(items[-1], figure):
        return items
    recent.append(figure)
    # 借款7万元 … 取出6万元 … 其余1万元: parts that make up what was told before them
    for count in range(2, len(recent)):
        whole, parts = recent[-count - 1], recent[-count:]
        if _same(_sum(parts), whole.value) and not any(f.takes for f in parts) and not _listed(whole, parts[0]):
            return items[: 1 - count]
    items.append(figure)
    return items


def _covered(items: list[Figure], figure: Figure) -> list[Figure]:
    """The items that a figure is the total of, or a better value for."""
    if not items:
        return []
    for count in range(1 if figure.covers else 2, len(items) + 1):
        if _is_total(figure) and _same(_sum(items[-count:]), figure.value):
            return items[-count:]
    goods = [f for f in items if f.goods]
    if figure.covers == Covers.EVENT and all(f.value <= figure.value for f in items):
        return items
    if figure.covers == Covers.GOODS and all(f.value <= figure.value for f in goods):
        return goods
    if figure.appraised and not figure.takes:
        return [f for f in goods if not f.appraised]  # the appraisal outweighs what somebody named as the value
    return []


def _is_total(figure: Figure) -> bool:
    """Whether a figure may be the sum of those before it: one that tells of a further taking is not."""
    return figure.covers != Covers.ITSELF or not figure.takes


def _listed(previous: Figure, figure: Figure) -> bool:
    """Whether two equal figures are items of one list: 450元、450元; 收取甲450元, 收取乙450元."""
    within = _LISTED_TAKINGS if previous.takes and figure.takes else 3
    return 0 < figure.mention.span[0] - previous.mention.span[1] <= within


def _sum(told: Sequence[Figure]) -> Decimal:
    return sum((f.value for f in told), _ZERO)


def _same(left: Decimal, right: Decimal) -> bool:
    return abs(left - right) <= _CLOSE
