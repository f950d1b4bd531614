"""The beat every leg keeps: one tick each 20 ms, shared by all legs of the process.

One timer for all calls instead of one a call; and a test can drive the same legs as fast as it likes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Protocol

from telephony.leg import FRAME_MS

Tick = Callable[[], None]

_FRAME_S = FRAME_MS / 1000
_MOST_MISSED_BEATS = 50
"""After a stall longer than a second the missed time is gone; ticking it through would only prolong the stall."""


class Beat(Protocol):
    """A 20 ms beat."""

    def now(self) -> float:
        """Seconds on this beat's own time line."""

    @property
    def due(self) -> float:
        """The moment, on the same time line, that the present tick was meant for."""

    def join(self, tick: Tick) -> None:
        """Call ``tick`` on every beat from now on. It must not block and must not raise."""

    def leave(self, tick: Tick) -> None:
        """Stop calling ``tick``. Unknown ones are ignored."""


class RealBeat:
    """The beat of the wall clock. Runs only while somebody has joined; beats missed in a stall are made up for."""

    def __init__(self) -> None:
        self._ticks: list[Tick] = []
        self._timer: asyncio.TimerHandle | None = None
        self._next_at = 0.0
        self._due = 0.0

    @property
    def due(self) -> float:
        """Where the loop was late, earlier than :meth:`now`."""
        return self._due

    def now(self) -> float:
        """The event loop's monotonic clock."""
        return asyncio.get_running_loop().time()

    def join(self, tick: Tick) -> None:
        """Start ticking if this is the first."""
        self._ticks.append(tick)
        if self._timer is None:
            loop = asyncio.get_running_loop()
            self._next_at = loop.time() + _FRAME_S
            self._timer = loop.call_at(self._next_at, self._on_timer)

    def leave(self, tick: Tick) -> None:
        """Stop the timer when the last one leaves."""
        if tick in self._ticks:
            self._ticks.remove(tick)
        if not self._ticks and self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _on_timer(self) -> None:
        loop = asyncio.get_running_loop()
        now = loop.time()
        beats = 0
        while self._next_at <= now and beats < _MOST_MISSED_BEATS:
            self._due = self._next_at
            self._next_at += _FRAME_S
            beats += 1
            for tick in tuple(self._ticks):
                self._beat_one(tick)
        if self._next_at <= now:
            self._next_at = now + _FRAME_S
        self._timer = loop.call_at(self._next_at, self._on_timer) if self._ticks else None

    def _beat_one(self, tick: Tick) -> None:
        try:
            tick()
        except Exception as error:  # noqa: BLE001 - one broken leg must not silence all the others
            self.leave(tick)
            context = {"message": "a leg's tick failed and has left the beat", "exception": error}
            asyncio.get_running_loop().call_exception_handler(context)


class ManualBeat:
    """A beat that a test drives: time passes only in :meth:`advance`."""

    def __init__(self) -> None:
        self._ticks: list[Tick] = []
        self._now = 0.0

    def now(self) -> float:
        """Seconds advanced so far."""
        return self._now

    @property
    def due(self) -> float:
        """The same: a driven clock is never late."""
        return self._now

    def join(self, tick: Tick) -> None:
        """Take part in every later advance."""
        self._ticks.append(tick)

    def leave(self, tick: Tick) -> None:
        """Take part no more."""
        if tick in self._ticks:
            self._ticks.remove(tick)

    async def advance(self, seconds: float, *, settle: int = 12) -> None:
        """Let ``seconds`` pass, giving waiting tasks ``settle`` turns of the loop after each beat."""
        for _ in range(round(seconds / _FRAME_S)):
            self._now += _FRAME_S
            for tick in tuple(self._ticks):
                tick()
            for _ in range(settle):
                await asyncio.sleep(0)
