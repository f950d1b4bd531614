"""A server that speaks OpenAI's ``POST /v1/audio/transcriptions``: vLLM, Speaches, LocalAI, OpenAI's own and others."""

from __future__ import annotations

import asyncio
import io
import wave
from collections.abc import Sequence

import numpy as np

from voice_agent.engines.openai_http import LOAD_S, Answer, OpenAIServer
from voice_agent.engines.ports import STT_RATE, Samples, Transcript
from voice_agent.engines.stt.openai_answer import transcript_of
from voice_agent.engines.stt.patience import stretched
from voice_agent.engines.stt.short_context import prompt_text
from voice_agent.errors import EngineError, EngineLate, EngineNotAvailable

API_KEY_VARIABLE = "VOICE_AGENT_HEARING__SERVER__API_KEY"
_MOST_BYTES = 1 << 20


class OpenAIServerSpeechToText:
    """One model of one server. Connections are kept and used again."""

    def __init__(self, url: str, model: str, *, api_key: str = "", deadline_s: float = 1.5) -> None:
        """``url``: without ``/v1``. ``deadline_s``: for an ordinary turn, retries counted in; longer turns get more."""
        self._server = OpenAIServer(url, api_key=api_key, most_bytes=_MOST_BYTES)
        self._model = model
        self._deadline_s = deadline_s
        self._verbose = True

    @property
    def name(self) -> str:
        """``openai-server``."""
        return "openai-server"

    async def load(self) -> None:
        """Have one second of silence transcribed, which proves address, key and model. Raises EngineNotAvailable."""
        try:
            await self._transcribe(np.zeros(STT_RATE, np.float32), "", LOAD_S)
        except EngineError as error:
            raise EngineNotAvailable(f"hearing.server: {error}") from error

    async def transcribe(
        self, samples: Samples, *, words: Sequence[str] = (), hurry: bool = False, rivals: Sequence[str] = ()
    ) -> Transcript:
        """Recognise speech of any length (shape (n,), 16 kHz). How thorough it is, is the server's own affair."""
        limit_s = stretched(self._deadline_s, len(samples) / STT_RATE)
        return await self._transcribe(samples, prompt_text(words), limit_s)

    async def close(self) -> None:
        """Close the connections."""
        await self._server.close()

    async def _transcribe(self, samples: Samples, prompt: str, limit_s: float) -> Transcript:
        if self._server.closed:
            raise EngineError("openai-server has been closed")
        clock = asyncio.get_running_loop().time
        started = clock()
        try:
            async with asyncio.timeout(limit_s):
                answer = await self._ask(_wav(samples), prompt, started + limit_s)
        except TimeoutError:
            raise EngineLate(f"{self._server.where} gave no transcript within {limit_s:.1f} s") from None
        audio_s = len(samples) / STT_RATE
        return transcript_of(answer.content_type, answer.body, audio_s=audio_s, decode_s=clock() - started)

    async def _ask(self, wav: bytes, prompt: str, ends_at: float) -> Answer:
        """The successful answer; a server that knows no ``verbose_json`` is asked for ``json`` from then on."""
        answer = await self._post(wav, prompt, ends_at)
        if self._verbose and answer.status in (400, 415, 422):
            self._verbose = False
            answer = await self._post(wav, prompt, ends_at)
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

    async def _post(self, wav: bytes, prompt: str, ends_at: float) -> Answer:
        files = {"file": ("speech.wav", wav, "audio/wav")}
        return await self._server.post("/audio/transcriptions", ends_at=ends_at, data=self._form(prompt), files=files)

    def _check(self, answer: Answer) -> None:
        if answer.status in (401, 403):
            raise EngineError(f"{self._server.where} refused the key ({answer.status}): set {API_KEY_VARIABLE}")
        if answer.status == 404:
            raise EngineError(
                f"{self._server.where} knows no model {self._model!r}, or is no transcription server (404)"
            )
        if not 200 <= answer.status < 300:
            raise EngineError(f"{self._server.where} answered {answer.status}")


def _wav(samples: Samples) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(2)
        writer.setframerate(STT_RATE)
        writer.writeframes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())
    return file.getvalue()
