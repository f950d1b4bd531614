"""A server that speaks OpenAI's ``POST /v1/audio/transcriptions``: vLLM, Speaches, LocalAI, OpenAI's own and others."""

from __future__ import annotations

import asyncio
import io
import wave
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx
import numpy as np

from voice_agent.engines.ports import STT_RATE, Samples, Transcript
from voice_agent.engines.stt.openai_answer import transcript_of
from voice_agent.engines.stt.patience import stretched
from voice_agent.engines.stt.short_context import prompt_text
from voice_agent.errors import EngineError, EngineLate, EngineNotAvailable

API_KEY_VARIABLE = "VOICE_AGENT_HEARING__SERVER__API_KEY"
_PAUSES_S = (0.1, 0.3)
"""Before the second and the third attempt."""
_LOAD_S = 15.0
"""Servers load their model at the first request."""
_MOST_BODY = 1 << 20
_KEEP_S = 60.0
"""Callers pause longer than httpx's usual 5 s."""
_LOST = (httpx.ConnectError, httpx.ReadError, httpx.WriteError, httpx.RemoteProtocolError)


class ServerFailing(EngineError):
    """No connection, 429 or 5xx: another attempt may succeed."""

    def __init__(self, message: str, after_s: float | None = None) -> None:
        """``after_s``: when the server wants to be asked again."""
        super().__init__(message)
        self.after_s = after_s


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    content_type: str
    retry_after: str
    body: bytes


class OpenAIServerSpeechToText:
    """One model of one server. Connections are kept and used again."""

    def __init__(self, url: str, model: str, *, api_key: str = "", deadline_s: float = 1.5) -> None:
        """``url``: without ``/v1``. ``deadline_s``: for an ordinary turn, retries counted in; longer turns get more."""
        self._url = f"{url.rstrip('/').removesuffix('/v1')}/v1/audio/transcriptions"
        self._where = httpx.URL(self._url).netloc.decode("ascii")
        self._model = model
        self._deadline_s = deadline_s
        self._verbose = True
        self._closed = False
        self._client: httpx.AsyncClient | None = None
        self._headers = {"Authorization": f"Bearer {api_key}"} if api_key else {}

    @property
    def name(self) -> str:
        """``openai-server``."""
        return "openai-server"

    async def load(self) -> None:
        """Have one second of silence transcribed, which proves address, key and model. Raises EngineNotAvailable."""
        try:
            await self._transcribe(np.zeros(STT_RATE, np.float32), "", _LOAD_S)
        except EngineError as error:
            raise EngineNotAvailable(f"hearing.server: {error}") from error

    async def transcribe(self, samples: Samples, *, words: Sequence[str] = (), hurry: bool = False) -> Transcript:
        """Recognise speech of any length (shape (n,), 16 kHz). How thorough it is, is the server's own affair."""
        limit_s = stretched(self._deadline_s, len(samples) / STT_RATE)
        return await self._transcribe(samples, prompt_text(words), limit_s)

    async def close(self) -> None:
        """Close the connections."""
        self._closed = True
        client, self._client = self._client, None
        if client is not None:
            await client.aclose()

    async def _transcribe(self, samples: Samples, prompt: str, limit_s: float) -> Transcript:
        if self._closed:
            raise EngineError("openai-server has been closed")
        clock = asyncio.get_running_loop().time
        started = clock()
        try:
            async with asyncio.timeout(limit_s):
                answer = await self._ask(_wav(samples), prompt, started + limit_s)
        except TimeoutError:
            raise EngineLate(f"{self._where} gave no transcript within {limit_s:.1f} s") from None
        audio_s = len(samples) / STT_RATE
        return transcript_of(answer.content_type, answer.body, audio_s=audio_s, decode_s=clock() - started)

    async def _ask(self, wav: bytes, prompt: str, ends_at: float) -> _Answer:
        """The successful answer; a server that knows no ``verbose_json`` is asked for ``json`` from then on."""
        answer = await self._persistently(wav, self._form(prompt), ends_at)
        if self._verbose and answer.status in (400, 415, 422):
            self._verbose = False
            answer = await self._persistently(wav, self._form(prompt), ends_at)
            self._verbose = answer.status >= 300
        self._check(answer)
        return answer

    def _form(self, prompt: str) -> dict[str, str]:
        form = {
            "model": self._model,
            "language": "ko",
            "response_format": "verbose_json" if self._verbose else "json",
            "temperature": "0",
        }
        return form | ({"prompt": prompt} if prompt else {})

    async def _persistently(self, wav: bytes, form: dict[str, str], ends_at: float) -> _Answer:
        """Ask up to three times, as far as the time goes."""
        for usual_s in _PAUSES_S:
            try:
                return await self._once(wav, form)
            except ServerFailing as failing:
                pause_s = usual_s if failing.after_s is None else failing.after_s
                if asyncio.get_running_loop().time() + pause_s >= ends_at:
                    raise
                await asyncio.sleep(pause_s)
        return await self._once(wav, form)

    async def _once(self, wav: bytes, form: dict[str, str]) -> _Answer:
        files = {"file": ("speech.wav", wav, "audio/wav")}
        try:
            async with self._connections().stream("POST", self._url, data=form, files=files) as response:
                answer = _Answer(
                    response.status_code,
                    response.headers.get("content-type", ""),
                    response.headers.get("retry-after", ""),
                    await _bounded(response),
                )
        except _LOST as error:
            raise ServerFailing(f"{self._where} cannot be reached: {type(error).__name__}") from error
        except httpx.HTTPError as error:
            raise EngineError(f"{self._where} cannot be asked: {type(error).__name__}") from error
        if answer.status == 429 or answer.status >= 500:
            raise ServerFailing(f"{self._where} answered {answer.status}", _seconds(answer.retry_after))
        return answer

    def _check(self, answer: _Answer) -> None:
        if answer.status in (401, 403):
            raise EngineError(f"{self._where} refused the key ({answer.status}): set {API_KEY_VARIABLE}")
        if answer.status == 404:
            raise EngineError(f"{self._where} knows no model {self._model!r}, or is no transcription server (404)")
        if not 200 <= answer.status < 300:
            raise EngineError(f"{self._where} answered {answer.status}")

    def _connections(self) -> httpx.AsyncClient:
        """Made at first use, inside the loop that uses it. The time limit is ours: it holds for the whole answer."""
        if self._client is None:
            self._client = httpx.AsyncClient(
                headers=self._headers, timeout=None, limits=httpx.Limits(keepalive_expiry=_KEEP_S)
            )
        return self._client


async def _bounded(response: httpx.Response) -> bytes:
    body = bytearray()
    async for chunk in response.aiter_bytes():
        body += chunk
        if len(body) > _MOST_BODY:
            raise EngineError(f"expected a transcript from the server, got more than {_MOST_BODY} bytes")
    return bytes(body)


def _wav(samples: Samples) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(2)
        writer.setframerate(STT_RATE)
        writer.writeframes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())
    return file.getvalue()


def _seconds(retry_after: str) -> float | None:
    """``Retry-After`` as seconds from now: a number of them, or a date; None where it is neither."""
    if retry_after.isascii() and retry_after.isdigit():
        return float(retry_after)
    try:
        at = parsedate_to_datetime(retry_after)
    except ValueError:
        return None
    return max(0.0, (at.replace(tzinfo=at.tzinfo or UTC) - datetime.now(UTC)).total_seconds())
