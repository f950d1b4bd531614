"""The fake voice is the same every time."""

from __future__ import annotations

import numpy as np
import pytest

from voice_agent.engines.tts.scripted import ScriptedTextToSpeech
from voice_agent.errors import EngineError


async def test_the_same_text_sounds_the_same_and_longer_text_lasts_longer() -> None:
    engine = ScriptedTextToSpeech()
    short, again, long = [await engine.synthesize(text) for text in ("네", "네", "네, 알겠습니다")]
    assert np.array_equal(short.pcm, again.pcm)
    assert long.duration_s > short.duration_s > 0
    assert engine.spoken == ["네", "네", "네, 알겠습니다"]


async def test_the_switch_makes_it_fail_and_work_again() -> None:
    engine = ScriptedTextToSpeech(fail=True)
    with pytest.raises(EngineError):
        await engine.synthesize("네")
    engine.fail = False
    assert (await engine.synthesize("네")).duration_s > 0


async def test_slower_is_longer() -> None:
    engine = ScriptedTextToSpeech()
    usual, slow = await engine.synthesize("네, 알겠습니다"), await engine.synthesize("네, 알겠습니다", pace=0.8)
    assert slow.duration_s == pytest.approx(usual.duration_s / 0.8, abs=0.001)
