"""The outline of a stereo recording: what is drawn, not what is played."""

from __future__ import annotations

import wave
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

from voice_agent.errors import StorageError

_POINTS = 1_200


@dataclass(frozen=True, slots=True)
class Waveform:
    """Peaks of both sides, 0 … 100, evenly over ``duration_s``."""

    duration_s: float
    caller: list[int]
    voice_agent: list[int]


def waveform_of(path: Path, points: int = _POINTS) -> Waveform:
    """Reads the whole file, in pieces: half an hour takes about a tenth of a second. Raises StorageError."""
    try:
        with wave.open(str(path), "rb") as header:
            rate, channels, width = header.getframerate(), header.getnchannels(), header.getsampwidth()
            offset = path.stat().st_size - header.getnframes() * channels * width
            frames = header.getnframes()
        if (channels, width) != (2, 2):
            raise StorageError(f"recording: expected 16-bit stereo, got {channels} channels of {8 * width} bits")
        if not frames:
            return Waveform(0.0, [], [])
        sound = np.memmap(path, dtype="<i2", mode="r", offset=offset, shape=(frames, 2))
    except (OSError, ValueError, EOFError, wave.Error) as error:
        raise StorageError(f"the recording could not be read: {type(error).__name__}") from error
    edges = np.linspace(0, frames, min(points, frames) + 1, dtype=np.int64)
    peaks = np.array([np.abs(sound[start:end].astype(np.int32)).max(axis=0) for start, end in pairwise(edges)])
    scaled = np.minimum(100, np.sqrt(peaks / 32768) * 100).astype(int)
    return Waveform(frames / rate, scaled[:, 0].tolist(), scaled[:, 1].tolist())
