"""uvicorn with one worker or several; a hang-up of the supervisor reaches every worker, which then reloads its bundle."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable, Coroutine
from contextlib import suppress
from socket import IPPROTO_TCP, TCP_NODELAY, socket
from typing import Any, Final

from uvicorn import Config, Server
from uvicorn.supervisors import Multiprocess

__all__ = ["SharingLoop", "run"]

_PAUSE: Final = 0.005
_NO_ROOM: Final = 1.0

Connect = Callable[[socket], Coroutine[Any, Any, Any]]
"""Makes a connection of an accepted socket."""


class _Sharer:
    """Accepts from a socket that several workers have; ``connect`` goes on with each connection. All that uvicorn asks of a server."""

    def __init__(self, loop: asyncio.AbstractEventLoop, sock: socket, connect: Connect) -> None:
        self._loop, self._socket, self._connect = loop, sock, connect
        self._opening: set[asyncio.Task[Any]] = set()
        self._task = loop.create_task(self._accept())

    async def _accept(self) -> None:
        while True:
            try:
                accepted, _ = await self._loop.sock_accept(self._socket)
            except OSError as error:  # too many files are open
                self._loop.call_exception_handler({"message": "no connection accepted", "exception": error})
                await asyncio.sleep(_NO_ROOM)
                continue
            # asyncio does so for its own sockets only: without it each answer waits 40 ms for the caller's acknowledgement.
            accepted.setsockopt(IPPROTO_TCP, TCP_NODELAY, 1)
            opening = self._loop.create_task(self._connect(accepted))  # a TLS handshake keeps nobody else waiting
            self._opening.add(opening)
            opening.add_done_callback(self._opened)
            await asyncio.sleep(_PAUSE)

    def _opened(self, opening: asyncio.Task[Any]) -> None:
        self._opening.discard(opening)
        if not opening.cancelled():
            opening.exception()  # who hangs up in the handshake has no connection; there is nothing more to say of it

    def close(self) -> None:
        """Accept no more."""
        self._task.cancel()
        self._socket.close()

    async def wait_closed(self) -> None:
        """Until it does not."""
        await asyncio.gather(self._task, *self._opening, return_exceptions=True)


class SharingLoop(asyncio.SelectorEventLoop):
    """A loop whose server leaves the next connection to another worker for a moment.

    asyncio takes all that wait at once: of connections that are opened together one worker would get every one, and keep them.
    """

    async def create_server(  # type: ignore[override]
        self, protocol_factory: Any, *given: Any, sock: socket | None = None, backlog: int = 100, **more: Any
    ) -> asyncio.AbstractServer | _Sharer:
        """asyncio's own for a socket of this process alone; ``backlog``: how many may wait."""
        if sock is None:
            return await super().create_server(protocol_factory, *given, backlog=backlog, **more)
        sock.setblocking(False)
        sock.listen(backlog)
        return _Sharer(self, sock, lambda accepted: self.connect_accepted_socket(protocol_factory, accepted, **more))


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
        config.loop = "api.server:SharingLoop"
        _Workers(config, sockets=[config.bind_socket()]).run()
        return 0
    server = Server(config)
    server.run()
    return 0 if server.started else 3
