"""The server: starts when it says so, names a taken port, leaves signals alone, stops."""

from __future__ import annotations

import asyncio
import signal
import socket
from datetime import UTC, datetime

import httpx
import pytest

from voice_agent.console.http import create_http
from voice_agent.console.server import HttpServer
from voice_agent.console.status import FixedStatus, Readiness
from voice_agent.errors import ConfigError

STATUS = FixedStatus(Readiness(True, {}), datetime.now(UTC))


async def test_it_answers_from_start_to_stop() -> None:
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    tasks = asyncio.all_tasks()
    server = HttpServer(create_http(STATUS), "127.0.0.1", 0)
    await server.start()
    assert {number: signal.getsignal(number) for number in before} == before
    async with httpx.AsyncClient() as client:
        assert (await client.get(f"http://127.0.0.1:{server.port}/readyz")).status_code == 200
    await asyncio.wait_for(server.stop(), 5)
    await server.stop()
    assert asyncio.all_tasks() == tasks
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection("127.0.0.1", server.port)


async def test_a_taken_port_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as holder:
        port = holder.getsockname()[1]
        with pytest.raises(ConfigError, match=f"HTTP port {port} on 127.0.0.1"):
            await HttpServer(create_http(STATUS), "127.0.0.1", port).start()


@pytest.mark.parametrize(("host", "port"), [("203.0.113.1", 0), ("127.0.0.1", 70_000)])
async def test_an_address_that_is_not_ours(host: str, port: int) -> None:
    with pytest.raises(ConfigError, match="HTTP port"):
        await HttpServer(create_http(STATUS), host, port).start()
