"""What an OpenAI-compatible chat server streams, over real HTTP: well, badly, slowly, or not at all."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from typing import Any

from tests.voice_agent.engines.speech_server import Exchange, Handler, Request, SpeechServer

PATH = "/v1/chat/completions"


def serving(handler: Handler) -> SpeechServer:
    """A server whose one model does as the handler says."""
    return SpeechServer({PATH: handler})


def reply(
    kind: str,
    *,
    passages: Sequence[str] = (),
    clauses: Sequence[str] = (),
    commands: Sequence[tuple[str, str, str]] = (),
) -> str:
    """A reply as the schema asks for it."""
    told = [{"command": name, "target": target, "words": words} for name, target, words in commands]
    value = {"kind": kind, "passages": list(passages), "clauses": list(clauses), "commands": told}
    return json.dumps(value, ensure_ascii=False)


def streaming(text: str, *, piece: int = 7, then: Callable[[Exchange], Any] | None = None) -> Handler:
    """The text in pieces of so many characters; ``then``: instead of the regular end."""

    async def handle(exchange: Exchange) -> None:
        await exchange.begin(content_type="text/event-stream", headers={"Transfer-Encoding": "chunked"})
        for at in range(0, len(text), piece):
            await _event(exchange, _delta(text[at : at + piece]))
        if then is not None:
            await then(exchange)
            return
        await _event(exchange, "[DONE]")
        await exchange.send(b"0\r\n\r\n")

    return handle


def answering(write: Callable[[Request], str]) -> Handler:
    """A model that makes its reply of what it is asked."""

    async def handle(exchange: Exchange) -> None:
        await streaming(write(exchange.request), piece=40)(exchange)

    return handle


async def stall(exchange: Exchange) -> None:
    """Not a byte more."""
    await asyncio.Event().wait()


async def cut(exchange: Exchange) -> None:
    """The connection is reset."""
    exchange.cut()


def garbage(line: str) -> Handler:
    """A stream whose events hold something else."""

    async def handle(exchange: Exchange) -> None:
        await exchange.begin(content_type="text/event-stream", headers={"Transfer-Encoding": "chunked"})
        await _event(exchange, line)
        await exchange.send(b"0\r\n\r\n")

    return handle


def _delta(text: str) -> str:
    choice = {"index": 0, "delta": {"content": text}, "finish_reason": None}
    return json.dumps({"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]})


async def _event(exchange: Exchange, data: str) -> None:
    line = f"data: {data}\n\n".encode()
    await exchange.send(f"{len(line):x}\r\n".encode() + line + b"\r\n")
