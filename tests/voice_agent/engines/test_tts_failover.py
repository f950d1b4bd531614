"""The first voice that works speaks."""

from __future__ import annotations

import pytest

from voice_agent.engines.tts.failover import FailoverVoice
from voice_agent.engines.tts.scripted import ScriptedTextToSpeech
from voice_agent.errors import EngineError, EngineNotAvailable


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


class Uninstalled(ScriptedTextToSpeech):
    """A voice whose weights are missing until they are installed."""

    installed = False

    async def load(self) -> None:
        if not self.installed:
            raise EngineNotAvailable("weights are missing")


async def test_the_preferred_voice_speaks() -> None:
    first, second = ScriptedTextToSpeech(name="first"), ScriptedTextToSpeech(name="second")
    voice = FailoverVoice([first, second])
    assert (await voice.speak("안녕하세요"))[1] == "first"
    assert second.spoken == []


async def test_a_failed_voice_is_left_out_then_tried_again() -> None:
    clock, told = Clock(), []
    first, second = ScriptedTextToSpeech(name="first", fail=True), ScriptedTextToSpeech(name="second")
    voice = FailoverVoice(
        [first, second], retry_s=30, clock=clock, on_failure=lambda name, error: told.append((name, type(error)))
    )
    assert (await voice.speak("하나"))[1] == "second"
    first.fail = False
    clock.now = 29.0
    assert (await voice.speak("둘"))[1] == "second"
    clock.now = 30.0
    assert (await voice.speak("셋"))[1] == "first"
    assert first.spoken == ["하나", "셋"]
    assert told == [("first", EngineError)]


async def test_a_stalled_voice_has_failed() -> None:
    first = ScriptedTextToSpeech(name="first", delay_s=60)
    voice = FailoverVoice([first, ScriptedTextToSpeech(name="second")], timeout_s=0.05)
    assert (await voice.speak("하나"))[1] == "second"


async def test_all_failed_says_which() -> None:
    voice = FailoverVoice([ScriptedTextToSpeech(name="a", fail=True), ScriptedTextToSpeech(name="b", fail=True)])
    with pytest.raises(EngineError, match="a: EngineError, b: EngineError"):
        await voice.speak("하나")


async def test_a_voice_left_out_still_speaks_rather_than_nobody() -> None:
    first, second = ScriptedTextToSpeech(name="first", fail=True), ScriptedTextToSpeech(name="second")
    voice = FailoverVoice([first, second], clock=Clock())
    await voice.speak("하나")
    first.fail, second.fail = False, True
    assert (await voice.speak("둘"))[1] == "first"


async def test_loading_needs_one_voice_and_tries_the_others_later() -> None:
    clock, missing = Clock(), Uninstalled(name="missing")
    voice = FailoverVoice([missing, ScriptedTextToSpeech(name="there")], retry_s=10, clock=clock)
    await voice.load()
    assert (await voice.speak("하나"))[1] == "there"
    missing.installed, clock.now = True, 11.0
    assert (await voice.speak("둘"))[1] == "missing"


async def test_without_any_voice_loading_fails_with_the_first_reason() -> None:
    with pytest.raises(EngineNotAvailable, match="weights"):
        await FailoverVoice([Uninstalled()]).load()
