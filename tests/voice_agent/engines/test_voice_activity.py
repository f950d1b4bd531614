"""Silero, fed in pieces, for several calls at once."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soxr

from voice_agent.engines.ports import STT_RATE, Samples
from voice_agent.engines.tts.kokoro import KokoroKorean
from voice_agent.engines.voice_activity import WINDOW, SileroModel, VoiceActivity
from voice_agent.errors import EngineError, EngineNotAvailable


@pytest.fixture(scope="module")
def model() -> SileroModel:
    return SileroModel()


def noise(seconds: float, seed: int = 0) -> Samples:
    return np.random.default_rng(seed).normal(0, 0.003, int(seconds * STT_RATE)).astype(np.float32)


def test_each_full_window_has_one_probability_whatever_the_pieces(model: SileroModel) -> None:
    samples = noise(1.0)
    whole = VoiceActivity(model).feed(samples)
    pieces = VoiceActivity(model)
    by_piece = [p for start in range(0, len(samples), 320) for p in pieces.feed(samples[start : start + 320])]
    assert len(whole) == STT_RATE // WINDOW
    assert by_piece == pytest.approx(whole, abs=1e-6)


def test_two_calls_do_not_hear_each_other(model: SileroModel) -> None:
    alone = VoiceActivity(model).feed(noise(1.0))
    one, other = VoiceActivity(model), VoiceActivity(model)
    beside = []
    for start in range(0, STT_RATE, WINDOW):
        beside += one.feed(noise(1.0)[start : start + WINDOW])
        other.feed(np.sin(np.arange(WINDOW, dtype=np.float32)))
    assert beside[: len(alone)] == pytest.approx(alone, abs=1e-6)


def test_reset_forgets(model: SileroModel) -> None:
    ear = VoiceActivity(model)
    first = ear.feed(noise(0.5))
    ear.feed(noise(0.1, seed=1))
    ear.reset()
    assert ear.feed(noise(0.5)) == pytest.approx(first, abs=1e-6)


def test_silence_is_no_speech(model: SileroModel) -> None:
    assert max(VoiceActivity(model).feed(noise(2.0))) < 0.2


@pytest.mark.engines
async def test_speech_is_speech(model: SileroModel, kokoro: KokoroKorean) -> None:
    speech = await kokoro.synthesize("불법 주정차를 신고하고 싶어요.")
    samples = soxr.resample(speech.pcm.astype(np.float32) / 32768, speech.sample_rate, STT_RATE)
    probabilities = VoiceActivity(model).feed(samples)
    assert np.mean(np.array(probabilities) > 0.5) > 0.7


def test_a_missing_file_is_not_available(tmp_path: Path) -> None:
    with pytest.raises(EngineNotAvailable, match="is missing"):
        SileroModel(tmp_path / "silero.onnx")


def test_a_file_that_is_no_model_is_not_available(tmp_path: Path) -> None:
    (tmp_path / "silero.onnx").write_bytes(b"not a model")
    with pytest.raises(EngineNotAvailable, match="not a usable ONNX model"):
        SileroModel(tmp_path / "silero.onnx")


def test_a_window_of_the_wrong_shape_is_an_engine_error(model: SileroModel) -> None:
    with pytest.raises(EngineError, match="onnxruntime failed"):
        model.probability(np.zeros((1, 576), np.float32), np.zeros((3, 1, 128), np.float32))
