"""A limb against the facts of a case: verdict, ratio, what decided it and what is missing.

Amounts are Decimals; 以上 includes the number (刑法第99条). A condition that nothing is known of is unknown, never false.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from screening.bundle.bundle import Bundle
from screening.bundle.conditions import (
    AnyOf,
    CircumstanceCondition,
    Condition,
    ConductCondition,
    LimbCondition,
    MeasureCondition,
    MixCondition,
    PenaltiesCondition,
    SumCondition,
)
from screening.bundle.threshold import Exit, Limb, Threshold, Version
from screening.facts import Facts, Measured
from screening.logic import State, Verdict, all_of, at_least
from screening.outcome import ExitResult, LimbResult, Outcome
from screening.quantity import Quantity, format_amount

__all__ = ["REGIONAL_FIGURE", "Measuring"]

ONE = Decimal(1)
REGIONAL_FIGURE = "本省、自治区、直辖市规定的数额标准"
_STATE = {
    Verdict.REACHED: State.YES, Verdict.NEAR: State.NO, Verdict.BELOW: State.NO, Verdict.UNKNOWN: State.UNKNOWN,
}  # fmt: skip
_SAID = {State.YES: "是", State.NO: "否", State.UNKNOWN: "未载明"}


class Measuring:
    """Measures the limbs of one version against the facts of one case.

    ``on`` is the day whose regional figures apply. The 80% line is ``policy.near``.
    """

    __slots__ = ("_bundle", "_done", "_facts", "_on", "_threshold", "_version", "near")

    def __init__(self, bundle: Bundle, threshold: Threshold, version: Version, facts: Facts, on: date) -> None:
        self._bundle, self._threshold, self._version, self._facts, self._on = bundle, threshold, version, facts, on
        self.near = bundle.policy.near.value / 100
        self._done: dict[str, LimbResult] = {}

    def limbs(self, tier: str = "入罪") -> tuple[LimbResult, ...]:
        """Every limb of the tier that applies to this kind of party, the strongest first."""
        results = [self.limb(limb) for limb in self._version.any_of if limb.tier == tier and self._applies(limb)]
        results.sort(key=lambda result: result.rank, reverse=True)
        return tuple(results)

    def limb(self, limb: Limb) -> LimbResult:
        """One limb."""
        if limb.id not in self._done:
            self._done[limb.id] = self._measure(limb)
        return self._done[limb.id]

    def exit(self, exit_: Exit) -> ExitResult:
        """One way out: it is there when all its conditions hold and none of ``unless`` does."""
        outcomes = tuple(self.condition(condition, None) for condition in exit_.conditions)
        barred = self._barred(exit_.unless)
        state = State.NO if barred else all_of(o.state for o in outcomes)
        missing = tuple(dict.fromkeys(m for o in outcomes for m in o.missing)) if state is State.UNKNOWN else ()
        return ExitResult(exit_, state, outcomes, missing, barred)

    def _barred(self, unless: Sequence[str]) -> str:
        return next((name for name in unless if self._told(name)[0] is State.YES), "")

    def _applies(self, limb: Limb) -> bool:
        return limb.party is None or self._facts.party_kind in (limb.party, None)

    def _measure(self, limb: Limb, part: Decimal = ONE) -> LimbResult:
        outcomes = tuple([self.condition(condition, limb, part) for condition in limb.all_of])
        if limb.party and self._facts.party_kind is None:
            outcomes += (
                Outcome(State.UNKNOWN, label="当事人类型", wanted=limb.party, missing=("当事人类型（个人或单位）",)),
            )
        barred = self._barred(limb.unless)
        ratio = min([o.share for o in outcomes if o.share is not None], default=None)
        missing = tuple(dict.fromkeys([m for o in outcomes for m in o.missing]))
        return LimbResult(limb, Verdict.BELOW if barred else self._verdict(outcomes), ratio, outcomes, missing, barred)

    def _verdict(self, outcomes: Sequence[Outcome]) -> Verdict:
        states = {o.state for o in outcomes}
        if State.NO not in states:
            return Verdict.UNKNOWN if State.UNKNOWN in states else Verdict.REACHED
        if any(o.share is None or o.share < self.near for o in outcomes if o.state is State.NO):
            return Verdict.BELOW
        return Verdict.UNKNOWN if State.UNKNOWN in states else Verdict.NEAR

    def condition(self, condition: Condition, limb: Limb | None, part: Decimal = ONE) -> Outcome:
        """One condition against the facts; of a figure only ``part`` is asked for (达到前项数额百分之五十)."""
        match condition:
            case MeasureCondition():
                return self._measured(condition, limb, part)
            case SumCondition():
                return self._sum(condition, part)
            case MixCondition():
                return self._mixed(condition, part)
            case CircumstanceCondition():
                return self._circumstance(condition)
            case ConductCondition():
                state = self._facts.conduct(condition.conduct)
                missing = (f"是否有“{condition.conduct}”的行为",) if state is State.UNKNOWN else ()
                found = self._facts.evidence_of(condition.conduct)
                return Outcome(state, None, condition.conduct, _SAID[state], "有此行为", missing, found)
            case PenaltiesCondition():
                return self._penalties(condition)
            case LimbCondition():
                return self._relative(condition, part)
            case AnyOf():
                return self._any(condition, limb, part)

    def _measured(self, condition: MeasureCondition, limb: Limb | None, part: Decimal) -> Outcome:
        got = self._facts.measured(condition.measure, condition.of)
        label = f"{condition.measure}（{condition.of}）" if condition.of else condition.measure
        figure = condition.at_least or condition.more_than
        low, high = condition.between or (None, None)
        if low and high:
            figure = self._regional(limb, condition.measure)
        wanted = str(figure) if figure else f"{low}至{high}（由省级规定）" if low else f"不满{condition.less_than}"
        if got is None:
            return Outcome(State.UNKNOWN, None, label, "未载明", wanted, (label,), figure=True)
        actual = f"{format_amount(got.value)}{got.unit}"
        missing: tuple[str, ...] = ()
        if figure is not None:
            least = figure.value if condition.gate else figure.value * part  # a qualification has no half
            share = got.value / least if least and not condition.gate else None
            state = _yes(got.value > least if condition.more_than else got.value >= least)
        elif low and high:
            least, most = low.value * part, high.value * part
            share = got.value / least
            state = State.YES if got.value >= most else State.NO if got.value < least else State.UNKNOWN
            missing = (REGIONAL_FIGURE,) if state is State.UNKNOWN else ()
        else:
            return Outcome(_yes(self._under(condition, got)), None, label, actual, wanted, (), got.evidence, got.approx)
        if state is State.YES and not self._under(condition, got):
            return Outcome(State.NO, None, label, actual, wanted, (), got.evidence, got.approx)
        return Outcome(state, share, label, actual, wanted, missing, got.evidence, got.approx)

    @staticmethod
    def _under(condition: MeasureCondition, got: Measured) -> bool:
        return condition.less_than is None or got.value < condition.less_than.value

    def _regional(self, limb: Limb | None, measure: str) -> Quantity | None:
        region = self._bundle.regions.get((self._facts.region or "")[:2]) if limb else None
        fixed = [
            f
            for f in (region.figures if region else ())
            if (f.threshold, f.limb, f.measure) == (self._threshold.id, limb and limb.id, measure)
            and f.effective_from <= self._on
        ]
        return max(fixed, key=lambda f: f.effective_from).figure if fixed else None

    def _sum(self, condition: SumCondition, part: Decimal) -> Outcome:
        terms = [(self._facts.measured(t.measure, t.of), t.times) for t in condition.sum]
        label = " + ".join(t.measure + (f"×{format_amount(t.times)}" if t.times != 1 else "") for t in condition.sum)
        known = [(got, times) for got, times in terms if got is not None]
        least = condition.at_least.value * part
        if not known:
            return Outcome(State.UNKNOWN, None, label, "未载明", str(condition.at_least), (label,), figure=True)
        total = sum((got.value * times for got, times in known), Decimal(0))
        return Outcome(
            _yes(total >= least),
            total / least,
            label,
            f"{format_amount(total)}{condition.at_least.unit}",
            str(condition.at_least),
            (),
            tuple(e for got, _ in known for e in got.evidence),
            any(got.approx for got, _ in known),
        )

    def _mixed(self, condition: MixCondition, part: Decimal) -> Outcome:
        known = [(got, p) for p in condition.mix if (got := self._facts.measured(p.measure, p.of)) is not None]
        label = "、".join(p.measure for p in condition.mix) + "按比例折算"
        wanted = "、".join(f"{p.measure}{p.per}" for p in condition.mix) + "，折算合计达到一"
        if not known:
            return Outcome(
                State.UNKNOWN, None, label, "未载明", wanted, tuple(p.measure for p in condition.mix), figure=True
            )
        share = sum((got.value / p.per.value for got, p in known), Decimal(0)) / part
        actual = "、".join(f"{p.measure}{format_amount(got.value)}{got.unit}" for got, p in known)
        evidence = tuple(e for got, _ in known for e in got.evidence)
        return Outcome(
            _yes(share >= ONE), share, label, actual, wanted, (), evidence, any(got.approx for got, _ in known)
        )

    def _circumstance(self, condition: CircumstanceCondition) -> Outcome:
        name = condition.circumstance
        told, by = self._told(name)
        state = told if told is State.UNKNOWN else _yes(told.value == condition.is_)
        definition = self._bundle.circumstances.get(name)
        missing = (
            ((definition.ask if definition and definition.ask else f"是否{name}"),) if state is State.UNKNOWN else ()
        )
        wanted = name if condition.is_ == "yes" else f"不属于{name}"
        return Outcome(state, None, name, _SAID[told], wanted, missing, self._facts.evidence_of(by))

    def _told(self, name: str) -> tuple[State, str]:
        """The state of a circumstance, and the name it is told by: its own, one that includes it, or the penalties counted."""
        told = self._facts.circumstance(name)
        definition = self._bundle.circumstances.get(name)
        if told is not State.UNKNOWN or definition is None:
            return told, name
        by = next((wider for wider in definition.told_by if self._facts.circumstance(wider) is State.YES), None)
        if by:
            return State.YES, by
        if definition.counted and self._penalties(definition.counted).state is State.YES:
            return State.YES, "行政处罚次数"
        return told, name

    def _penalties(self, condition: PenaltiesCondition) -> Outcome:
        count = self._facts.penalties(condition.within, self._threshold.words_with(condition.of))
        window = f"{condition.within.written}内".replace(" ", "") if condition.within else "此前"
        label = f"{window}因{condition.of or '同类行为'}受行政处罚次数"
        wanted = condition.penalties.written
        if count is None:
            return Outcome(State.UNKNOWN, None, label, "未载明", wanted, (label,))
        return Outcome(
            _yes(count >= condition.penalties.value),
            None,
            label,
            f"{count}次",
            wanted,
            (),
            self._facts.evidence_of("行政处罚次数"),
        )

    def _relative(self, condition: LimbCondition, part: Decimal) -> Outcome:
        """Another limb with its figures scaled; everything else that it asks for must hold as it stands there."""
        of = part * condition.at_least.value / 100
        found = [
            self._measure(limb, of)
            for limb in self._version.any_of
            if limb.id in condition.limb and self._applies(limb)
        ]
        if not found:  # all of them are for the other kind of party
            return Outcome(State.NO, label="、".join(condition.limb), wanted=f"达到其{condition.at_least}")
        best = max(found, key=lambda result: (result.verdict is Verdict.REACHED, result.rank))
        state = _STATE[best.verdict]
        d = best.decisive
        if best.barred_by:
            return Outcome(State.NO, label=best.barred_by, actual="是", wanted=f"不属于{best.barred_by}")
        if not best.speaks:
            label, wanted = "、".join(r.limb.text for r in found), f"达到其{condition.at_least}"
            missing = tuple(dict.fromkeys(m for r in found for m in r.missing))
            return Outcome(State.UNKNOWN, None, label, "未载明", wanted, missing)
        # Where more than a figure is short, the share must not make it "near".
        refused = next((o for o in best.outcomes if o.state is State.NO and o.share is None), None)
        if refused:
            return refused
        missing = best.missing if state is State.UNKNOWN else ()
        wanted = f"{d.wanted}的{condition.at_least}" if d.share is not None else d.wanted
        untold = any(o.figure and o.share is None for o in best.outcomes)
        return Outcome(state, best.ratio, d.label, d.actual, wanted, missing, d.evidence, d.approx, untold)

    def _any(self, condition: AnyOf, limb: Limb | None, part: Decimal) -> Outcome:
        outcomes = [self.condition(inner, limb, part) for inner in condition.any_of]
        told = [o for o in outcomes if o.share is not None]
        if told and condition.count == 1:  # a figure that is not told is silent beside one that is
            outcomes = [o for o in outcomes if not (o.figure and o.state is State.UNKNOWN and o.share is None)]
        state = at_least(condition.count, (o.state for o in outcomes))
        shares = sorted((o.share for o in outcomes if o.share is not None), reverse=True)
        share = shares[condition.count - 1] if len(shares) >= condition.count else None
        if state is State.YES and any(o.state is State.YES and o.share is None for o in outcomes):
            share = None  # satisfied without a figure: it does not limit the limb's ratio
        chosen = sorted(outcomes, key=lambda o: (o.state is State.YES, o.share or Decimal(0)), reverse=True)[
            : condition.count
        ]
        return Outcome(
            state,
            share,
            "、".join(o.label for o in chosen),
            "、".join(o.actual for o in chosen),
            "、".join(o.wanted for o in chosen),
            tuple(dict.fromkeys(m for o in outcomes for m in o.missing)) if state is State.UNKNOWN else (),
            tuple(e for o in chosen for e in o.evidence),
            any(o.approx for o in chosen),
        )


def _yes(holds: bool) -> State:
    return State.YES if holds else State.NO
