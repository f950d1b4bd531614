"""False cut-offs against delay: the arithmetic, and two clips all the way with a scripted recogniser."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest

from dialogs.vocabulary import Expectation
from telephony.wav_leg import read_wav
from voice_agent.engines.smart_turn import SmartTurn
from voice_agent.engines.stt.scripted import ScriptedSpeechToText
from voice_agent.errors import ConfigError
from voice_agent.pipeline.end_of_turn import TurnSettings
from voice_agent.qa.turn_clips import LINE_RATE, Pause, TurnClip
from voice_agent.qa.turns import Decided, figures, measure_turns

FIXTURE = Path(__file__).parents[3] / "audio_fixtures" / "passport_lost" / "caller.wav"
FINISHED, OPEN = "여권을 잃어버렸어요.", "여권을"


@pytest.fixture
async def smart_turn() -> AsyncIterator[SmartTurn]:
    engine = SmartTurn()
    await engine.load()
    yield engine
    await engine.close()


def moment(length_s: float | None, text: str, complete: float) -> Decided:
    return Decided(length_s, text, Expectation(), complete, decode_s=0.2, smart_turn_s=0.1, smart_turn_cpu_s=0.08)


MOMENTS = [
    *(moment(tenths / 10, OPEN, 0.1) for tenths in range(1, 11)),
    *(moment(None, FINISHED, 0.9) for _ in range(4)),
]
"""Pauses of 0.1 … 1.0 s that words and sound both know for pauses, and four ends."""


def test_waiting_alike_everywhere_cuts_what_is_longer() -> None:
    vad = figures(MOMENTS, TurnSettings())["vad"]
    assert vad["false_cutoffs_at_300ms"] == 0.7
    assert vad["delay_at_10pct_ms"] == pytest.approx(900)
    assert vad["delay_at_5pct_ms"] == pytest.approx(1000)
    assert vad["mean"]["false_cutoffs_at_300ms"] == 0.7


def test_who_knows_a_pause_from_an_end_cuts_nothing_off() -> None:
    result = figures(MOMENTS, TurnSettings())
    assert result["ours"]["false_cutoffs_at_300ms"] == 0.0
    assert result["smart_turn"]["false_cutoffs_at_300ms"] == 0.0
    assert result["ours"]["delay_at_10pct_ms"] < 300
    assert result["ours"]["asked_smart_turn"] == pytest.approx(4 / 14, abs=1e-4)


def test_as_configured_the_delay_waits_for_words_and_sound() -> None:
    settings = TurnSettings(certain_s=0.1)
    configured = figures(MOMENTS, settings)["ours"]["as_configured"]
    assert configured == {"false_cutoffs": 0.0, "delay_median_ms": 460.0, "delay_mean_ms": 460.0}


def test_long_waits_at_a_few_ends_show_in_the_mean_only() -> None:
    moments = [*MOMENTS, moment(None, OPEN, 0.1)]
    ours = figures(moments, TurnSettings())["ours"]
    assert ours["false_cutoffs_at_300ms"] == 0.0
    assert ours["mean"]["false_cutoffs_at_300ms"] > 0.0


async def test_clips_all_the_way(smart_turn: SmartTurn) -> None:
    speech = read_wav(FIXTURE, LINE_RATE)
    loud = np.flatnonzero(np.abs(speech) > 800)
    speech = speech[loud[0] : loud[-1]]
    quiet = np.zeros(LINE_RATE // 2, np.int16)
    middle = len(speech) / LINE_RATE
    twice = np.concatenate([speech, quiet, speech])
    given = TurnClip("given", twice, Expectation(), (Pause(middle, middle + 0.5),))
    hearing = ScriptedSpeechToText([OPEN, FINISHED])
    result = await measure_turns(hearing, smart_turn, [given], lambda _done, _total: None)
    assert (result["clips"], result["inner_pauses"], result["ends"], result["pauses"]) == (1, 1, 1, "given")
    assert result["ours"]["false_cutoffs_at_300ms"] == 0.0
    assert result["vad"]["false_cutoffs_at_300ms"] == 1.0
    assert result["smart_turn"]["cpu_ms"] > 1.0
    [to_the_pause, to_the_end] = [seconds for seconds, _ in hearing.heard]
    assert to_the_pause == pytest.approx(middle + 0.16, abs=0.01)
    assert to_the_end == pytest.approx(2 * middle + 0.66, abs=0.3)


async def test_pauses_nobody_marked_are_found(smart_turn: SmartTurn) -> None:
    speech = read_wav(FIXTURE, LINE_RATE)
    clip = TurnClip("found", np.concatenate([speech, np.zeros(LINE_RATE, np.int16), speech]), Expectation(), None)
    result = await measure_turns(ScriptedSpeechToText([OPEN] * 9), smart_turn, [clip], lambda _done, _total: None)
    assert result["pauses"] == "detected"
    assert result["inner_pauses"] >= 1


async def test_without_any_pause_there_is_nothing_to_tell(smart_turn: SmartTurn) -> None:
    clip = TurnClip("one word", read_wav(FIXTURE, LINE_RATE)[:LINE_RATE], Expectation(), ())
    with pytest.raises(ConfigError, match="inner pause"):
        await measure_turns(ScriptedSpeechToText(["네"]), smart_turn, [clip], lambda _done, _total: None)
