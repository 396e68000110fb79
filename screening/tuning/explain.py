"""The whole path from a record to its score, as one value: what was read, which charges, versions, limbs, rules, and why.

``explain`` is pure, as ``Screener.screen`` is; ``explain_text``, ``explain_json`` and ``explain_html`` only write it down.
"""

from __future__ import annotations

import re
from datetime import date

from screening.assess import Assessment, Measurement
from screening.bundle.bundle import Bundle
from screening.bundle.fields import FIELDS
from screening.engine import Step
from screening.governing import applicable
from screening.outcome import ExitResult, LimbResult, Outcome
from screening.record import Record
from screening.scoring import band
from screening.screener import Posting, Screener, Screening
from screening.tuning.explanation import (
    ChargeExplained,
    ConditionShown,
    Explanation,
    LimbShown,
    RuleExplained,
    ScoreStep,
    StepShown,
    VersionShown,
)
from screening.tuning.reading_shown import shown
from screening.tuning.words import LEVEL, VERDICT, in_chinese, longest

__all__ = ["explain"]


def explain(screening: Screening, screener: Screener) -> Explanation:
    """Explain a screening by the screener that made it."""
    record, score = screening.record, screening.score
    postings = screener.postings_of(screening)
    asked = {posting.assessment.threshold.id for posting in postings if posting.assessment}
    why_level, why_score = _score(screening, screener.bundle)
    names = {a.threshold.id: a.charge for a in screening.assessments}
    return Explanation(
        record_id=record.record_id,
        party=record.party.name,
        agency=record.agency,
        case_reason=record.case_reason,
        revision=screening.revision,
        as_of=screening.as_of,
        score=score.value,
        level=score.level,
        reading=shown(screening),
        charges=tuple(_charge(a, screening, screener.bundle, a.threshold.id in asked) for a in screening.assessments),
        rules=tuple(rule for posting in postings for rule in _rules(posting, screener)),
        steps=tuple(
            ScoreStep(f.rule.id, f.rule.title, names.get(f.charge, ""), f.rule.level, f.weight, f.contribution, f.text)
            for f in score.findings
        ),
        why_level=why_level,
        why_score=why_score,
        notes=(*screening.notes, *(warning.detail for warning in record.warnings)),
    )


def _charge(assessment: Assessment, screening: Screening, bundle: Bundle, asked: bool) -> ChargeExplained:
    threshold, measurement = assessment.threshold, assessment.governing
    return ChargeExplained(
        threshold=threshold.id,
        charge=assessment.charge,
        article=threshold.article,
        strength=assessment.strength,
        pointers=assessment.pointers,
        verdict=assessment.verdict.value,
        ratio=assessment.ratio,
        draft=assessment.draft,
        asked=asked,
        supposed=assessment.supposed,
        choice=_choice(assessment, screening),
        governing=_version(measurement, bundle) if measurement else None,
        other=_version(assessment.other, bundle) if assessment.other else None,
        exits=tuple(_exit(e) for e in measurement.exits) if measurement else (),
    )


def _conduct_day(screening: Screening) -> tuple[date, str]:
    record: Record = screening.record
    if screening.reading.conduct_to:
        return screening.reading.conduct_to, "行为终了日"
    return (record.decided_on, "处罚决定日") if record.decided_on else (screening.as_of, "筛查日")


def _choice(assessment: Assessment, screening: Screening) -> str:
    """Why the governing version governs and the other does not (刑法第12条; 高检发释字〔2001〕5号)."""
    day, what = _conduct_day(screening)
    governing, other = assessment.governing, assessment.other
    versions = applicable(assessment.threshold, day, screening.as_of)
    if governing is None or versions is None:
        return f"{what} {day}：{assessment.note}。"
    since = governing.version.effective_from
    if not versions.then.in_force(day):
        choice = f"{what} {day} 没有当时的标准，适用其后 {since} 起的版本（高检发释字〔2001〕5号）。"
    elif other is None:
        today = "筛查日已没有新的版本可比" if versions.ended else "筛查日仍是同一版本"
        choice = f"{what} {day} 适用 {since} 起的版本，{today}。"
    else:
        mine, theirs = (VERDICT[m.verdict.value] for m in (governing, other))
        if assessment.favourable:
            choice = (
                f"{what} {day} 的版本（{other.version.effective_from} 起）判定为{theirs}，筛查日 {screening.as_of} 的版本"
                f"（{since} 起）判定为{mine}，对当事人较轻，故从轻适用后者（刑法第12条）。"
            )
        else:
            choice = (
                f"{what} {day} 适用 {since} 起的版本，判定为{mine}；筛查日 {screening.as_of} 的版本"
                f"（{other.version.effective_from} 起）判定为{theirs}，对当事人不更轻，故从旧（刑法第12条）。"
            )
    return f"{choice}{assessment.note}。" if assessment.note else choice


def _version(measurement: Measurement, bundle: Bundle) -> VersionShown:
    version = measurement.version
    return VersionShown(
        effective_from=version.effective_from,
        document=version.source.document,
        clause=version.source.clause,
        verdict=measurement.verdict.value,
        limbs=tuple(_limb(result, measurement, bundle) for result in measurement.limbs),
        aggravated=tuple(result.limb.text for result in measurement.aggravated),
    )


def _limb(result: LimbResult, measurement: Measurement, bundle: Bundle) -> LimbShown:
    limb, source = result.limb, measurement.version.source_of(result.limb)
    return LimbShown(
        id=limb.id,
        text=limb.text,
        document=source.document,
        clause=source.clause,
        verdict=result.verdict.value,
        ratio=result.ratio,
        conditions=tuple(map(_condition, result.outcomes)),
        missing=result.missing,
        barred_by=result.barred_by,
        draft=bundle.is_draft(measurement.version, limb),
        speaks=result.speaks,
    )


def _exit(found: ExitResult) -> LimbShown:
    way, source = found.exit, found.exit.source
    conditions = tuple(map(_condition, found.outcomes))
    return LimbShown(
        way.id, way.text, source.document, source.clause, found.state.value, None, conditions,
        found.missing, found.barred_by,
    )  # fmt: skip


def _condition(outcome: Outcome) -> ConditionShown:
    actual = ("约" if outcome.approx else "") + outcome.actual
    words = longest(e.text for e in outcome.evidence)
    wanted = "具备" if outcome.wanted == outcome.label else outcome.wanted
    return ConditionShown(outcome.label, wanted, actual, outcome.state.value, outcome.share, outcome.missing, words)


def _rules(posting: Posting, screener: Screener) -> list[RuleExplained]:
    charge = posting.assessment.charge if posting.assessment else ""
    rules = {rule.id: rule for rule in screener.engine.rules}
    return [
        RuleExplained(
            rule=trace.rule,
            title=rules[trace.rule].title,
            charge=charge,
            level=rules[trace.rule].level,
            weight=rules[trace.rule].weight,
            fired=trace.fired,
            steps=tuple(map(_step, trace.steps)),
        )
        for trace in screener.engine.explain(posting.facts)
    ]


def _step(step: Step) -> StepShown:
    name = step.field.removesuffix("_present")
    meaning = re.split("[；：（]", FIELDS[name].meaning)[0]
    if name != step.field:  # whether a figure is there at all
        return StepShown(step.field, meaning, step.wanted, "有值" if step.actual == "yes" else "缺", step.held)
    wanted, actual = (in_chinese(name, text) for text in (step.wanted, step.actual))
    return StepShown(step.field, meaning, wanted, actual, step.held)


def _score(screening: Screening, bundle: Bundle) -> tuple[str, str]:
    score = screening.score
    if not score.findings:
        return "没有规则命中，等级为“无”。", "没有规则命中，0 分。"
    deciding = [f for f in score.findings if f.rule.level == score.level]
    names = "、".join(dict.fromkeys(f"“{f.rule.title}”" for f in deciding))
    floor, ceiling = band(score.level, bundle.policy)
    return (
        f"等级取各命中规则所能说明的最高一级：{names}说明“{LEVEL[score.level]}”。",
        f"该等级的分数在 {floor} 到 {ceiling} 之间：从 {floor} 起，每条命中按权重取余下部分的百分之几，依次累加，得 {score.value} 分。",
    )
