"""What a telephone line and the room behind it do to speech: codec, lost and late packets, noise. Pure; seeded."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from telephony.audio import Pcm, through_g711
from voice_agent.qa.fixture import Line, Noise

RATE = 8000
_PACKET = RATE // 50
_BUFFER_MS = 60.0
"""A jitter buffer's depth; what comes later is not played."""
_SPEECH_RMS = 2500.0
"""Of speech as the project's voices speak it, against which noise is set."""
_NOISE_S = 10
_HUM_HZ = 60
_A = 87.6

Wave = npt.NDArray[np.float64]


def over_the_line(pcm: Pcm, line: Line, *, seed: int = 0) -> Pcm:
    """Speech at 8 kHz, shape (n,), as it arrives."""
    return through_codec(without_lost_packets(pcm, line, seed=seed), line.codec)


def without_lost_packets(pcm: Pcm, line: Line, *, seed: int = 0) -> Pcm:
    """Silence where packets of 20 ms were lost, in bursts, or came too late for the buffer."""
    if not line.loss and not line.jitter_ms:
        return pcm
    chance = np.random.default_rng(seed)
    packets = -(-len(pcm) // _PACKET)
    lost = np.zeros(packets, bool)
    for start in np.flatnonzero(chance.random(packets) < line.loss / line.burst):
        lost[start : start + line.burst] = True
    if line.jitter_ms:
        lost |= np.abs(chance.normal(0, line.jitter_ms, packets)) > _BUFFER_MS
    kept: Pcm = np.where(np.repeat(lost, _PACKET)[: len(pcm)], 0, pcm).astype(np.int16)
    return kept


def through_codec(pcm: Pcm, codec: str) -> Pcm:
    """G.711 μ-law or A-law and back; ``none`` leaves it as it is."""
    if codec == "ulaw":
        return through_g711(pcm)
    return _through_a_law(pcm) if codec == "alaw" else pcm


def background(line: Line, *, seed: int = 0) -> Pcm | None:
    """Ten seconds of the room, to sound again and again; None where it is quiet. Shape (n,), 8 kHz."""
    if line.noise is None:
        return None
    wave = _noise(line.noise, np.random.default_rng(seed))
    level = _SPEECH_RMS * 10 ** (-line.snr_db / 20) / max(1e-9, float(np.sqrt(np.mean(wave**2))))
    return through_codec((wave * level).clip(-32768, 32767).astype(np.int16), line.codec)


def louder(pcm: Pcm, db: float) -> Pcm:
    """By so many decibels; clipped where there is no more room."""
    scaled: Pcm = (pcm.astype(np.float64) * 10 ** (db / 20)).clip(-32768, 32767).astype(np.int16)
    return scaled


def mixed(first: Pcm, second: Pcm) -> Pcm:
    """Both at once, as long as the longer."""
    length = max(len(first), len(second))
    both = np.pad(first.astype(np.int32), (0, length - len(first))) + np.pad(second, (0, length - len(second)))
    clipped: Pcm = both.clip(-32768, 32767).astype(np.int16)
    return clipped


def _noise(kind: Noise, chance: np.random.Generator) -> Wave:
    time = np.arange(_NOISE_S * RATE) / RATE
    hiss: Wave = chance.normal(0, 1, len(time))
    if kind is Noise.HISS:
        return hiss
    if kind is Noise.HUM:
        hum: Wave = np.sin(2 * np.pi * _HUM_HZ * time) + 0.3 * np.sin(6 * np.pi * _HUM_HZ * time) + 0.1 * hiss
        return hum
    rumble: Wave = np.convolve(hiss, np.ones(24) / 24, "same") * (1 + 0.8 * np.sin(2 * np.pi * 0.2 * time))
    return rumble


def _through_a_law(pcm: Pcm) -> Pcm:
    """ITU-T G.711 A-law by its formula, to 8 bits and back."""
    x = pcm.astype(np.float64) / 32768
    small = np.abs(x) < 1 / _A
    scale = 1 + np.log(_A)
    packed = np.where(small, _A * np.abs(x), 1 + np.log(np.maximum(_A * np.abs(x), 1))) / scale
    coded = (np.floor(packed * 128) + 0.5) / 128
    low = coded < 1 / scale
    unpacked = np.where(low, coded * scale / _A, np.exp(coded * scale - 1) / _A)
    restored: Pcm = (np.sign(x) * unpacked * 32768).clip(-32768, 32767).astype(np.int16)
    return restored
