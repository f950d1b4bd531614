"""Louder without clipping, for callers who ask for it. Pure."""

from __future__ import annotations

import numpy as np

from voice_agent.engines.ports import Pcm, as_samples
from voice_agent.engines.tts.loudness import to_pcm

CEILING_DBFS = -1.0
_KNEE_DBFS = -6.0
"""Samples below it are made louder and nothing else; above it they bend towards the ceiling."""


def louder(pcm: Pcm, gain_db: float) -> Pcm:
    """``pcm`` with ``gain_db`` more, its peaks rounded off below -1 dBFS. No gain leaves it as it is."""
    if gain_db == 0:
        return pcm
    knee, ceiling = 10 ** (_KNEE_DBFS / 20), 10 ** (CEILING_DBFS / 20)
    samples = as_samples(pcm) * np.float32(10 ** (gain_db / 20))
    size = np.abs(samples)
    room = ceiling - knee
    bent = knee + room * np.tanh((size - knee) / room)
    return to_pcm(np.where(size <= knee, samples, np.sign(samples) * bent).astype(np.float32))
