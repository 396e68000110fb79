"""What is told of jobs."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import BaseModel

__all__ = ["JobOut", "JobRow", "JobsOut", "State"]

State = Literal["queued", "running", "done", "failed", "cancelled"]


class WrongOut(BaseModel):
    code: str
    detail: str


class LevelsOut(BaseModel):
    refer: int
    early_intervention: int
    watch: int
    none: int


class JobRow(BaseModel):
    """One job. ``records``: with a result; ``rejected``: rows that nobody can read; both are known when it has ended."""

    id: str
    state: State
    filename: str
    bytes: int
    as_of: date
    revision: str
    created_at: str
    started_at: str | None
    finished_at: str | None
    records: int | None
    rejected: int | None
    levels: LevelsOut | None
    error: WrongOut | None


class ProgressOut(BaseModel):
    """How far the present stage is; ``rows``: how many it has in all, null while that is not known."""

    stage: str
    done: int
    rows: int | None
    per_second: float
    seconds_left: int | None


class ColumnOut(BaseModel):
    """A column and the field that it was taken for: null where nobody knows it, empty where it is known and not used."""

    column: str
    field: str | None
    suggestions: list[str]


class TableOut(BaseModel):
    table: str
    columns: list[ColumnOut]


class FileOut(BaseModel):
    name: str
    bytes: int
    href: str


class JobOut(JobRow):
    """One job in full: ``tables`` says how columns were understood, ``files`` what may be fetched."""

    progress: ProgressOut | None
    tables: list[TableOut]
    files: list[FileOut]


class JobsOut(BaseModel):
    """``next`` is the cursor of the next page, null on the last."""

    jobs: list[JobRow]
    next: str | None
