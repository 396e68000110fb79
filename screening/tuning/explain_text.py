"""An explanation for the terminal: coloured where the terminal has colours, complete where it has none."""

from __future__ import annotations

from rich.text import Text

from screening.tuning.explanation import ChargeExplained, Explanation, LimbShown, RuleExplained, VersionShown
from screening.tuning.reading_shown import ReadingShown, pieces
from screening.tuning.words import FIELD, LEVEL, MARK, POINTER, STATE, VERDICT, longest, percent

__all__ = ["as_text"]

_COLOUR = {
    "measure": "black on yellow",
    "aside": "dim",
    "conduct": "black on bright_red",
    "circumstance": "black on bright_cyan",
    "denied": "strike",
    "reason": "black on bright_green",
}
_HELD = {True: "✓", False: "✗", None: "？"}
_STATE = {"yes": "✓", "no": "✗", "unknown": "？"}


def as_text(explanation: Explanation) -> Text:
    """The whole explanation, section by section."""
    out = Text()
    title = f"{explanation.record_id}　{LEVEL[explanation.level]} {explanation.score} 分\n"
    out.append(title, style="bold")
    for words in filter(None, (explanation.party, explanation.agency, explanation.case_reason)):
        out.append(f"{words}\n")
    out.append(f"以 {explanation.as_of} 的法律为准；规则包 {explanation.revision}\n", style="dim")
    _heading(out, "一、读到了什么")
    _reading(out, explanation.reading)
    _heading(out, "二、指向哪些罪名，适用哪个版本，各情形如何")
    if not explanation.charges:
        out.append("没有指向任何罪名：没有援引相关条款，案由和事实里也没有相应的词。\n")
    for charge in explanation.charges:
        _charge(out, charge)
    _heading(out, "三、规则")
    for about in dict.fromkeys(rule.charge for rule in explanation.rules):
        out.append(f"就{about or '全案（没有罪名可问）'}：\n", style="bold")
        for rule in sorted(explanation.rules_about(about), key=lambda rule: not rule.fired):
            _rule(out, rule)
    _heading(out, "四、得分")
    for step in explanation.steps:
        out.append(f"  +{step.contribution}　{step.title}（权重 {step.weight:.0f}）：{step.text}\n")
    out.append(f"{explanation.why_level}\n{explanation.why_score}\n")
    for note in explanation.notes:
        out.append(f"注意：{note}\n", style="yellow")
    return out


def _heading(out: Text, words: str) -> None:
    out.append(f"\n{words}\n", style="bold underline")


def _reading(out: Text, reading: ReadingShown) -> None:
    for text in reading.texts:
        out.append(f"{FIELD[text.field]}：", style="bold")
        for piece in pieces(text):
            out.append(piece.text, style=_COLOUR[piece.marks[0].kind] if piece.marks else "")
        out.append("\n")
    for fact in reading.facts:
        note = f"（{fact.note}）" if fact.note else ""
        words = "、".join(f"“{word}”" for word in fact.words)
        out.append(f"  {MARK[fact.kind]}　{fact.name} {fact.value}{note}")
        out.append(f"　← {words}\n" if words else "\n", style="dim")
    out.append(f"  行为时间　{reading.conduct_from or '未载明'} 至 {reading.conduct_to or '未载明'}\n")
    out.append(f"  此前受行政处罚　{'未载明' if reading.penalties is None else f'{reading.penalties} 次'}\n")


def _charge(out: Text, charge: ChargeExplained) -> None:
    ratio = f" {percent(charge.ratio)}" if charge.ratio is not None else ""
    draft = "　〔待核〕" if charge.draft else ""
    weak = "" if charge.asked else "　（指向较弱，只列出，不问规则）"
    supposed = "　（推测：只有用词相近，须由人核对行为）" if charge.supposed else ""
    out.append(
        f"\n● {charge.charge}　{charge.article}　{VERDICT[charge.verdict]}{ratio}{draft}{weak}{supposed}\n",
        style="bold",
    )
    for pointer in charge.pointers:
        words = "、".join(f"“{word}”" for word in longest(e.text for e in pointer.evidence))
        out.append(f"  因{POINTER[pointer.kind]}：{pointer.text}（{pointer.weight}）{words}\n")
    out.append(f"  指向强度合计 {charge.strength}\n")
    out.append(f"  版本：{charge.choice}\n", style="cyan")
    if charge.governing:
        _version(out, charge.governing, "适用")
    if charge.other:
        _version(out, charge.other, "另一版本")
    for way in charge.exits:
        out.append(f"  ○ 不予追究：{way.text}　——{way.document} {way.clause} → {STATE[way.verdict]}\n")
        _conditions(out, way)


def _version(out: Text, version: VersionShown, which: str) -> None:
    source = f"{version.document} {version.clause}"
    out.append(f"  {which}：{version.effective_from} 起（{source}），判定 {VERDICT[version.verdict]}\n")
    for limb in version.limbs:
        if not limb.speaks:
            out.append(f"    ○ {limb.text} → 记录没有涉及；待补充：{'；'.join(limb.missing)}\n", style="dim")
            continue
        ratio = f" {percent(limb.ratio)}" if limb.ratio is not None else ""
        draft = "　〔待核〕" if limb.draft else ""
        out.append(f"    ● {limb.text}　——{limb.document} {limb.clause}{draft} → {VERDICT[limb.verdict]}{ratio}\n")
        _conditions(out, limb)
    for text in version.aggravated:
        out.append(f"    加重情形已达到：{text}\n")


def _conditions(out: Text, limb: LimbShown) -> None:
    for condition in limb.conditions:
        share = f"（{percent(condition.share)}）" if condition.share is not None else ""
        words = "、".join(f"“{word}”" for word in condition.words)
        line = f"        {_STATE[condition.state]} {condition.what}：应为 {condition.wanted}，实际 {condition.actual or '未载明'}{share}"
        out.append(f"{line}{'　← ' + words if words else ''}\n", style="dim")
    if limb.barred_by:
        out.append(f"        因“{limb.barred_by}”排除\n")
    if limb.missing:
        out.append(f"        待补充：{'；'.join(limb.missing)}\n", style="yellow")


def _rule(out: Text, rule: RuleExplained) -> None:
    fired = "命中" if rule.fired else "未命中"
    out.append(f"  {fired}　{rule.title}（{rule.rule}，权重 {rule.weight}）\n", style="green" if rule.fired else "")
    for step in rule.steps:
        line = f"        {_HELD[step.held]} {step.meaning}：要求 {step.wanted}，实际 {step.actual}\n"
        out.append(line, style="dim")
