"""Worker processes that take one shard at a time. A worker that is killed is replaced; workers never outlive their parent."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.connection import wait as wait_for
from typing import Any, Final

from screening.errors import InputError

__all__ = ["Crew", "die_with_parent"]

_PATIENCE: Final = 3
_TICK: Final = 0.5


class Crew:
    """``workers`` processes; each calls ``prepare(*given)`` once and then tasks. ``tick`` is called about twice a second."""

    def __init__(
        self, workers: int, prepare: Callable[..., None], given: tuple[Any, ...], tick: Callable[[], None]
    ) -> None:
        self._workers, self._prepare, self._given, self._tick = workers, prepare, given, tick
        self._pool = self._hire()

    def _hire(self) -> ProcessPoolExecutor:
        context = multiprocessing.get_context("spawn")
        return ProcessPoolExecutor(self._workers, context, _start, (self._prepare, self._given))

    def each(self, task: Callable[[int], int], shards: Iterable[int], done: Callable[[int, int], None]) -> None:
        """``task(shard)`` for every shard, as they come; ``done`` is told the shard and what the task returned.

        An exception of a task is raised here. Raises ``InputError`` where workers are killed again and again.
        """
        waiting: dict[Future[int], int] = {}
        killed = 0

        def harvest(timeout: float) -> None:
            nonlocal killed
            ready, _ = wait(waiting, timeout, FIRST_COMPLETED)
            try:
                for future in ready:
                    result = future.result()
                    done(waiting.pop(future), result)
                    killed = 0
            except BrokenProcessPool:
                killed = self._replace(killed)
                again = list(waiting.values())
                waiting.clear()
                for shard in again:
                    send(shard)
            self._tick()

        def send(shard: int) -> None:
            nonlocal killed
            while True:
                try:
                    waiting[self._pool.submit(task, shard)] = shard
                    return
                except BrokenProcessPool:  # those that wait are sent again when they are harvested
                    killed = self._replace(killed)

        for shard in shards:
            send(shard)
            harvest(0)
        while waiting:
            harvest(_TICK)

    def _replace(self, killed: int) -> int:
        """New workers for those that were killed; counts how often that was without any success in between."""
        if killed >= _PATIENCE:
            remedy = "多半是内存不够：请减少 --workers 或 --shard-rows，再运行同一条命令接着做。"
            raise InputError("工作进程", "一再被系统终止。", remedy)
        self._pool.shutdown(wait=False, cancel_futures=True)
        self._pool = self._hire()
        return killed + 1

    def rest(self) -> None:
        """Let the workers go, with all that they hold; others come when the next task does."""
        self.leave()
        self._pool = self._hire()

    def leave(self) -> None:
        """Let the workers finish the shards that they have in hand, and go."""
        self._pool.shutdown(wait=True, cancel_futures=True)


def _start(prepare: Callable[..., None], given: tuple[Any, ...]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to the whole group; the parent says when to stop
    die_with_parent()
    prepare(*given)


def die_with_parent() -> None:
    """End this process as soon as its parent is gone, ``kill -9`` included: a pipe to it closes then, on any system."""
    parent = multiprocessing.parent_process()
    if parent is None:
        return
    sentinel = parent.sentinel

    def watch() -> None:
        wait_for([sentinel])
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
