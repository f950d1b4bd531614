"""uvicorn inside our own loop: our signal handlers, our logging, our way to stop."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from starlette.types import ASGIApp

from voice_agent.errors import ConfigError, VoiceAgentError

STOP_WITHIN_S = 3


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.serving = asyncio.Event()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        # Signals belong to the application: it drains its calls before the pages go.
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.serving.set()


class HttpServer:
    """Serves ``app`` on ``host:port`` from :meth:`start` to :meth:`stop`. Port 0 takes a free one."""

    def __init__(self, app: ASGIApp, host: str, port: int) -> None:
        self._app = app
        self._host = host
        self._port = port
        self._server: _Server | None = None
        self._serving: asyncio.Task[None] | None = None

    @property
    def port(self) -> int:
        """The port asked for, or after ``start`` the one really taken."""
        return self._port

    async def start(self) -> None:
        """Return once requests are answered. Raises ConfigError where the address cannot be had."""
        listener = await _listen(self._host, self._port)
        self._port = listener.getsockname()[1]
        config = uvicorn.Config(
            self._app,
            lifespan="on",
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=STOP_WITHIN_S,
        )
        self._server = _Server(config)
        self._serving = asyncio.create_task(self._server.serve(sockets=[listener]), name="http-server")
        started = asyncio.create_task(self._server.serving.wait(), name="http-server-start")
        await asyncio.wait((self._serving, started), return_when=asyncio.FIRST_COMPLETED)
        if not started.done():
            started.cancel()
            await self.stop()
            raise VoiceAgentError(f"the HTTP server on port {self._port} ended while it started")

    async def stop(self) -> None:
        """Let running requests finish, for at most three seconds, and close. Idempotent."""
        if self._server is None or self._serving is None:
            return
        self._server.should_exit = True
        await self._serving
        self._server = self._serving = None


async def _listen(host: str, port: int) -> socket.socket:
    listener: socket.socket | None = None
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
        family, kind, protocol, _, (address, _, *scope) = found[0]
        listener = socket.socket(family, kind, protocol)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        # Not the port getaddrinfo returns: it takes 70000 for 4464.
        listener.bind((address, port, *scope))
        listener.listen(128)
        listener.setblocking(False)
    except (OSError, OverflowError) as error:
        if listener is not None:
            listener.close()
        why = error.strerror if isinstance(error, OSError) else error
        raise ConfigError(f"HTTP port {port} on {host}: expected one that is free to listen on, got: {why}") from error
    return listener
