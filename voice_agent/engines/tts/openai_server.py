"""Any server that speaks OpenAI's ``POST /v1/audio/speech``: Supertonic's own, vLLM, Kokoro-FastAPI, OpenAI's."""

from __future__ import annotations

import asyncio
from typing import Literal

import httpx
import numpy as np

from dialogs.korean.spoken import spoken
from voice_agent.engines.ports import Pcm, Speech, as_samples
from voice_agent.engines.tts.loudness import faded, levelled, to_pcm, trimmed
from voice_agent.engines.tts.wav import NotWav, parse_wav
from voice_agent.errors import EngineError, EngineLate, EngineNotAvailable

_FIRST_WORD = "네."
_LOAD_DEADLINE_S = 15.0
"""Servers load their model at the first request."""
_KEEP_S = 60.0
"""Sentences that are not cached come further apart than httpx's usual 5 s."""
_RETRIES = 2
_FIRST_PAUSE_S = 0.2
_MOST_BYTES = 24_000_000
"""Four minutes of 48 kHz: more is no sentence."""
_SPEEDS = (0.25, 4.0)
"""What the interface allows."""
_TRY_AGAIN = {408, 429, 500, 502, 503, 504}


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
        base = url.rstrip("/")
        self._base = base if base.endswith("/v1") else f"{base}/v1"
        self._model = model
        self._voice = voice
        self._speed = speed
        self._format = response_format
        self._pcm_rate = pcm_rate
        self._spell_out = spell_out
        self._deadline_s = deadline_s
        headers = {"Authorization": f"Bearer {api_key}"} if api_key else {}
        self._client = httpx.AsyncClient(
            headers=headers, timeout=deadline_s, limits=httpx.Limits(keepalive_expiry=_KEEP_S)
        )

    @property
    def name(self) -> str:
        """``openai-server``."""
        return "openai-server"

    @property
    def voice(self) -> str:
        """Server, model, voice and speed."""
        return f"{self._base} {self._model}/{self._voice}@{self._speed:g}"

    async def load(self) -> None:
        """Have one word spoken."""
        try:
            await self._speech(_FIRST_WORD, 1.0, _LOAD_DEADLINE_S)
        except EngineError as error:
            raise EngineNotAvailable(f"{error}; check speaking.server and whether the server runs") from error

    async def synthesize(self, text: str, *, pace: float = 1.0) -> Speech:
        """Speak a sentence. What the server refuses, garbles or does not send in time is an EngineError."""
        return await self._speech(text, pace, self._deadline_s)

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def _speech(self, text: str, pace: float, deadline_s: float) -> Speech:
        if self._client.is_closed:
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
                kind, body = await self._ask(request, deadline_s)
        except TimeoutError:
            raise EngineLate(f"the speech server gave no answer within {deadline_s:g} s") from None
        return self._fit_for_the_line(kind, body)

    async def _ask(self, request: dict[str, object], deadline_s: float) -> tuple[str, bytes]:
        """Content type and body of the first good answer. Raises EngineError."""
        ends = asyncio.get_running_loop().time() + deadline_s
        for attempt in range(_RETRIES + 1):
            pause_s = _FIRST_PAUSE_S * 2**attempt
            try:
                return await self._once(request)
            except _Busy as busy:
                failure = EngineError(f"the speech server answered {busy.status}")
                pause_s = max(pause_s, busy.retry_after_s)
            except httpx.TransportError as error:
                failure = EngineError(f"the speech server cannot be reached ({type(error).__name__})")
            if attempt == _RETRIES or asyncio.get_running_loop().time() + pause_s >= ends:
                break
            await asyncio.sleep(pause_s)
        raise failure

    async def _once(self, request: dict[str, object]) -> tuple[str, bytes]:
        body = bytearray()
        async with self._client.stream("POST", f"{self._base}/audio/speech", json=request) as answer:
            if answer.status_code in _TRY_AGAIN:
                raise _Busy(answer.status_code, answer.headers.get("Retry-After", ""))
            if answer.status_code != httpx.codes.OK:
                raise EngineError(f"the speech server answered {answer.status_code}")
            try:
                async for piece in answer.aiter_bytes():
                    body += piece
                    if len(body) > _MOST_BYTES:
                        raise EngineError(f"the speech server sent more than {_MOST_BYTES} bytes for one sentence")
            except httpx.DecodingError as error:
                raise EngineError("the speech server sent a broken encoding") from error
            return answer.headers.get("Content-Type", "").lower(), bytes(body)

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


class _Busy(Exception):
    """Worth another try."""

    def __init__(self, status: int, retry_after: str) -> None:
        super().__init__(status)
        self.status = status
        self.retry_after_s = float(retry_after) if retry_after.isdecimal() else 0.0
