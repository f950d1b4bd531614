"""PCM on the phone side: frame sizes, resampling, mono from stereo, G.711 as the network does it to speech."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import soxr

from telephony.leg import FRAME_MS

Pcm = npt.NDArray[np.int16]
"""Mono, shape (n,), signed 16 bit."""

_ULAW_BIAS = 33
_ULAW_MOST = 8158


def frame_bytes(sample_rate: int) -> int:
    """Bytes of one 20 ms frame of 16-bit mono audio at ``sample_rate`` Hz."""
    return sample_rate * FRAME_MS // 1000 * 2


def mono(pcm: bytes, channels: int) -> bytes:
    """Interleaved 16-bit PCM of ``channels`` → mono, by averaging."""
    if channels == 1:
        return pcm
    samples: Pcm = np.frombuffer(pcm, np.int16).reshape(-1, channels).mean(axis=1).astype(np.int16)
    return samples.tobytes()


def spread(pcm: bytes, channels: int) -> bytes:
    """Mono 16-bit PCM → the same on each of ``channels``, interleaved."""
    if channels == 1:
        return pcm
    return np.repeat(np.frombuffer(pcm, np.int16), channels).tobytes()


def resample(pcm: Pcm, from_rate: int, to_rate: int) -> Pcm:
    """A whole recording, shape (n,), to another rate."""
    if from_rate == to_rate:
        return pcm
    resampled: Pcm = soxr.resample(pcm, from_rate, to_rate, quality="HQ")
    return resampled


class StreamResampler:
    """16-bit mono bytes in, 16-bit mono bytes out, with state between the pieces."""

    def __init__(self, from_rate: int, to_rate: int) -> None:
        self._stream = (
            None if from_rate == to_rate else soxr.ResampleStream(from_rate, to_rate, 1, dtype="int16", quality="LQ")
        )

    def feed(self, pcm: bytes) -> bytes:
        """The next piece; the answer may be shorter or longer than the ratio says, never lossy."""
        if self._stream is None:
            return pcm
        out: bytes = self._stream.resample_chunk(np.frombuffer(pcm, np.int16)).tobytes()
        return out


def to_ulaw(pcm: Pcm) -> bytes:
    """8 kHz speech, shape (n,), as G.711 μ-law bytes (ITU-T G.711, table 2a)."""
    exponent, mantissa, negative = _compand(pcm)
    codes: bytes = (~((negative << 7) | (exponent << 4) | mantissa) & 0xFF).astype(np.uint8).tobytes()
    return codes


def through_g711(pcm: Pcm) -> Pcm:
    """What μ-law does to 8 kHz speech, shape (n,): companded to 8 bits and back."""
    exponent, mantissa, negative = _compand(pcm)
    decoded = (((2 * mantissa + _ULAW_BIAS) << exponent) - _ULAW_BIAS) << 2
    restored: Pcm = np.where(negative, -decoded, decoded).astype(np.int16)
    return restored


def from_ulaw(codes: bytes) -> Pcm:
    """G.711 μ-law bytes → 8 kHz speech, shape (n,)."""
    plain = ~np.frombuffer(codes, np.uint8).astype(np.int32) & 0xFF
    decoded = (((2 * (plain & 0x0F) + _ULAW_BIAS) << ((plain >> 4) & 0x07)) - _ULAW_BIAS) << 2
    restored: Pcm = np.where(plain & 0x80, -decoded, decoded).astype(np.int16)
    return restored


def _compand(pcm: Pcm) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32], npt.NDArray[np.int32]]:
    wide = pcm.astype(np.int32)
    magnitude = np.minimum(np.abs(wide) >> 2, _ULAW_MOST) + _ULAW_BIAS
    exponent = np.floor(np.log2(magnitude)).astype(np.int32) - 5
    return exponent, (magnitude >> (exponent + 1)) & 0x0F, (wide < 0).astype(np.int32)
