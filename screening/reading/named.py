"""The figure of a case whose narrative names it: 违法经营额, 偷逃应缴税额, 销售金额 … in the order of ``total_rank``.

Figures of the law, of the defence and of the decision are no facts of the case, even where the right name stands beside
them (违法经营额不足五万元的，可以处……).
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from screening.bundle.vocabulary import MeasureDefinition
from screening.facts import Measured
from screening.reading.goods import UNSOLD
from screening.reading.mentions import Mentioned
from screening.reading.passages import Passage, Voice, passage_at
from screening.reading.reading import Reading
from screening.reading.resolve import resolve
from screening.reading.standing import Standing

__all__ = ["CONFISCATED", "named_total"]

#: The field of what was confiscated: it tells the 违法所得, and never the amount of the case.
CONFISCATED = "penalty.confiscated"

_SALES, _GOODS, _PRICE, _UNNAMED = "销售金额", "货值金额", "单价", "金额"
_NEVER = frozenset({"罚款", "没收", "退赔", "保证金"})
#: What is told in doubt or of somebody else, where nothing else is told.
_DOUBTED = frozenset({Standing.UNCERTAIN, Standing.OTHER})
_LONGEST_LIST = 40
_ZERO = Decimal(0)
_LEFT = re.compile("(?:未|没有?)(?:对外)?(?:销售|售|卖)[^。;元]*\\Z|(?:库存|剩余|待售)[^。;元]*\\Z")


def named_total(reading: Reading, money: Sequence[Mentioned], found: list[Passage]) -> Measured | None:
    """The figure with the best rank that is told, else what a column states, else the best of the rest.

    ``money`` are the sums of money of the narrative in order, ``found`` its passages.
    """
    facts = _facts(money, found)
    best = _ranked(reading, _by_name(facts))
    if best is None and money:
        facts = [m for m in money if m.standing in _DOUBTED and m.per is None and m.name not in _NEVER]
        best = _ranked(reading, _by_name(facts))
    return _whole(best, facts) if best else None


def _ranked(reading: Reading, told: Mapping[str, list[Mentioned]]) -> Measured | None:
    names = _by_rank(told, reading.vocabulary)
    if names:
        if names[0] in {_SALES, _GOODS} and _SALES in told and _GOODS in told:
            return _sold_and_unsold(told[_SALES], told[_GOODS], reading.texts)
        return _with_products(told[names[0]], told.get("", ()), reading.texts)
    columns = [name for name, each in reading.stated.items() if each.evidence[0].field != CONFISCATED]
    for name in _by_rank(columns, reading.vocabulary):
        return reading.stated[name]
    others = [m for mentions in told.values() for m in mentions if not (m.aside or m.derived or m.name == _UNNAMED)]
    asides = [m for mentions in told.values() for m in mentions if m.aside and m.name not in _NEVER]
    computed, unnamed = told.get("", ()), told.get(_UNNAMED, ())
    if others:
        best = _largest(others)
        traded = [m for m in computed if m.name in {_SALES, _GOODS}]
        return _added(traded) if sum((m.value for m in traded), _ZERO) > best.value else best
    if computed or unnamed:
        return _added(computed) if computed else resolve(unnamed, reading.texts)
    rest = told.get(_PRICE, ()) or asides
    return _largest(rest) if rest else None


def _by_rank(names: Iterable[str], vocabulary: Mapping[str, MeasureDefinition]) -> list[str]:
    """Those that a case can be about, best first."""
    known = ((vocabulary[name].total_rank, name) for name in names if name in vocabulary)
    return [name for _, name in sorted((rank, name) for rank, name in known if rank is not None)]


def _whole(best: Measured, facts: Sequence[Mentioned]) -> Measured:
    """The total of a list that the figure is an item of: 26,000元、9,500元和7,500元，交易总额43,000元."""
    spans = {(e.start, e.end) for e in best.evidence}
    for index, mention in enumerate(facts):
        if mention.total and not mention.aside and mention.value > best.value and index > 1:
            held, run = False, _ZERO
            for item in reversed(facts[max(0, index - _LONGEST_LIST) : index]):
                run, held = run + item.value, held or item.span in spans
                if run >= mention.value:
                    break
            if held and run == mention.value:
                return Measured(best.name, mention.value, "元", mention.approx, False, (mention.evidence,))
    return best


def _facts(money: Sequence[Mentioned], found: list[Passage]) -> list[Mentioned]:
    """Those that tell of this case; where nothing does, all that count."""
    counted = [m for m in money if m.counts]
    return [m for m in counted if passage_at(found, m.span[0]).voice <= Voice.FURTHER] or counted


def _by_name(mentions: Sequence[Mentioned]) -> dict[str, list[Mentioned]]:
    """Mentions under their names; what was only computed is under the empty one."""
    told: dict[str, list[Mentioned]] = defaultdict(list)
    for mention in mentions:
        told["" if mention.derived and not mention.aside else mention.name].append(mention)
    return told


def _best(mentions: Sequence[Mentioned], texts: Mapping[str, str]) -> Measured | None:
    """The value of one measure: of several totals the one that is told most often, else as ``resolve`` finds."""
    totals = {m.value for m in mentions if m.total}
    if len(totals) > 1:
        times = Counter(m.value for m in mentions)
        value = max(totals, key=lambda v: (times[v], v))
        return resolve([m for m in mentions if m.value == value][:1], texts)
    return resolve(mentions, texts)


def _with_products(
    mentions: Sequence[Mentioned], computed: Sequence[Mentioned], texts: Mapping[str, str]
) -> Measured | None:
    """The value of one measure, of whose lots some are told as price × quantity: 24箱×720元，另散装一批售得3000元."""
    lots = [m for m in computed if m.name == mentions[0].name]
    if lots:
        whole = resolve([*mentions, *lots], texts)
        spans = {m.span for m in mentions}
        if whole and len(whole.evidence) > 1 and any((e.start, e.end) in spans for e in whole.evidence):
            return whole
    return _best(mentions, texts)


def _sold_and_unsold(
    sales: Sequence[Mentioned], goods: Sequence[Mentioned], texts: Mapping[str, str]
) -> Measured | None:
    """What was sold and what was not add up; a value of all goods holds what was sold of them."""
    text = texts.get(goods[0].evidence.field, "")
    unsold = [m for m in goods if m.of == UNSOLD or _LEFT.search(text, max(0, m.span[0] - 24), m.span[0])]
    sold, rest = _best(sales, texts), _best(unsold or goods, texts)
    if sold is None or rest is None:
        return sold or rest
    if not unsold:
        return max(sold, rest, key=lambda measured: measured.value)
    value = sold.value + rest.value
    return Measured(_GOODS, value, "元", sold.approx or rest.approx, True, (*sold.evidence, *rest.evidence))


def _added(computed: Sequence[Mentioned]) -> Measured:
    """Price × quantity of several lots make up the whole."""
    value = sum((m.value for m in computed), _ZERO)
    evidence = tuple(m.evidence for m in computed)
    return Measured(computed[0].name, value, "元", any(m.approx for m in computed), True, evidence)


def _largest(mentions: Sequence[Mentioned]) -> Measured:
    """A total before an item, then the larger."""
    best = max(mentions, key=lambda m: (m.total, m.value))
    return Measured(best.name, best.value, "元", best.approx, best.derived, (best.evidence,))
