"""An explanation as one page of HTML: nothing is fetched, it prints on A4, and colours are told in a legend too."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from screening.tuning.explanation import (
    ChargeExplained,
    ConditionShown,
    Explanation,
    LimbShown,
    RuleExplained,
    VersionShown,
)
from screening.tuning.page import page, table, tag
from screening.tuning.reading_shown import ReadingShown, pieces
from screening.tuning.words import FIELD, LEVEL, MARK, POINTER, STATE, VERDICT, longest, percent

__all__ = ["as_html"]

_STATE = {"yes": ("✓", "yes"), "no": ("✗", "no"), "unknown": ("？", "open")}
_HELD = {True: ("✓", "yes"), False: ("✗", "no"), None: ("？", "open")}


def as_html(explanation: Explanation) -> str:
    """The page. The same explanation gives the same bytes."""
    return page(
        f"{explanation.record_id} 筛查说明",
        "\n".join(
            (
                _head(explanation),
                tag("h2", "一、读到了什么"),
                _reading(explanation.reading),
                tag("h2", "二、指向哪些罪名，适用哪个版本，各情形如何"),
                *(map(_charge, explanation.charges)),
                ""
                if explanation.charges
                else tag("p", "没有指向任何罪名：没有援引相关条款，案由和事实里也没有相应的词。"),
                tag("h2", "三、规则"),
                *_rules(explanation),
                tag("h2", "四、得分"),
                _score(explanation),
            )
        ),
    )


def _head(explanation: Explanation) -> str:
    known = "　".join(filter(None, (explanation.party, explanation.agency, explanation.case_reason)))
    return (
        f"<header><div><h1>{escape(explanation.record_id)}</h1><p>{escape(known)}</p></div>"
        f'<div class="score {explanation.level}"><b>{explanation.score}</b><span>{LEVEL[explanation.level]}</span></div>'
        f"</header>"
        f'<p class="small">以 {explanation.as_of} 的法律为准。规则包 {explanation.revision[:23]}…。'
        f"结果只是供检察官核查的线索，不是定罪的结论。</p>"
    )


def _reading(reading: ReadingShown) -> str:
    kinds = dict.fromkeys(mark.kind for text in reading.texts for mark in text.marks)
    legend = "".join(f'<mark class="{kind}">{MARK[kind]}</mark> ' for kind in MARK if kind in kinds)
    texts = [f'<p class="legend">{legend}</p>' if legend else ""]
    for text in reading.texts:
        body = "".join(
            f'<mark class="{piece.marks[0].kind}" title="{escape("；".join(m.label for m in piece.marks))}">'
            f"{escape(piece.text)}</mark>"
            if piece.marks
            else escape(piece.text)
            for piece in pieces(text)
        )
        texts.append(f'<p class="text"><b>{FIELD[text.field]}</b>　{body}</p>')
    rows = [
        (
            f'<mark class="{fact.kind}">{MARK[fact.kind]}</mark>',
            escape(fact.name),
            escape(fact.value),
            escape(fact.note),
            _quoted(fact.words),
        )
        for fact in reading.facts
    ]
    when = f"{reading.conduct_from or '未载明'} 至 {reading.conduct_to or '未载明'}"
    before = "未载明" if reading.penalties is None else f"{reading.penalties} 次"
    told = f"<p>行为时间：{when}。此前受行政处罚：{before}。</p>"
    return "\n".join(texts) + table(("类别", "名称", "读作", "说明", "原文"), rows, "facts") + told


def _quoted(words: Iterable[str]) -> str:
    return escape("、".join(f"“{word}”" for word in words))


def _charge(charge: ChargeExplained) -> str:
    draft = ' <span class="draft">待核</span>' if charge.draft else ""
    weak = "" if charge.asked else '<p class="small">指向较弱：只列出，不就它问规则。</p>'
    supposed = '<p class="small">推测：只有用词相近，须由人核对行为。</p>' if charge.supposed else ""
    why = table(
        ("依据", "内容", "分量", "原文"),
        [
            (POINTER[p.kind], escape(p.text), str(p.weight), _quoted(longest(e.text for e in p.evidence)))
            for p in charge.pointers
        ]
        + [("合计", "每类只计最强的一项", str(charge.strength), "")],
        "why",
    )
    parts = [
        f"<h3>{escape(charge.charge)} <small>{escape(charge.article)}</small> "
        f'<span class="verdict {charge.verdict}">{VERDICT[charge.verdict]} {percent(charge.ratio)}</span>{draft}</h3>',
        weak,
        supposed,
        why,
        f'<p class="choice"><b>版本</b>　{escape(charge.choice)}</p>',
        _version(charge.governing, "适用的版本") if charge.governing else "",
        _version(charge.other, "另一版本") if charge.other else "",
    ]
    if charge.exits:
        parts += [tag("h4", "不予追究的情形"), *(_limb(way, STATE[way.verdict], way.verdict) for way in charge.exits)]
    return f"<section>{''.join(parts)}</section>"


def _version(version: VersionShown, which: str) -> str:
    title = f"{which}：{version.effective_from} 起，{version.document} {version.clause}"
    limbs = "".join(
        _limb(limb, f"{VERDICT[limb.verdict]} {percent(limb.ratio)}", limb.verdict)
        for limb in version.limbs
        if limb.speaks
    )
    silent = [limb for limb in version.limbs if not limb.speaks]
    rows = [(escape(limb.text), escape("；".join(limb.missing))) for limb in silent]
    unsaid = f"<summary>记录没有涉及的情形 {len(rows)} 个</summary>{table(('情形', '待补充'), rows, 'silent')}"
    heavier = "".join(tag("p", f"加重情形已达到：{text}") for text in version.aggravated)
    return tag("h4", title) + limbs + (f"<details>{unsaid}</details>" if rows else "") + heavier


def _limb(limb: LimbShown, words: str, state: str) -> str:
    draft = ' <span class="draft">待核</span>' if limb.draft else ""
    barred = tag("p", f"因“{limb.barred_by}”排除") if limb.barred_by else ""
    missing = f'<p class="missing">待补充：{escape("；".join(limb.missing))}</p>' if limb.missing else ""
    return (
        f'<div class="limb"><p>{escape(limb.text)} <small>{escape(limb.document)} {escape(limb.clause)}</small> '
        f'<span class="verdict {state}">{words}</span>{draft}</p>'
        + table(("", "条件", "应为", "实际", "达到", "原文"), [_condition(c) for c in limb.conditions], "conditions")
        + f"{barred}{missing}</div>"
    )


def _condition(condition: ConditionShown) -> tuple[str, ...]:
    sign, name = _STATE[condition.state]
    return (
        f'<span class="{name}">{sign}</span>', escape(condition.what), escape(condition.wanted),
        escape(condition.actual or "未载明"), percent(condition.share), _quoted(condition.words),
    )  # fmt: skip


def _rules(explanation: Explanation) -> Iterable[str]:
    for charge in dict.fromkeys(rule.charge for rule in explanation.rules):
        yield tag("h3", f"就{charge}" if charge else "就全案（没有罪名可问）")
        rules = explanation.rules_about(charge)
        for fired in (True, False):
            rows = [row for rule in rules if rule.fired is fired for row in _rule(rule)]
            count = sum(rule.fired is fired for rule in rules)
            head = f"{'命中' if fired else '未命中'} {count} 条"
            shown = table(("规则", "", "条件", "要求", "实际"), rows, "rules")
            yield tag("h4", head) + shown if fired else f"<details><summary>{head}</summary>{shown}</details>"


def _rule(rule: RuleExplained) -> Iterable[tuple[str, ...]]:
    name = f"<b>{escape(rule.title)}</b><br><small>{escape(rule.rule)}，权重 {rule.weight}</small>"
    for step in rule.steps:
        sign, kind = _HELD[step.held]
        yield (
            name, f'<span class="{kind}">{sign}</span>', escape(step.meaning), escape(step.wanted), escape(step.actual),
        )  # fmt: skip
        name = ""


def _score(explanation: Explanation) -> str:
    rows = [
        (f"+{step.contribution}", f"{step.weight:.0f}", escape(step.title), escape(step.text))
        for step in explanation.steps
    ]
    words = [explanation.why_level, explanation.why_score, *(f"注意：{note}" for note in explanation.notes)]
    return table(("得分", "权重", "规则", "说明"), rows) + "".join(tag("p", text) for text in words)
