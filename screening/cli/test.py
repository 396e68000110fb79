"""``screening test``: run the tests that the bundle's files carry."""

from __future__ import annotations

import typer

from screening.cli.common import BundleFolder, open_bundle, stderr
from screening.selftest import run

__all__ = ["command"]


def command(bundle: BundleFolder = None) -> None:
    """运行规则包各文件自带的测试：情形的边界、文字规则的例句、命中规则的例子。

    例：screening test
    """
    result = run(open_bundle(bundle))
    out = stderr()
    for problem in result.problems:
        out.print(f"{problem}\n", markup=False)
    out.print(f"共 {result.ran} 个测试，{len(result.problems)} 个不通过。", markup=False)
    if result.problems:
        raise typer.Exit(1)
