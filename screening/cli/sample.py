"""``screening sample``: which files to read on site, and what to compare in each."""

from __future__ import annotations

from typing import Annotated

import typer

from screening.cli.common import stderr
from screening.cli.reporting import CampaignFile, ResultsFolder, open_results
from screening.reports.review import write_sample
from screening.reports.sampling import draw

__all__ = ["command"]


def command(
    folder: ResultsFolder,
    size: Annotated[int, typer.Option("--size", min=1, help="抽多少件。")] = 50,
    seed: Annotated[int, typer.Option("--seed", help="随机种子；同一种子总抽出同样的案件。")] = 1,
    campaign: CampaignFile = None,
) -> None:
    """抽取到现场核查的案件，并为每件打印与卷宗核对的清单。

    例：screening sample 结果文件夹 --size 60 --seed 2026
    """
    results = open_results(folder, campaign)
    sample = draw(results, size, seed)
    write_sample(results, sample)
    words = f"抽出 {len(sample.chosen)} 件，在 {results.target}：sample.html（核对单）、sample.xlsx、sample.json。"
    stderr().print(words, markup=False)
