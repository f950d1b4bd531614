"""The worker process, killed and stalled on purpose."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import AsyncIterator

import pytest

from voice_agent.engines.tts.pyttsx3 import Pyttsx3Voice
from voice_agent.errors import EngineError, EngineNotAvailable

needs_espeak = pytest.mark.skipif(
    shutil.which("espeak-ng") is None and not os.environ.get("CI"), reason="espeak-ng is not installed"
)


@pytest.fixture
async def voice() -> AsyncIterator[Pyttsx3Voice]:
    engine = Pyttsx3Voice(deadline_s=5.0)
    await engine.load()
    yield engine
    await engine.close()


@pytest.mark.engines
@needs_espeak
async def test_it_speaks_from_the_first_sentence_on(voice: Pyttsx3Voice) -> None:
    short, long = [await voice.synthesize(text) for text in ("네.", "경기도 콜센터 120입니다.")]
    assert 0.1 < short.duration_s < long.duration_s < 10


@pytest.mark.engines
@needs_espeak
async def test_a_slower_pace_lasts_longer_and_the_usual_one_comes_back(voice: Pyttsx3Voice) -> None:
    usual, slow, again = [await voice.synthesize("경기도 콜센터입니다.", pace=pace) for pace in (1.0, 0.8, 1.0)]
    assert 1.1 < slow.duration_s / usual.duration_s < 1.4
    assert again.duration_s == pytest.approx(usual.duration_s, rel=0.02)


@pytest.mark.engines
@needs_espeak
async def test_a_worker_killed_between_sentences_is_replaced(voice: Pyttsx3Voice) -> None:
    first = voice.worker_pid
    assert first is not None
    os.kill(first, signal.SIGKILL)
    assert (await voice.synthesize("무엇을 도와드릴까요?")).duration_s > 0.5
    assert voice.worker_pid not in (None, first)


@pytest.mark.engines
@needs_espeak
async def test_a_stalled_worker_is_given_up_and_replaced() -> None:
    engine = Pyttsx3Voice(deadline_s=0.5)
    await engine.load()
    assert engine.worker_pid is not None
    os.kill(engine.worker_pid, signal.SIGSTOP)
    with pytest.raises(EngineError, match="no answer within"):
        await engine.synthesize("네.")
    assert (await engine.synthesize("네.")).duration_s > 0
    await engine.close()


@pytest.mark.engines
@needs_espeak
async def test_nothing_to_say_is_an_error_and_the_next_sentence_comes(voice: Pyttsx3Voice) -> None:
    with pytest.raises(EngineError):
        await voice.synthesize(" ")
    assert (await voice.synthesize("네.")).duration_s > 0


async def test_without_espeak_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(EngineNotAvailable, match="apt-get install espeak-ng libespeak-ng1"):
        await Pyttsx3Voice().load()


async def test_a_closed_voice_does_not_start_again() -> None:
    engine = Pyttsx3Voice()
    await engine.close()
    with pytest.raises(EngineError, match="closed"):
        await engine.synthesize("네.")
