"""WAV bytes for tests, honest and not."""

from __future__ import annotations

import struct

import numpy as np

from voice_agent.engines.ports import Pcm


def tone(seconds: float = 0.5, rate: int = 24_000, level: float = 0.2) -> Pcm:
    """200 Hz, shape (n,)."""
    time = np.arange(int(seconds * rate)) / rate
    return (level * 32767 * np.sin(2 * np.pi * 200 * time)).astype(np.int16)


def wav(
    body: bytes,
    *,
    rate: int = 24_000,
    channels: int = 1,
    bits: int = 16,
    kind: int = 1,
    length: int | None = None,
    extra: bytes = b"",
) -> bytes:
    """A WAV file; ``length`` is what its header claims, ``extra`` chunks stand before the samples."""
    frame = channels * bits // 8
    layout = struct.pack("<HHIIHH", kind, channels, rate, rate * frame, frame, bits)
    if kind == 0xFFFE:
        layout += struct.pack("<HHIH14s", 22, bits, 4, 1, bytes(14))
    claimed = len(body) if length is None else length
    chunks = b"fmt " + struct.pack("<I", len(layout)) + layout + extra + b"data" + struct.pack("<I", claimed) + body
    return b"RIFF" + struct.pack("<I", min(4 + len(chunks), 0xFFFFFFFF)) + b"WAVE" + chunks
