"""A telephone in a process of its own, since the SIP stack allows one endpoint a process.

``python -m tests.telephony.sip.phone '{"settings": {…}, "dial": "sip:…", "steps": [["listen", 1.0]]}'``

It dials, plays its steps (time is that of the frames it hears), listens until the call has ended, and prints what it
met as one JSON object.
"""

from __future__ import annotations

import asyncio
import json
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from telephony.audio import Pcm
from telephony.clock import RealBeat
from telephony.errors import DialFailed
from telephony.leg import AudioFrame, CallLeg, Digit, HoldState, LegClosed
from telephony.ports import free_port
from telephony.sip.endpoint import SipEndpoint
from telephony.sip.settings import SipSettings


@dataclass
class Ear:
    """Listens to a leg and remembers everything."""

    leg: CallLeg
    pcm: bytearray = field(default_factory=bytearray)
    keys: str = ""
    holds: list[HoldState] = field(default_factory=list)
    frames: int = 0
    closed: LegClosed | None = None
    progress: asyncio.Event = field(default_factory=asyncio.Event)

    async def listen(self) -> None:
        """Until the leg has closed."""
        while self.closed is None:
            incident = await self.leg.receive()
            if isinstance(incident, AudioFrame):
                self.pcm += incident.heard
                self.frames += 1
            elif isinstance(incident, Digit):
                self.keys += incident.key
            elif isinstance(incident, HoldState):
                self.holds.append(incident)
            else:
                self.closed = incident
            self.progress.set()

    async def for_frames(self, count: int) -> None:
        """So many more frames, or the end."""
        until = self.frames + count
        while self.frames < until and self.closed is None:
            self.progress.clear()
            await self.progress.wait()

    def share_of(self, hertz: float) -> float:
        """How much of what was heard is one tone: 0 … 1. Silence is none."""
        return tone_share(np.frombuffer(bytes(self.pcm), np.int16), self.leg.sample_rate, hertz)


def tone(hertz: float, seconds: float, rate: int) -> Pcm:
    """A pure tone, shape (n,)."""
    return (np.sin(2 * np.pi * hertz * np.arange(round(seconds * rate)) / rate) * 8000).astype(np.int16)


def tone_share(pcm: Pcm, rate: int, hertz: float) -> float:
    """The part of a recording's energy that lies within 20 Hz of a tone."""
    power = np.abs(np.fft.rfft(pcm.astype(float))) ** 2
    frequencies = np.fft.rfftfreq(len(pcm), 1 / rate)
    total = power.sum()
    return float(power[np.abs(frequencies - hertz) <= 20].sum() / total) if total > 1e6 else 0.0


def settings_from(plain: dict[str, Any]) -> SipSettings:
    """Loopback settings on a free port, as JSON can name them."""
    values = {"host": "127.0.0.1", "port": free_port(), "rtp_ports": (41000, 49000), "user": "phone", **plain}
    if values.get("tls_certificate"):
        values["tls_certificate"] = Path(values["tls_certificate"])
    return SipSettings(**{key: tuple(value) if isinstance(value, list) else value for key, value in values.items()})


async def call(task: dict[str, Any]) -> dict[str, Any]:
    """One call, as told."""
    async with SipEndpoint(settings_from(task.get("settings", {})), RealBeat()) as endpoint:
        try:
            leg = await endpoint.dial(task["dial"], timeout_s=10)
        except DialFailed as failure:
            return {"status": failure.status, "why": str(failure)}
        ear = Ear(leg)
        async with asyncio.timeout(20), asyncio.TaskGroup() as group:
            group.create_task(ear.listen())
            for name, *arguments in task["steps"]:
                if ear.closed is None:
                    await step(ear, name, *arguments)
        assert ear.closed is not None
        return {
            "rate": leg.sample_rate,
            "closed": ear.closed.reason.value,
            "keys": ear.keys,
            "holds": [state.value for state in ear.holds],
            "frames": ear.frames,
            "share": ear.share_of(task.get("hears_hz", 440)),
        }


async def step(ear: Ear, name: str, *arguments: Any) -> None:
    """One thing a caller does."""
    if name == "listen":
        await ear.for_frames(round(arguments[0] / 0.02))
    elif name == "tone":
        ear.leg.send(tone(arguments[0], arguments[1], ear.leg.sample_rate).tobytes())
        await ear.for_frames(round(arguments[1] / 0.02))
    elif name == "press":
        await ear.leg.send_digits(arguments[0])
    elif name == "hold":
        await ear.leg.hold()
    elif name == "resume":
        await ear.leg.resume()
    elif name == "hang_up":
        await ear.leg.hang_up()
    else:
        raise ValueError(f"expected a step of a call, got {name!r}")


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asyncio.run(call(json.loads(sys.argv[1])))) + "\n")
