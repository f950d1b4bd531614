"""Any server that speaks OpenAI's ``POST /v1/audio/speech``: Supertonic's own, vLLM, Kokoro-FastAPI, OpenAI's."""

from __future__ import annotations

import asyncio
from typing import Literal

import numpy as np

from dialogs.korean.spoken import spoken
from voice_agent.engines.openai_http import LOAD_S, OpenAIServer
from voice_agent.engines.ports import Pcm, Speech, as_samples
from voice_agent.engines.tts.loudness import faded, levelled, to_pcm, trimmed
from voice_agent.engines.tts.wav import NotWav, parse_wav
from voice_agent.errors import EngineError, EngineLate, EngineNotAvailable

_FIRST_WORD = "네."
_MOST_BYTES = 24_000_000
"""Four minutes of 48 kHz: more is no sentence."""
_OK = 200
_SPEEDS = (0.25, 4.0)
"""What the interface allows."""


class OpenAISpeech:
    """One model and voice of one server."""

    def __init__(
        self,
        url: str,
        *,
        model: str,
        voice: str,
        api_key: str = "",
        speed: float = 1.0,
        response_format: Literal["wav", "pcm"] = "wav",
        pcm_rate: int = 24_000,
        spell_out: bool = True,
        deadline_s: float = 20.0,
    ) -> None:
        """``url`` is the server's, with or without ``/v1``. ``pcm_rate``: Hz of headerless answers.

        ``spell_out``: figures and Latin letters go to the server as Korean words. ``deadline_s`` is for one sentence,
        retries included.
        """
        self._server = OpenAIServer(url, api_key=api_key, most_bytes=_MOST_BYTES)
        self._model = model
        self._voice = voice
        self._speed = speed
        self._format = response_format
        self._pcm_rate = pcm_rate
        self._spell_out = spell_out
        self._deadline_s = deadline_s

    @property
    def name(self) -> str:
        """``openai-server``."""
        return "openai-server"

    @property
    def voice(self) -> str:
        """Server, model, voice and speed."""
        return f"{self._server.base} {self._model}/{self._voice}@{self._speed:g}"

    async def load(self) -> None:
        """Have one word spoken."""
        try:
            await self._speech(_FIRST_WORD, 1.0, LOAD_S)
        except EngineError as error:
            raise EngineNotAvailable(f"{error}; check speaking.server and whether the server runs") from error

    async def synthesize(self, text: str, *, pace: float = 1.0) -> Speech:
        """Speak a sentence. What the server refuses, garbles or does not send in time is an EngineError."""
        return await self._speech(text, pace, self._deadline_s)

    async def close(self) -> None:
        """Close the connections."""
        await self._server.close()

    async def _speech(self, text: str, pace: float, deadline_s: float) -> Speech:
        if self._server.closed:
            raise EngineError("openai-server has been closed")
        slowest, fastest = _SPEEDS
        request = {
            "model": self._model,
            "voice": self._voice,
            "input": spoken(text) if self._spell_out else text,
            "response_format": self._format,
            "speed": min(max(round(self._speed * pace, 3), slowest), fastest),
        }
        try:
            async with asyncio.timeout(deadline_s):
                ends_at = asyncio.get_running_loop().time() + deadline_s
                answer = await self._server.post("/audio/speech", ends_at=ends_at, json=request)
        except TimeoutError:
            raise EngineLate(f"the speech server gave no answer within {deadline_s:g} s") from None
        if answer.status != _OK:
            raise EngineError(f"the speech server answered {answer.status}")
        return self._fit_for_the_line(answer.content_type, answer.body)

    def _fit_for_the_line(self, kind: str, body: bytes) -> Speech:
        if kind.startswith(("text/", "application/json")) or body[:1] in (b"<", b"{"):
            raise EngineError("the speech server sent text instead of audio: is speaking.server.url right?")
        pcm, rate = self._wav(body) if self._format == "wav" else self._headerless(body)
        samples = as_samples(pcm)
        samples = trimmed(levelled(samples, rate), rate)
        if len(samples) == 0:
            raise EngineError("the speech server sent silence")
        return Speech(to_pcm(faded(samples, rate)), rate)

    def _wav(self, body: bytes) -> tuple[Pcm, int]:
        try:
            wav = parse_wav(body)
        except NotWav as error:
            raise EngineError(f"the speech server sent no usable WAV: {error}") from None
        return wav.pcm.mean(axis=1).astype(np.int16), wav.sample_rate

    def _headerless(self, body: bytes) -> tuple[Pcm, int]:
        if body[:4] == b"RIFF":
            return self._wav(body)
        return np.frombuffer(body[: len(body) // 2 * 2], "<i2").astype(np.int16), self._pcm_rate
