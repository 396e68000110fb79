"""Sees to the jobs: one at a time for the whole service, gone on with after a kill, ended when cancelled, removed when old.

Each worker of the service runs one; who has the lock of the folder of jobs leads, and with its process the lock goes to the next.
"""

from __future__ import annotations

import asyncio
import json
import logging
import multiprocessing
import shutil
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Row, delete, select, update

from api.jobs.folder import Folder
from api.jobs.order import Order, failed, work
from api.keys import now
from api.ledger import Ledger, Write
from api.ledger.tables import jobs
from api.logs import log
from api.metrics import Metrics
from api.settings import Settings
from screening.bulk.files import locked
from screening.bundle.loader import headers_file
from screening.errors import InputError, StoreError
from screening.store.schema import audit

__all__ = ["OPEN", "Foreman"]

OPEN: Final = ("queued", "running")
_LOG = logging.getLogger("api.jobs")
_SPAWN: Final = multiprocessing.get_context("spawn")
_LOOK: Final = 0.5
_TRIES: Final = 3
_SWEEP: Final = 3600.0
_STRAY: Final = 86_400.0
"""Seconds after which a folder that belongs to no job is none of an upload under way."""


@dataclass(slots=True)
class Foreman:
    """Call ``run``. A job whose process was killed again and again by itself is given up."""

    ledger: Ledger
    settings: Settings
    metrics: Metrics
    _tries: Counter[str] = field(default_factory=Counter)
    _swept: float = -_SWEEP

    async def run(self) -> None:
        """Until cancelled."""
        root = self.settings.jobs_folder
        while root is not None:
            try:
                if root.is_dir():
                    with locked(root):
                        await self._lead(root)
            except InputError:  # another worker leads
                pass
            await asyncio.sleep(_LOOK)

    async def _lead(self, root: Path) -> None:
        # Those under way come before those that wait: they are what a service that was killed left.
        following = select(jobs).where(jobs.c.state.in_(OPEN)).order_by(jobs.c.state.desc(), jobs.c.seq).limit(1)
        while True:
            try:
                await self._sweep(root)
                job = await self.ledger.read(lambda connection: connection.execute(following).first(), quick=True)
                if job is not None:
                    await self._see_to(job, Folder(root / job.id))
                    continue
            except StoreError:
                pass  # asked again at the next look
            except Exception:
                _LOG.exception("a job could not be seen to")
            await asyncio.sleep(_LOOK)

    async def _see_to(self, job: Row[Any], folder: Folder) -> None:
        """Do one job to its end, or until it is cancelled."""
        outcome = folder.read(folder.outcome)
        if outcome is None and folder.given() is None:
            outcome = failed(
                "lost", "上传的文件不在任务文件夹里。几台机器共用一个库时，SCREENING_JOBS 要是同一个文件夹。"
            )
        if outcome is None and self._tries[job.id] >= _TRIES:
            outcome = failed("killed", "处理的进程一再被系统终止，多半是内存不够或磁盘已满。请告诉维护人员。")
        if outcome is None:
            outcome = await self._do(job, folder)
        state = await self._state(job.id)
        if state == "running" and outcome is None:
            return  # its process was killed: once more
        if state is None:
            await asyncio.to_thread(folder.remove)
            return
        await asyncio.to_thread(folder.tidy)
        if state in OPEN:
            await self._ended(job, outcome)

    async def _ended(self, job: Row[Any], outcome: dict[str, Any]) -> None:
        kept = {"state": outcome["state"], "finished_at": now(), "outcome": json.dumps(outcome, ensure_ascii=False)}
        ended = update(jobs).where(jobs.c.id == job.id, jobs.c.state.in_(OPEN)).values(**kept)
        if not await self.ledger.act(lambda connection: (connection.execute(ended).rowcount, Write())):
            return  # cancelled in this moment
        self.metrics.jobs.labels(outcome["state"]).inc()
        told = {"error": outcome["error"]["code"]} if "error" in outcome else {}
        log(_LOG, "job", job=job.id, state=outcome["state"], records=outcome.get("records"), **told)

    async def _do(self, job: Row[Any], folder: Folder) -> dict[str, Any] | None:
        """Run the job's process until it ends, the job is no longer wanted, or the service stops; how it ended, if it did."""
        started = update(jobs).where(jobs.c.id == job.id, jobs.c.state.in_(OPEN))
        await self.ledger.write(Write(statements=[started.values(state="running", started_at=job.started_at or now())]))
        try:
            await asyncio.to_thread(self._bundle, job.revision, folder.bundle)
        except OSError as error:
            return failed("disk", f"读写文件没有成功（{error.strerror}）。请告诉维护人员。")
        order = Order(folder, date.fromisoformat(job.as_of), self.settings.job_workers)
        process = _SPAWN.Process(target=work, args=(order,), name=job.id)
        self._tries[job.id] += 1
        process.start()
        try:
            while process.is_alive() and await self._wanted(job.id):
                await asyncio.sleep(_LOOK)
        finally:
            process.kill()  # what it wrote is whole; its workers go when they see that it is gone
            await asyncio.to_thread(process.join)
            process.close()
        outcome: dict[str, Any] | None = folder.read(folder.outcome)
        return outcome

    def _bundle(self, revision: str, folder: Path) -> None:
        """The bundle in use when the job was made, with the headings of the configured one, which are none of its files."""
        self.ledger.store.decisions.write_bundle(revision, folder)
        headings = folder / "thresholds" / "headers.yaml"
        if not headings.exists():
            shutil.copyfile(headers_file(self.settings.bundle), headings)

    async def _wanted(self, id_: str) -> bool:
        try:
            return await self._state(id_) == "running"
        except StoreError:
            return True  # nobody said that it is not

    async def _state(self, id_: str) -> str | None:
        asked = select(jobs.c.state).where(jobs.c.id == id_)
        return await self.ledger.read(lambda connection: connection.execute(asked).scalar(), quick=True)

    async def _sweep(self, root: Path) -> None:
        """Now and then: remove jobs that ended long ago, and what a kill in the wrong moment left behind."""
        if time.monotonic() - self._swept < _SWEEP:
            return
        self._swept = time.monotonic()
        before = now(-timedelta(self.settings.job_days))
        asked = select(jobs.c.id).where(jobs.c.finished_at < before)
        for id_ in await self.ledger.read(lambda connection: connection.execute(asked).scalars().all()):
            row = {"at": now(), "key_id": "-", "action": "jobs.expire", "subject": id_, "request_id": "-"}
            await self.ledger.write(Write({audit: [row]}, [delete(jobs).where(jobs.c.id == id_)]))
            await asyncio.to_thread(Folder(root / id_).remove)
        rows = await self.ledger.read(lambda connection: connection.execute(select(jobs.c.id, jobs.c.state)).all())
        await asyncio.to_thread(_clean, root, {row.id: row.state for row in rows})


def _clean(root: Path, states: dict[str, str]) -> None:
    for path in root.glob("job_*"):
        state = states.get(path.name)
        if state is None and time.time() - path.stat().st_mtime > _STRAY:
            Folder(path).remove()
        elif state is not None and state not in OPEN:
            Folder(path).tidy()
