"""A voice of tones: the shipped fake. The same text always gives the same sound, and a longer text a longer one."""

from __future__ import annotations

import asyncio
import zlib

import numpy as np

from voice_agent.engines.ports import Speech
from voice_agent.errors import EngineError

_RATE = 16_000
_SECONDS_PER_CHARACTER = 0.02
_LOWEST_HZ = 200
_RANGE_HZ = 400


class ScriptedTextToSpeech:
    """20 ms of tone a character; the pitch comes from the text."""

    def __init__(
        self, *, name: str = "scripted", voice: str = "tone", delay_s: float = 0.0, fail: bool = False
    ) -> None:
        self._name = name
        self._voice = voice
        self._delay_s = delay_s
        self.fail = fail
        """While True, every synthesis raises EngineError."""
        self.spoken: list[str] = []
        """Every text asked for, in order, the failed ones too."""

    @property
    def name(self) -> str:
        """As given."""
        return self._name

    @property
    def voice(self) -> str:
        """As given."""
        return self._voice

    async def load(self) -> None:
        """Nothing to load."""

    async def synthesize(self, text: str, *, pace: float = 1.0) -> Speech:
        """A tone, after ``delay_s``; slower means longer."""
        self.spoken.append(text)
        await asyncio.sleep(self._delay_s)
        if self.fail:
            raise EngineError("scripted failure")
        time = np.arange(int(max(1, len(text)) * _SECONDS_PER_CHARACTER / pace * _RATE)) / _RATE
        pitch = _LOWEST_HZ + zlib.crc32(text.encode()) % _RANGE_HZ
        return Speech((6000 * np.sin(2 * np.pi * pitch * time)).astype(np.int16), _RATE)

    async def close(self) -> None:
        """Nothing to close."""
