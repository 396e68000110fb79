"""``screening supervise``: what the records of each agency show beside its past and its peers."""

from __future__ import annotations

from typing import Annotated

import typer

from screening.cli.common import stderr
from screening.cli.reporting import CampaignFile, ResultsFolder, open_results
from screening.reports.oversight import write_supervision
from screening.reports.supervision import Dials

__all__ = ["command"]


def command(
    folder: ResultsFolder,
    late: Annotated[int, typer.Option("--late-days", min=0, help="决定后超过多少日录入算较晚（观察线）。")] = 30,
    far: Annotated[float, typer.Option("--far-below", min=0.01, max=1, help="罚款不足最低罚款的几倍算远低。")] = 0.5,
    campaign: CampaignFile = None,
) -> None:
    """按机关统计录入量、迟录、缺项、数额聚集、罚款偏低和移送情况，并给出不确定性。

    例：screening supervise 结果文件夹 --late-days 20
    """
    results = open_results(folder, campaign)
    write_supervision(results, Dials(late, far))
    words = f"统计在 {results.target}：supervise.html、supervise.xlsx、supervise.json。"
    stderr().print(words, markup=False)
