"""uvicorn with one worker or several; a hang-up of the supervisor reaches every worker, which then reloads its bundle."""

from __future__ import annotations

import os
import signal
from contextlib import suppress

from uvicorn import Config, Server
from uvicorn.supervisors import Multiprocess

__all__ = ["run"]


class _Workers(Multiprocess):
    def handle_hup(self) -> None:
        """Pass it on: uvicorn would start all workers anew, and with a broken bundle none would come up."""
        for process in self.processes:
            if process.pid is not None:
                with suppress(ProcessLookupError):
                    os.kill(process.pid, signal.SIGHUP)


def run(config: Config) -> int:
    """Serve until told to stop, answering what was begun; the exit code."""
    if config.workers > 1:
        _Workers(config, sockets=[config.bind_socket()]).run()
        return 0
    server = Server(config)
    server.run()
    return 0 if server.started else 3
