"""The voice agent's place on a bridge: a :class:`~telephony.leg.CallLeg` like any other.

While the caller hears nobody else, speech goes straight to the caller's leg, and the caller's frames straight to
whoever holds the seat. While somebody else is to be heard, the bridge takes 20 ms at a time from here and mixes them.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from telephony.audio import frame_bytes
from telephony.bridge.mixing import Frame, as_frame, to_pcm
from telephony.leg import AudioFrame, CallLeg, Digit, LegClosed, LegIncident, TransferOutcome

_HANDED_S = 0.12
"""So much speech is on the caller's leg at most: what it needs for a smooth line, and little to wait for when somebody
joins in the middle of a sentence."""
_TOP_UP_S = 0.08
_FADE_S = 0.005


class Seat:
    """Made by :class:`telephony.bridge.bridge.Bridge`."""

    def __init__(self, leg: CallLeg, on_frame: Callable[[AudioFrame], None], on_closed: Callable[[LegClosed], None]):
        self._leg = leg
        self._on_frame = on_frame
        self._on_closed = on_closed
        self._speech = bytearray()
        self._direct = True
        self._on = True
        self._tail_s = 0.0
        self._closed = False

    # ── CallLeg ──────────

    @property
    def leg_id(self) -> str:
        """The caller's."""
        return self._leg.leg_id

    @property
    def remote(self) -> str:
        """The caller's."""
        return self._leg.remote

    @property
    def sample_rate(self) -> int:
        """The caller's."""
        return self._leg.sample_rate

    @property
    def pending_s(self) -> float:
        """Seconds of the voice agent's speech that the caller has not heard yet."""
        return self._queued_s + (self._leg.pending_s if self._direct else self._tail_s)

    @property
    def ahead_s(self) -> float:
        """Seconds of the voice agent's speech that are not on the network yet."""
        return self._queued_s + (self._leg.ahead_s if self._direct else self._tail_s)

    async def answer(self) -> None:
        """Answer the caller."""
        await self._leg.answer()

    async def refuse(self) -> None:
        """Turn the caller away."""
        await self._leg.refuse()

    async def receive(self) -> LegIncident:
        """What happened on the caller's leg; silence, and no keys, while the voice agent is not to listen."""
        while True:
            incident = await self._leg.receive()
            if isinstance(incident, AudioFrame):
                self._on_frame(incident)
                self._top_up()
                return incident if self._on else AudioFrame(bytes(len(incident.heard)), incident.spoken)
            if isinstance(incident, Digit) and not self._on:
                continue
            if isinstance(incident, LegClosed) and not self._closed:
                self._closed = True
                self._on_closed(incident)
            return incident

    def send(self, pcm: bytes) -> None:
        """Speak; dropped while the voice agent is to be silent."""
        if self._on:
            self._speech += pcm
            self._top_up()

    def flush(self) -> float:
        """Take back what is not on the line yet; what is mixed already sounds."""
        unsaid = self._queued_s
        if self._direct:
            self._speech.clear()
            return unsaid + self._leg.flush()
        if not self._speech:
            return 0.0
        fade = int(self.sample_rate * _FADE_S)
        last = as_frame(bytes(self._speech[: 2 * fade]))
        self._speech = bytearray(to_pcm(last * np.linspace(1.0, 0.0, len(last), dtype=np.float32)))
        return max(0.0, unsaid - self._queued_s)

    async def send_digits(self, keys: str) -> None:
        """Towards the caller."""
        await self._leg.send_digits(keys)

    async def hold(self) -> None:
        """The caller."""
        await self._leg.hold()

    async def resume(self) -> None:
        """The caller."""
        await self._leg.resume()

    async def transfer(self, target: str, *, timeout_s: float) -> TransferOutcome:
        """The caller."""
        return await self._leg.transfer(target, timeout_s=timeout_s)

    async def hang_up(self) -> None:
        """The caller."""
        await self._leg.hang_up()

    # ── for the bridge ──────────

    @property
    def on(self) -> bool:
        """Whether the voice agent listens and speaks."""
        return self._on

    def switch(self, on: bool) -> None:
        """Let the voice agent listen and speak, or neither; what it had to say is fetched for a last, fading frame."""
        self._on = on

    def go_direct(self) -> None:
        """Nobody else is heard by the caller (any more): speech goes straight to their leg."""
        self._direct = True
        self._top_up()

    def go_mixed(self) -> None:
        """From now on the bridge takes the speech, frame by frame."""
        self._direct = False
        self._tail_s = self._leg.pending_s

    def next_frame(self) -> Frame | None:
        """The next 20 ms of speech for the mix; None where there is none."""
        if not self._speech:
            return None
        size = frame_bytes(self.sample_rate)
        frame = as_frame(bytes(self._speech[:size]))
        del self._speech[:size]
        if not self._on:
            # The last that is heard of it: the mix lets it fade.
            self._speech.clear()
        return frame if len(frame) == size // 2 else _filled(frame, size // 2, self.sample_rate)

    def sounded(self, spoke: bool) -> None:
        """A mixed frame is on its way to the caller, with or without speech of ours in it."""
        self._tail_s = self._leg.pending_s if spoke else max(0.0, self._tail_s - 0.02)

    @property
    def _queued_s(self) -> float:
        return len(self._speech) / 2 / self.sample_rate

    def _top_up(self) -> None:
        if not self._direct or not self._speech or self._leg.pending_s > _TOP_UP_S:
            return
        size = frame_bytes(self.sample_rate)
        frames = max(1, int((_HANDED_S - self._leg.pending_s) * self.sample_rate * 2) // size)
        piece = bytes(self._speech[: frames * size])
        del self._speech[: frames * size]
        self._leg.send(piece)


def _filled(frame: Frame, samples: int, sample_rate: int) -> Frame:
    """The end of a stretch, filled up with silence; speech that ends at all ends softly."""
    fade = min(len(frame), int(sample_rate * _FADE_S))
    frame[len(frame) - fade :] *= np.linspace(1.0, 0.0, fade, dtype=np.float32)
    return np.concatenate([frame, np.zeros(samples - len(frame), np.float32)])
