"""The brief to the operator's system: signed, once more where it failed, and never in the caller's way."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from voice_agent.handoff.brief import Brief
from voice_agent.handoff.webhook import BriefWebhook
from voice_agent.signing import signature

BRIEF = Brief("call 1", "010****5678", "caller_asked", asked="여권")
SECRET = "0123456789abcdef"

Request = tuple[dict[str, str], bytes]


@asynccontextmanager
async def a_system(answer: Callable[[int], bytes | None]) -> AsyncIterator[tuple[str, list[Request]]]:
    """A server that answers request number n with a status line, or never (None)."""
    requests: list[Request] = []

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                lines = head.decode().split("\r\n")[1:-2]
                headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
                requests.append((headers, await reader.readexactly(int(headers["content-length"]))))
                status = answer(len(requests))
                if status is None:
                    await asyncio.Event().wait()
                    return
                writer.write(b"HTTP/1.1 " + status + b"\r\nContent-Length: 0\r\n\r\n")
                await writer.drain()
        except asyncio.IncompleteReadError:
            return
        finally:
            writer.close()

    server = await asyncio.start_server(take, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/briefs", requests
    finally:
        server.close()


async def test_it_arrives_signed_under_the_hand_offs_id() -> None:
    async with a_system(lambda _: b"204 No Content") as (url, requests):
        webhook = BriefWebhook(url, secret=SECRET, clock=lambda: 1700000000.9)
        assert await webhook.send("abc", BRIEF)
        await webhook.close()
    headers, body = requests[0]
    assert headers["idempotency-key"] == "abc"
    assert headers["x-voice-agent-signature"] == signature(SECRET, "1700000000", body)
    told = json.loads(body)
    assert (told["hand_off"], told["brief"]["asked"]) == ("abc", "여권")


async def test_it_is_sent_once_more_with_the_same_key_and_no_more() -> None:
    async with a_system(lambda number: b"503 Busy" if number == 1 else b"200 OK") as (url, requests):
        webhook = BriefWebhook(url, secret=SECRET)
        assert await webhook.send("abc", BRIEF)
        await webhook.close()
    assert [headers["idempotency-key"] for headers, _ in requests] == ["abc", "abc"]
    async with a_system(lambda _: b"500 Broken") as (url, requests):
        webhook = BriefWebhook(url, secret=SECRET)
        assert not await webhook.send("abc", BRIEF)
        await webhook.close()
    assert len(requests) == 1


async def test_a_system_that_hangs_or_is_away_holds_nobody_up() -> None:
    async with a_system(lambda _: None) as (url, _):
        webhook = BriefWebhook(url, secret=SECRET, deadline_s=0.3)
        sending = webhook.send("abc", BRIEF)
        assert not sending.done(), "send returns at once"
        assert not await asyncio.wait_for(sending, 2)
        await webhook.close()
    away = BriefWebhook("http://127.0.0.1:9/briefs", secret=SECRET, deadline_s=2)
    assert not await away.send("abc", BRIEF)
    await away.close()
