"""The sentences that show how well a state's words are heard, and their voices: made, since nobody was recorded.

terms.yaml holds the words a state of the dialog offers, sentences that hold one of them, and control sentences that
hold none. Kokoro's voices take turns at three speeds; then light noise, then G.711. Synthetic speech is clearer than a
caller in one way and stranger in another, so the figures compare settings; they do not foretell a real line.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import yaml

from telephony.audio import Pcm, resample, through_g711
from voice_agent.engines.ports import STT_RATE, Samples, Speech, as_samples
from voice_agent.engines.tts.kokoro import KokoroKorean

VOICES = ("jf_alpha", "jf_gongitsune", "jf_nezumi", "jf_tebukuro", "jm_kumo")
SPEEDS = (0.85, 0.95, 1.05)
"""No multiple of the voices' number, so that every voice speaks at every speed."""
_CASES = Path(__file__).with_name("terms.yaml")
_LINE_RATE = 8000
_NOISE_DBFS = -50.0
_LEAD_S = 0.25
_SEED = 120


@dataclass(frozen=True, slots=True)
class Case:
    """One sentence in one state of the dialog."""

    sentence: str
    term: str
    """The word of the state that is in the sentence; empty for a control."""
    words: tuple[str, ...]
    """All the words the state offers."""


@dataclass(frozen=True, slots=True)
class SpokenCase:
    """A case as heard at the hotline."""

    case: Case
    samples: Samples
    """Shape (n,), 16 kHz."""


def read_cases() -> list[Case]:
    """The cases of terms.yaml, state by state."""
    states = yaml.safe_load(_CASES.read_text(encoding="utf-8"))["states"]
    cases = []
    for state in states.values():
        words = tuple(state["words"])
        cases += [Case(sentence, term, words) for term, sentence in state["said"]]
        cases += [Case(sentence, "", words) for sentence in state["control"]]
    return cases


async def speak_cases(
    cases: list[Case], kokoro: Path, report: Callable[[int, int], None], *, turn: int = 0, threads: int = 1
) -> list[SpokenCase]:
    """Every case in one voice at one speed; another ``turn`` gives each to the next voice. ``kokoro``: model folder."""
    spoken: dict[int, SpokenCase] = {}
    for number, voice in enumerate(VOICES):
        mine = [n for n in range(len(cases)) if (n + turn) % len(VOICES) == number]
        for speed in SPEEDS:
            at_speed = [n for n in mine if SPEEDS[(n + turn) % len(SPEEDS)] == speed]
            if not at_speed:
                continue
            engine = KokoroKorean(kokoro, threads=threads, speed=speed, voices=(voice,))
            await engine.load()
            try:
                for n in at_speed:
                    speech = await engine.synthesize(cases[n].sentence + ".")
                    spoken[n] = SpokenCase(cases[n], _over_the_line(speech, np.random.default_rng(_SEED + n)))
                    report(len(spoken), len(cases))
            finally:
                await engine.close()
    return [spoken[n] for n in range(len(cases))]


def _over_the_line(speech: Speech, rng: np.random.Generator) -> Samples:
    """A little silence around it, light noise, 8 kHz, G.711, and up to the recogniser's rate."""
    pcm = resample(speech.pcm, speech.sample_rate, _LINE_RATE)
    quiet = np.zeros(int(_LEAD_S * _LINE_RATE), np.int16)
    line = np.concatenate([quiet, pcm, quiet]).astype(np.float64)
    line += rng.normal(0, 32768 * 10 ** (_NOISE_DBFS / 20), len(line))
    heard: Pcm = through_g711(np.clip(line, -32768, 32767).astype(np.int16))
    return as_samples(resample(heard, _LINE_RATE, STT_RATE))
