"""One charge in question against one case: the governing version, its limbs, the verdict, the way out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from screening.bundle.bundle import Bundle
from screening.bundle.threshold import Exit, Source, Threshold, Version
from screening.facts import Facts
from screening.governing import applicable, choose
from screening.linkage import Candidate, Pointer
from screening.logic import State, Verdict
from screening.measuring import REGIONAL_FIGURE, Measuring
from screening.outcome import ExitResult, LimbResult

__all__ = ["Assessment", "Measurement", "assess", "measure_version"]

NO_CRIME_THEN = "行为终了时此罪尚未设立"
WHAT_WAS_DONE = "需由人核对行为是否属于本罪"


@dataclass(frozen=True, slots=True)
class Measurement:
    """One version against the facts: its limbs, strongest first, and what they come to.

    ``aggravated`` is for information; ``exits`` are the statutory ways out, in file order.
    """

    version: Version
    limbs: tuple[LimbResult, ...]
    aggravated: tuple[LimbResult, ...] = ()
    exits: tuple[ExitResult, ...] = ()

    @property
    def best(self) -> LimbResult | None:
        """The limb that speaks most for prosecution; None where no limb applies to this kind of party."""
        return self.limbs[0] if self.limbs else None

    @property
    def verdict(self) -> Verdict:
        return self.best.verdict if self.best else Verdict.BELOW

    @property
    def waits_for_region(self) -> bool:
        """Whether the verdict is open only because the figure of the province is not at hand."""
        return self.best is not None and self.best.missing == (REGIONAL_FIGURE,)

    def milder_than(self, other: Measurement) -> bool:
        """Whether the party fares better under this version.

        What is below is milder, even against unknown; what is unknown is milder than what is reached: nobody is guilty by a law that
        was made milder as long as a fact is missing that the milder law asks for.
        """
        if self.verdict is Verdict.UNKNOWN and other.verdict is Verdict.REACHED:
            return True
        if Verdict.UNKNOWN in (self.verdict, other.verdict):
            # Within a provincial range the other version is reached or near; to be near here is no worse.
            mild = (Verdict.BELOW, Verdict.NEAR) if other.waits_for_region else (Verdict.BELOW,)
            return self.verdict in mild and other.verdict is Verdict.UNKNOWN
        order = (Verdict.BELOW, Verdict.NEAR, Verdict.REACHED)
        if self.verdict is not other.verdict:
            return order.index(self.verdict) < order.index(other.verdict)
        mine, theirs = (m.best.ratio if m.best else None for m in (self, other))
        return self.verdict is not Verdict.BELOW and mine is not None and theirs is not None and mine < theirs


@dataclass(frozen=True, slots=True)
class Assessment:
    """A charge, assessed. ``charge`` is its name at the conduct date.

    ``other`` is the version that does not govern, shown beside it; ``note`` says why there is no crime. ``supposed``: nothing but
    likeness points here, so that what is reached stays open until a person has looked at the conduct.
    """

    threshold: Threshold
    charge: str
    pointers: tuple[Pointer, ...]
    strength: Decimal
    governing: Measurement | None
    other: Measurement | None
    draft: bool
    favourable: bool = False
    note: str = ""
    supposed: bool = False

    @property
    def verdict(self) -> Verdict:
        verdict = self.governing.verdict if self.governing and not self.note else Verdict.BELOW
        return Verdict.UNKNOWN if self.supposed and verdict in (Verdict.REACHED, Verdict.NEAR) else verdict

    @property
    def limb(self) -> LimbResult | None:
        return self.governing.best if self.governing else None

    @property
    def ratio(self) -> Decimal | None:
        return self.limb.ratio if self.limb else None

    @property
    def source(self) -> Source | None:
        """Document and clause of the deciding limb."""
        return self.governing.version.source_of(self.limb.limb) if self.governing and self.limb else None

    @property
    def exit(self) -> Exit | None:
        """The statutory way out that is there in full."""
        return next((e.exit for e in self._exits if e.state is State.YES), None)

    @property
    def exit_in_sight(self) -> ExitResult | None:
        """Where no way out is there in full: one of which a part is told; it changes no verdict and no level."""
        return None if self.exit else next((e for e in self._exits if e.in_sight), None)

    @property
    def _exits(self) -> tuple[ExitResult, ...]:
        return self.governing.exits if self.governing else ()

    @property
    def missing(self) -> tuple[str, ...]:
        """What has to be supplied (待补充事实): of the deciding limb where it is unknown, else nothing."""
        open_ = self.limb is not None and self.verdict in (Verdict.UNKNOWN, Verdict.NEAR)
        facts = self.limb.missing if self.limb and open_ else ()
        return (WHAT_WAS_DONE, *facts) if self.supposed and open_ else facts


def measure_version(bundle: Bundle, threshold: Threshold, version: Version, facts: Facts, on: date) -> Measurement:
    """All limbs of one version; ``on`` is the day whose regional figures apply."""
    measuring = Measuring(bundle, threshold, version, facts, on)
    reached = tuple(r for r in measuring.limbs("加重") if r.verdict is Verdict.REACHED)
    exits = tuple(measuring.exit(exit_) for exit_ in threshold.exits)
    return Measurement(version, measuring.limbs(), reached, exits)


def assess(bundle: Bundle, candidate: Candidate, facts: Facts, conduct: date, as_of: date) -> Assessment:
    """Assess one charge. ``conduct``: the day the conduct ended (刑法第12条、第89条); ``as_of``: the day whose law may be milder."""
    threshold = candidate.threshold
    charge = threshold.charge_on(conduct, lambda name: facts.conduct(name) is State.YES)
    versions = applicable(threshold, conduct, as_of)
    if versions is None:
        newest = threshold.versions[0]
        over = newest.effective_to is not None and newest.effective_to <= conduct
        note = f"该标准自 {newest.effective_to} 起失效，之后没有新的标准" if over else "手头的法律文本未覆盖行为时间"
        return Assessment(
            threshold,
            charge,
            candidate.pointers,
            candidate.strength,
            None,
            None,
            False,
            note=note,
            supposed=candidate.supposed,
        )
    then = measure_version(bundle, threshold, versions.then, facts, conduct)
    now = measure_version(bundle, threshold, versions.now, facts, as_of) if versions.now else None
    governing, other = choose(then, now, Measurement.milder_than)
    best = governing.best
    return Assessment(
        threshold,
        charge,
        candidate.pointers,
        candidate.strength,
        governing,
        other,
        draft=bool(best and bundle.is_draft(governing.version, best.limb))
        or (versions.ended and _unseen(bundle, threshold)),
        favourable=governing is now,
        note=NO_CRIME_THEN if not versions.crime_then else _left_out(threshold) if versions.ended else "",
        supposed=candidate.supposed,
    )


def _left_out(threshold: Threshold) -> str:
    """Why conduct is no crime of this kind any more though its version applied then; nothing where the standard only lapsed."""
    return f"{threshold.repealed}施行后不再按本罪处理（从旧兼从轻）" if threshold.repealed else ""


def _unseen(bundle: Bundle, threshold: Threshold) -> bool:
    """Whether the text that left the charge out is one that nobody has compared yet."""
    document = bundle.documents.get(threshold.repealed or "")
    return document is not None and not document.text_seen
