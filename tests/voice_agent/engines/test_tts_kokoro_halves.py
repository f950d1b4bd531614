"""Which frames of a clause are made, what the rest counts for, and that the speech does not suffer from it."""

from __future__ import annotations

import numpy as np
import pytest

from voice_agent.engines.onnx import OnnxSession
from voice_agent.engines.ports import Samples
from voice_agent.engines.tts import kokoro_halves
from voice_agent.engines.tts.kokoro import KokoroKorean
from voice_agent.engines.tts.kokoro_halves import FRAME, frames_to_make
from voice_agent.engines.tts.kokoro_phonemes import TAUGHT, phonemes
from voice_agent.engines.tts.lesson import read_lesson
from voice_agent.engines.tts.loudness import trimmed
from voice_agent.engines.tts.onnx_cut import read_graph
from voice_agent.errors import EngineNotAvailable

RATE = 24_000
# 16 faint, 18 soft, 40 spoken with a gap inside, 30 soft, 10 faint.
CLAUSE = np.concatenate([[-9.6] * 16, [-5] * 18, [8] * 15, [-4.5] * 10, [3] * 15, [-5] * 30, [-9.6] * 10])


def test_the_quiet_before_and_behind_is_hardly_made() -> None:
    kept = frames_to_make(CLAUSE)
    expected = [*range(4, 8), *range(28, 80), *range(106, 110)]
    assert kept.frames.tolist() == expected
    assert kept.frames[kept.first : kept.end].tolist() == list(range(28, 80))


def test_what_is_made_of_the_quiet_stands_for_all_of_its_kind() -> None:
    kept = frames_to_make(CLAUSE)
    assert kept.weights.sum() == pytest.approx(len(CLAUSE))
    assert kept.weights[:4].tolist() == kept.weights[-4:].tolist() == [26 / 8] * 4
    assert kept.weights[4:10].tolist() == kept.weights[-10:-4].tolist() == [48 / 12] * 6
    # What is audible, and the gap inside, count as they are.
    assert set(kept.weights[10:-10]) == {1.0}


@pytest.mark.parametrize("energy", [np.full(30, -9.6), np.full(3, 8.0), np.full(30, 8.0), np.array([8.0])])
def test_where_there_is_no_quiet_to_leave_out_all_is_made(energy: Samples) -> None:
    kept = frames_to_make(energy)
    assert kept.frames.tolist() == list(range(len(energy)))
    assert (kept.first, kept.end) == (0, len(energy))
    assert kept.weights.tolist() == [1.0] * len(energy)


def test_a_long_sentence_with_little_quiet_is_made_whole() -> None:
    sentence = np.concatenate([CLAUSE[:34], [8.0] * 400, CLAUSE[-40:]])
    kept = frames_to_make(sentence)
    assert len(kept.frames) == len(sentence)
    assert set(kept.weights) == {1.0}


@pytest.mark.engines
@pytest.mark.parametrize("bfloat16", [False, True])
async def test_the_speech_is_that_of_the_whole_model(
    kokoro: KokoroKorean, bfloat16: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether onnxruntime makes it or OpenVINO, which computes in floating point on a CPU without bfloat16."""
    monkeypatch.setattr(kokoro_halves, "has_bfloat16", lambda: bfloat16)
    loaded = kokoro._open()
    whole_model = OnnxSession(kokoro._model_dir / "model.onnx", threads=2, weights=read_lesson().tables)
    tokens = [loaded.alphabet[sound] for sound in phonemes("접쑤되얻씀니다", loaded.alphabet, TAUGHT)]
    given = {
        "tokens": np.array([[0, *tokens, 0]], np.int64),
        "style": loaded.style[np.newaxis, len(tokens)],
        "speed": np.array([0.9], np.float32),
    }
    whole, cut = whole_model.run(given)[0].ravel(), loaded.model.run(**given)
    assert len(cut) % FRAME == 0
    assert len(cut) < 0.75 * len(whole)
    spoken, spoken_cut = trimmed(whole, RATE), trimmed(cut, RATE)
    # Nothing is cut off: the same length to within 10 ms …
    assert len(spoken_cut) == pytest.approx(len(spoken), abs=240)
    # … and the same sound: 1.7 dB apart on average, where a change of phase alone makes 1.3, and means over what is
    # left, unweighted, 6.8.
    assert _decibels_apart(spoken, spoken_cut) < 3.0


@pytest.mark.engines
def test_where_openvino_cannot_run_it_onnxruntime_does(kokoro: KokoroKorean, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuses(_model: bytes, *, threads: int) -> OnnxSession:
        raise EngineNotAvailable(f"no {threads} threads here")

    monkeypatch.setattr(kokoro_halves, "has_bfloat16", lambda: True)
    monkeypatch.setattr(kokoro_halves, "OpenVinoModel", refuses)
    path = kokoro._model_dir / "model.onnx"
    second = kokoro_halves._second_half(read_graph(path), path, threads=1)
    assert isinstance(second, OnnxSession)


def _decibels_apart(one: Samples, other: Samples) -> float:
    """Mean distance of the power in 32 bands of the telephone, frame by frame, at the best of some small shifts."""

    def bands(samples: Samples) -> Samples:
        windows = np.lib.stride_tricks.sliding_window_view(samples, 600)[::150] * np.hanning(600)
        power = np.square(np.abs(np.fft.rfft(windows)))[:, 5:101].reshape(len(windows), 32, 3).mean(axis=2)
        return np.asarray(10 * np.log10(power + 1e-4), np.float32)

    shifts = [(one[max(0, by) :], other[max(0, -by) :]) for by in range(-240, 241, 30)]
    found = []
    for left, right in shifts:
        length = min(len(left), len(right))
        found.append(float(np.abs(bands(left[:length]) - bands(right[:length])).mean()))
    return min(found)
