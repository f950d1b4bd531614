"""The fake recogniser keeps to its script."""

from __future__ import annotations

import numpy as np
import pytest

from voice_agent.engines.ports import Transcript
from voice_agent.engines.stt.scripted import ScriptedSpeechToText
from voice_agent.errors import EngineError

SECOND = np.zeros(16_000, np.float32)


async def test_it_says_its_lines_in_order_then_nothing() -> None:
    engine = ScriptedSpeechToText(["네", Transcript("", 0.1, 0.0, "no_speech")])
    assert (await engine.transcribe(SECOND, words=["네", "아니요"])).text == "네"
    assert (await engine.transcribe(SECOND)).rejected == "no_speech"
    assert await engine.transcribe(SECOND) == Transcript("", 0.0, 0.0)
    assert engine.heard == [(1.0, ("네", "아니요")), (1.0, ()), (1.0, ())]


async def test_it_fails_where_it_should_and_goes_on() -> None:
    engine = ScriptedSpeechToText(["네"], fail_at=[0])
    with pytest.raises(EngineError):
        await engine.transcribe(SECOND)
    assert (await engine.transcribe(SECOND)).text == "네"
