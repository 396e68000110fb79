"""``screening consult``: the threshold of a charge on a day, in words or as JSON."""

from __future__ import annotations

import json
import sys
from typing import Annotated

import typer
from rich.console import Console

from screening.bundle.bundle import Bundle
from screening.bundle.shapes import did_you_mean
from screening.cli.common import BundleFolder, fail, open_bundle, parse_day, stderr
from screening.consult import Consultation, consult, find_charges
from screening.consulted import as_json as whole
from screening.consulted import in_file_order
from screening.facts import GivenFacts
from screening.logic import State
from screening.quantity import UNITS, Quantity, UnknownUnit, parse_quantity

__all__ = ["command"]

_EXIT = {"yes": "具备", "no": "不具备", "unknown": "缺事实"}
_VERDICT = {"reached": "达到", "near": "接近（80%以上）", "below": "未达到", "unknown": "缺事实"}


def command(  # noqa: PLR0913, PLR0917 - each parameter is an option of the command line
    charge: Annotated[str, typer.Argument(metavar="CHARGE", help="罪名，如 销售假冒注册商标的商品罪；俗称也可以。")],
    on: Annotated[
        str | None, typer.Option("--on", help="行为日期，如 2024-05-01；不写为今天。", show_default=False)
    ] = None,
    region: Annotated[
        str | None, typer.Option("--region", help="6 位行政区划代码，用于各省自定的数额。", show_default=False)
    ] = None,
    measure: Annotated[
        list[str] | None,
        typer.Option("--measure", "-m", help="计量事实，如 销售金额=62000元，可多次。", show_default=False),
    ] = None,
    circumstance: Annotated[
        list[str] | None,
        typer.Option("--circumstance", "-c", help="情节，如 尚未销售=yes，可多次。", show_default=False),
    ] = None,
    penalties: Annotated[
        int | None, typer.Option("--penalties", help="期间内同类行政处罚的次数。", show_default=False)
    ] = None,
    party: Annotated[str | None, typer.Option("--party", help="个人 或 单位。", show_default=False)] = None,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON。")] = False,
    bundle: BundleFolder = None,
) -> None:
    """查某罪名在某日适用的立案追诉标准：情形、数额、出处；给出事实时，逐项判定。

    例：screening consult 销售假冒注册商标的商品罪 --on 2024-05-01 --measure 销售金额=62000元
    """
    day = parse_day(on, "--on")
    loaded = open_bundle(bundle)
    if party not in (None, "个人", "单位"):
        fail("--party 只能写“个人”或“单位”。")
    found = find_charges(loaded, charge)
    if not found.thresholds:
        nearest = f"相近的有：{'、'.join(found.nearest)}。" if found.nearest else "请写罪名全称。"
        fail(f"没有罪名“{charge}”。{nearest}")
    if not found.exact:
        names = "、".join(dict.fromkeys(threshold.charge for threshold in found.thresholds))
        stderr().print(f"没有名为“{charge}”的罪名，按意思相近的回答：{names}。", markup=False)
    facts = GivenFacts(
        dict(_measure(loaded, m) for m in measure or ()),
        dict(_circumstance(loaded, c) for c in circumstance or ()),
        frozenset(),
        penalties,
        region,
        party,
    )
    answers = [consult(loaded, threshold, day, facts, charge) for threshold in found.thresholds]
    if as_json:
        sys.stdout.write(json.dumps([whole(loaded, a) for a in answers], ensure_ascii=False, indent=2) + "\n")
        return
    for answer in answers:
        _print(loaded, answer, given=bool(measure or circumstance or penalties is not None))


def _measure(bundle: Bundle, text: str) -> tuple[str, Quantity]:
    name, _, figure = text.partition("=")
    name = name.strip()
    if name not in bundle.measures:
        fail(f"--measure：没有计量“{name}”。{did_you_mean(name, list(bundle.measures))}")
    try:
        return name, parse_quantity(figure)
    except UnknownUnit as error:
        fail(f"--measure {text}：{error}{did_you_mean(error.unit, list(UNITS))}")
    except ValueError as error:
        fail(f"--measure {text}：{error}应写成 销售金额=62000元。")


def _circumstance(bundle: Bundle, text: str) -> tuple[str, State]:
    name, _, state = text.partition("=")
    if name not in bundle.circumstances:
        fail(f"--circumstance：没有情节“{name}”。{did_you_mean(name, list(bundle.circumstances))}")
    if state not in ("yes", "no", "unknown"):
        fail(f"--circumstance {text}：等号后应写 yes、no 或 unknown。")
    return name, State(state)


def _print(bundle: Bundle, answer: Consultation, given: bool) -> None:
    out = Console(highlight=False, soft_wrap=True)
    kind = f"（{answer.threshold.kind}）" if answer.threshold.kind else ""
    out.print(f"{answer.charge}{kind}　{answer.threshold.article}", style="bold", markup=False)
    if answer.charge != answer.threshold.charge:
        out.print(f"  当时的罪名；现为{answer.threshold.charge}", markup=False)
    if answer.note:
        out.print(f"  {answer.note}", style="yellow", markup=False)
    if answer.measurement is None:
        return
    version = answer.measurement.version
    out.print(
        f"  {answer.on} 适用 {version.effective_from} 起的标准（{version.source.document} {version.source.clause}）",
        markup=False,
    )
    if version.accumulates:
        law = version.accumulates
        window = f"{law.within}内".replace(" ", "") if law.within else ""
        out.print(f"  {window}多次实施、未经处理的，数额累计计算　——{law.document} {law.clause}", markup=False)
    for result in in_file_order(answer):
        source = version.source_of(result.limb)
        draft = "　〔待核〕" if bundle.is_draft(version, result.limb) else ""
        out.print(f"  ● {result.limb.text}　——{source.document} {source.clause}{draft}", markup=False)
        for outcome in result.outcomes:
            actual = f"　实际 {outcome.actual}" if given else ""
            out.print(f"      {outcome.label}：{outcome.wanted}{actual}", style="dim", markup=False)
        if given:
            ratio = f"（{float(result.ratio):.1%}）" if result.ratio is not None else ""
            missing = f"；待补充：{'、'.join(result.missing)}" if result.missing else ""
            out.print(f"      → {_VERDICT[result.verdict.value]}{ratio}{missing}", style="bold", markup=False)
    for found in answer.measurement.exits:
        source = found.exit.source
        out.print(f"  ○ 不予追究：{found.exit.text}　——{source.document} {source.clause}", markup=False)
        if given and any(o.state is not State.UNKNOWN for o in found.outcomes):
            missing = f"；待补充：{'、'.join(found.missing)}" if found.missing else ""
            out.print(f"      → {_EXIT[found.state.value]}{missing}", style="bold", markup=False)
