"""The command line: ``screening screen | consult | check | test | …``, one file a command."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

import typer

from screening.cli import (
    backtest,
    calibrate,
    calibration,
    check,
    consult,
    diff,
    evaluate,
    explain,
    feedback,
    lexicon,
    new,
    release,
    replay,
    report,
    rescore,
    sample,
    screen,
    shadow,
    sign,
    store,
    supervise,
    verify,
)  # fmt: skip
from screening.cli import test as test_command

__all__ = ["app", "main"]

app = typer.Typer(
    name="screening",
    help="两法衔接筛查：从行政处罚记录中找出可能涉嫌犯罪、应当移送的案件。",
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command("screen")(screen.command)
app.command("rescore")(rescore.command)
app.command("explain")(explain.command)
app.command("consult")(consult.command)
app.command("check")(check.command)
app.command("new")(new.command)
app.command("diff")(diff.command)
app.command("backtest")(backtest.command)
app.command("test")(test_command.command)
app.command("evaluate")(evaluate.command)
app.command("sign")(sign.command)
app.command("activate")(release.activate)
app.command("rollback")(release.rollback)
app.command("releases")(release.releases)
app.add_typer(shadow.app, name="shadow")
app.command("verify")(verify.command)
app.command("replay")(replay.command)
app.command("feedback")(feedback.command)
app.command("calibrate")(calibrate.command)
app.command("calibration")(calibration.command)
app.add_typer(lexicon.app, name="lexicon")
app.add_typer(store.app, name="store")
app.command("report")(report.command)
app.command("sample")(sample.command)
app.command("supervise")(supervise.command)


def _service(into: typer.Typer) -> None:
    """The service lies above the command line and is an extra: its commands are found by name, where it can be imported."""
    if all(find_spec(name) for name in ("fastapi", "uvicorn", "prometheus_client")):
        import_module("api.commands").install(into)


def main() -> None:
    """Entry point of ``.venv/bin/screening``."""
    _service(app)
    app()
