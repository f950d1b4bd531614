"""The recognition server's client against a scripted server over real HTTP."""

from __future__ import annotations

import io
import wave
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import numpy as np
import pytest

from tests.voice_agent.engines.speech_server import (
    Handler,
    SpeechServer,
    bytes_answer,
    dying,
    failing,
    in_turn,
    json_answer,
    never,
    trickle,
)
from voice_agent.engines.openai_http import ServerFailing
from voice_agent.engines.stt.openai_server import OpenAIServerSpeechToText
from voice_agent.errors import EngineError, EngineLate, EngineNotAvailable

PATH = "/v1/audio/transcriptions"
SPEECH = np.linspace(-1, 1, 16_000, dtype=np.float32)
KEY = "sk-not-for-the-log"
YES = json_answer({"text": " 네, 맞습니다. "})


def segment(text: str, log_probability: float, no_speech: float) -> dict[str, Any]:
    return {"text": text, "avg_logprob": log_probability, "no_speech_prob": no_speech, "tokens": [1, 2, 3]}


def serving(handler: Handler) -> SpeechServer:
    return SpeechServer({PATH: handler})


def client(server: SpeechServer, *, deadline_s: float = 2.0) -> OpenAIServerSpeechToText:
    return OpenAIServerSpeechToText(server.url, "whisper-ko", api_key=KEY, deadline_s=deadline_s)


async def heard(handler: Handler, **settings: float) -> tuple[Any, SpeechServer]:
    """What one request comes to."""
    async with serving(handler) as server:
        engine = client(server, **settings)
        try:
            return await engine.transcribe(SPEECH), server
        finally:
            await engine.close()


# ── what is asked and answered ──────────


async def test_speech_is_sent_as_wav_with_model_language_words_and_key() -> None:
    async with serving(YES) as server:
        engine = client(server)
        transcript = await engine.transcribe(SPEECH, words=["여권", " ", "수원시"])
        await engine.close()
    assert (transcript.text, transcript.confidence, transcript.rejected) == ("네, 맞습니다.", 1.0, "")
    [request] = server.requests
    assert request.headers["authorization"] == f"Bearer {KEY}"
    form = request.form
    assert (form["model"], form["language"], form["prompt"]) == (b"whisper-ko", b"ko", "여권, 수원시.".encode())
    with wave.open(io.BytesIO(form["file"])) as wav:
        assert (wav.getframerate(), wav.getnchannels(), wav.getsampwidth(), wav.getnframes()) == (16_000, 1, 2, 16_000)
        samples = np.frombuffer(wav.readframes(16_000), "<i2")
    np.testing.assert_allclose(samples / 32767, SPEECH, atol=1e-4)


async def test_without_words_or_key_neither_is_sent() -> None:
    async with serving(YES) as server:
        engine = OpenAIServerSpeechToText(f"{server.url}/v1/", "m")
        await engine.transcribe(SPEECH)
        await engine.close()
    assert "prompt" not in server.requests[0].form
    assert "authorization" not in server.requests[0].headers


async def test_connections_are_used_again() -> None:
    async with serving(YES) as server:
        engine = client(server)
        for _ in range(3):
            await engine.transcribe(SPEECH)
        await engine.close()
    assert (len(server.requests), server.connections) == (3, 1)


@pytest.mark.parametrize(
    ("segments", "text", "confidence", "rejected"),
    [
        ([segment("네.", -0.2, 0.1)], "네.", 0.819, ""),
        ([segment("구독 좋아요", -0.2, 0.9)], "", 0.819, "no_speech"),
        ([segment("뭐라", -2.0, 0.3)], "", 0.135, "low_probability"),
        ([segment("여권이요.", 0.0, 0.1), segment("시청해 주셔서", -0.5, 0.9)], "여권이요.", 1.0, ""),
        ([{"text": "네.", "avg_logprob": None}], "네.", 1.0, ""),
        ([{"text": "네.", "tokens": list(range(100))}], "", 0.0, "loop"),
        (["odd"], "전체.", 1.0, ""),
        ("odd", "전체.", 1.0, ""),
    ],
)
async def test_segments_with_probabilities_are_judged_as_our_own_are(
    segments: Any, text: str, confidence: float, rejected: str
) -> None:
    whole = text if rejected == "" and len(segments) == 1 and isinstance(segments[0], dict) else "전체."
    transcript, _ = await heard(json_answer({"text": whole, "segments": segments}))
    assert (transcript.text, transcript.rejected) == (text, rejected)
    assert transcript.confidence == pytest.approx(confidence, abs=0.001)


async def test_a_server_that_repeats_itself_is_not_believed() -> None:
    transcript, _ = await heard(json_answer({"text": "감사합니다. " * 20}))
    assert (transcript.text, transcript.rejected) == ("", "loop")


async def test_a_server_without_verbose_json_is_asked_for_json_from_then_on() -> None:
    async with serving(in_turn(failing(400), YES)) as server:
        engine = client(server)
        assert (await engine.transcribe(SPEECH)).text == "네, 맞습니다."
        await engine.transcribe(SPEECH)
        await engine.close()
    assert [request.form["response_format"] for request in server.requests] == [b"verbose_json", b"json", b"json"]


# ── what goes wrong ──────────


@pytest.mark.parametrize(
    ("handler", "message"),
    [
        (failing(401), "refused the key.*VOICE_AGENT_HEARING__SERVER__API_KEY"),
        (failing(403), "refused the key"),
        (failing(404), "knows no model 'whisper-ko'"),
        (failing(400), "answered 400"),
        (failing(307, location="http://127.0.0.1:9/"), "answered 307"),
        (bytes_answer(b"<html>nginx</html>", "text/html"), "expected JSON from the server, got 'text/html'"),
        (bytes_answer(b"not json", "application/json"), "got something else"),
        (bytes_answer(b"\xff\xfe{", "application/json"), "got something else"),
        (bytes_answer(b"[" * 100_000, "application/json"), "got something else"),
        (json_answer(["text"]), "JSON object with a text"),
        (json_answer({"words": "네"}), "JSON object with a text"),
        (json_answer({"text": 7}), "JSON object with a text"),
        (bytes_answer(b" " * 3_000_000, "application/json"), "more than 1048576 bytes"),
    ],
)
async def test_what_another_attempt_cannot_mend_is_told_at_once(handler: Handler, message: str) -> None:
    with pytest.raises(EngineError, match=message) as told:
        await heard(handler)
    assert not isinstance(told.value, ServerFailing)
    assert KEY not in str(told.value)


@pytest.mark.parametrize("status", [429, 500, 503])
async def test_a_passing_failure_is_tried_again(status: int) -> None:
    transcript, server = await heard(in_turn(failing(status), failing(status), YES))
    assert transcript.text == "네, 맞습니다."
    assert len(server.requests) == 3


async def test_three_attempts_are_the_most() -> None:
    async with serving(failing(500)) as server:
        engine = client(server)
        with pytest.raises(ServerFailing, match="answered 500"):
            await engine.transcribe(SPEECH)
        await engine.close()
    assert len(server.requests) == 3


async def test_a_connection_cut_in_the_middle_is_made_again() -> None:
    transcript, server = await heard(in_turn(dying, YES))
    assert transcript.text == "네, 맞습니다."
    assert server.connections == 2


async def test_a_server_that_was_started_again_is_found_again() -> None:
    server = serving(YES)
    async with server:
        engine = client(server)
        await engine.transcribe(SPEECH)
    with pytest.raises(ServerFailing, match="cannot be reached: ConnectError"):
        await engine.transcribe(SPEECH)
    async with server:
        assert (await engine.transcribe(SPEECH)).text == "네, 맞습니다."
        await engine.close()


def _from_now(delay: timedelta) -> str:
    return format_datetime(datetime.now(UTC) + delay, usegmt=True)


@pytest.mark.parametrize(
    ("retry_after", "asked"),
    [("0", 2), (timedelta(seconds=-5), 2), ("soon", 2), ("60", 1), (timedelta(seconds=60), 1)],
)
async def test_retry_after_is_respected_where_there_is_time_for_it(retry_after: str | timedelta, asked: int) -> None:
    header = retry_after if isinstance(retry_after, str) else _from_now(retry_after)
    async with serving(in_turn(failing(429, retry_after=header), YES)) as server:
        engine = client(server)
        if asked == 1:
            with pytest.raises(ServerFailing, match="answered 429"):
                await engine.transcribe(SPEECH)
        else:
            await engine.transcribe(SPEECH)
        await engine.close()
    assert len(server.requests) == asked


@pytest.mark.parametrize("handler", [never, trickle])
async def test_silence_and_a_trickle_end_at_the_deadline(handler: Handler) -> None:
    with pytest.raises(EngineLate, match=r"no transcript within 0\.1 s"):
        await heard(handler, deadline_s=0.1)


# ── getting ready ──────────


async def test_loading_has_a_second_of_silence_transcribed() -> None:
    async with serving(json_answer({"text": ""})) as server:
        engine = client(server)
        await engine.load()
        await engine.close()
    with wave.open(io.BytesIO(server.requests[0].form["file"])) as wav:
        assert wav.readframes(16_000) == bytes(32_000)


@pytest.mark.parametrize(("handler", "message"), [(failing(401), "refused the key"), (failing(404), "whisper-ko")])
async def test_loading_tells_what_is_wrong(handler: Handler, message: str) -> None:
    async with serving(handler) as server:
        engine = client(server)
        with pytest.raises(EngineNotAvailable, match=message):
            await engine.load()
        await engine.close()


async def test_a_closed_client_says_so() -> None:
    engine = OpenAIServerSpeechToText("http://127.0.0.1:9", "m")
    await engine.close()
    await engine.close()
    with pytest.raises(EngineError, match="closed"):
        await engine.transcribe(SPEECH)
