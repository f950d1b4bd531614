"""What is left of speech after a telephone line, and how many characters of it were understood."""

from __future__ import annotations

import re

import numpy as np

from dialogs.korean.spoken import spoken
from telephony.audio import resample, through_g711
from voice_agent.engines.ports import STT_RATE, Samples, Speech


def over_the_telephone(speech: Speech) -> Samples:
    """Down to 8 kHz, through G.711, up to the recogniser's rate."""
    heard = through_g711(resample(speech.pcm, speech.sample_rate, 8000))
    return resample(heard, 8000, STT_RATE).astype(np.float32) / np.float32(32768)


def character_error_rate(expected: str, heard: str) -> float:
    """Edit distance over Hangul alone, numbers spelled out on both sides, by the length of what was expected."""
    a, b = (re.sub(r"[^가-힣]", "", spoken(text)) for text in (expected, heard))
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        corner, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            corner, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, corner + (x != y))
    return row[-1] / len(a)
