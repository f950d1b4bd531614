"""Our side of real calls: one endpoint in this process, and telephones in processes of their own."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from telephony.clock import RealBeat
from telephony.sip.endpoint import SipEndpoint
from telephony.sip.leg import SipLeg
from tests.telephony.sip.phone import Ear, settings_from

DEADLINE_S = 25


class Switchboard:
    """``async with switchboard() as board: async with board.phone(steps) as told: leg = await board.rings()``."""

    def __init__(self, settings: dict[str, Any]) -> None:
        self.settings = settings_from({"rtp_ports": [30000, 40000], "user": "hotline", **settings})
        self.endpoint = SipEndpoint(self.settings, RealBeat(), self._take)
        self._ringing: asyncio.Queue[tuple[SipLeg, bool]] = asyncio.Queue()
        self._over = asyncio.Event()

    async def _take(self, leg: SipLeg, allowed: bool) -> None:
        self._ringing.put_nowait((leg, allowed))
        await self._over.wait()

    async def rings(self) -> tuple[SipLeg, bool]:
        """The next call, still ringing, and whether its peer is allowed."""
        return await asyncio.wait_for(self._ringing.get(), DEADLINE_S)

    async def answer(self) -> Ear:
        """The next call, answered and listened to."""
        leg, _ = await self.rings()
        await leg.answer()
        ear = Ear(leg)
        self._listening = asyncio.create_task(ear.listen(), name="listening")
        return ear

    def hang_up_all(self) -> None:
        """Let go of every call."""
        self._over.set()

    def phone(self, *steps: list[Any], **task: Any) -> asyncio.Task[dict[str, Any]]:
        """A telephone that calls here; the task's result is what it met."""
        transport = task.pop("transport", "udp")
        port = self.settings.port + (transport == "tls")
        uri = f"sip:120@127.0.0.1:{port}" + ("" if transport == "udp" else f";transport={transport}")
        return asyncio.create_task(_phone({"dial": uri, "steps": steps, **task}), name="phone")


@asynccontextmanager
async def switchboard(**settings: Any) -> AsyncIterator[Switchboard]:
    """An endpoint that is closed whatever happens."""
    board = Switchboard(settings)
    async with board.endpoint:
        try:
            yield board
        finally:
            board.hang_up_all()


async def _phone(task: dict[str, Any]) -> dict[str, Any]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.telephony.sip.phone", json.dumps(task)),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        output, errors = await asyncio.wait_for(process.communicate(), DEADLINE_S + 15)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    assert process.returncode == 0, errors.decode()[-2000:]
    met: dict[str, Any] = json.loads(output.decode().splitlines()[-1])
    return met
