"""``screening calibrate``: rule weights proposed from what prosecutors concluded; a person accepts them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from screening.bundle.loader import default_folder
from screening.cli.common import BROKEN, AsOf, BundleFolder, fail, open_bundle, open_store, parse_day, stderr
from screening.errors import BundleError, StoreError
from screening.scoring import LEVEL_NAMES
from screening.statistics import wilson
from screening.tuning.acceptance import accept, proposal_text, read_proposal
from screening.tuning.calibrate import Proposal, cases_of, propose

__all__ = ["command"]


def command(  # noqa: PLR0913, PLR0917 - each parameter is an option of the command line
    store: Annotated[
        str | None,
        typer.Option("--store", help="筛查库：文件路径或 postgresql:// 地址。", metavar="PATH|URL", show_default=False),
    ] = None,
    bundle: BundleFolder = None,
    output: Annotated[Path, typer.Option("--output", "-o", help="提案写到哪个文件。", show_default=True)] = Path(
        "权重提案.yaml"
    ),
    seed: Annotated[int, typer.Option("--seed", min=0, help="抽样的种子；同样的结论和种子得同样的提案。")] = 1,
    accepted: Annotated[
        Path | None, typer.Option("--accept", help="接受这份提案，写入规则包的 policy.yaml。", show_default=False)
    ] = None,
    by: Annotated[str, typer.Option("--by", help="接受提案的人（--accept 时必写）。", show_default=False)] = "",
    as_of: AsOf = None,
) -> None:
    """按检察官的结论提出规则权重的改动，写成提案；由人决定是否接受。权重只影响同一等级内的先后，不改变等级。

    例：screening calibrate --store 案件.db --bundle ./我的规则包 --output 权重提案.yaml
    例：screening calibrate --accept 权重提案.yaml --by 检察官甲 --bundle ./我的规则包
    """
    if accepted is not None:
        _accept(accepted, bundle or default_folder(), by, as_of)
        return
    if store is None:
        fail("没有写从哪个库取结论。请加 --store 案件.db；接受已有的提案，请用 --accept 提案文件 --by 姓名。")
    loaded = open_bundle(bundle)
    try:
        concluded = open_store(store).feedback.concluded()
    except StoreError as error:
        fail(str(error), BROKEN)
    proposal = propose(cases_of(concluded, loaded), loaded, seed)
    _show(proposal)
    if proposal.points:
        _keep(output, proposal_text(proposal, loaded))


def _keep(output: Path, text: str) -> None:
    try:
        output.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        fail(f"{output}：写不进去（{error.strerror}）。请换一个能写的位置。")
    typer.echo(f"提案已写到 {output}。同意的，运行 screening calibrate --accept {output} --by 姓名。")


def _accept(path: Path, folder: Path, by: str, as_of: str | None) -> None:
    if not by.strip():
        fail("没有写是谁接受的。请加 --by 姓名。")
    try:
        before = open_bundle(folder)
        after = accept(read_proposal(path), folder, by.strip(), parse_day(as_of, "--as-of"))
    except BundleError as error:
        fail(str(error), BROKEN)
    except OSError as error:
        fail(f"{folder / 'thresholds/policy.yaml'}：写不进去（{error.strerror}）。请检查权限。")
    stderr().print(
        f"已写入 {folder / 'thresholds/policy.yaml'}。规则包由 {before.revision} 变为 {after.revision}。\n"
        "改回去：删去 policy.yaml 里的 weights 一段，或恢复原来的文件。",
        markup=False,
    )


def _show(proposal: Proposal) -> None:
    typer.echo(f"有结论的筛查 {proposal.cases} 份，其中准确 {proposal.right} 份。")
    if proposal.weighings:
        table = Table("规则", "等级", "命中", "准确率（95% 区间）", "现权重", "拟改", "权重 95% 区间")
        for w in proposal.weighings:
            low, high = wilson(w.right, w.cases)
            changed = f"{w.proposed}" if w.proposed != w.now else "不改"
            span = f"{w.low:.0f}–{w.high:.0f}" if w.low < w.high else "命中太少"
            precision = f"{w.right / w.cases:.0%}（{low:.0%}–{high:.0%}）"
            table.add_row(
                f"{w.title}\n{w.rule}", LEVEL_NAMES[w.level], str(w.cases), precision, str(w.now), changed, span
            )
        Console().print(table)
    if proposal.before and proposal.after and proposal.gain:
        table = Table("没有参与拟合的案件", "现权重", "拟改后")
        rows = (
            ("排在前面的更可能准确（0.5 为碰运气）", "concordance"),
            ("每个等级先看一半，其中准确的", "precision"),
            ("每个等级先看一半，能看到全部准确案件的", "recall"),
        )
        for title, name in rows:
            before, after = getattr(proposal.before, name), getattr(proposal.after, name)
            form = ".3f" if name == "concordance" else ".0%"
            table.add_row(title, format(before, form), format(after, form))
        Console().print(table)
        low, high = proposal.gain
        typer.echo(f"第一行的变化，95% 区间 {low:+.3f} 至 {high:+.3f}。等级和各等级的准确率不受权重影响，没有变化。")
    if proposal.why_not:
        typer.echo(f"不提出改动：{proposal.why_not}")
