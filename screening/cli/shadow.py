"""``screening shadow start | stop | report``: a candidate beside the active bundle, and what it would change."""

from __future__ import annotations

import getpass
from collections.abc import Iterator
from typing import Annotated, Any, Literal

import typer

from screening.cli.common import BROKEN, By, Reason, StoreAddress, fail, open_store, stderr
from screening.cli.release import Candidate, candidate_of
from screening.errors import BundleError, ScreeningError
from screening.output import to_json
from screening.scoring import LEVEL_NAMES
from screening.store.releases import Act
from screening.store.shadow import Example, Summary, as_json
from screening.tuning.words import VERDICT

__all__ = ["app"]

app = typer.Typer(
    help="影子：让候选规则包在旁边跟着筛查，看它会改变什么。", no_args_is_help=True, rich_markup_mode=None
)
_KINDS = {
    "rise": "等级升高",
    "fall": "等级降低",
    "charge": "首要罪名不同",
    "other": "等级、罪名相同，分数、判定或命中的规则不同",
}
_RULES_SHOWN = 3


@app.command("start")
def start(bundle: Candidate, store: StoreAddress, reason: Reason, by: By = "") -> None:
    """让一个规则包做影子：服务的每条记录答复之后也用它筛一遍，只比较，不答复。

    例：screening shadow start ./我的规则包 --store 案件.db --reason 试用新词 --by 张某某
    """
    opened = open_store(store, new=True)
    try:
        screener, tests, act = candidate_of(opened, bundle, by, reason)
        opened.releases.shadow(screener.bundle, act)
    except BundleError as error:
        fail(f"{error}\n\n规则包有 {len(error.problems)} 处问题，没有做影子。", BROKEN)
    except ScreeningError as error:
        fail(str(error))
    finally:
        opened.close()
    stderr().print(f"影子已开始：{screener.bundle.revision}，{tests} 个测试通过。", markup=False)


@app.command("stop")
def stop(store: StoreAddress, reason: Reason, by: By = "") -> None:
    """结束影子；已作的比较留着。"""
    opened = open_store(store)
    try:
        opened.releases.end_shadow(Act(by or getpass.getuser(), reason))
    except ScreeningError as error:
        fail(str(error))
    finally:
        opened.close()
    stderr().print("影子已结束。", markup=False)


@app.command("report")
def report(
    store: StoreAddress,
    candidate: Annotated[
        str, typer.Option("--candidate", help="候选规则包的版本号；不写为最近比较过的。", show_default=False)
    ] = "",
    examples: Annotated[int, typer.Option("--examples", min=0, max=20, help="每一类举几例。")] = 5,
    form: Annotated[Literal["text", "json"], typer.Option("--format", help="输出的形式。")] = "text",
) -> None:
    """候选规则包与在用的比较：多少条等级升高、降低、罪名不同，各举几例。

    例：screening shadow report --store 案件.db
    """
    opened = open_store(store)
    try:
        wanted = candidate or opened.comparisons.latest() or ""
        found = opened.comparisons.summaries(wanted)
    except ScreeningError as error:
        fail(str(error), BROKEN)
    finally:
        opened.close()
    if not found:
        fail("还没有比较过的记录。先让服务带影子运行：screening shadow start 规则包 --store …")
    for summary in found:
        if form == "json":
            typer.echo(to_json(as_json(summary, examples)))
        else:
            typer.echo("\n".join(_lines(summary, examples)))


def _lines(summary: Summary, most: int) -> Iterator[str]:
    yield f"在用 {summary.active}"
    yield f"候选 {summary.candidate}"
    yield f"比较了 {summary.records} 条记录，{summary.counts['same']} 条结果完全相同。"
    for kind, title in _KINDS.items():
        yield f"{title}：{summary.counts[kind]} 条"
        yield from (f"  {_sentence(example)}" for example in summary.examples.get(kind, [])[:most])


def _sentence(example: Example) -> str:
    told = [_pair("等级", *(LEVEL_NAMES[level] for level in example.level)), _pair("分数", *example.score)]
    if "charge" in example.differs:
        told.append(_pair("罪名", *(charge or "（无）" for charge in example.charge)))
    if "verdict" in example.differs:
        told.append(_pair("判定", *(VERDICT[verdict] for verdict in example.differs["verdict"])))
    if "rules" in example.differs:
        before, after = map(set, example.differs["rules"])
        told += [_some("不再命中", before - after), _some("新命中", after - before)]
    return f"{example.record_id}（{example.decision}）：" + "；".join(filter(None, told))


def _pair(what: str, before: Any, after: Any) -> str:
    return f"{what} {before} → {after}" if before != after else ""


def _some(what: str, rules: set[str]) -> str:
    more = f" 等 {len(rules)} 条" if len(rules) > _RULES_SHOWN else ""
    return f"{what} {'、'.join(sorted(rules)[:_RULES_SHOWN])}{more}" if rules else ""
