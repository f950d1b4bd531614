"""The labelled set of sounds without words, and what the hearing makes of it."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from voice_agent.engines.stt.scripted import ScriptedSpeechToText
from voice_agent.qa.hearing_gate import measure_non_speech
from voice_agent.qa.non_speech import RATE, NonSpeech, non_speech
from voice_agent.qa.sounds import at_level, keys, tone


def quietly(_done: int, _total: int) -> None:
    """Report to nobody."""


def test_there_are_a_hundred_of_many_kinds_and_always_the_same() -> None:
    clips = non_speech()
    kinds = Counter(clip.kind.split(",")[0] for clip in clips)
    assert len(clips) == 100
    assert {"silence", "white noise", "mains hum", "ringback", "busy", "keys", "breath", "music", "cough"} <= set(kinds)
    assert max(kinds.values()) < 20
    assert np.array_equal(clips[5].audio(), non_speech()[5].audio())


@pytest.mark.parametrize("clip", non_speech(), ids=lambda clip: f"{clip.kind} {clip.dbfs}")
def test_each_is_a_telephone_clip_as_loud_as_it_says(clip: NonSpeech) -> None:
    pcm = clip.audio()
    assert pcm.dtype == np.int16 and 1 <= len(pcm) / RATE <= 10
    peak = np.abs(pcm.astype(np.int32)).max()
    if clip.kind == "silence":
        assert peak == 0
    else:
        assert peak / 32768 >= 10 ** (clip.dbfs / 20) * 0.9


def test_tones_are_where_the_standard_puts_them() -> None:
    ringback = np.abs(np.fft.rfft(tone(1, (440, 480))))
    assert set(np.argsort(ringback)[-2:]) == {440, 480}
    five = np.abs(np.fft.rfft(keys("5", on_s=1.0)[RATE // 2 : RATE // 2 + RATE]))
    assert set(np.argsort(five)[-2:]) == {770, 1336}


def test_a_level_is_that_of_the_parts_that_sound() -> None:
    burst = np.concatenate([np.zeros(RATE), np.ones(RATE // 10), np.zeros(RATE)])
    assert np.abs(at_level(burst, -20)).max() == pytest.approx(0.1)
    assert not at_level(np.zeros(10), -20).any()


async def test_the_gate_lets_none_of_them_through_and_the_figures_say_so() -> None:
    clips = non_speech()[::9]
    recogniser = ScriptedSpeechToText(["시청해 주셔서 감사합니다"] * len(clips))
    figures = await measure_non_speech(recogniser, clips, quietly)
    assert figures == {
        "clips": len(clips), "transcripts": 0, "past_the_gate_alone": 0, "transcripts_without_the_gate": len(clips),
    }  # fmt: skip
