"""What is left of speech after a telephone line, and how many characters of it were understood."""

from __future__ import annotations

import re

import numpy as np
import soxr

from dialogs.korean.spoken import spoken
from voice_agent.engines.ports import STT_RATE, Samples, Speech

_MU = 255.0


def over_the_telephone(speech: Speech) -> Samples:
    """Down to 8 kHz, through 8-bit µ-law, up to the recogniser's rate."""
    narrow = soxr.resample(speech.pcm.astype(np.float32) / 32768, speech.sample_rate, 8000)
    companded = np.sign(narrow) * np.log1p(_MU * np.minimum(np.abs(narrow), 1.0)) / np.log1p(_MU)
    stepped = np.round(companded * 127) / 127
    heard = np.sign(stepped) * np.expm1(np.abs(stepped) * np.log1p(_MU)) / _MU
    return np.asarray(soxr.resample(heard, 8000, STT_RATE), np.float32)


def character_error_rate(expected: str, heard: str) -> float:
    """Edit distance over Hangul alone, numbers spelled out on both sides, by the length of what was expected."""
    a, b = (re.sub(r"[^가-힣]", "", spoken(text)) for text in (expected, heard))
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        corner, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            corner, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, corner + (x != y))
    return row[-1] / len(a)
