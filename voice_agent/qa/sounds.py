"""Sounds that are not speech, made by code: noise, tones of the network, music, breath, knocks. Pure, 8 kHz, seeded.

Each function gives shape (n,), float64, on no particular scale; :func:`at_level` sets its loudness.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

RATE = 8000
"""Hz."""
Sound = npt.NDArray[np.float64]
Rng = np.random.Generator

_DTMF_ROWS = (697, 770, 852, 941)
_DTMF_COLUMNS = (1209, 1336, 1477)
_KEYS = "123456789*0#"


def at_level(sound: Sound, dbfs: float) -> Sound:
    """Scaled so that its loud parts (the RMS of the samples that sound at all) stand at ``dbfs``; silence stays."""
    peak = float(np.max(np.abs(sound), initial=0.0))
    if peak == 0.0:
        return sound
    sounding = sound[np.abs(sound) > 0.01 * peak]
    level = float(np.sqrt(np.mean(np.square(sounding))))
    return np.clip(sound * (10 ** (dbfs / 20) / level), -1.0, 1.0)


def times(seconds: float) -> Sound:
    """The moments of ``seconds``, s."""
    return np.arange(int(seconds * RATE)) / RATE


# ── noise ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def noise(rng: Rng, seconds: float, *, slope: float = 0.0, low: float = 0.0, high: float = 4000.0) -> Sound:
    """Noise whose amplitude falls as 1/f**slope (0 white, 0.5 pink, 1 brown), between two frequencies in Hz; RMS 1."""
    count = int(seconds * RATE)
    spectrum = np.fft.rfft(rng.normal(0, 1, count))
    frequency = np.fft.rfftfreq(count, 1 / RATE)
    shape = np.where((frequency >= low) & (frequency <= high), np.maximum(frequency, 20.0) ** -slope, 0.0)
    sound = np.fft.irfft(spectrum * shape, count)
    return sound / np.std(sound)


def bursts(rng: Rng, sound: Sound, *, every_s: float, lasting_s: float, attack: float = 0.35) -> Sound:
    """The sound in bursts, each somewhat early or late; ``attack``: the share of a burst in which it rises."""
    envelope = np.zeros(len(sound))
    at = rng.uniform(0.1, 0.4)
    while at < len(sound) / RATE:
        count = int(lasting_s * rng.uniform(0.8, 1.2) * RATE)
        start = int(at * RATE)
        rising = max(1, int(count * attack))
        bell = np.concatenate([np.linspace(0, 1, rising), np.linspace(1, 0, max(1, count - rising)) ** 2])
        part = envelope[start : start + len(bell)]
        part[:] = np.maximum(part, bell[: len(part)])
        at += every_s * rng.uniform(0.8, 1.2)
    return sound * envelope


def swelling(rng: Rng, sound: Sound, *, period_s: float) -> Sound:
    """The sound coming and going, as cars, wind and waves do."""
    moments = times(len(sound) / RATE)[: len(sound)]
    swell = 0.55 + 0.45 * np.sin(2 * np.pi * moments / period_s + rng.uniform(0, 2 * np.pi))
    return sound * swell**2


def breath(rng: Rng, seconds: float) -> Sound:
    """Into the mouthpiece: in and out, band-limited."""
    inwards = bursts(rng, noise(rng, seconds, low=500, high=3200), every_s=2.6, lasting_s=0.9, attack=0.6)
    outwards = bursts(rng, noise(rng, seconds, slope=0.5, low=150, high=2000), every_s=2.6, lasting_s=1.2)
    return inwards + outwards * rng.uniform(0.5, 1.5)


def cough(rng: Rng, seconds: float) -> Sound:
    """Coughs in pairs: a hard onset, then resonances of a throat over noise."""
    whole = np.zeros(int(seconds * RATE))
    at = rng.uniform(0.2, 0.6)
    while at + 0.8 < seconds:
        for offset in (0.0, rng.uniform(0.35, 0.5)):
            start = int((at + offset) * RATE)
            length = int(rng.uniform(0.18, 0.3) * RATE)
            moments = np.arange(length) / RATE
            body = noise(rng, length / RATE, slope=0.3, low=200, high=3400)[:length]
            throat = sum(np.sin(2 * np.pi * hertz * moments + rng.uniform(0, 6)) for hertz in (430, 1050, 1900))
            part = (body + 0.3 * throat) * np.exp(-moments * 14)
            piece = whole[start : start + length]
            piece += part[: len(piece)]
        at += rng.uniform(1.4, 2.2)
    return whole


def clicks(rng: Rng, seconds: float, *, per_second: float, decay: float = 2000.0, hertz: float = 0.0) -> Sound:
    """Crackle of a bad line (fast ``decay``, a second), or knocks on a table (slow, with a pitch)."""
    whole = np.zeros(int(seconds * RATE))
    length = int(min(0.2, 8 / decay) * RATE) + 2
    moments = np.arange(length) / RATE
    for start in rng.integers(0, len(whole), max(1, int(per_second * seconds))):
        body = np.sin(2 * np.pi * hertz * moments) if hertz else rng.normal(0, 1, length)
        part = body * np.exp(-moments * decay) * rng.uniform(0.3, 1.0)
        whole[start : start + length] += part[: len(whole) - start]
    return whole


# ── tones ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def tone(seconds: float, hertz: Sequence[float], *, on_s: float = 0.0, off_s: float = 0.0) -> Sound:
    """Sines together; with a cadence where ``on_s`` is given."""
    moments = times(seconds)
    sound: Sound = np.sum([np.sin(2 * np.pi * pitch * moments) for pitch in hertz], axis=0)
    return sound * (np.mod(moments, on_s + off_s) < on_s) if on_s else sound


def hum(seconds: float, *, mains: float = 60.0, harmonics: int = 9) -> Sound:
    """Mains hum with odd harmonics."""
    moments = times(seconds)
    orders = range(1, 2 * harmonics, 2)
    sound: Sound = np.sum([np.sin(2 * np.pi * mains * order * moments + order) / order for order in orders], axis=0)
    return sound


def keys(pressed: str, *, on_s: float = 0.12, off_s: float = 0.12) -> Sound:
    """DTMF of one key after another, between half seconds of silence."""
    parts = [np.zeros(RATE // 2)]
    for key in pressed:
        index = _KEYS.index(key)
        parts += [tone(on_s, (_DTMF_ROWS[index // 3], _DTMF_COLUMNS[index % 3])), np.zeros(int(off_s * RATE))]
    return np.concatenate([*parts, np.zeros(RATE // 2)])


# ── music ───────────────────────────────────────────────────────────────────────────────────────────────────────────

PENTATONIC = (0, 2, 4, 7, 9, 12)
MAJOR = (0, 2, 4, 5, 7, 9, 11, 12)
TIMBRES: dict[str, tuple[tuple[float, ...], float]] = {
    "music box": ((1.0, 0.0, 0.5, 0.0, 0.2), 5.0),
    "piano": ((1.0, 0.6, 0.4, 0.25, 0.15, 0.1), 3.0),
    "organ": ((1.0, 0.8, 0.6, 0.5, 0.3, 0.3), 0.0),
    "strings": ((1.0, 0.5, 0.33, 0.25, 0.2, 0.17, 0.14, 0.12), 0.4),
    "flute": ((1.0, 0.15, 0.05), 0.3),
    "guitar": ((1.0, 0.9, 0.5, 0.4, 0.3, 0.2, 0.1), 6.0),
}
"""Amplitudes of the harmonics, and how fast a note dies away (1/s)."""


def note(timbre: str, hertz: float, seconds: float) -> Sound:
    """One note, vibrato on those that do not die away."""
    harmonics, decay = TIMBRES[timbre]
    moments = times(seconds)
    vibrato = 0.004 * np.sin(2 * np.pi * 5.5 * moments) / 5.5 * hertz if 0 < decay < 1 else 0.0
    phase = 2 * np.pi * (hertz * moments + vibrato)
    sound: Sound = np.sum(
        [
            amplitude * np.sin(order * phase)
            for order, amplitude in enumerate(harmonics, start=1)
            if order * hertz < RATE / 2
        ],
        axis=0,
    )
    edge = np.minimum(1.0, np.minimum(moments, seconds - moments) / 0.02)
    return sound * np.exp(-decay * moments) * edge


def music(
    rng: Rng, seconds: float, timbre: str, *, scale: Sequence[int] = PENTATONIC, chords: bool, drum: bool = False
) -> Sound:
    """A melody that walks along a scale, with chords below and a drum if wanted: music on hold."""
    whole = np.zeros(int(seconds * RATE))
    beat_s = float(rng.uniform(0.3, 0.5))
    root = float(rng.choice([196.0, 220.0, 262.0, 294.0]))
    step = int(rng.integers(len(scale)))
    for beat in range(int(seconds / beat_s)):
        step = int(np.clip(step + rng.integers(-2, 3), 0, len(scale) - 1))
        _mix(whole, beat * beat_s, note(timbre, 2 * root * 2 ** (scale[step] / 12), beat_s))
        if chords and beat % 4 == 0:
            base = (0, 5, 7, 0)[beat // 4 % 4]
            for third in (0, 4, 7):
                _mix(whole, beat * beat_s, 0.4 * note(timbre, root * 2 ** ((base + third) / 12), 4 * beat_s))
        if drum and beat % 2 == 0:
            _mix(whole, beat * beat_s, 2.0 * clicks(rng, 0.15, per_second=7, decay=60, hertz=90))
    return whole


def _mix(whole: Sound, at_s: float, part: Sound) -> None:
    start = int(at_s * RATE)
    place = whole[start : start + len(part)]
    place += part[: len(place)]
