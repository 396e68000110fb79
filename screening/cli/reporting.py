"""What ``report``, ``sample`` and ``supervise`` share: the folder of results and the campaign that narrows it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from screening.cli.common import fail, open_bundle
from screening.errors import BundleError, InputError
from screening.reports.campaign import read_campaign
from screening.reports.results import Results

__all__ = ["CampaignFile", "ResultsFolder", "open_results"]

ResultsFolder = Annotated[Path, typer.Argument(metavar="DIR", help="screening rescore 的输出文件夹。")]
CampaignFile = Annotated[
    Path | None,
    typer.Option("--campaign", help="专项活动文件（YAML）；写了就只看其中的案件。", show_default=False),
]


def open_results(folder: Path, campaign: Path | None) -> Results:
    """The results, narrowed to the campaign; or a message and exit code 2."""
    try:
        results = Results.open(folder, read_campaign(campaign, _charges) if campaign else None)
    except (BundleError, InputError) as error:
        fail(str(error))
    if results.one("SELECT count(*) AS cases FROM cases")["cases"] == 0:
        fail(f"{folder}：没有符合条件的案件（{results.title}）。请检查专项活动文件的条件。")
    return results


def _charges() -> set[str]:
    return {threshold.charge for threshold in open_bundle(None).thresholds}
