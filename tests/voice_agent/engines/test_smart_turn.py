"""Smart Turn with its real weights, which ship inside pipecat."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from telephony.wav_leg import read_wav
from tests.voice_agent.engines.conftest import run_now
from voice_agent.engines.ports import STT_RATE, Samples, as_samples
from voice_agent.engines.smart_turn import SmartTurn
from voice_agent.errors import EngineError, EngineNotAvailable

QUESTION = Path(__file__).parents[3] / "audio_fixtures" / "passport_lost" / "caller.wav"


@pytest.fixture(scope="module")
def smart_turn() -> Iterator[SmartTurn]:
    engine = SmartTurn()
    run_now(engine.load())
    yield engine
    run_now(engine.close())


def spoken() -> Samples:
    """A caller's question without the quiet around it."""
    samples = as_samples(read_wav(QUESTION, STT_RATE))
    loud = np.flatnonzero(np.abs(samples) > 0.02)
    return samples[loud[0] : loud[-1] + STT_RATE // 5]


async def test_a_question_cut_in_its_middle_sounds_less_finished_than_whole(smart_turn: SmartTurn) -> None:
    question = spoken()
    quiet = np.zeros(STT_RATE // 5, np.float32)
    half = np.concatenate([question[: len(question) // 3], quiet])
    whole, cut = await smart_turn.complete(question), await smart_turn.complete(half)
    assert 0.0 <= cut < whole <= 1.0
    assert whole > 0.5


async def test_only_the_last_eight_seconds_count(smart_turn: SmartTurn) -> None:
    random = np.random.default_rng(0)
    newest = random.normal(0, 0.05, 8 * STT_RATE).astype(np.float32)
    longer = np.concatenate([np.ones(STT_RATE, np.float32), newest])
    assert await smart_turn.complete(longer) == pytest.approx(await smart_turn.complete(newest), abs=1e-6)


async def test_before_load_and_after_close_it_says_so() -> None:
    engine = SmartTurn()
    with pytest.raises(EngineError, match="before load"):
        await engine.complete(np.zeros(STT_RATE, np.float32))
    await engine.close()
    with pytest.raises(EngineError, match="closed"):
        await engine.load()


@pytest.mark.parametrize(("content", "told"), [(None, "cannot be read"), (b"not a model", "is damaged")])
async def test_weights_that_are_not_right_are_refused_with_a_remedy(
    tmp_path: Path, content: bytes | None, told: str
) -> None:
    path = tmp_path / "smart-turn.onnx"
    if content is not None:
        await asyncio.to_thread(path.write_bytes, content)
    engine = SmartTurn(path)
    with pytest.raises(EngineNotAvailable, match=told) as error:
        await engine.load()
    assert "pip install" in str(error.value)
    await engine.close()
