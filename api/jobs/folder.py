"""Where the pieces of a job lie, and what of them may be fetched."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

__all__ = ["ARTEFACTS", "Folder"]

ARTEFACTS: Final = {
    "report.html": "text/html; charset=utf-8",
    "report.xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "results.parquet": "application/vnd.apache.parquet",
    "rejected.csv": "text/csv; charset=utf-8",
    "headers.json": "application/json",
}
"""Files that are made of an upload, with their media types."""

_BATCH: Final = 200


@dataclass(frozen=True, slots=True)
class Folder:
    """The folder of one job."""

    path: Path

    @property
    def input(self) -> Path:
        """Where the file that was sent lies, by itself."""
        return self.path / "input"

    @property
    def mapping(self) -> Path:
        """Which columns mean what, as the sender said; there only where it was said."""
        return self.path / "mapping.yaml"

    @property
    def bundle(self) -> Path:
        """The bundle that was in use when the job was made."""
        return self.path / "bundle"

    @property
    def output(self) -> Path:
        """What rescoring writes; what may be fetched is here."""
        return self.path / "output"

    @property
    def results(self) -> Path:
        """All results in one file, in the order of the input."""
        return self.output / "results.parquet"

    @property
    def progress(self) -> Path:
        """How far the job is (``Pace`` as JSON)."""
        return self.path / "progress.json"

    @property
    def outcome(self) -> Path:
        """How it ended (JSON); there as soon as there is nothing left to do."""
        return self.path / "outcome.json"

    def given(self) -> Path | None:
        """The file that was sent."""
        return next(iter(self.input.iterdir()), None) if self.input.is_dir() else None

    def read(self, path: Path) -> Any:
        """A JSON file of the job; None where it is not there (yet)."""
        try:
            return json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None

    def artefacts(self) -> dict[str, int]:
        """The files that may be fetched, with their bytes."""
        found = {name: self.output / name for name in ARTEFACTS}
        return {name: path.stat().st_size for name, path in found.items() if path.is_file()}

    def lines(self) -> Iterator[bytes]:
        """The results as JSON lines, some at a time; each line is what ``screening screen`` prints."""
        import pyarrow.parquet as pq  # heavy, and a worker of the service seldom needs it

        with pq.ParquetFile(self.results) as file:
            for batch in file.iter_batches(_BATCH, columns=["result"]):
                yield "".join(f"{line}\n" for line in batch.column(0).to_pylist()).encode("utf-8", "replace")

    def tidy(self) -> None:
        """Remove all but what may be fetched: nobody needs what was sent once the job has ended."""
        for path in (self.input, self.bundle, self.output / "work", self.output / "results"):
            shutil.rmtree(path, ignore_errors=True)

    def remove(self) -> None:
        """Remove it all."""
        shutil.rmtree(self.path, ignore_errors=True)
