"""A person on a bridge: their leg, read by a task of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from telephony.bridge.elastic import ElasticBuffer
from telephony.bridge.mixing import as_frame
from telephony.bridge.outlet import Outlet
from telephony.bridge.parts import Part
from telephony.bridge.resampling import LiveResampler
from telephony.leg import AudioFrame, CallLeg, Digit, LegClosed


class Participant:
    """One leg that has joined."""

    def __init__(
        self,
        name: str,
        leg: CallLeg,
        part: Part,
        mix_rate: int,
        *,
        on_closed: Callable[[Participant, LegClosed], None],
        on_key: Callable[[str, str], None],
    ) -> None:
        self.name = name
        self.leg = leg
        self.part = part
        self.leaving = False
        self.gone = asyncio.Event()
        """Set when nobody hears them any more."""
        self.inbox = ElasticBuffer(mix_rate)
        self.outlet = Outlet(leg, mix_rate)
        self._resampler = LiveResampler(leg.sample_rate, mix_rate)
        self._on_closed = on_closed
        self._on_key = on_key
        self._reader = asyncio.get_running_loop().create_task(self._read(), name=f"bridge {part.value}")

    async def stop(self) -> None:
        """Read no more; the leg stays as it is. Idempotent."""
        self.leaving = True
        self._reader.cancel()
        await asyncio.gather(self._reader, return_exceptions=True)

    async def _read(self) -> None:
        while True:
            incident = await self.leg.receive()
            if isinstance(incident, AudioFrame):
                self.inbox.put(self._resampler.feed(as_frame(incident.heard)))
            elif isinstance(incident, Digit):
                self._on_key(self.name, incident.key)
            elif isinstance(incident, LegClosed):
                self._on_closed(self, incident)
                return
