"""The local engine: stage, screen each record alone, join histories, finish; on the processes of one machine."""

from __future__ import annotations

import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Final

from screening.bulk import worker
from screening.bulk.crew import Crew
from screening.bulk.files import locked, part, sweep, write_json
from screening.bulk.headings import HeadingReport, with_mapping
from screening.bulk.history import join_history
from screening.bulk.inputs import Source, files_of, sources_of
from screening.bulk.job import Job, Manifest, Totals
from screening.bulk.progress import Progress
from screening.bulk.staging import Stager
from screening.bulk.summary import rejected_in, totals_of, write_rejected
from screening.bundle.loader import headers_file, load
from screening.intake import load_headers

__all__ = ["rescore"]

_MANY: Final = 50_000  # records whose histories take so much to join that the workers' memory is needed meanwhile


def rescore(job: Job, progress: Progress) -> Manifest:
    """Do the job, or go on where a run of it was stopped. Returns its manifest with the totals.

    Raises ``BundleError``, ``InputError`` for what stands against it, and ``KeyboardInterrupt`` where it was told to stop (the
    shards in hand are finished then).
    """
    with locked(job.output), _stoppable():
        sources = [*sources_of(files_of(job.inputs)), *sources_of(files_of(job.history), history=True)]
        revision = job.revision or load(job.bundle).revision
        manifest = Manifest.of(job, revision, sources)
        if manifest.totals is not None:
            return manifest
        sweep(job.output)
        return _Run(job, manifest, sources, progress).all()


@contextmanager
def _stoppable() -> Iterator[None]:
    """Told to end (``kill``), do as for Ctrl-C."""

    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


class _Run:
    def __init__(self, job: Job, manifest: Manifest, sources: list[Source], progress: Progress) -> None:
        self._job, self._manifest, self._sources, self._progress = job, manifest, sources, progress
        work = job.work
        self._desk = worker.Desk(
            job.bundle,
            manifest.about["revision"],
            manifest.as_of,
            staged=work / "staged",
            alone=work / "alone",
            history=work / "history.parquet",
            results=job.results,
            again=work / "again" if job.keep else None,
        )

    def all(self) -> Manifest:
        crew = Crew(self._job.workers, worker.prepare, (self._desk,), self._progress.show)
        try:
            self._alone(crew)
            if not self._desk.history.exists():
                self._progress.stage("查找同一当事人的其他案件")
                if (self._manifest.shards or 0) * self._job.rows > _MANY:
                    crew.rest()
                join_history(self._desk.alone, self._desk.history)
            self._finish(crew)
        finally:
            crew.leave()
            self._save()
        rejected = write_rejected(rejected_in(self._desk.alone), self._job.output / "rejected.csv")
        totals = Totals(totals_of(self._job.results), rejected)
        self._manifest = self._manifest.with_(totals=totals)
        if not self._job.keep:
            shutil.rmtree(self._job.work)
        return self._manifest

    def _alone(self, crew: Crew) -> None:
        """Screen shards while others are still being staged; those screened by an earlier run are not touched."""
        if self._manifest.shards is None:
            self._progress.stage("登记并逐条筛查")
            crew.each(worker.alone, self._staging(), self._done)
            return
        missing = [n for n in range(self._manifest.shards) if not part(self._desk.alone, n).exists()]
        self._progress.stage("逐条筛查", len(missing) * self._job.rows)
        crew.each(worker.alone, missing, self._done)

    def _staging(self) -> Iterator[int]:
        headers = load_headers(headers_file(self._job.bundle))
        headers = with_mapping(headers, self._job.mapping)
        report = HeadingReport(headers)
        stager = Stager(self._desk.staged, headers, self._job.limits, self._job.rows, report.see)
        shards = records = 0
        for shard, count in stager.shards(self._sources):
            shards, records = shard + 1, records + count
            if not part(self._desk.alone, shard).exists():
                yield shard
            else:
                self._progress.add(count)
        write_json(self._job.output / "headers.json", report.files)
        for words in report.words():
            self._progress.say(words)
        self._progress.total = records
        self._manifest = self._manifest.with_(shards=shards)

    def _finish(self, crew: Crew) -> None:
        shards = self._manifest.shards or 0
        missing = [n for n in range(shards) if not part(self._desk.results, n).exists()]
        self._progress.stage("结合其他案件复核", len(missing) * self._job.rows)
        crew.each(worker.finish, missing, self._done)

    def _done(self, _shard: int, records: int) -> None:
        self._progress.add(records)

    def _save(self) -> None:
        """What is finished, for those who look; a run that goes on looks at the shards themselves."""
        folders = {"alone": self._desk.alone, "results": self._desk.results}
        self._manifest = self._manifest.with_(finished={name: _numbers(path) for name, path in folders.items()})


def _numbers(folder: Path) -> list[int]:
    return sorted(int(path.stem.removeprefix("part-")) for path in folder.glob("part-*.parquet"))
