"""The first voice that works speaks, and nobody waits twice for one that does not."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal

import numpy as np
import pytest

from tests.voice_agent.engines.speech_server import SpeechServer, bytes_answer, dying, failing, never, trickle
from tests.voice_agent.virtual_time import in_virtual_time, now
from voice_agent.engines.ports import Speech
from voice_agent.engines.tts.failover import FailoverVoice
from voice_agent.engines.tts.openai_server import OpenAISpeech
from voice_agent.engines.tts.pyttsx3 import Pyttsx3Voice
from voice_agent.engines.tts.scripted import ScriptedTextToSpeech
from voice_agent.errors import EngineError, EngineLate, EngineNotAvailable

PATH = "/v1/audio/speech"


class Waits:
    """Stands in for the pause between two probes: it is over when the test says so."""

    def __init__(self) -> None:
        self.asked: asyncio.Queue[float] = asyncio.Queue()
        self._over = asyncio.Semaphore(0)

    async def __call__(self, seconds: float) -> None:
        self.asked.put_nowait(seconds)
        await self._over.acquire()

    def over(self) -> None:
        self._over.release()


class Uninstalled(ScriptedTextToSpeech):
    """A voice whose weights are missing until they are installed."""

    installed = False

    async def load(self) -> None:
        if not self.installed:
            raise EngineNotAvailable("weights are missing")


class Garbage(ScriptedTextToSpeech):
    """A voice that answers with something that is no speech."""

    def __init__(self, answer: Speech | Exception) -> None:
        super().__init__(name="garbage")
        self._answer = answer

    async def synthesize(self, text: str, *, pace: float = 1.0) -> Speech:
        if isinstance(self._answer, Exception):
            raise self._answer
        return self._answer


class Stalled(ScriptedTextToSpeech):
    """A voice that never answers, and says when it is asked for the second time."""

    def __init__(self) -> None:
        super().__init__(name="first")
        self.asked: list[str] = []
        self.probed = asyncio.Event()

    async def synthesize(self, text: str, *, pace: float = 1.0) -> Speech:
        self.asked.append(text)
        if len(self.asked) == 2:
            self.probed.set()
        return await asyncio.get_running_loop().create_future()


class Uncancellable(ScriptedTextToSpeech):
    """A voice that does not even stop when it is told to."""

    async def synthesize(self, text: str, *, pace: float = 1.0) -> Speech:
        while True:
            try:
                await release.wait()
                raise EngineError("released")
            except asyncio.CancelledError:
                continue


release = asyncio.Event()


async def test_the_preferred_voice_speaks() -> None:
    first, second = ScriptedTextToSpeech(name="first"), ScriptedTextToSpeech(name="second")
    voice = FailoverVoice([first, second])
    assert (await voice.speak("안녕하세요"))[1] == "first"
    assert second.spoken == []


async def test_the_pace_reaches_the_voice() -> None:
    voice = FailoverVoice([ScriptedTextToSpeech()])
    usual, slow = await voice.synthesize("안녕하세요"), await voice.synthesize("안녕하세요", pace=0.8)
    assert slow.duration_s == pytest.approx(usual.duration_s / 0.8, abs=0.001)


async def test_a_failed_voice_is_left_out_until_a_probe_finds_it_well() -> None:
    waits, told, back = Waits(), [], asyncio.Event()
    first, second = ScriptedTextToSpeech(name="first", fail=True), ScriptedTextToSpeech(name="second")
    voice = FailoverVoice(
        [first, second],
        retry_s=30,
        on_failure=lambda name, error: told.append((name, type(error))),
        on_return=lambda name: back.set(),
        wait=waits,
    )
    assert (await voice.speak("하나"))[1] == "second"
    assert await waits.asked.get() == 30
    assert (await voice.speak("둘"))[1] == "second"
    waits.over()  # a probe that fails
    assert await waits.asked.get() == 30
    first.fail = False
    assert (await voice.speak("셋"))[1] == "second"
    waits.over()
    await back.wait()
    assert (await voice.speak("넷"))[1] == "first"
    assert first.spoken == ["하나", "네.", "네.", "넷"]
    assert told == [("first", EngineError)] * 2
    await voice.close()


async def test_nobody_waits_a_second_time_for_a_stalled_voice() -> None:
    waits = Waits()
    first = Stalled()
    voice = FailoverVoice([first, ScriptedTextToSpeech(name="second")], deadline_s=0.05, wait=waits)
    assert (await voice.speak("하나"))[1] == "second"
    await waits.asked.get()
    waits.over()
    await first.probed.wait()
    async with asyncio.timeout(0.04):  # the probe is stalled, and no caller waits for it
        assert (await voice.speak("둘"))[1] == "second"
    assert first.asked == ["하나", "네."]
    await voice.close()


def test_one_deadline_is_enough_however_many_voices_have_stalled() -> None:
    """In virtual time: no caller hears 3 s of silence inside a sentence, be it long and every voice stalled."""
    assert in_virtual_time(_silence_of(["a", "b", "c", "d"], "하나")) == pytest.approx(2.5)
    assert in_virtual_time(_silence_of(["a", "b"], "가" * 200)) < 3.0


def test_a_voice_that_raises_costs_nothing_and_one_that_stalls_no_more_than_the_deadline() -> None:
    raising, stalled = ScriptedTextToSpeech(name="raises", fail=True), ScriptedTextToSpeech(name="stalls", delay_s=60)
    assert in_virtual_time(_time_of([raising, ScriptedTextToSpeech(name="next", delay_s=0.5)])) == ("next", 0.5)
    assert in_virtual_time(_time_of([stalled, ScriptedTextToSpeech(name="next", delay_s=0.9)])) == ("next", 2.5)


async def _time_of(voices: list[ScriptedTextToSpeech]) -> tuple[str, float]:
    """Who speaks, and after how many seconds."""
    voice = FailoverVoice(voices)
    began = now()
    _, name = await voice.speak("하나")
    took_s = now() - began
    await voice.close()
    return name, round(took_s, 3)


async def _silence_of(names: list[str], text: str) -> float:
    """Seconds until it is known that no voice speaks."""
    voice = FailoverVoice([ScriptedTextToSpeech(name=name, delay_s=60) for name in names])
    began = now()
    with pytest.raises(EngineError, match=", ".join(f"{name}: EngineLate" for name in names)):
        await voice.speak(text)
    took_s = now() - began
    await voice.close()
    return took_s


async def test_of_the_others_the_best_that_is_ready_in_time_speaks() -> None:
    stalled = ScriptedTextToSpeech(name="a", delay_s=60)
    slow, quick = ScriptedTextToSpeech(name="b", delay_s=0.05), ScriptedTextToSpeech(name="c")
    voice = FailoverVoice([stalled, slow, quick], deadline_s=0.2)
    assert (await voice.speak("하나"))[1] == "b"
    await voice.close()


def test_a_longer_text_and_speech_still_sounding_give_a_voice_more_time() -> None:
    async def speakers() -> list[str]:
        slow = ScriptedTextToSpeech(name="slow", delay_s=2.7)
        voice = FailoverVoice([slow, ScriptedTextToSpeech(name="other")], wait=Waits())
        names = [(await voice.speak("가" * 60))[1], (await voice.speak("하나", spare_s=0.4))[1]]
        names.append((await voice.speak("하나"))[1])
        await voice.close()
        return names

    assert in_virtual_time(speakers()) == ["slow", "slow", "other"]


async def test_a_voice_that_cannot_be_cancelled_holds_nobody_up() -> None:
    voice = FailoverVoice([Uncancellable(name="first"), ScriptedTextToSpeech(name="second")], deadline_s=0.05)
    async with asyncio.timeout(0.5):
        assert (await voice.speak("하나"))[1] == "second"
    release.set()
    await voice.close()


@pytest.mark.parametrize(
    "answer",
    [
        Speech(np.zeros(0, np.int16), 16_000),
        Speech(np.zeros(16_000, np.int16), 16_000),
        Speech(np.ones(16_000, np.int16), 0),
        Speech(np.ones(16_000 * 60, np.int16), 16_000),
        ValueError("no engine error, and yet no speech"),
    ],
)
async def test_garbage_is_not_played(answer: Speech | Exception) -> None:
    voice = FailoverVoice([Garbage(answer), ScriptedTextToSpeech(name="second")])
    assert (await voice.speak("하나"))[1] == "second"
    await voice.close()


async def test_all_failed_says_which() -> None:
    voice = FailoverVoice([ScriptedTextToSpeech(name="a", fail=True), ScriptedTextToSpeech(name="b", fail=True)])
    with pytest.raises(EngineError, match="a: EngineError, b: EngineError"):
        await voice.speak("하나")
    await voice.close()


async def test_a_voice_left_out_still_speaks_rather_than_nobody() -> None:
    first, second = ScriptedTextToSpeech(name="first", fail=True), ScriptedTextToSpeech(name="second")
    voice = FailoverVoice([first, second])
    await voice.speak("하나")
    first.fail, second.fail = False, True
    assert (await voice.speak("둘"))[1] == "first"
    await voice.close()


async def test_the_preferred_voice_or_none_where_that_is_asked_for() -> None:
    first, second = ScriptedTextToSpeech(name="first"), ScriptedTextToSpeech(name="second")
    voice = FailoverVoice([first, second])
    assert (await voice.speak("하나", preferred_only=True))[1] == "first"
    first.fail = True
    for _ in range(2):
        with pytest.raises(EngineError):
            await voice.speak("하나", preferred_only=True)
    assert (first.spoken, second.spoken) == (["하나", "하나"], [])
    await voice.close()


async def test_loading_needs_one_voice_and_tries_the_others_later() -> None:
    waits, back, missing = Waits(), asyncio.Event(), Uninstalled(name="missing")
    voice = FailoverVoice([missing, ScriptedTextToSpeech(name="there")], wait=waits, on_return=lambda name: back.set())
    await voice.load()
    assert (await voice.speak("하나"))[1] == "there"
    missing.installed = True
    waits.over()
    await back.wait()
    assert (await voice.speak("둘"))[1] == "missing"
    await voice.close()


async def test_without_any_voice_loading_fails_with_the_first_reason() -> None:
    voice = FailoverVoice([Uninstalled()])
    with pytest.raises(EngineNotAvailable, match="weights"):
        await voice.load()
    await voice.close()


# ── real sockets and processes ──────────


@pytest.mark.parametrize(
    "trouble",
    [never, trickle, dying, failing(503), failing(401), bytes_answer(b"<html>login</html>", "text/html")],
    ids=["stalled", "slow", "killed", "overloaded", "locked out", "garbage"],
)
async def test_whatever_a_speech_server_does_the_next_voice_speaks_in_time(trouble: object) -> None:
    failures: list[Exception] = []
    async with SpeechServer({PATH: trouble}) as server:
        remote = OpenAISpeech(server.url, model="m", voice="v")
        voice = FailoverVoice(
            [remote, ScriptedTextToSpeech(name="next")],
            deadline_s=0.3,
            on_failure=lambda _name, error: failures.append(error),
        )
        async with asyncio.timeout(0.6):
            assert (await voice.speak("무엇을 도와드릴까요?"))[1] == "next"
        await voice.close()
    assert len(failures) == 1
    assert isinstance(failures[0], EngineError)


async def test_a_server_that_is_killed_is_used_again_when_it_is_back() -> None:
    waits, back = Waits(), asyncio.Event()
    tone = (8000 * np.sin(np.arange(16_000) / 10)).astype("<i2").tobytes()
    server = SpeechServer({PATH: bytes_answer(tone, "audio/pcm")})
    async with server:
        remote = OpenAISpeech(server.url, model="m", voice="v", response_format="pcm")
        voice = FailoverVoice(
            [remote, ScriptedTextToSpeech(name="next")], wait=waits, on_return=lambda name: back.set()
        )
        assert (await voice.speak("하나"))[1] == "openai-server"
    assert (await voice.speak("둘"))[1] == "next"
    async with server:
        waits.over()
        await back.wait()
        assert (await voice.speak("셋"))[1] == "openai-server"
        await voice.close()


@pytest.mark.engines
@pytest.mark.skipif(shutil.which("espeak-ng") is None and not os.environ.get("CI"), reason="espeak-ng is not installed")
async def test_a_worker_stopped_in_mid_sentence_costs_one_deadline_and_one_killed_costs_nothing() -> None:
    worker = Pyttsx3Voice()
    failures: list[Exception] = []
    waits, back = Waits(), asyncio.Event()
    voice = FailoverVoice(
        [worker, ScriptedTextToSpeech(name="next")],
        deadline_s=1.0,
        on_failure=lambda _name, error: failures.append(error),
        on_return=lambda name: back.set(),
        wait=waits,
    )
    await voice.load()
    sentence = "여권을 잃어버리셨다면 가까운 시청이나 도청에서 다시 발급받으실 수 있습니다."

    async def struck_by(blow: signal.Signals) -> str:
        speaking = asyncio.create_task(voice.speak(sentence))
        for _ in range(5):
            await asyncio.sleep(0)  # the sentence reaches the worker, which needs longer than that to speak it
        assert worker.worker_pid is not None
        os.kill(worker.worker_pid, blow)
        async with asyncio.timeout(2.5):
            return (await speaking)[1]

    assert await struck_by(signal.SIGKILL) == "pyttsx3"
    assert await struck_by(signal.SIGSTOP) == "next"
    assert [type(failure) for failure in failures] == [EngineLate]
    waits.over()
    await back.wait()
    assert (await voice.speak("네."))[1] == "pyttsx3"
    await voice.close()
