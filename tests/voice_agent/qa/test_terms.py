"""The sentences for the terms, their voices, and how recall is counted."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.voice_agent.engines.conftest import model_or_skip
from voice_agent.engines.ports import STT_RATE, Transcript
from voice_agent.engines.stt.scripted import ScriptedSpeechToText
from voice_agent.qa.key_words import missing_words
from voice_agent.qa.term_recall import measure_terms
from voice_agent.qa.terms import Case, SpokenCase, read_cases, speak_cases

CITIES = ("평택시", "화성시", "수원시")


def quietly(_done: int, _total: int) -> None:
    """Report to nobody."""


def test_each_sentence_holds_the_term_it_is_there_for_and_controls_hold_none() -> None:
    cases = read_cases()
    assert sum(bool(case.term) for case in cases) >= 60 and sum(not case.term for case in cases) >= 40
    for case in cases:
        assert 10 <= len(case.words) <= 30
        if case.term:
            assert case.term in case.words
            assert not missing_words(case.sentence, [case.term])
        else:
            packed = case.sentence.replace(" ", "")
            assert not [word for word in case.words if len(word) > 1 and word.replace(" ", "") in packed]


async def test_recall_is_counted_bare_prompted_and_corrected() -> None:
    silence = np.zeros(STT_RATE, np.float32)
    cases = [
        Case("평택시 쪽이에요", "평택시", CITIES),
        Case("화성시에서 일해요", "화성시", CITIES),
        Case("빨리 좀 와 주세요", "", CITIES),
        Case("무화과 시장이요", "", CITIES),
    ]
    heard = [
        "병 택시 쪽이에요", "병 택시 쪽이에요",
        "와송 시에서 일해요", "화성시에서 일해요",
        "빨리 좀 와 주세요",
        Transcript("와송시장이요", 0.4, 0.1),
    ]  # fmt: skip
    figures = await measure_terms(ScriptedSpeechToText(heard), [SpokenCase(case, silence) for case in cases], quietly)
    assert figures == {
        "n": 2, "controls": 2, "recall_without_words": 0.5, "recall_with_words": 0.0,
        "recall_with_words_and_correction": 1.0, "false_corrections": 0.25,
    }  # fmt: skip


@pytest.mark.engines
async def test_the_voices_speak_over_the_telephone(cache_dir: Path) -> None:
    case = read_cases()[0]
    (spoken,) = await speak_cases([case], model_or_skip("kokoro-82m", cache_dir), quietly)
    assert spoken.case == case
    assert 1 < len(spoken.samples) / STT_RATE < 10 and 0.01 < np.abs(spoken.samples).max() <= 1
