"""Synthesised speech made fit for a telephone line: trimmed, brightened, levelled, faded. Pure functions."""

from __future__ import annotations

import numpy as np

from voice_agent.engines.ports import Pcm, Samples

TARGET_RMS_DBFS = -20.0
PEAK_LIMIT_DBFS = -3.0
_BRIGHTER_DB = 6.0
_BRIGHTER_FROM_HZ = 2000.0
_QUIET = 0.01
_KEPT_S = 0.03
_FADE_S = 0.005
_LEVEL_FRAME_S = 0.02
_ACTIVE_BELOW_LOUDEST_DB = 30.0


def trimmed(samples: Samples, rate: int) -> Samples:
    """Without the silence at both ends, but for 30 ms."""
    loud = np.flatnonzero(np.abs(samples) > _QUIET)
    if len(loud) == 0:
        return samples[:0]
    kept = int(_KEPT_S * rate)
    return samples[max(0, loud[0] - kept) : loud[-1] + kept]


def brightened(samples: Samples, rate: int) -> Samples:
    """Rising by 6 dB around 2 kHz, where consonants are: the line ends at 3.4 kHz and takes much of them away."""
    size = 1 << max(1, len(samples) - 1).bit_length()
    squares = np.square(np.fft.rfftfreq(size, 1 / rate))
    gain = 1 + (10 ** (_BRIGHTER_DB / 20) - 1) * squares / (squares + _BRIGHTER_FROM_HZ**2)
    result: Samples = np.fft.irfft(np.fft.rfft(samples, size) * gain, size)[: len(samples)].astype(np.float32)
    return result


def levelled(samples: Samples, rate: int) -> Samples:
    """At -20 dBFS RMS over the frames that hold speech, or as near to it as a peak of -3 dBFS allows."""
    rms, peak = active_rms(samples, rate), float(np.max(np.abs(samples), initial=0.0))
    if rms == 0.0:
        return samples
    gain = min(10 ** (TARGET_RMS_DBFS / 20) / rms, 10 ** (PEAK_LIMIT_DBFS / 20) / peak)
    return (samples * gain).astype(np.float32)


def faded(samples: Samples, rate: int) -> Samples:
    """With 5 ms ramps at both ends, so that nothing clicks."""
    length = min(int(_FADE_S * rate), len(samples) // 2)
    if length == 0:
        return samples
    ramp = np.linspace(0.0, 1.0, length, dtype=np.float32)
    result = samples.copy()
    result[:length] *= ramp
    result[-length:] *= ramp[::-1]
    return result


def active_rms(samples: Samples, rate: int) -> float:
    """The RMS (0 … 1) of the 20 ms frames within 30 dB of the loudest: pauses do not count."""
    frame = int(_LEVEL_FRAME_S * rate)
    count = len(samples) // frame
    if count == 0:
        return float(np.sqrt(np.mean(np.square(samples)))) if len(samples) else 0.0
    energies = np.square(samples[: count * frame].reshape(count, frame)).mean(axis=1)
    active = energies[energies >= energies.max() * 10 ** (-_ACTIVE_BELOW_LOUDEST_DB / 10)]
    return float(np.sqrt(active.mean()))


def to_pcm(samples: Samples) -> Pcm:
    """-1 … 1 as signed 16 bit."""
    return np.round(np.clip(samples, -1.0, 1.0) * 32767).astype(np.int16)
