"""What every leg does alike: speech queued and paced, frames paired, incidents handed over in order.

A leg implementation feeds :class:`Line` from its own side (``hear``, ``tick``, ``close``) and takes what is due
(``due``). Kept apart from SIP so that the WAV leg and every later leg behave the same.
"""

from __future__ import annotations

import asyncio
from collections import deque

from telephony.audio import frame_bytes
from telephony.leg import AudioFrame, LegClosed, LegIncident

_LEAD_FRAMES = 4
"""Speech is handed over up to 80 ms ahead, so that a late tick does not tear a hole into it."""
_PATIENCE_FRAMES = 3
"""So many beats may pass without incoming audio before silence is put in its place."""
_MOST_INCIDENTS = 1500
"""30 s. A consumer further behind than that has died; the oldest audio goes first."""


class Line:
    """Queues and bookkeeping of one leg. Not thread-safe: everything happens on the event loop."""

    def __init__(self, sample_rate: int) -> None:
        self.sample_rate = sample_rate
        self.lost_frames = 0
        self._frame = frame_bytes(sample_rate)
        self._silence = bytes(self._frame)
        self._speech = bytearray()
        self._handed_over: deque[bytes] = deque()
        self._heard = bytearray()
        self._beats = 0
        self._emitted = 0
        self._incidents: deque[LegIncident] = deque()
        self._something = asyncio.Event()
        self._closed: LegClosed | None = None

    # ── the caller's side of the leg ──────────

    def hear(self, pcm: bytes) -> None:
        """Audio that came in (16-bit mono at the line's rate, any length)."""
        self._heard += pcm

    def tick(self) -> None:
        """One beat: pair what came in with what went out, as many frames as are there."""
        self._beats += 1
        while len(self._heard) >= self._frame:
            heard = bytes(self._heard[: self._frame])
            del self._heard[: self._frame]
            self._emit(heard)
        if self._beats - self._emitted > _PATIENCE_FRAMES:
            self._emit(self._silence)

    def tell(self, incident: LegIncident) -> None:
        """Hand over something that is not audio, in its place among the audio."""
        if self._closed is not None:
            return
        if isinstance(incident, LegClosed):
            self._closed = incident
        self._incidents.append(incident)
        self._something.set()

    def due(self, buffered_frames: int) -> bytes:
        """Speech to hand to the network now, given how many frames it still holds; empty when there is none."""
        frames = min(_LEAD_FRAMES - buffered_frames, -(-len(self._speech) // self._frame))
        if frames <= 0:
            return b""
        piece = bytes(self._speech[: frames * self._frame])
        del self._speech[: frames * self._frame]
        piece += bytes(-len(piece) % self._frame)
        for start in range(0, len(piece), self._frame):
            self._handed_over.append(piece[start : start + self._frame])
        return piece

    @property
    def frames_on_their_way(self) -> int:
        """Frames handed over that have not had their tick yet."""
        return len(self._handed_over)

    @property
    def next_spoken(self) -> bytes:
        """The frame that the next incoming one will be paired with; silence where nothing is on its way."""
        return self._handed_over[0] if self._handed_over else self._silence

    # ── the holder's side of the leg ──────────

    @property
    def closed(self) -> LegClosed | None:
        """Why the leg closed, once it has."""
        return self._closed

    @property
    def pending_s(self) -> float:
        """Seconds of speech that have not sounded yet."""
        return len(self._speech) / 2 / self.sample_rate + len(self._handed_over) * 0.02

    @property
    def queued_s(self) -> float:
        """Seconds of speech that have not been handed over."""
        return len(self._speech) / 2 / self.sample_rate

    def send(self, pcm: bytes) -> None:
        """Queue speech."""
        if self._closed is None:
            self._speech += pcm

    def flush(self) -> float:
        """Forget all speech that has not sounded; returns its seconds."""
        unsaid = self.pending_s
        self._speech.clear()
        self._handed_over.clear()
        return unsaid

    async def receive(self) -> LegIncident:
        """The next incident, in order; LegClosed for ever after the end."""
        while not self._incidents:
            if self._closed is not None:
                return self._closed
            self._something.clear()
            await self._something.wait()
        return self._incidents.popleft()

    def _emit(self, heard: bytes) -> None:
        spoken = self._handed_over.popleft() if self._handed_over else self._silence
        self._emitted += 1
        if self._closed is not None:
            return
        if len(self._incidents) >= _MOST_INCIDENTS:
            self._drop_oldest_audio()
        self._incidents.append(AudioFrame(heard, spoken))
        self._something.set()

    def _drop_oldest_audio(self) -> None:
        for index, incident in enumerate(self._incidents):
            if isinstance(incident, AudioFrame):
                del self._incidents[index]
                self.lost_frames += 1
                return
