"""What a line does to speech, and a script voiced through it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from voice_agent.engines.ports import Speech
from voice_agent.qa.fixture import Line, Noise, Script, Voice
from voice_agent.qa.fixture_voice import FixtureVoice
from voice_agent.qa.line_conditions import background, louder, mixed, over_the_line, through_codec, without_lost_packets

TONE = (np.sin(np.arange(16_000) / 3) * 9000).astype(np.int16)


def rms(pcm: np.ndarray) -> float:  # type: ignore[type-arg]
    return float(np.sqrt(np.mean(pcm.astype(np.float64) ** 2)))


@pytest.mark.parametrize("codec", ["ulaw", "alaw"])
def test_a_codec_costs_little(codec: str) -> None:
    heard = through_codec(TONE, codec)
    assert rms(heard - TONE) < 0.05 * rms(TONE) and not np.array_equal(heard, TONE)


def test_lost_packets_are_holes_of_20_ms_the_same_each_time() -> None:
    line = Line(loss=0.1, burst=2)
    heard = without_lost_packets(TONE, line, seed=3)
    holes = np.abs(heard.reshape(-1, 160)).max(axis=1) == 0
    assert 0.02 < holes.mean() < 0.25
    assert np.array_equal(heard, without_lost_packets(TONE, line, seed=3))
    assert np.array_equal(without_lost_packets(TONE, Line()), TONE)


def test_noise_has_the_ratio_asked_for() -> None:
    quiet, loud = background(Line(noise=Noise.STREET, snr_db=30)), background(Line(noise=Noise.HISS, snr_db=10))
    assert quiet is not None and loud is not None and background(Line()) is None
    assert 15 < 20 * np.log10(rms(loud) / rms(quiet)) < 25


def test_loudness_and_overlap() -> None:
    assert rms(louder(TONE, -6)) == pytest.approx(rms(TONE) / 2, rel=0.01)
    assert len(mixed(TONE, TONE[:100])) == len(TONE)


def test_a_script_is_voiced_with_its_pauses_and_kept(tmp_path: Path) -> None:
    asked: list[tuple[str, str]] = []

    def speak(words: str, voice: Voice) -> Speech:
        asked.append((words, voice.voice))
        return Speech(TONE, 16_000)

    script = Script.model_validate(
        {
            "title": "t",
            "turns": [
                {"says": "음 [0.5] 여권이요"},
                {"keys": "1"},
                {"says": "뉴스입니다", "voice": {"voice": "jm_kumo", "volume_db": -20}},
            ],
        }
    )
    voice = FixtureVoice(speak, tmp_path)
    turns = voice.script(script, tmp_path)
    assert list(turns) == [0, 2]
    assert len(turns[0]) == pytest.approx(8000 * (0.2 + 1 + 0.5 + 1 + 0.2), abs=50)
    assert rms(turns[2]) < rms(turns[0]) / 4
    assert asked == [("음", "female"), ("여권이요", "female"), ("뉴스입니다", "jm_kumo")]
    voice.script(script, tmp_path)
    assert len(asked) == 3
    assert np.array_equal(over_the_line(TONE, Line(codec="none")), TONE)
