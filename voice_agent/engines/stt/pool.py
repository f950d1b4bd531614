"""The one place where all calls' decodes wait: bounded, who must be answered first goes first, nobody in vain.

A caller whose decode is refused, or whose patience ends before it, gets an EngineError at once; the stage makes an
empty transcript of it, and the caller hears that they were not understood and are asked again.
"""

from __future__ import annotations

import asyncio
import itertools
from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from voice_agent.engines.ports import STT_RATE, Samples, SpeechToText, Transcript
from voice_agent.engines.stt.patience import stretched
from voice_agent.errors import EngineError, EngineLate, EngineOverloaded

_LAST_WAITS = 1000
_LAST_DECODES = 50


class TimedSpeechToText(SpeechToText, Protocol):
    """A recogniser that can be told when its answer is of no use any more."""

    async def transcribe(
        self,
        samples: Samples,
        *,
        words: Sequence[str] = (),
        hurry: bool = False,
        rivals: Sequence[str] = (),
        deadline: float | None = None,
    ) -> Transcript:
        """As the port says; ``deadline`` is event-loop time."""


@dataclass(frozen=True, slots=True)
class PoolFigures:
    """What the pool has done since it was made. Every request is counted once, when it has ended."""

    waiting: int
    """Now."""
    decoding: int
    """Now, those included that nobody waits for any more: an embedded engine cannot be stopped."""
    decoded: int
    failed: int
    """No recogniser could hear it."""
    refused: int
    """Too many were waiting."""
    expired: int
    """The caller's patience ended, waiting or decoding."""
    cancelled: int
    """Newer audio of the turn took its place, or the turn or the call was over."""
    hurried: int
    """Decoded with beam 1: more were waiting than are decoded at a time, or it was asked for."""
    wait_p50_ms: float
    """Over the last 1000 that began to be decoded."""
    wait_p95_ms: float
    wait_max_ms: float


@dataclass(eq=False, slots=True)
class _Request:
    samples: Samples
    words: tuple[str, ...]
    hurry: bool
    rivals: tuple[str, ...]
    since: float
    deadline: float
    order: int
    answer: asyncio.Future[Transcript] = field(repr=False)


class DecodePool:
    """``workers`` decodes at a time, itself a recogniser. One for the whole process."""

    def __init__(
        self, engine: TimedSpeechToText, *, workers: int, most_waiting: int = 32, deadline_s: float = 4.0
    ) -> None:
        """``deadline_s``: how long a caller waits for the words of an ordinary turn; longer turns get more."""
        self._engine = engine
        self._workers = workers
        self._most_waiting = most_waiting
        self._deadline_s = deadline_s
        self._waiting: list[_Request] = []
        self._decoding: dict[asyncio.Task[Transcript], _Request] = {}
        self._order = itertools.count()
        self._ended: Counter[str] = Counter()
        self._hurried = 0
        self._waits_s: deque[float] = deque(maxlen=_LAST_WAITS)
        self._decodes_s: deque[float] = deque(maxlen=_LAST_DECODES)
        self._closed = False

    @property
    def name(self) -> str:
        """The engine's."""
        return self._engine.name

    async def load(self) -> None:
        """Load the engine."""
        await self._engine.load()

    async def transcribe(
        self, samples: Samples, *, words: Sequence[str] = (), hurry: bool = False, rivals: Sequence[str] = ()
    ) -> Transcript:
        """As the port says. Raises EngineOverloaded, EngineLate, or what the engine raises.

        Cancelled while it waits, it leaves the queue; while it is decoded, the decode is finished and forgotten.
        """
        if self._closed:
            raise EngineError("the recognisers have been closed")
        loop = asyncio.get_running_loop()
        outcome = "failed"
        if len(self._waiting) >= self._most_waiting:
            self._ended["refused"] += 1
            raise EngineOverloaded(f"{self._most_waiting} decodes are waiting already")
        deadline = loop.time() + stretched(self._deadline_s, len(samples) / STT_RATE)
        request = _Request(
            samples,
            tuple(words),
            hurry,
            tuple(rivals),
            since=loop.time(),
            deadline=deadline,
            order=next(self._order),
            answer=loop.create_future(),
        )
        self._waiting.append(request)
        self._begin()
        try:
            async with asyncio.timeout_at(deadline):
                transcript = await request.answer
            outcome = "decoded"
            return transcript
        except (TimeoutError, EngineLate):
            outcome = "expired"
            raise EngineLate("there were no words while the caller waited for them") from None
        except asyncio.CancelledError:
            outcome = "cancelled"
            raise
        finally:
            if request in self._waiting:
                self._waiting.remove(request)
            self._ended[outcome] += 1

    async def close(self) -> None:
        """Give up what waits and what is being decoded, and close the engine. Idempotent."""
        self._closed = True
        waiting, self._waiting = self._waiting, []
        for request in waiting:
            if not request.answer.done():
                request.answer.set_exception(EngineError("the recognisers have been closed"))
        decoding = list(self._decoding)
        for task in decoding:
            task.cancel()
        await asyncio.gather(*decoding, return_exceptions=True)
        await self._engine.close()

    def figures(self) -> PoolFigures:
        """How busy it is and has been."""
        waits = np.array(self._waits_s or [0.0]) * 1000
        p50, p95 = np.percentile(waits, [50, 95])
        return PoolFigures(
            waiting=len(self._waiting),
            decoding=len(self._decoding),
            decoded=self._ended["decoded"],
            failed=self._ended["failed"],
            refused=self._ended["refused"],
            expired=self._ended["expired"],
            cancelled=self._ended["cancelled"],
            hurried=self._hurried,
            wait_p50_ms=round(float(p50), 1),
            wait_p95_ms=round(float(p95), 1),
            wait_max_ms=round(float(waits.max()), 1),
        )

    def _begin(self) -> None:
        """Decode as many as there are workers for, who must be answered first first."""
        while self._waiting and len(self._decoding) < self._workers:
            request = min(self._waiting, key=lambda waiting: (waiting.deadline, waiting.order))
            self._waiting.remove(request)
            if request.answer.done():
                continue
            if self._waiting and self._comes_too_late(request):
                # Beginning it would only make the next one late as well.
                request.answer.set_exception(EngineLate("no time is left to decode it"))
            else:
                self._decode(request)

    def _decode(self, request: _Request) -> None:
        now = asyncio.get_running_loop().time()
        hurry = request.hurry or len(self._waiting) > self._workers
        self._hurried += hurry
        self._waits_s.append(now - request.since)
        task = asyncio.create_task(
            self._engine.transcribe(
                request.samples, words=request.words, hurry=hurry, rivals=request.rivals, deadline=request.deadline
            ),
            name="decode",
        )
        self._decoding[task] = request
        task.add_done_callback(self._finish)

    def _finish(self, task: asyncio.Task[Transcript]) -> None:
        answer = self._decoding.pop(task).answer
        error = EngineError("the recognisers have been closed") if task.cancelled() else task.exception()
        if error is None:
            self._decodes_s.append(task.result().decode_s)
        if not answer.done():
            if error is None:
                answer.set_result(task.result())
            else:
                answer.set_exception(error)
        if not self._closed:
            self._begin()

    def _comes_too_late(self, request: _Request) -> bool:
        usual_s = float(np.median(self._decodes_s)) if self._decodes_s else 0.0
        return request.deadline - asyncio.get_running_loop().time() < usual_s
