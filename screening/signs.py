"""Signs of 以罚代刑 beside the verdicts, as the typed fields that finding rules ask about (``bundle/fields.py``)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from screening.assess import Assessment
from screening.bundle.fields import LARGEST, Fact
from screening.bundle.policy import Policy
from screening.facts import Evidence, Measured
from screening.fines import Cited, keeps, reduction_stated
from screening.linkage import Linkage
from screening.logic import State, Verdict
from screening.measuring import REGIONAL_FIGURE
from screening.quantity import Quantity, format_amount, rounded
from screening.reading.reading import Reading
from screening.record import Record
from screening.unplaced import Nameless

__all__ = ["Signs", "fields_of", "signs_of", "words_of"]


@dataclass(frozen=True, slots=True)
class Signs:
    """What the record as a whole shows, whichever charge is asked about."""

    transferred: State
    transfer_evidence: tuple[Evidence, ...]
    returned: tuple[Evidence, ...]
    says_crime: tuple[Evidence, ...]
    conflict: tuple[Measured, Measured] | None
    thin: bool
    limitation_passed: bool
    penalties: int | None
    cited: Cited
    nameless: Nameless


def signs_of(record: Record, reading: Reading, cited: Cited, as_of: date, policy: Policy) -> Signs:
    """Read the signs once per record."""
    # The column decides where it is filled in, as a narrative also tells of other people's transfers; but not against the
    # police's own receipt for the whole case.
    transferred = reading.circumstance("已移送公安机关")
    received = transferred is State.YES and reading.circumstance("本案移送后公安机关已受理") is State.YES
    if record.transferred is not None and not received:
        transferred = State.YES if record.transferred else State.NO
    end = reading.conduct_to or record.decided_on
    return Signs(
        transferred=transferred,
        transfer_evidence=reading.evidence_of("已移送公安机关"),
        returned=_asserting(reading, "公安机关不予立案或者退回"),
        says_crime=_asserting(reading, "叙述自称涉嫌犯罪"),
        conflict=_conflict(reading),
        thin=len(record.narrative) < 30 and not any(m.counts and m.name not in ("数量",) for m in reading.mentions),
        limitation_passed=end is not None and _years_later(end, int(policy.limitation.value)) < as_of,
        penalties=reading.penalties(Quantity(Decimal(5), "年")),
        cited=cited,
        nameless=Nameless(reading, policy.near.value / 100),
    )


def fields_of(
    record: Record, reading: Reading, signs: Signs, assessment: Assessment | None, linkage: Linkage
) -> Mapping[str, Fact]:
    """The posting for one assessed charge (or for none), without its rank."""
    facts: dict[str, Fact] = {
        "transferred": signs.transferred.value,
        "returned": _flag(bool(signs.returned)),
        "says_suspected_crime": _flag(bool(signs.says_crime)),
        "stated_conflict": _flag(signs.conflict is not None),
        "thin": _flag(signs.thin),
        "limitation_passed": _flag(signs.limitation_passed),
        "party_kind": record.party.kind or "unknown",
        "penalty_none": _flag(record.penalty.fine is None or record.penalty.fine == 0),
        "least_fine": keeps(record, signs.cited.least),
    }
    if facts["least_fine"] in ("below", "absent"):
        facts["reduction_stated"] = _flag(reduction_stated(record, signs.cited.provisions))
    if signs.penalties is not None:
        facts["prior_penalties"] = signs.penalties
    _money(facts, record, reading)
    if assessment is None:
        return facts | {"verdict": "none"}
    limb = assessment.limb
    ratio = assessment.ratio
    cited = signs.cited.provisions
    facts |= {
        "verdict": assessment.verdict.value,
        "conduct_offence": _flag(ratio is None and assessment.verdict is Verdict.REACHED),
        "draft": _flag(assessment.draft),
        "exit_applies": _flag(assessment.exit is not None),
        "missing_facts": len(assessment.missing),
        "lighter_provision": _flag(
            bool(cited)
            and _asserted(assessment, reading)
            and not any(linkage.belongs(p, assessment.threshold) for p in cited)
        ),
        "appraisal_absent": _flag(_unappraised(assessment, record)),
        "favourable_applied": _flag(assessment.favourable),
        "unplaced": _flag(signs.nameless.filling(assessment) is not None),
        "region_missing": _flag(bool(limb) and REGIONAL_FIGURE in assessment.missing),
    }
    if ratio is not None:
        facts["ratio"] = min(LARGEST - 1, int(ratio * 1000))
    return facts


def _money(facts: dict[str, Fact], record: Record, reading: Reading) -> None:
    fine, total = record.penalty.fine, reading.total
    if fine is not None:
        facts["fine"] = min(LARGEST - 1, int(fine * 100))
    if total is not None:
        facts["case_amount"] = min(LARGEST - 1, int(total.value * 100))
    if fine is not None and total is not None and total.value > 0:
        facts["fine_ratio"] = min(LARGEST - 1, int(fine * 1000 / total.value))


def words_of(record: Record, reading: Reading, signs: Signs, assessment: Assessment | None) -> Mapping[str, str]:
    """The words for the placeholders of a rule's sentence."""
    limb = assessment.limb if assessment else None
    outcome = limb.decisive if limb else None
    source = assessment.source if assessment else None
    stated, told = signs.conflict or (None, None)
    least = signs.cited.least
    open_figure = signs.nameless.filling(assessment) if assessment else None
    return {
        "charge": assessment.charge if assessment else "",
        "article": assessment.threshold.article if assessment else "",
        "measure": outcome.label if outcome else "",
        "actual": ("约" if outcome.approx else "") + outcome.actual if outcome else "",
        "wanted": outcome.wanted if outcome else "",
        "ratio": _percent(assessment.ratio) if assessment else "",
        "document": source.document if source else "",
        "clause": source.clause if source else "",
        "limb": limb.limb.text if limb else "",
        "unplaced": open_figure.words if open_figure else "",
        "missing": "；".join(assessment.missing) if assessment else "",
        "evidence": "、".join(_untaken(assessment, record)) if assessment else "",
        "exit": assessment.exit.text if assessment and assessment.exit else "",
        "version": assessment.governing.version.effective_from.isoformat()
        if assessment and assessment.governing
        else "",
        "fine": _yuan(record.penalty.fine),
        "least_fine": _yuan(least.amount if least else None),
        "fine_provision": str(least or ""),
        "case_amount": _yuan(reading.total.value if reading.total else None),
        "stated": f"{stated.name}{format_amount(stated.value)}{stated.unit}" if stated else "",
        "told": f"{format_amount(told.value)}{told.unit}" if told else "",
        "returned_words": "、".join(f"“{e.text}”" for e in signs.returned[:2]),
        "transfer_words": "、".join(f"“{e.text}”" for e in (*signs.says_crime, *signs.transfer_evidence)[:2]),
    }


def _asserting(reading: Reading, circumstance: str) -> tuple[Evidence, ...]:
    """The words that say that a circumstance holds, where it does."""
    return reading.evidence_of(circumstance) if reading.circumstance(circumstance) is State.YES else ()


def _conflict(reading: Reading) -> tuple[Measured, Measured] | None:
    for name, stated in reading.stated.items():
        told = reading.measured(name)
        if (
            told is not None
            and told is not stated
            and abs(told.value - stated.value) > max(Decimal(1), stated.value / 100)
        ):
            return stated, told
    return None


def _asserted(assessment: Assessment, reading: Reading) -> bool:
    return any(reading.conduct(name) is State.YES for name in assessment.threshold.linkage.conduct)


def _unappraised(assessment: Assessment, record: Record) -> bool:
    """Whether a text long enough to tell mentions none of the evidence that the charge's limbs stand on."""
    kinds = assessment.threshold.evidence
    return bool(kinds) and len(record.narrative) >= 60 and len(_untaken(assessment, record)) == len(kinds)


def _untaken(assessment: Assessment, record: Record) -> list[str]:
    """The kinds of evidence the charge's limbs stand on that the narrative does not mention."""
    return [kind for kind in assessment.threshold.evidence if _key(kind) not in record.narrative]


def _key(kind: str) -> str:
    """The telling word of a kind of evidence: 价格认定书 → 认定."""
    return next(
        (
            word
            for word in ("鉴定", "检验", "检测", "认定", "称重", "过磅", "检尺", "勘验", "审计", "监测", "辨认", "评估")
            if word in kind
        ),
        kind,
    )


def _flag(holds: bool) -> str:
    return "yes" if holds else "no"


def _percent(ratio: Decimal | None) -> str:
    return f"{format_amount(rounded(ratio * 100, Decimal('0.1')))}%" if ratio is not None else ""


def _yuan(value: Decimal | None) -> str:
    return f"{format_amount(value)}元" if value is not None else "未载明"


def _years_later(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return day.replace(year=day.year + years, day=28)
