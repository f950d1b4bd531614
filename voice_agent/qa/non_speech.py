"""A hundred telephone clips without a word in them, made by code: what the hearing must stay silent about.

Silence, noise, hum, the network's tones, music on hold, breath, coughs, knocks, traffic, each through G.711 and at
several levels, loud ones included. The same every time: each clip has a seed of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np

from telephony.audio import Pcm, through_g711
from voice_agent.qa import sounds
from voice_agent.qa.sounds import MAJOR, PENTATONIC, TIMBRES, Rng, Sound

RATE = sounds.RATE
"""Hz."""
_SEED = 120
_TAIL_S = 0.6
"""Quiet after each clip, so that what was taken for speech ends."""


@dataclass(frozen=True, slots=True)
class NonSpeech:
    """One clip's recipe."""

    kind: str
    dbfs: float
    """Level of the parts that sound."""
    make: Callable[[Rng], Sound]
    seed: int

    def audio(self) -> Pcm:
        """The clip as heard over the telephone, shape (n,), 8 kHz."""
        sound = sounds.at_level(self.make(np.random.default_rng(self.seed)), self.dbfs)
        whole = np.concatenate([sound, np.zeros(int(_TAIL_S * RATE))])
        return through_g711((whole * 32767).astype(np.int16))


def non_speech() -> tuple[NonSpeech, ...]:
    """All of them, in a fixed order."""
    return tuple(NonSpeech(kind, dbfs, make, _SEED + n) for n, (kind, dbfs, make) in enumerate(_recipes()))


_Recipe = tuple[str, float, Callable[[Rng], Sound]]


def _recipes() -> Iterator[_Recipe]:
    yield from _noises()
    yield from _tones()
    yield from _music()
    yield from _people_and_rooms()


def _at(kind: str, levels: Iterable[float], make: Callable[[Rng], Sound]) -> Iterator[_Recipe]:
    for dbfs in levels:
        yield kind, dbfs, make


def _noises() -> Iterator[_Recipe]:
    for seconds in (1.0, 4.0, 9.0):
        yield "silence", 0.0, partial(_silence, seconds)
    yield from _at("white noise", (-70, -60, -45, -30, -20, -12), lambda rng: sounds.noise(rng, 4))
    yield from _at("pink noise", (-50, -35, -25, -16, -10), lambda rng: sounds.noise(rng, 4, slope=0.5))
    yield from _at("brown noise", (-50, -35, -22, -12), lambda rng: sounds.noise(rng, 4, slope=1.0))
    yield from _at("fan", (-40, -28, -18), lambda rng: sounds.noise(rng, 5, slope=0.7, low=60, high=1500))
    yield from _at(
        "traffic", (-35, -25, -18, -12), lambda rng: sounds.swelling(rng, sounds.noise(rng, 6, slope=0.8), period_s=3)
    )
    yield from _at(
        "wind", (-25, -15, -8), lambda rng: sounds.swelling(rng, sounds.noise(rng, 5, slope=1, high=900), period_s=0.9)
    )
    yield from _at("crackle", (-30, -18, -8), lambda rng: sounds.clicks(rng, 4, per_second=25))


def _tones() -> Iterator[_Recipe]:
    yield from _at("mains hum", (-45, -30, -20, -12), lambda _rng: sounds.hum(4))
    yield from _at("ringback", (-35, -25, -18, -10), lambda _rng: sounds.tone(7, (440, 480), on_s=1, off_s=2))
    yield from _at("busy", (-30, -20, -10), lambda _rng: sounds.tone(5, (480, 620), on_s=0.5, off_s=0.5))
    yield from _at("congestion", (-25, -12), lambda _rng: sounds.tone(5, (480, 620), on_s=0.3, off_s=0.2))
    yield from _at("dial tone", (-25, -12), lambda _rng: sounds.tone(4, (350, 440)))
    yield from _at("fax", (-20, -12), lambda _rng: sounds.tone(4, (1100,), on_s=0.5, off_s=3))
    yield from _at("modem", (-20, -12), lambda _rng: sounds.tone(3, (2100,)))
    for pressed, dbfs in (("1", -12), ("5", -20), ("0", -8), ("12345678", -15), ("0317654#", -10), ("99", -25)):
        yield "keys", dbfs, partial(_keys, pressed)


def _music() -> Iterator[_Recipe]:
    for n, timbre in enumerate(TIMBRES):
        for chords, drum, scale, dbfs in (
            (False, False, PENTATONIC, -22),
            (True, False, MAJOR, -18),
            (True, True, MAJOR, -10 if n % 2 else -14),
        ):
            play = partial(sounds.music, seconds=6, timbre=timbre, scale=scale, chords=chords, drum=drum)
            yield f"music, {timbre}", dbfs, play


def _people_and_rooms() -> Iterator[_Recipe]:
    yield from _at("breath", (-45, -35, -28, -22, -16, -10), lambda rng: sounds.breath(rng, 6))
    yield from _at("cough", (-30, -24, -18, -14, -10, -8), lambda rng: sounds.cough(rng, 4))
    yield from _at("knocks", (-25, -15, -8), lambda rng: sounds.clicks(rng, 4, per_second=2, decay=45, hertz=180))
    yield from _at("typing", (-30, -18), lambda rng: sounds.clicks(rng, 4, per_second=7, decay=300))
    yield from _at("throat", (-25, -15), lambda rng: _throat(rng, 3))
    yield from _at(
        "rustle",
        (-28, -18, -10),
        lambda rng: sounds.bursts(rng, sounds.noise(rng, 5, low=1200), every_s=0.35, lasting_s=0.2),
    )
    yield from _at(
        "dishes", (-25, -12), lambda rng: sounds.clicks(rng, 4, per_second=3, decay=25, hertz=rng.uniform(1500, 2600))
    )
    yield from _at("engine", (-25, -12), lambda rng: _engine(rng, 5))


def _silence(seconds: float, _rng: Rng) -> Sound:
    return np.zeros(int(seconds * RATE))


def _keys(pressed: str, _rng: Rng) -> Sound:
    return sounds.keys(pressed)


def _throat(rng: Rng, seconds: float) -> Sound:
    """A throat cleared: rough noise in two long bursts, pulsed as vocal folds are when pressed."""
    rough = sounds.noise(rng, seconds, slope=0.6, low=120, high=2500)
    pulsed = rough * (1 + 0.8 * np.sign(np.sin(2 * np.pi * 48 * sounds.times(seconds))))
    return sounds.bursts(rng, pulsed, every_s=1.1, lasting_s=0.5, attack=0.15)


def _engine(rng: Rng, seconds: float) -> Sound:
    """An idling engine: a low buzz over rumble."""
    firing = sounds.hum(seconds, mains=28.0, harmonics=12)
    return firing + 0.4 * sounds.noise(rng, seconds, slope=1.0)
