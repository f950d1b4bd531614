"""Sounds and speech at the whole gate of the hearing: voice activity as in a call, then the recogniser."""

from __future__ import annotations

import numpy as np
import pytest

from telephony.audio import Pcm, resample
from tests.voice_agent.engines.telephone_judge import over_the_telephone
from voice_agent.engines.ports import STT_RATE, Samples
from voice_agent.engines.stt.faster_whisper import FasterWhisper
from voice_agent.engines.tts.kokoro import KokoroKorean
from voice_agent.engines.voice_activity import SileroModel
from voice_agent.qa.hearing_gate import gate, measure_non_speech
from voice_agent.qa.non_speech import RATE, non_speech


def quietly(_done: int, _total: int) -> None:
    """Report to nobody."""


def at_line_rate(samples: Samples) -> Pcm:
    return resample((samples * 32767).astype(np.int16), STT_RATE, RATE)


@pytest.mark.engines
async def test_speech_comes_through_the_gate_and_a_clip_that_ends_in_it_too(kokoro: KokoroKorean) -> None:
    spoken = at_line_rate(over_the_telephone(await kokoro.synthesize("상담원 연결해 주세요.")))
    quiet = np.zeros(RATE, np.int16)
    silero = SileroModel()
    assert gate(silero, np.concatenate([quiet, spoken, quiet]))
    assert len(gate(silero, np.concatenate([quiet, spoken[: len(spoken) // 2]]))) == 1


@pytest.mark.engines
async def test_the_hearing_makes_no_words_of_sounds(whisper: FasterWhisper) -> None:
    chosen = {clip.kind: clip for clip in non_speech()}
    loud = [chosen[kind] for kind in ("pink noise", "ringback", "music, organ", "breath", "cough", "keys", "throat")]
    figures = await measure_non_speech(whisper, loud, quietly)
    assert figures["clips"] == len(loud) and figures["transcripts"] == 0
