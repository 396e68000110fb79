"""The results as a person at the terminal wants them: worst first, with the evidence of the worst cases marked."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from rich.console import Console
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from screening.assess import Assessment
from screening.scoring import LEVEL_NAMES, LEVELS
from screening.screener import Screening

__all__ = ["show"]

_STYLE = {"refer": "bold red", "early_intervention": "yellow", "watch": "cyan", "none": "dim"}
_VERDICT = {"reached": "达到", "near": "接近", "below": "未达到", "unknown": "缺事实"}
_ROWS, _DETAILS = 40, 3


def show(screenings: Sequence[Screening]) -> None:
    """Print the worst cases as a table, and the narratives of the very worst with their evidence highlighted."""
    out = Console(file=sys.stderr, highlight=False)
    worst = sorted(screenings, key=lambda s: (-LEVELS.index(s.score.level), -s.score.value, s.record.record_id))
    table = Table(title="筛查结果（最严重的在前）", title_justify="left", expand=True)
    for name, options in (
        ("分", {"justify": "right", "no_wrap": True}),
        ("等级", {"no_wrap": True}),
        ("案号", {"ratio": 3}),
        ("当事人", {"ratio": 2}),
        ("罪名", {"ratio": 3}),
        ("达到比例", {"justify": "right", "no_wrap": True}),
        ("命中的规则", {"ratio": 3}),
    ):
        table.add_column(name, **options)
    for screening in worst[:_ROWS]:
        table.add_row(*_row(screening))
    out.print(table)
    if len(worst) > _ROWS:
        out.print(f"（另有 {len(worst) - _ROWS} 条未列出，见结果文件）", markup=False)
    for screening in worst[:_DETAILS]:
        if screening.score.level in ("refer", "early_intervention"):
            out.print(_detail(screening))


def _leading(screening: Screening) -> Assessment | None:
    """The charge that the level rests on: that of the first finding with a charge, else the one pointed to most."""
    by_id = {a.threshold.id: a for a in screening.assessments}
    named = next((f.charge for f in screening.score.findings if f.charge), None)
    return by_id.get(named or "") or next(iter(screening.assessments), None)


def _row(screening: Screening) -> tuple[Text | str, ...]:
    word, style = LEVEL_NAMES[screening.score.level], _STYLE[screening.score.level]
    charge = _leading(screening)
    finding = next(iter(screening.score.findings), None)
    return (
        Text(str(screening.score.value), style=style),
        Text(word, style=style),
        screening.record.record_id,
        screening.record.party.name or "—",
        _named(charge) if charge else _suggested(screening),
        f"{charge.ratio:.0%}"
        if charge and charge.ratio is not None
        else _VERDICT[charge.verdict.value]
        if charge
        else "—",
        finding.rule.title if finding else "—",
    )


def _named(charge: Assessment) -> Text | str:
    return (
        Text(f"推测（须核对行为）：{charge.charge}", style="dim", overflow="fold") if charge.supposed else charge.charge
    )


def _suggested(screening: Screening) -> Text | str:
    names = "、".join(s.threshold.charge for s in screening.suggestions)
    return Text(f"建议核对（非判定）：{names}", style="dim", overflow="fold") if names else "—"


def _detail(screening: Screening) -> Panel:
    body = Text(screening.record.narrative or screening.record.penalty.content)
    field = "narrative" if screening.record.narrative else "penalty.content"
    for finding in screening.score.findings:
        for evidence in finding.evidence:
            if evidence.field == field:
                body.stylize("bold black on yellow", evidence.start, evidence.end)
    for finding in screening.score.findings:
        body.append(f"\n● {finding.text}（+{finding.contribution}）", style="green")
    charge = _leading(screening)
    if charge and charge.governing and charge.source:
        draft = "，待核" if charge.draft else ""
        body.append(
            f"\n适用 {charge.source.document}{charge.source.clause}（{charge.governing.version.effective_from} 起{draft}）",
            style="blue",
        )
    word, style = LEVEL_NAMES[screening.score.level], _STYLE[screening.score.level]
    title = f"{screening.record.record_id}　{word} {screening.score.value}"
    return Panel(body, title=Text(title, style=style), title_align="left", border_style=style)
