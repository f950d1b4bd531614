"""Which of Whisper's decodes are not to be believed. Pure functions.

Whisper says something about every sound: hum, music, silence. The limits were measured with Whisper base on human
sentences, on one-word answers in five made voices, and on the hundred clips of :mod:`voice_agent.qa.non_speech`, all
through G.711: no speech is lost, and no clip is kept, even without voice activity in front.
"""

from __future__ import annotations

import math
import zlib
from dataclasses import dataclass

NO_SPEECH_LIMIT = 0.6
LOG_PROBABILITY_LIMIT = -1.6
"""Holds where there is some doubt that it was speech; a lone 다시 or 예 is as improbable, but clearly speech."""
LOG_PROBABILITY_FLOOR = -2.7
"""Nothing less probable is believed."""
DOUBTFUL_SPEECH = 0.25
"""Sounds that are kept by the other limits stand at 0.32 and above, improbable words at 0.20 and below."""
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
    alternatives: tuple[str, ...] = ()
    """Other readings, likeliest first, none of them empty or ``text``."""


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
    least = LOG_PROBABILITY_LIMIT if decoded.no_speech > DOUBTFUL_SPEECH else LOG_PROBABILITY_FLOOR
    if decoded.mean_log_probability < least:
        return "low_probability"
    return ""


def confidence(mean_log_probability: float) -> float:
    """The mean probability of a token, 0 … 1."""
    return min(1.0, math.exp(min(0.0, mean_log_probability)))
