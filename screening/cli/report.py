"""``screening report``: the page and the workbook of a run."""

from __future__ import annotations

from screening.cli.common import stderr
from screening.cli.reporting import CampaignFile, ResultsFolder, open_results
from screening.reports.overview import write_report

__all__ = ["command"]


def command(folder: ResultsFolder, campaign: CampaignFile = None) -> None:
    """把筛查结果写成报告 report.html 和工作簿 report.xlsx。

    例：screening report 结果文件夹 --campaign 食药专项.yaml
    """
    results = open_results(folder, campaign)
    write_report(results)
    stderr().print(f"报告在 {results.target}：report.html、report.xlsx。", markup=False)
