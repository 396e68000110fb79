"""The process that does a job: ``screening rescore`` with its report, in the folder of the job. It dies with the service."""

from __future__ import annotations

import csv
import io
import logging
import os
import shutil
import signal
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import pyarrow.parquet as pq

from api.jobs.folder import Folder
from api.jobs.order import Order, failed
from api.logs import set_up
from screening.bulk.crew import die_with_parent
from screening.bulk.files import locked, whole, write_json
from screening.bulk.job import Job, Manifest
from screening.bulk.local import rescore
from screening.bulk.progress import Progress
from screening.bulk.schema import RESULT
from screening.errors import BundleError, InputError
from screening.reports.overview import write_report
from screening.reports.results import Results

__all__ = ["do"]

Json = dict[str, Any]
_LOG = logging.getLogger("api.jobs")
_NICE: Final = 5
_PATIENCE: Final = 10.0
_SECOND: Final = 1.0


def do(order: Order) -> None:
    """Do the job, in this process and its workers. It has ended when ``outcome.json`` is there."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to the whole group; the service says when to stop
    die_with_parent()
    set_up()
    os.nice(_NICE)  # who waits for an answer goes first
    folder = order.folder
    os.chdir(folder.input)  # so that lists of rows name the file as its sender did, and no path of this machine
    write_json(folder.outcome, _ended(order))


def _ended(order: Order) -> Json:
    folder = order.folder
    job = Job(
        inputs=tuple(path.name for path in folder.input.iterdir()),
        output=folder.output,
        today=order.as_of,
        bundle=folder.bundle,
        as_of=order.as_of,
        mapping=folder.mapping if folder.mapping.exists() else None,
        workers=order.workers,
    )
    try:
        with _alone(folder.path):
            manifest = rescore(job, _Told(folder.progress))
            return _done(manifest, folder)
    except InputError as error:
        return failed("not_done", f"没有做成：{error.detail}请重新提交；再不成，请告诉维护人员。")
    except BundleError as error:
        return failed("broken_bundle", f"规则包有 {len(error.problems)} 处问题。请告诉维护人员。")
    except OSError as error:
        return failed("disk", f"读写文件没有成功（{error.strerror}）。请告诉维护人员。")
    except Exception:
        _LOG.exception("the job failed", extra={"fields": {"job": folder.path.name}})
        return failed("internal", "内部出错，已记入日志。请告诉维护人员。")


def _done(manifest: Manifest, folder: Folder) -> Json:
    totals = manifest.totals
    assert totals is not None
    counts = {"records": totals.records, "rejected": totals.rejected, "levels": totals.levels}
    if not totals.records:
        return counts | failed("unreadable", f"没有一行读得出来。{_first_reason(folder.output / 'rejected.csv')}")
    _join(folder)
    write_report(Results.open(folder.output))
    return counts | {"state": "done"}


def _join(folder: Folder) -> None:
    """One file of results instead of many."""
    parts = folder.output / "results"
    if not folder.results.exists():
        with whole(folder.results) as partial, pq.ParquetWriter(partial, RESULT, compression="zstd") as writer:
            for path in sorted(parts.glob("part-*.parquet")):
                writer.write_table(pq.read_table(path))
    shutil.rmtree(parts, ignore_errors=True)


def _first_reason(rejected: Path) -> str:
    with rejected.open(encoding="utf-8-sig", newline="") as file:
        return next(csv.DictReader(file), {}).get("原因", "")


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Wait for an earlier process of the same job: one whose service was killed notices within a moment."""
    until = time.monotonic() + _PATIENCE
    with ExitStack() as stack:
        while True:
            try:
                stack.enter_context(locked(folder))
                break
            except InputError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.1)
        yield


class _Told(Progress):
    """Progress for those who ask over HTTP: a file that is renewed about once a second."""

    def __init__(self, path: Path) -> None:
        self._path, self._at = path, 0.0
        super().__init__(io.StringIO())

    def stage(self, name: str, total: int | None = None) -> None:
        super().stage(name, total)
        self._write()

    def show(self) -> None:
        if time.monotonic() - self._at >= _SECOND:
            self._write()

    def _write(self) -> None:
        self._at = time.monotonic()
        write_json(self._path, asdict(self.pace()))
