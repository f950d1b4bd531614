"""WAV bytes as studios and speech servers write them: any rate, extra chunks, lengths never filled in. Pure."""

from __future__ import annotations

import struct
from dataclasses import dataclass

import numpy as np

from voice_agent.engines.ports import Pcm

_PCM, _FLOAT, _EXTENSIBLE = 1, 3, 0xFFFE
_FORMAT_BYTES = 16
_SUBFORMAT_AT = 24
RATES = range(8_000, 192_001)
"""Hz."""


class NotWav(Exception):
    """Bytes that are no WAV file we can read; the message says why."""


@dataclass(frozen=True, slots=True)
class Wav:
    """What a WAV file holds."""

    pcm: Pcm
    """Shape (frames, channels)."""
    sample_rate: int
    """Hz."""


def parse_wav(data: bytes) -> Wav:
    """16-bit or 32-bit float WAV. Raises NotWav.

    A data chunk whose length is 0, 0xFFFFFFFF or more than there is ends where the bytes end: whoever streams a WAV
    file cannot know its length when it writes the header.
    """
    if len(data) < 12 or data[:4] not in (b"RIFF", b"RF64") or data[8:12] != b"WAVE":
        raise NotWav("no RIFF/WAVE header")
    layout: tuple[int, int, int, int] | None = None
    at = 12
    while at + 8 <= len(data):
        name, size = data[at : at + 4], struct.unpack_from("<I", data, at + 4)[0]
        body = at + 8
        if name == b"fmt ":
            layout = _format(data[body : body + size])
        elif name == b"data":
            if layout is None:
                raise NotWav("samples before the fmt chunk")
            streamed = size == 0 or size > len(data) - body
            return _samples(data[body:] if streamed else data[body : body + size], layout)
        at = body + size + size % 2
    raise NotWav("no data chunk")


def _format(body: bytes) -> tuple[int, int, int, int]:
    """(kind, channels, rate, bits)."""
    if len(body) < _FORMAT_BYTES:
        raise NotWav("the fmt chunk is cut off")
    kind, channels, rate, _, _, bits = struct.unpack_from("<HHIIHH", body)
    if kind == _EXTENSIBLE and len(body) >= _SUBFORMAT_AT + 2:
        kind = struct.unpack_from("<H", body, _SUBFORMAT_AT)[0]
    if (kind, bits) not in ((_PCM, 16), (_FLOAT, 32)):
        raise NotWav(f"{bits}-bit samples of kind {kind}, expected 16-bit PCM")
    if channels < 1:
        raise NotWav("no channels")
    if rate not in RATES:
        raise NotWav(f"{rate} Hz, expected {RATES.start} to {RATES.stop - 1} Hz")
    return kind, channels, rate, bits


def _samples(body: bytes, layout: tuple[int, int, int, int]) -> Wav:
    kind, channels, rate, bits = layout
    body = body[: len(body) - len(body) % (channels * bits // 8)]
    if kind == _FLOAT:
        values = np.nan_to_num(np.frombuffer(body, "<f4"), nan=0.0, posinf=1.0, neginf=-1.0)
        pcm = np.round(np.clip(values, -1.0, 1.0) * 32767).astype(np.int16)
    else:
        pcm = np.frombuffer(body, "<i2").astype(np.int16)
    return Wav(pcm.reshape(-1, channels), rate)
