"""What callers say into our speech, in voices that are none of the hotline's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from telephony.audio import Pcm, resample
from telephony.wav_leg import read_wav, write_wav
from voice_agent.engines.tts.kokoro import KokoroKorean
from voice_agent.errors import VoiceAgentError

LISTENING = ("네.", "예.", "음.", "아.", "응.", "네네.", "아, 네.", "그렇군요.", "아, 그래요.", "네, 알겠습니다.")
"""Backchannels: whoever says them wants us to go on."""
TAKING_THE_TURN = (
    "그만.", "잠깐만요.", "아니요.", "아니, 그게 아니라.", "됐어요.", "여권이 아니라 주차요.",
    "저기요, 여권 재발급은 어떻게 해요?", "잠시만요.", "그만하세요.", "그거 말고요.",
)  # fmt: skip
"""Stop words, corrections, questions: we must stop."""
_CALLERS = tuple((voice, speed) for voice in ("jf_alpha", "jf_tebukuro", "jm_kumo") for speed in (0.9, 1.1))
"""None of them is a voice of the hotline's own."""
_RATE = 8000
_FRAME = 160
_ONSET = 200.0
"""RMS of the first 10 ms of a clip that count as the caller's first sound."""


@dataclass(frozen=True, slots=True)
class Clip:
    """One caller's words, from just before the first sound."""

    text: str
    listening: bool
    pcm: Pcm
    """8 kHz, shape (n,)."""
    onset: int
    """Sample of the first sound."""
    caller: str = ""
    """Voice and speed."""

    @property
    def speech_s(self) -> float:
        """From the first to the last audible 10 ms."""
        loud = np.flatnonzero(_tens(self.pcm) >= _ONSET)
        return int(loud[-1] - loud[0] + 1) / 100 if len(loud) else 0.0


async def callers_clips(model_dir: Path, folder: Path, most: int, only: Sequence[str] = ()) -> list[Clip]:
    """Up to ``most`` clips of each kind by voices that are not the hotline's, made once and kept in ``folder``.

    ``only``: those whose text holds one of these. Raises VoiceAgentError where none does.
    """
    clips: list[Clip] = []
    wanted = [(text, caller) for texts in (LISTENING, TAKING_THE_TURN) for text, caller in _spread(texts, most)
              if not only or any(part in text for part in only)]  # fmt: skip
    if not wanted:
        raise VoiceAgentError(f"expected a part of one of the clips' texts, got {', '.join(only)}")
    for voice, speed in _CALLERS:
        engine = KokoroKorean(model_dir, speed=speed, voices=(voice,))
        loaded = False
        for text, caller in wanted:
            if caller != (voice, speed):
                continue
            path = folder / f"{voice}_{speed:g}_{(LISTENING + TAKING_THE_TURN).index(text)}.wav"
            if not path.is_file():
                if not loaded:
                    await engine.load()
                    loaded = True
                speech = await engine.synthesize(text)
                write_wav(path, resample(speech.pcm, speech.sample_rate, _RATE).tobytes(), _RATE)
            clips.append(from_first_sound(text, read_wav(path, _RATE), len(clips) * 37 % _FRAME, f"{voice}@{speed:g}"))
        await engine.close()
    return clips


def _spread(texts: Sequence[str], most: int) -> list[tuple[str, tuple[str, float]]]:
    """Pairs of text and caller, every text before any a second time."""
    pairs = [(text, _CALLERS[(row + column) % len(_CALLERS)])
             for row in range(len(_CALLERS)) for column, text in enumerate(texts)]  # fmt: skip
    return pairs[:most]


def from_first_sound(text: str, pcm: Pcm, early: int, caller: str = "") -> Clip:
    """The clip cut ``early`` samples (below 160) before its first audible 10 ms. ``pcm``: 8 kHz, shape (n,)."""
    step = _RATE // 100
    loud = np.flatnonzero(_tens(pcm) >= _ONSET)
    if not len(loud):
        raise VoiceAgentError(f"the clip of {text} is silent")
    first = int(loud[0]) * step
    padded = np.concatenate([np.zeros(early, np.int16), pcm])
    return Clip(text, text in LISTENING, padded[first:], early, caller)


def _tens(pcm: Pcm) -> np.ndarray[Any, np.dtype[np.float32]]:
    """RMS of each 10 ms. ``pcm``: 8 kHz, shape (n,)."""
    step = _RATE // 100
    tens = pcm[: len(pcm) // step * step].reshape(-1, step).astype(np.float32)
    rms: np.ndarray[Any, np.dtype[np.float32]] = np.sqrt((tens * tens).mean(axis=1))
    return rms
