"""Who speaks: a studio recording, else the prompt cache, else the first voice that works."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from voice_agent.engines.ports import Speech
from voice_agent.engines.tts.failover import FailoverVoice
from voice_agent.engines.tts.prompt_cache import PromptCache
from voice_agent.engines.tts.recordings import VOICE, Recordings
from voice_agent.errors import EngineError
from voice_agent.pipeline.sentences import clauses, sentences
from voice_agent.pipeline.text_to_speech import Spoken


class CachedSpeaker:
    """Implements :class:`voice_agent.pipeline.text_to_speech.Speaker`.

    Only fixed sentences are ever put into the cache, by rendering them: what is made during a call may hold a caller's
    address or plate and is forgotten when it has been spoken.

    A recording is played as it is at any pace: one voice from the first prompt to the last matters more.
    """

    def __init__(self, cache: PromptCache, voices: FailoverVoice, recordings: Recordings | None = None) -> None:
        self._cache = cache
        self._voices = voices
        self._recordings = recordings or Recordings({})

    def split(self, text: str) -> list[str]:
        """A prompt that was recorded whole stays whole; another is spoken sentence by sentence."""
        return [text] if self._recordings.get(text) else sentences(text)

    async def ready(self, sentence: str, *, pace: float = 1.0) -> Spoken | None:
        """What can sound at once: at the pace asked for, else at the usual one; None where there is neither."""
        recording = self._recordings.get(sentence)
        if recording is not None:
            return Spoken(recording, VOICE, cached=True)
        for wanted in dict.fromkeys((pace, 1.0)):
            cached = await self._cache.get(sentence, pace=wanted)
            if cached is not None:
                return self._from_cache(cached)
        return None

    async def say(self, sentence: str, *, pace: float = 1.0) -> AsyncIterator[Spoken]:
        """A fixed sentence whole; another clause by clause, so that the first sounds while the next is made.

        A fixed sentence that is cached at the usual pace only is made by the preferred voice, and comes from the cache
        after all where that voice fails.
        """
        recording = self._recordings.get(sentence)
        if recording is not None:
            yield Spoken(recording, VOICE, cached=True)
            return
        cached = await self._cache.get(sentence, pace=pace)
        if cached is not None:
            yield self._from_cache(cached)
            return
        usual = await self._cache.get(sentence) if pace != 1.0 else None
        sounding_until = 0.0
        for number, clause in enumerate(clauses(sentence)):
            spare_s = max(0.0, sounding_until - asyncio.get_running_loop().time())
            try:
                speech, voice = await self._voices.speak(
                    clause, pace=pace, spare_s=spare_s, preferred_only=usual is not None and number == 0
                )
            except EngineError:
                if usual is None or number > 0:
                    raise
                yield self._from_cache(usual)
                return
            sounding_until = max(sounding_until, asyncio.get_running_loop().time()) + speech.duration_s
            yield Spoken(speech, voice, cached=False)

    def _from_cache(self, speech: Speech) -> Spoken:
        return Spoken(speech, self._cache.engine.name, cached=True)
