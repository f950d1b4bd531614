"""A caller's voice for tests."""

from __future__ import annotations

from pathlib import Path

from telephony.audio import Pcm
from telephony.wav_leg import read_wav

FIXTURES = Path(__file__).parents[2] / "audio_fixtures"


def spoken_question(case: str = "person") -> Pcm:
    """A caller's recorded sentence, 8 kHz mono. The default has no pause in it."""
    return read_wav(FIXTURES / case / "caller.wav", 8000)
