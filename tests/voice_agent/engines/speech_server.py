"""A scripted HTTP server on 127.0.0.1: what an OpenAI-compatible speech server does, and everything it should not do.

    async with SpeechServer({"/v1/audio/transcriptions": json_answer({"text": "네"})}) as server:
        ... server.url ... server.requests[0].form["model"]

A handler is given one :class:`Exchange`; it may answer, trickle, say nothing, or cut the connection.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any


@dataclass(frozen=True, slots=True)
class Request:
    """What a client asked."""

    method: str
    path: str
    headers: Mapping[str, str]
    """Names in small letters."""
    body: bytes

    @property
    def form(self) -> dict[str, bytes]:
        """The fields of a multipart/form-data body by name."""
        head = f"Content-Type: {self.headers['content-type']}\r\n\r\n".encode()
        message = BytesParser(policy=HTTP).parsebytes(head + self.body)
        return {
            str(part.get_param("name", header="content-disposition")): part.get_payload(decode=True)
            for part in message.iter_parts()
        }

    @property
    def json(self) -> Any:
        """A JSON body."""
        return json.loads(self.body)


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request, and the means to answer it."""

    request: Request
    writer: asyncio.StreamWriter

    async def answer(
        self,
        body: bytes,
        *,
        status: int = 200,
        content_type: str = "application/json",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """A whole answer; the connection stays."""
        await self.begin(
            status=status, content_type=content_type, headers={"Content-Length": str(len(body)), **(headers or {})}
        )
        await self.send(body)

    async def begin(
        self, *, status: int = 200, content_type: str = "application/json", headers: Mapping[str, str] | None = None
    ) -> None:
        """The status and the headers alone."""
        lines = [f"HTTP/1.1 {status} Scripted", f"Content-Type: {content_type}"]
        lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
        await self.send(("\r\n".join(lines) + "\r\n\r\n").encode())

    async def send(self, data: bytes) -> None:
        """Some bytes of the answer."""
        self.writer.write(data)
        await self.writer.drain()

    def cut(self) -> None:
        """Reset the connection."""
        self.writer.transport.abort()


Handler = Callable[[Exchange], Awaitable[None]]


class SpeechServer:
    """Listens from ``async with`` on; its handlers, by path, may be changed as it goes. An unknown path is a 404."""

    def __init__(self, handlers: Mapping[str, Handler], *, port: int = 0) -> None:
        """``port``: any free one by default."""
        self.handlers = dict(handlers)
        self.requests: list[Request] = []
        self.connections = 0
        """How many have been made."""
        self._port = port
        self._server: asyncio.Server | None = None
        self._serving: set[asyncio.Task[None]] = set()

    @property
    def url(self) -> str:
        """Without a path."""
        return f"http://127.0.0.1:{self._port}"

    async def __aenter__(self) -> SpeechServer:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self._port)
        self._port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *exc: object) -> None:
        """Stop listening and cut every connection: what a killed process does. It can be entered again."""
        assert self._server is not None
        self._server.close()
        for task in tuple(self._serving):
            task.cancel()
        await asyncio.gather(*self._serving, return_exceptions=True)
        await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        task = asyncio.current_task()
        assert task is not None
        self._serving.add(task)
        try:
            while not writer.transport.is_closing():
                request = await _read(reader)
                self.requests.append(request)
                await self.handlers.get(request.path, failing(404))(Exchange(request, writer))
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # the client has gone
        except asyncio.CancelledError:
            pass  # the server is being killed; asyncio would log the cancellation of a connection as an error
        finally:
            self._serving.discard(task)
            writer.transport.abort()


async def _read(reader: asyncio.StreamReader) -> Request:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = head.strip().split("\r\n")
    method, path, _ = first.split(" ")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Request(method, path, headers, body)


# ── what a server may do ──────────


def json_answer(value: Any) -> Handler:
    """A JSON answer."""

    async def handle(exchange: Exchange) -> None:
        await exchange.answer(json.dumps(value, ensure_ascii=False).encode())

    return handle


def bytes_answer(body: bytes, content_type: str) -> Handler:
    """Any answer."""

    async def handle(exchange: Exchange) -> None:
        await exchange.answer(body, content_type=content_type)

    return handle


def failing(status: int, **headers: str) -> Handler:
    """An error with a JSON body as OpenAI writes it. ``retry_after="1"`` is the header Retry-After."""

    async def handle(exchange: Exchange) -> None:
        body = json.dumps({"error": {"message": "scripted"}}).encode()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        await exchange.answer(body, status=status, headers=named)

    return handle


async def never(exchange: Exchange) -> None:
    """Not a byte, until the connection ends."""
    await asyncio.Event().wait()


async def trickle(exchange: Exchange) -> None:
    """A body without an end, a byte every 10 ms."""
    await exchange.begin(headers={"Transfer-Encoding": "chunked"})
    while not exchange.writer.transport.is_closing():
        await exchange.send(b"1\r\n \r\n")
        await asyncio.sleep(0.01)


async def dying(exchange: Exchange) -> None:
    """Half an answer, then the connection is reset."""
    await exchange.begin(headers={"Content-Length": "1000"})
    await exchange.send(b'{"text": "')
    exchange.cut()


def in_turn(*handlers: Handler) -> Handler:
    """One handler a request; the last one stays."""
    left = list(handlers)

    async def handle(exchange: Exchange) -> None:
        await (left.pop(0) if len(left) > 1 else left[0])(exchange)

    return handle
