"""What the engines made of a case, in a compact text file (recorded.tsv), so that it is replayed without them.

    # a comment
    speech  TURN  LENGTH_MS  FROM-TO,FROM-TO …                   where voice activity heard speech
    heard   TURN  AT_MS  DECODE_MS  TOKENS  LOGPROB  NO_SPEECH  TEXT     what the recogniser wrote, guards not applied
    sound   TURN  AT_MS  MS  PROBABILITY                         whether it sounded finished (smart-turn)
    voice   MS  MADE_IN_MS  TEXT                                 how long a sentence of ours sounds

TURN counts the script's turns from 0, from 1000 where they are said again; AT_MS is measured from the turn's first
sample. Tabs separate the fields. What is
not recorded is estimated from the script: such a caller is heard as they speak.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from voice_agent.engines.stt.guards import Decoded
from voice_agent.errors import ConfigError
from voice_agent.qa.fixture import ScriptTurn

_SYLLABLE_MS = 165
_GAP_MS = 220
"""For a comma or a full stop."""
_DECODE_MS = 350
_OURS_SYLLABLE_MS = 150


@dataclass(frozen=True, slots=True)
class Shape:
    """Where in a turn's audio there is speech."""

    length_ms: int
    spans: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Decode:
    """One answer of the recogniser."""

    at_ms: int
    decode_ms: int
    decoded: Decoded


@dataclass(frozen=True, slots=True)
class Sound:
    """One answer of smart-turn."""

    at_ms: int
    ms: int
    probability: float


@dataclass
class Recording:
    """All of one case."""

    shapes: dict[int, Shape] = field(default_factory=dict)
    decodes: dict[int, list[Decode]] = field(default_factory=dict)
    sounds: dict[int, list[Sound]] = field(default_factory=dict)
    voices: dict[str, tuple[int, int]] = field(default_factory=dict)
    """Text → milliseconds it sounds, and that making it took."""

    def decode_at(self, turn: int, at_ms: int) -> Decode | None:
        """The recorded answer of that turn nearest in time; None where there is none."""
        known = self.decodes.get(turn)
        return min(known, key=lambda decode: abs(decode.at_ms - at_ms)) if known else None

    def sound_at(self, turn: int, at_ms: int) -> Sound | None:
        """As :meth:`decode_at`."""
        known = self.sounds.get(turn)
        return min(known, key=lambda sound: abs(sound.at_ms - at_ms)) if known else None


def read_recording(path: Path) -> Recording:
    """An empty one where there is no file. Raises ConfigError naming the line."""
    recording = Recording()
    if not path.exists():
        return recording
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line or line.startswith("#"):
            continue
        kind, *rest = line.split("\t")
        try:
            _take(recording, kind, rest)
        except (ValueError, IndexError, KeyError) as error:
            raise ConfigError(
                f"{path.parent.name}/{path.name}:{number}: expected a line as in docs/qa.md, got {line[:60]!r} "
                "(make it again: voice-agent fixtures engines)"
            ) from error
    return recording


def write_recording(path: Path, recording: Recording) -> None:
    """Put it beside its case."""
    path.write_text("\n".join(_lines(recording)) + "\n", encoding="utf-8")


def estimated_shape(turn: ScriptTurn) -> Shape:
    """Where speech is, from the words alone."""
    spans, now = [], 200
    for words, pause_s in turn.pieces:
        now += round(pause_s * 1000)
        length = _syllables(words) * _SYLLABLE_MS + sum(words.count(mark) for mark in ",.?!") * _GAP_MS // 2
        spans.append((now, now + max(length, 250)))
        now = spans[-1][1]
    return Shape(now + 200, tuple(spans))


def estimated_decode(turn: ScriptTurn, shape: Shape, at_ms: int) -> Decode:
    """The recogniser hears what has been said so far."""
    said: list[str] = []
    spans = shape.spans if len(shape.spans) == len(turn.pieces) else None
    for number, (words, _) in enumerate(turn.pieces):
        begins, ends = spans[number] if spans else (0, shape.length_ms)
        share = 1.0 if at_ms >= ends else max(0.0, (at_ms - begins) / max(1, ends - begins))
        parts = words.split()
        said += parts[: math.floor(share * len(parts) + 0.5)]
    text = " ".join(said)
    return Decode(at_ms, _DECODE_MS, Decoded(text, len(text) // 2 + 1, -0.2, 0.02))


def estimated_sound(shape: Shape, at_ms: int) -> Sound:
    """Finished at its end, unfinished before."""
    last = shape.spans[-1][1] if shape.spans else 0
    return Sound(at_ms, 100, 0.9 if at_ms >= last else 0.1)


def estimated_voice_ms(text: str) -> int:
    """How long one of our sentences sounds."""
    figures = sum(character.isdigit() for character in text)
    return (_syllables(text) + figures) * _OURS_SYLLABLE_MS + 2 * text.count(",") * 100 + 250


def _syllables(text: str) -> int:
    return sum(character.isalnum() for character in text)


def _take(recording: Recording, kind: str, rest: list[str]) -> None:
    if kind == "voice":
        recording.voices[rest[2]] = (int(rest[0]), int(rest[1]))
        return
    turn = int(rest[0])
    if kind == "speech":
        spans = tuple((int(a), int(b)) for a, b in (span.split("-") for span in rest[2].split(",") if span))
        recording.shapes[turn] = Shape(int(rest[1]), spans)
    elif kind == "heard":
        decoded = Decoded(rest[6], int(rest[3]), float(rest[4]), float(rest[5]))
        recording.decodes.setdefault(turn, []).append(Decode(int(rest[1]), int(rest[2]), decoded))
    elif kind == "sound":
        recording.sounds.setdefault(turn, []).append(Sound(int(rest[1]), int(rest[2]), float(rest[3])))
    else:
        raise ValueError(kind)


def _lines(recording: Recording) -> Iterator[str]:
    yield "# What the engines made of this caller. Made by: voice-agent fixtures engines"
    for turn, shape in sorted(recording.shapes.items()):
        yield f"speech\t{turn}\t{shape.length_ms}\t{','.join(f'{a}-{b}' for a, b in shape.spans)}"
    for turn, decodes in sorted(recording.decodes.items()):
        for decode in decodes:
            heard = decode.decoded
            text = " ".join(heard.text.split())
            yield (
                f"heard\t{turn}\t{decode.at_ms}\t{decode.decode_ms}\t{heard.tokens}"
                f"\t{heard.mean_log_probability:.3f}\t{heard.no_speech:.3f}\t{text}"
            )
    for turn, sounds in sorted(recording.sounds.items()):
        for sound in sounds:
            yield f"sound\t{turn}\t{sound.at_ms}\t{sound.ms}\t{sound.probability:.3f}"
    for text, (sounds_ms, made_ms) in sorted(recording.voices.items()):
        yield f"voice\t{sounds_ms}\t{made_ms}\t{' '.join(text.split())}"
