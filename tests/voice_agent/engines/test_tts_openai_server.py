"""The speech server's client against a scripted server over real HTTP."""

from __future__ import annotations

import asyncio
import logging

import numpy as np
import pytest

from tests.voice_agent.engines.speech_server import (
    Exchange,
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
from tests.voice_agent.engines.wav_files import tone, wav
from voice_agent.engines.ports import as_samples
from voice_agent.engines.tts import openai_server
from voice_agent.engines.tts.loudness import active_rms
from voice_agent.engines.tts.openai_server import OpenAISpeech
from voice_agent.errors import EngineError, EngineLate, EngineNotAvailable

PATH = "/v1/audio/speech"
KEY = "sk-not-for-the-log"
BODY = tone().astype("<i2").tobytes()
SPEECH = bytes_answer(wav(BODY), "audio/wav")


def serving(handler: Handler) -> SpeechServer:
    return SpeechServer({PATH: handler})


def voice_of(server: SpeechServer, **settings: object) -> OpenAISpeech:
    return OpenAISpeech(server.url, model="tts-1", voice="sora", **settings)


async def test_a_sentence_is_asked_for_as_openai_wants_it_and_comes_levelled() -> None:
    async with serving(SPEECH) as server:
        voice = voice_of(server, api_key=KEY)
        await voice.load()
        speech = await voice.synthesize("민원은 031-120입니다.", pace=0.8)
        await voice.close()
        [_, asked] = server.requests
    assert asked.method == "POST"
    assert asked.headers["authorization"] == f"Bearer {KEY}"
    assert asked.json == {
        "model": "tts-1",
        "voice": "sora",
        "input": "민원은 공삼일에 일이공입니다.",
        "response_format": "wav",
        "speed": 0.8,
    }
    assert (speech.sample_rate, round(speech.duration_s, 1)) == (24_000, 0.5)
    assert 20 * np.log10(active_rms(as_samples(speech.pcm), 24_000)) == pytest.approx(-20, abs=1)
    assert server.connections == 1


async def test_the_address_may_end_in_v1_and_figures_may_stay_figures() -> None:
    async with serving(SPEECH) as server:
        voice = OpenAISpeech(f"{server.url}/v1/", model="m", voice="v", spell_out=False, speed=1.2)
        await voice.synthesize("120번", pace=0.8)
        await voice.close()
    assert server.requests[0].json["input"] == "120번"
    assert server.requests[0].json["speed"] == pytest.approx(0.96)
    assert "authorization" not in server.requests[0].headers


@pytest.mark.parametrize("length", [0, 0xFFFFFFFF])
async def test_a_streamed_wav_has_no_length(length: int) -> None:
    async with serving(bytes_answer(wav(BODY, length=length), "audio/wav")) as server:
        voice = voice_of(server)
        assert (await voice.synthesize("네.")).duration_s == pytest.approx(0.5, abs=0.05)
        await voice.close()


async def test_stereo_becomes_mono_and_headerless_audio_has_the_rate_that_was_set() -> None:
    pair = np.repeat(tone(), 2).astype("<i2").tobytes()
    handler = in_turn(bytes_answer(wav(pair, channels=2), "audio/wav"), bytes_answer(BODY + b"\x00", "audio/pcm"))
    async with serving(handler) as server:
        voice = voice_of(server)
        assert (await voice.synthesize("네.")).duration_s == pytest.approx(0.5, abs=0.05)
        await voice.close()
        raw = voice_of(server, response_format="pcm", pcm_rate=12_000)
        assert (await raw.synthesize("네.")).duration_s == pytest.approx(1.0, abs=0.05)
        await raw.close()


@pytest.mark.parametrize("trouble", [failing(503), failing(429, retry_after="0"), dying])
async def test_a_passing_trouble_is_tried_again(trouble: Handler) -> None:
    async with serving(in_turn(trouble, trouble, SPEECH)) as server:
        voice = voice_of(server)
        assert (await voice.synthesize("네.")).duration_s > 0.4
        await voice.close()
        assert len(server.requests) == 3


@pytest.mark.parametrize(
    ("handler", "reason", "requests"),
    [
        (failing(500), "answered 500", 3),
        (failing(429, retry_after="60"), "answered 429", 1),
        (failing(401), "answered 401", 1),
        (failing(404), "answered 404", 1),
        (bytes_answer(b"<html>Sign in</html>", "text/html"), "text instead of audio", 1),
        (bytes_answer(b"<html>Sign in</html>", "audio/wav"), "text instead of audio", 1),
        (json_answer({"error": "no such voice"}), "text instead of audio", 1),
        (bytes_answer(b"", "audio/wav"), "no usable WAV", 1),
        (bytes_answer(b"\xff\xfb\x90mp3", "audio/mpeg"), "no usable WAV", 1),
        (bytes_answer(wav(b""), "audio/wav"), "silence", 1),
        (bytes_answer(wav(bytes(len(BODY))), "audio/wav"), "silence", 1),
        (bytes_answer(wav(BODY, rate=300_000), "audio/wav"), "300000 Hz", 1),
    ],
)
async def test_what_is_no_speech_is_an_engine_error(handler: Handler, reason: str, requests: int) -> None:
    async with serving(handler) as server:
        voice = voice_of(server)
        with pytest.raises(EngineError, match=reason):
            await voice.synthesize("네.")
        await voice.close()
        assert len(server.requests) == requests


@pytest.mark.parametrize("handler", [never, trickle, failing(503)])
async def test_retries_and_slow_answers_end_with_the_deadline(handler: Handler) -> None:
    async with serving(handler) as server:
        voice = voice_of(server, deadline_s=0.15)
        started = asyncio.get_running_loop().time()
        with pytest.raises(EngineError) as raised:
            await voice.synthesize("네.")
        assert asyncio.get_running_loop().time() - started < 0.5
        assert isinstance(raised.value, EngineLate) or handler not in (never, trickle)
        await voice.close()


async def test_an_answer_without_end_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    async def endless(exchange: Exchange) -> None:
        await exchange.begin(content_type="audio/wav")
        while not exchange.writer.transport.is_closing():
            await exchange.send(bytes(65_536))

    monkeypatch.setattr(openai_server, "_MOST_BYTES", 1_000_000)
    async with serving(endless) as server:
        voice = voice_of(server)
        with pytest.raises(EngineError, match="more than 1000000 bytes"):
            await voice.synthesize("네.")
        await voice.close()


async def test_nobody_there_is_told_at_the_start_with_what_to_check() -> None:
    async with serving(SPEECH) as server:
        voice = voice_of(server)
    with pytest.raises(EngineNotAvailable, match=r"cannot be reached.*check speaking\.server"):
        await voice.load()
    await voice.close()
    with pytest.raises(EngineError, match="closed"):
        await voice.synthesize("네.")


async def test_neither_key_nor_text_is_ever_logged_or_part_of_an_error(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with serving(in_turn(SPEECH, failing(401))) as server:
        voice = voice_of(server, api_key=KEY)
        await voice.synthesize("효원로 일번지")
        with pytest.raises(EngineError) as raised:
            await voice.synthesize("효원로 일번지")
        await voice.close()
    told = f"{caplog.text} {raised.value} {voice.voice}"
    assert KEY not in told
    assert "효원로" not in told
