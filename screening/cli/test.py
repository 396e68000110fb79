"""``screening test``: run the tests that the bundle's files carry."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Annotated

import typer

from screening.bundle.bundle import Bundle
from screening.cli.common import AsOf, BundleFolder, fail, open_bundle, parse_day, records_of, stderr
from screening.screener import Screener
from screening.selftest import run
from screening.tuning.exercised import Unexercised, exercised, unexercised

__all__ = ["command"]


def command(
    bundle: BundleFolder = None,
    coverage: Annotated[
        bool, typer.Option("--coverage", help="另列出 --records 里没有一案用到的情形、命中规则和行为，写到标准输出。")
    ] = False,
    records: Annotated[
        list[Path] | None, typer.Option("--records", help="案件文件，可多次；与 --coverage 合用。", show_default=False)
    ] = None,
    as_of: AsOf = None,
) -> None:
    """运行规则包各文件自带的测试：情形的边界、文字规则的例句、命中规则的例子。

    \b
    例：screening test
    例：screening test --coverage --records 去年案件.xlsx
    """
    day = parse_day(as_of, "--as-of")
    if coverage != bool(records):
        fail("--coverage 与 --records 要一起写：用哪些案件来看，例如 --coverage --records 去年案件.xlsx")
    loaded = open_bundle(bundle)
    result = run(loaded)
    out = stderr()
    for problem in result.problems:
        out.print(f"{problem}\n", markup=False)
    out.print(f"共 {result.ran} 个测试，{len(result.problems)} 个不通过。", markup=False)
    if records:
        read = chain.from_iterable(records_of(path, bundle) for path in records)
        found = exercised(Screener(loaded), read, day)
        typer.echo(f"用 {found.records} 条记录来看：")
        for line in _lines(loaded, unexercised(loaded, found)):
            typer.echo(line)
    if result.problems:
        raise typer.Exit(1)


def _lines(bundle: Bundle, left: Unexercised) -> Iterator[str]:
    """What no record exercises; limbs by charge and version."""
    by_version: dict[str, list[str]] = defaultdict(list)
    for id_, since, limb in left.limbs:
        by_version[f"{bundle.threshold(id_).charge}（{id_}）{since} 起"].append(limb)
    yield f"没有一案达到或接近的情形 {len(left.limbs)} 个（共 {left.limbs_in_all} 个）"
    yield from (f"  {version}：{'、'.join(limbs)}" for version, limbs in by_version.items())
    yield f"没有一案命中的规则 {len(left.rules)} 条（共 {left.rules_in_all} 条）"
    yield from (f"  {rule}" for rule in left.rules)
    yield f"没有一案写到的行为 {len(left.conducts)} 种（共 {left.conducts_in_all} 种）"
    yield from (f"  {conduct}" for conduct in left.conducts)
