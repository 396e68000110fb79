"""The results of a run as a table that questions are put to: Parquet on disk, DuckDB over it, memory bounded."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import duckdb

from screening.errors import InputError
from screening.reports.campaign import Campaign
from screening.scoring import LEVEL_NAMES

__all__ = ["LEVELS", "VERDICTS", "Results"]

LEVELS: Final = LEVEL_NAMES
VERDICTS: Final = {"reached": "达到", "near": "达到 80% 以上", "below": "未达到", "unknown": "缺事实"}

_BATCH: Final = 2000


@dataclass(frozen=True, slots=True)
class Results:
    """The view ``cases`` over a folder of results, narrowed to a campaign where one is given."""

    folder: Path
    campaign: Campaign | None
    _connection: duckdb.DuckDBPyConnection

    @classmethod
    def open(cls, folder: Path, campaign: Campaign | None = None, memory: str = "1GB") -> Results:
        """Open ``results/part-*.parquet`` or ``results.parquet`` in ``folder``. Raises ``InputError``."""
        files = [str(p) for p in sorted((folder / "results").glob("part-*.parquet"))]
        files = files or [str(p) for p in (folder / "results.parquet",) if p.is_file()]
        if not files:
            raise InputError(str(folder), "这里没有筛查结果。", "请先用 screening rescore 生成，或换成它的输出文件夹。")
        spill = str(folder / ".duckdb")
        connection = duckdb.connect(config={"memory_limit": memory, "threads": 2, "temp_directory": spill})
        where = campaign.where if campaign else "true"
        names = ", ".join("'" + f.replace("'", "''") + "'" for f in files)
        try:
            connection.execute(f"CREATE VIEW cases AS SELECT * FROM read_parquet([{names}]) WHERE {where}")
        except duckdb.Error as error:
            raise InputError(str(folder), f"筛查结果读不出来（{error}）。", "请重新生成。") from None
        return cls(folder, campaign, connection)

    @property
    def target(self) -> Path:
        """Where what is made of the results goes: their folder, or that of the campaign in it."""
        place = self.folder / "campaigns" / self.campaign.folder if self.campaign else self.folder
        place.mkdir(parents=True, exist_ok=True)
        return place

    @property
    def title(self) -> str:
        """What the cases are, in words."""
        return str(self.campaign) if self.campaign else "全部案件"

    def rows(self, sql: str, *values: object) -> Iterator[dict[str, Any]]:
        """The answer to a question, a batch at a time; each answer is independent of others that are being read."""
        cursor = self._connection.cursor().execute(sql, list(values))
        names = [column[0] for column in cursor.description or ()]
        while batch := cursor.fetchmany(_BATCH):
            for row in batch:
                yield dict(zip(names, row, strict=True))

    def one(self, sql: str, *values: object) -> dict[str, Any]:
        """The only row of an answer."""
        return next(self.rows(sql, *values))

    def rejected(self) -> int:
        """How many rows of the input were rejected."""
        path = self.folder / "rejected.csv"
        if not path.is_file():
            return 0
        with path.open(encoding="utf-8-sig", newline="") as file:
            return max(0, sum(1 for _ in csv.reader(file)) - 1)
