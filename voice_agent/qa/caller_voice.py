"""The voices that callers of scripts have: Kokoro, the embedded voice."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Coroutine
from types import TracebackType
from typing import Any, Self, TypeVar

from voice_agent.config import Config
from voice_agent.engines.ports import Speech
from voice_agent.engines.tts.kokoro import FEMALE, KokoroKorean
from voice_agent.engines.weights import open_model
from voice_agent.qa.fixture import Voice
from voice_agent.qa.fixture_voice import FixtureVoice

Result = TypeVar("Result")
_VOICES = {"female": FEMALE}


class Workshop:
    """A thread with an event loop of its own, where real engines work in real time."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="qa engines", daemon=True)
        self._thread.start()

    def do(self, work: Coroutine[Any, Any, Result]) -> tuple[Result, float]:
        """Have it done and wait; also the seconds it took, a neighbour's share left out."""
        began, cpu = time.perf_counter(), time.process_time()
        result = asyncio.run_coroutine_threadsafe(work, self._loop).result()
        return result, min(time.perf_counter() - began, time.process_time() - cpu)

    def close(self) -> None:
        """Stop the thread."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()


class CallerVoice(FixtureVoice):
    """``with CallerVoice(config) as voice: voice.script(…)``. What was spoken once is kept in the cache folder."""

    def __init__(self, config: Config, workshop: Workshop | None = None) -> None:
        super().__init__(self._speak, config.cache_dir / "fixtures")
        self._config = config
        self._workshop = workshop or Workshop()
        self._shared = workshop is not None
        self._voices: dict[tuple[str, float], KokoroKorean] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the voices."""
        for voice in self._voices.values():
            self._workshop.do(voice.close())
        if not self._shared:
            self._workshop.close()

    def _speak(self, words: str, voice: Voice) -> Speech:
        key = (voice.voice, voice.speed)
        if key not in self._voices:
            folder = open_model("kokoro-82m", self._config.cache_dir)
            names = _VOICES.get(voice.voice, (voice.voice,))
            speaker = KokoroKorean(folder, threads=1, voices=names, speed=voice.speed)
            self._workshop.do(speaker.load())
            self._voices[key] = speaker
        return self._workshop.do(self._voices[key].synthesize(words))[0]
