"""Records to rescore: the examples, parties that come back, rows that nobody can read; and one undisturbed run."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

ROOT = Path(__file__).resolve().parents[2]
AS_OF = date(2026, 11, 22)
COMPANY = {"name": "某某酒业有限公司", "kind": "单位", "id_no": None}
SHARD_ROWS = 15


def sale(number: int, day: str, amount: int, **more: Any) -> dict[str, Any]:
    """A sale of counterfeits by one company, 元."""
    return {
        "record_id": f"甲市监处罚〔2024〕{number}号",
        "agency": "甲市市场监督管理局",
        "region": "420100",
        "party": COMPANY,
        "case_reason": "销售侵犯注册商标专用权的商品案",
        "narrative": f"经查，当事人{day}销售假冒注册商标的白酒，销售金额{amount}元。",
        "penalty": {"types": ["罚款"], "fine": amount},
        "conduct_to": day,
        "decided_on": day,
        "transferred": False,
        **more,
    }


SALES = [sale(1, "2024-01-10", 20000), sale(2, "2024-03-10", 20000), sale(3, "2024-05-10", 15000)]


@dataclass(frozen=True)
class Run:
    """A command that has ended, and what it left."""

    folder: Path
    code: int
    said: str

    def rows(self) -> list[dict[str, Any]]:
        files = sorted((self.folder / "results").glob("part-*.parquet"))
        return [row for file in files for row in pq.read_table(file).to_pylist()]

    def rejected(self) -> list[dict[str, str]]:
        with (self.folder / "rejected.csv").open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file))

    def headers(self) -> dict[str, Any]:
        return json.loads((self.folder / "headers.json").read_text(encoding="utf-8"))

    def manifest(self) -> dict[str, Any]:
        return json.loads((self.folder / "manifest.json").read_text(encoding="utf-8"))

    def bytes(self) -> dict[str, bytes]:
        """Every file of the output that people or programs read, the manifest but for the times that it was saved."""
        names = ["rejected.csv", "headers.json", *(f"results/{p.name}" for p in (self.folder / "results").iterdir())]
        return {name: (self.folder / name).read_bytes() for name in sorted(names)}


def command(*args: object) -> list[str]:
    return [sys.executable, "-m", "screening.cli", "rescore", *map(str, args)]


def rescore(output: Path, *inputs: object, options: Sequence[object] = (), cwd: Path = ROOT) -> Run:
    """Run the command to its end."""
    given = (*inputs, "--output", output, "--as-of", AS_OF, "--shard-rows", SHARD_ROWS, "--workers", 1, *options)
    done = subprocess.run(command(*given), cwd=cwd, capture_output=True, check=False)
    said = done.stderr.decode()
    assert "Traceback" not in said, said
    return Run(output, done.returncode, said)


def write_records(path: Path, records: Sequence[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in records), encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def year(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as an office has it: the examples, a company that comes back, and a row that nobody can read."""
    folder = tmp_path_factory.mktemp("year")
    lines = (ROOT / "examples" / "records.jsonl").read_text(encoding="utf-8").splitlines()[:120]
    (folder / "a.jsonl").write_text("\n".join([*lines, "{no json"]) + "\n", encoding="utf-8")
    write_records(folder / "b.jsonl", SALES)
    return folder


@pytest.fixture(scope="session")
def undisturbed(year: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The output of one run from start to end."""
    return rescore(tmp_path_factory.mktemp("undisturbed") / "out", year, options=["--workers", 2])
