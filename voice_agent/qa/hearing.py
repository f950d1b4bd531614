"""How well the recogniser hears: character error rate and CPU over recordings with transcripts."""

from __future__ import annotations

import csv
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from telephony.audio import Pcm, resample, through_g711
from telephony.errors import TelephonyError
from telephony.wav_leg import read_wav
from voice_agent.engines.ports import STT_RATE, SpeechToText, as_samples
from voice_agent.errors import ConfigError, EngineNotAvailable

_LINE_RATE = 8000
_SPELT_OUT = re.compile(r"\d(?:\.\d){2,}")
"""How Whisper may write figures said one by one: "0.1.0.2"."""


@dataclass(frozen=True, slots=True)
class Clip:
    """One recording and what is said in it."""

    path: Path
    transcript: str


def read_manifest(path: Path) -> list[Clip]:
    """A tab-separated file with a header; columns ``file`` (beside the manifest) and ``transcript``."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file, delimiter="\t"))
    except OSError as error:
        raise ConfigError(f"--clips: expected a readable TSV file, got {path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ConfigError(
            f"--clips: {path}: expected UTF-8 text, got byte 0x{error.object[error.start]:02x}"
        ) from error
    if not rows or not {"file", "transcript"} <= rows[0].keys():
        raise ConfigError(f"--clips: {path}: expected a header with the columns file and transcript, and clips below")
    for number, row in enumerate(rows, start=2):
        if not row["file"] or not row["transcript"]:
            raise ConfigError(f"--clips: {path}:{number}: expected a file and a transcript, got {list(row.values())}")
    return [Clip(path.parent / row["file"], row["transcript"]) for row in rows]


def check_clips(clips: list[Clip]) -> None:
    """Raises ConfigError where a recording is missing or no 16-bit WAV file: before an engine is loaded for nothing."""
    for clip in clips:
        _read(clip, STT_RATE)


async def measure_hearing(
    engine: SpeechToText, clips: list[Clip], report: Callable[[int, int], None]
) -> dict[str, Any]:
    """CER through G.711 and wideband, CPU and wall seconds an utterance (p50, p95)."""
    result: dict[str, Any] = {}
    cpu: list[float] = []
    wall: list[float] = []
    for number, (name, line) in enumerate((("g711", _through_line), ("wide", _unchanged))):
        pairs = []
        for index, clip in enumerate(clips):
            samples = as_samples(line(clip))
            wall_start, cpu_start = time.perf_counter(), time.process_time()
            transcript = await engine.transcribe(samples)
            wall.append(time.perf_counter() - wall_start)
            cpu.append(time.process_time() - cpu_start)
            pairs.append((clip.transcript, transcript.text))
            report(number * len(clips) + index + 1, 2 * len(clips))
        result[name] = {"cer": round(character_error_rate(pairs), 4)}
    for what, seconds in (("cpu", cpu), ("wall", wall)):
        p50, p95 = np.percentile(seconds, [50, 95])
        result |= {f"{what}_p50_s": round(float(p50), 3), f"{what}_p95_s": round(float(p95), 3)}
    return result


def character_error_rate(pairs: list[tuple[str, str]]) -> float:
    """Over all (reference, heard) pairs together, spaces and punctuation left out, by kocer."""
    try:
        import kocer
    except ImportError as error:
        raise EngineNotAvailable("bench hearing needs kocer: pip install 'hotline-voice-agent[bench]'") from error
    return float(kocer.cer([reference for reference, _ in pairs], [_SPELT_OUT.sub(_run, heard) for _, heard in pairs]))


def _run(figures: re.Match[str]) -> str:
    return figures.group().replace(".", "")


def _through_line(clip: Clip) -> Pcm:
    return resample(through_g711(_read(clip, _LINE_RATE)), _LINE_RATE, STT_RATE)


def _unchanged(clip: Clip) -> Pcm:
    return _read(clip, STT_RATE)


def _read(clip: Clip, rate: int) -> Pcm:
    try:
        return read_wav(clip.path, rate)
    except TelephonyError as error:
        raise ConfigError(f"--clips: {error}") from error
