"""What is told of a job: its row, and what lies in its folder."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import RowMapping

from api.jobs.folder import Folder
from api.jobs.foreman import OPEN
from api.jobs.models import JobRow

__all__ = ["row_of", "whole_of"]

Json = dict[str, Any]


def row_of(job: RowMapping | Json) -> Json:
    """A ``JobRow`` of a row of the table."""
    outcome = json.loads(job["outcome"]) if job["outcome"] else {}
    return {name: job[name] if name in job else outcome.get(name) for name in JobRow.model_fields}


def whole_of(job: RowMapping | Json, folder: Folder) -> Json:
    """A ``JobOut``. How columns were understood is told as soon as all rows were looked at."""
    tables: dict[str, list[Json]] = folder.read(folder.output / "headers.json") or {}
    files = folder.artefacts() if job["state"] not in OPEN else {}
    return row_of(job) | {
        "progress": _progress(folder) if job["state"] == "running" else None,
        "tables": [{"table": name, "columns": [_column(each) for each in found]} for name, found in tables.items()],
        "files": [{"name": n, "bytes": b, "href": f"/v1/jobs/{job['id']}/results/{n}"} for n, b in files.items()],
    }


def _progress(folder: Folder) -> Json | None:
    pace = folder.read(folder.progress)
    return pace and {
        "stage": pace["stage"],
        "done": pace["done"],
        "rows": pace["total"],
        "per_second": round(pace["rate"], 1),
        "seconds_left": None if pace["left"] is None else round(pace["left"]),
    }


def _column(told: Json) -> Json:
    return {"column": told["column"], "field": told["field"], "suggestions": told.get("suggestions", [])}
