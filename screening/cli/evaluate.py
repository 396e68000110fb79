"""``screening evaluate``: how well narratives are read, measured on labelled ones."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from screening.bundle.bundle import Bundle
from screening.cli.common import BundleFolder, fail, open_bundle
from screening.errors import InputError
from screening.evaluation import Check, Question, Row, Tally, evaluate, summary, tally
from screening.gold import GoldCase, read_gold
from screening.output import to_json

__all__ = ["command"]

_LABELS = {
    "asserted": "肯定", "denied": "否定", "uncertain": "存疑", "cited": "引用法条", "other_party": "他人或他案", "earlier": "以前的案件",
    "yes": "有", "no": "没有", "unknown": "不明",
}  # fmt: skip


def command(
    gold: Annotated[
        Path,
        typer.Argument(
            metavar="GOLD", help="标注文件（JSONL，一例一行），或存放标注文件的文件夹。", show_default=False
        ),
    ],
    show: Annotated[int, typer.Option("--show", min=0, help="列出多少处读错的地方；0 为不列。")] = 20,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON，含每个角色的数字。")] = False,
    bundle: BundleFolder = None,
) -> None:
    """用人工标注的违法事实衡量解读：数额的角色、表述、涉案金额、推算、情节、日期、此前处罚各对了多少。

    精确率：读出的有多少是对的；召回率：应有的读出了多少；F1 为两者的调和平均。改文字规则或计量词之前和之后各跑一次，
    就知道是变好还是变坏。约三分之一的标注（按编号的哈希）留作检验：只计数，不列出读错的地方，请不要对着它们改规则。
    标注的写法见 tests/cases/reading/gold/README.md；标注读不懂时指出是哪一行，退出码为 2。

    例：screening evaluate tests/cases/reading/gold --show 50
    """
    loaded = open_bundle(bundle)
    try:
        cases = read_gold(gold, loaded)
    except InputError as error:
        fail(str(error))
    checks = evaluate(cases, loaded)
    misses = [check for check in checks if not check.right and not check.case.held]
    if as_json:
        sys.stdout.write(to_json(_json(cases, checks, misses[:show], loaded)) + "\n")
        return
    out = Console(highlight=False)
    for part in _parts(cases, checks):
        out.print(_table(*part, loaded))
    if show and misses:
        out.print(_list(misses[:show]))
        if len(misses) > show:
            out.print(f"（另有 {len(misses) - show} 处未列出，可加大 --show）", markup=False)


def _parts(cases: Sequence[GoldCase], checks: Iterable[Check]) -> list[tuple[str, int, list[Check]]]:
    """The two parts of the cases that are there: name, number of cases, answers."""
    found = []
    for name, held in (("可看", False), ("留出", True)):
        if number := sum(case.held is held for case in cases):
            found.append((name, number, [check for check in checks if check.case.held is held]))
    return found


def _table(name: str, number: int, answers: Sequence[Check], bundle: Bundle) -> Table:
    table = Table(title=f"解读的准确程度：{name} {number} 例", title_justify="left")
    for column in ("问题", "类别"):
        table.add_column(column, no_wrap=True)
    for column in ("对/应有", "精确率", "召回率", "F1"):
        table.add_column(column, justify="right", no_wrap=True)
    last = None
    for (question, label), figures in _figures(summary(answers, bundle.measures)).items():
        shown = _LABELS.get(label, label) if label != question else ""
        table.add_row("" if question == last else question.value, shown, *_cells(figures))
        last = question
    return table


def _figures(rows: Iterable[Row]) -> Mapping[tuple[Question, str], Tally]:
    return {(row.question, row.label): row.tally for row in rows}


def _cells(figures: Tally) -> tuple[str, ...]:
    shares = (figures.precision, figures.recall, figures.f1)
    return f"{figures.right}/{figures.wanted}", *("—" if share is None else f"{share:.3f}" for share in shares)


def _list(misses: Sequence[Check]) -> Table:
    table = Table(title="读错的地方（不含留出的）", title_justify="left")
    for column in ("编号", "问题", "原文", "应为", "读成", "说明"):
        table.add_column(column, overflow="fold")
    for check in misses:
        wanted, found = (
            "" if label == check.question else _LABELS.get(label, label) or nothing
            for label, nothing in ((check.wanted, "不计入"), (check.found, "未读出"))
        )
        table.add_row(check.case.id, check.question.value, check.words, wanted, found, check.detail)
    return table


def _json(
    cases: Sequence[GoldCase], checks: Sequence[Check], misses: Sequence[Check], bundle: Bundle
) -> dict[str, Any]:
    parts = _parts(cases, checks)
    return {
        "cases": {name: number for name, number, _ in parts},
        "figures": [
            {"part": name, "question": row.question.value, "label": row.label} | _counted(row.tally)
            for name, _, answers in parts
            for row in summary(answers, bundle.measures)
        ],
        "roles": [
            {"part": name, "role": role} | _counted(figures)
            for name, _, answers in parts
            for role, figures in tally(check for check in answers if check.question is Question.AMOUNT).items()
        ],
        "misses": [
            {"id": check.case.id}
            | {name: getattr(check, name) for name in ("question", "words", "wanted", "found", "detail")}
            for check in misses
        ],
    }


def _counted(figures: Tally) -> dict[str, Any]:
    shares = {name: getattr(figures, name) for name in ("precision", "recall", "f1")}
    return {"right": figures.right, "wanted": figures.wanted, "found": figures.found} | {
        name: None if share is None else round(share, 4) for name, share in shares.items()
    }
