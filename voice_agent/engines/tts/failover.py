"""The first voice that works speaks."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence

from voice_agent.engines.ports import Speech, TextToSpeech
from voice_agent.errors import EngineError

OnFailure = Callable[[str, Exception], None]
"""Told the engine's name and what it raised."""


class FailoverVoice:
    """Voices in order of preference, itself a voice. One that failed is left out for a while, then tried again."""

    def __init__(
        self,
        voices: Sequence[TextToSpeech],
        *,
        retry_s: float = 30.0,
        timeout_s: float = 8.0,
        on_failure: OnFailure | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """``timeout_s``: a voice that takes longer has failed. ``clock`` counts seconds and never goes back."""
        if not voices:
            raise ValueError("FailoverVoice needs at least one voice")
        self._voices = tuple(voices)
        self._retry_s = retry_s
        self._timeout_s = timeout_s
        self._on_failure = on_failure
        self._clock = clock
        self._left_out_until = [-float("inf")] * len(self._voices)
        self._loaded = [False] * len(self._voices)

    @property
    def name(self) -> str:
        """The preferred voice's name."""
        return self._voices[0].name

    @property
    def voice(self) -> str:
        """The preferred voice's voice."""
        return self._voices[0].voice

    async def load(self) -> None:
        """Load every voice; one that cannot be loaded is left out. Raises EngineError where none can."""
        errors = [error for i in range(len(self._voices)) if (error := await self._load(i))]
        if len(errors) == len(self._voices):
            raise errors[0]

    async def synthesize(self, text: str, *, pace: float = 1.0) -> Speech:
        """As :meth:`speak`, without the name."""
        return (await self.speak(text, pace=pace))[0]

    async def speak(self, text: str, *, pace: float = 1.0) -> tuple[Speech, str]:
        """Speak one sentence; also the name of the voice that did. Raises EngineError when all failed."""
        failed = []
        for i in self._order():
            engine = self._voices[i]
            try:
                if not self._loaded[i] and (error := await self._load(i)):
                    failed.append(f"{engine.name}: {type(error).__name__}")
                    continue
                async with asyncio.timeout(self._timeout_s):
                    return await engine.synthesize(text, pace=pace), engine.name
            except TimeoutError:
                stalled = EngineError(f"{engine.name} gave no speech within {self._timeout_s:g} s")
                self._leave_out(i, stalled)
                failed.append(f"{engine.name}: stalled")
            except EngineError as error:
                self._leave_out(i, error)
                failed.append(f"{engine.name}: {type(error).__name__}")
        raise EngineError(f"no voice could speak ({', '.join(failed)})")

    async def close(self) -> None:
        """Close every voice."""
        for engine in self._voices:
            await engine.close()

    def _order(self) -> list[int]:
        """The voices in order, those left out last: a doubtful voice serves a caller better than none."""
        now = self._clock()
        return sorted(range(len(self._voices)), key=lambda i: self._left_out_until[i] > now)

    async def _load(self, i: int) -> EngineError | None:
        try:
            await self._voices[i].load()
        except EngineError as error:
            self._leave_out(i, error)
            return error
        self._loaded[i] = True
        return None

    def _leave_out(self, i: int, error: Exception) -> None:
        self._left_out_until[i] = self._clock() + self._retry_s
        if self._on_failure is not None:
            self._on_failure(self._voices[i].name, error)
