"""The command line: ``screening screen | consult | check | test | …``, one file a command.

A run imports the command it is asked for and no other, since all of them together take seconds to import.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Mapping
from importlib import import_module
from importlib.util import find_spec
from types import MappingProxyType
from typing import Any

import typer

__all__ = ["main"]

COMMANDS: Mapping[str, str] = MappingProxyType(
    {
        **{name: f"{name}:command" for name in ("screen", "rescore", "explain", "consult", "check", "new", "diff")},
        **{name: f"{name}:command" for name in ("backtest", "test", "evaluate", "sign")},
        **{name: f"release:{name}" for name in ("activate", "rollback", "releases")},
        "shadow": "shadow:app",
        **{name: f"{name}:command" for name in ("verify", "replay", "feedback", "calibrate", "calibration")},
        **{name: f"{name}:app" for name in ("lexicon", "store")},
        **{name: f"{name}:command" for name in ("report", "sample", "supervise")},
    }
)
"""Command → module of this package and what in it: a function, or an application of commands below it. In the order of the help."""


def application(names: Iterable[str] = COMMANDS) -> typer.Typer:
    """The application with these commands."""
    built = typer.Typer(
        name="screening",
        help="两法衔接筛查：从行政处罚记录中找出可能涉嫌犯罪、应当移送的案件。",
        no_args_is_help=True,
        add_completion=True,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
    built.callback()(_nothing)  # so that one command by itself keeps its name
    for name in names:
        module, _, attribute = COMMANDS[name].partition(":")
        what = getattr(import_module(f"screening.cli.{module}"), attribute)
        if isinstance(what, typer.Typer):
            built.add_typer(what, name=name)
        else:
            built.command(name)(what)
    return built


def _nothing() -> None:
    pass


def __getattr__(name: str) -> Any:
    """``app``: the application with every command."""
    if name == "app":
        return application()
    raise AttributeError(name)


def _service(into: typer.Typer) -> None:
    """The service lies above the command line and is an extra: its commands are found by name, where it can be imported."""
    if all(find_spec(name) for name in ("fastapi", "uvicorn", "prometheus_client")):
        import_module("api.commands").install(into)


def main() -> None:
    """Entry point of ``.venv/bin/screening``."""
    asked = next((word for word in sys.argv[1:] if not word.startswith("-")), "")
    if asked in COMMANDS and "_SCREENING_COMPLETE" not in os.environ:
        application([asked])()
        return
    app = application()
    _service(app)
    app()
