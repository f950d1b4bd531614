"""Which of Whisper's decodes are not to be believed. Pure functions.

Whisper says something about every sound: hum, music, silence. The limits were measured on Korean telephone speech.
"""

from __future__ import annotations

import math
import zlib
from dataclasses import dataclass

NO_SPEECH_LIMIT = 0.6
LOG_PROBABILITY_LIMIT = -1.6
TOKENS_PER_SECOND_LIMIT = 8.0
COMPRESSION_LIMIT = 1.9
_SHORTEST_FOR_RATE_S = 1.5
_SHORTEST_FOR_COMPRESSION = 48


@dataclass(frozen=True, slots=True)
class Decoded:
    """One decode of one stretch of audio."""

    text: str
    tokens: int
    """How many text tokens were written."""
    mean_log_probability: float
    no_speech: float
    """Probability, 0 … 1, that there was no speech."""


def is_loop(decoded: Decoded, seconds: float) -> bool:
    """True where the decoder ran round in circles: too many tokens for the time, or text that repeats itself.

    A short "아니요" in 0.4 s of audio is quick but no loop, so the rate is taken over at least 1.5 s; and a text under
    48 bytes ("네, 네, 네") says too little about repetition.
    """
    if decoded.tokens / max(seconds, _SHORTEST_FOR_RATE_S) > TOKENS_PER_SECOND_LIMIT:
        return True
    encoded = decoded.text.encode()
    if len(encoded) < _SHORTEST_FOR_COMPRESSION:
        return False
    return len(encoded) / len(zlib.compress(encoded)) > COMPRESSION_LIMIT


def rejection(decoded: Decoded) -> str:
    """Why the decode is dropped (``no_speech``, ``low_probability``), or an empty string."""
    if decoded.no_speech > NO_SPEECH_LIMIT:
        return "no_speech"
    if decoded.mean_log_probability < LOG_PROBABILITY_LIMIT:
        return "low_probability"
    return ""


def confidence(mean_log_probability: float) -> float:
    """The mean probability of a token, 0 … 1."""
    return min(1.0, math.exp(min(0.0, mean_log_probability)))
