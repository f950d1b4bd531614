"""A recogniser that hears what it was told to: the shipped fake."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence

from voice_agent.engines.ports import Samples, Transcript
from voice_agent.errors import EngineError


class ScriptedSpeechToText:
    """Returns its transcripts one after another, then empty ones; keeps what it was given for a test to look at."""

    def __init__(
        self, transcripts: Sequence[str | Transcript], *, delay_s: float = 0.0, fail_at: Collection[int] = ()
    ) -> None:
        """``fail_at``: numbers of the calls (from 0) that raise EngineError instead; they use up no transcript."""
        self._transcripts = list(transcripts)
        self._delay_s = delay_s
        self._fail_at = frozenset(fail_at)
        self._calls = 0
        self.heard: list[tuple[float, tuple[str, ...]]] = []
        """Seconds of speech and the likely words of every call so far."""

    @property
    def name(self) -> str:
        """``scripted``."""
        return "scripted"

    async def load(self) -> None:
        """Nothing to load."""

    async def transcribe(self, samples: Samples, *, words: Sequence[str] = ()) -> Transcript:
        """The next transcript, after ``delay_s``."""
        call, self._calls = self._calls, self._calls + 1
        self.heard.append((len(samples) / 16_000, tuple(words)))
        await asyncio.sleep(self._delay_s)
        if call in self._fail_at:
            raise EngineError(f"scripted failure at call {call}")
        following = self._transcripts.pop(0) if self._transcripts else ""
        if isinstance(following, Transcript):
            return following
        return Transcript(following, 1.0 if following else 0.0, self._delay_s)

    async def close(self) -> None:
        """Nothing to close."""
