"""A recogniser that hears what it was told to: the shipped fake."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence

from voice_agent.engines.ports import Samples, Transcript
from voice_agent.errors import EngineError


class ScriptedSpeechToText:
    """Returns its transcripts one after another, then empty ones; keeps what it was given for a test to look at."""

    def __init__(
        self,
        transcripts: Sequence[str | Transcript],
        *,
        delay_s: float = 0.0,
        fail_at: Collection[int] = (),
        name: str = "scripted",
    ) -> None:
        """``fail_at``: numbers of the calls (from 0) that raise EngineError instead; they use up no transcript."""
        self._transcripts = list(transcripts)
        self._name = name
        self._fail_at = frozenset(fail_at)
        self._calls = 0
        self.delay_s = delay_s
        """Seconds that every call takes; a test may change it as it goes."""
        self.heard: list[tuple[float, tuple[str, ...]]] = []
        """Seconds of speech and the likely words of every call so far."""
        self.hurried: list[bool] = []
        """Whether each call so far was to be quick."""
        self.rivals: list[tuple[str, ...]] = []
        """What each call so far was to be compared with."""

    @property
    def name(self) -> str:
        """``scripted``, unless a test named it."""
        return self._name

    async def load(self) -> None:
        """Nothing to load."""

    async def transcribe(
        self, samples: Samples, *, words: Sequence[str] = (), hurry: bool = False, rivals: Sequence[str] = ()
    ) -> Transcript:
        """The next transcript, after ``delay_s``."""
        call, self._calls = self._calls, self._calls + 1
        self.heard.append((len(samples) / 16_000, tuple(words)))
        self.hurried.append(hurry)
        self.rivals.append(tuple(rivals))
        delay_s = self.delay_s
        await asyncio.sleep(delay_s)
        if call in self._fail_at:
            raise EngineError(f"scripted failure at call {call}")
        following = self._transcripts.pop(0) if self._transcripts else ""
        if isinstance(following, Transcript):
            return following
        return Transcript(following, 1.0 if following else 0.0, delay_s)

    async def close(self) -> None:
        """Nothing to close."""
