"""What the process of a job is told. Light, since every worker of the service imports it: what does the job is imported in that process."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from api.jobs.folder import Folder

__all__ = ["Order", "failed", "work"]


@dataclass(frozen=True, slots=True)
class Order:
    """A job to be done; ``workers``: processes that screen."""

    folder: Folder
    as_of: date
    workers: int


def failed(code: str, detail: str) -> dict[str, Any]:
    """How a job ended that came to nothing."""
    return {"state": "failed", "error": {"code": code, "detail": detail}}


def work(order: Order) -> None:
    """Do a job, or go on where an earlier process was killed. It has ended when its ``outcome.json`` is there."""
    from api.jobs import child

    child.do(order)
