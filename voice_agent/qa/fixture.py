"""A fixture: a caller to be replayed, and what is expected of the call.

    audio_fixtures/<case>/
      script.yaml      what the caller says, presses and waits for; or caller.wav, caller_2.wav … one a turn
      expected.yaml    what must come of it
      recorded.tsv     what the engines made of it, so that it can be replayed without them (see recording.py)
      SOURCE.md        who made it, licence, consent

Every mistake is told with file, line, key and a hint.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from pydantic import Field, model_validator

from dialogs.parts import Id, Part, Values
from dialogs.problems import Problem
from dialogs.schema import validate
from dialogs.yaml_source import read_document
from voice_agent.errors import ConfigError

SCRIPT, EXPECTED, RECORDED, SOURCE = "script.yaml", "expected.yaml", "recorded.tsv", "SOURCE.md"
Model = TypeVar("Model", bound=Part)
_WAV_NUMBER = re.compile(r"caller(?:_(\d+))?\.wav")
_PAUSE = re.compile(r"\s*\[(\d+(?:\.\d+)?)\]\s*")


class Noise(StrEnum):
    """What sounds behind the caller all the time."""

    HISS = "hiss"
    HUM = "hum"
    STREET = "street"
    """Low rumble that comes and goes."""


class Line(Part):
    """The telephone line, and the room behind it."""

    codec: str = Field(default="ulaw", pattern=r"^(?:ulaw|alaw|none)$")
    loss: float = Field(default=0.0, ge=0, le=0.5)
    """Share of 20 ms packets that never come."""
    burst: int = Field(default=1, ge=1, le=50)
    """Packets lost together."""
    jitter_ms: float = Field(default=0.0, ge=0, le=500)
    """Standard deviation of the packets' delay; what comes after the buffer's 60 ms is lost."""
    noise: Noise | None = None
    snr_db: float = Field(default=20.0, ge=-10, le=60)
    """Speech above the noise."""


class Voice(Part):
    """Who speaks."""

    voice: str = Field(default="female", pattern=r"^(?:female|jf_alpha|jf_tebukuro|jm_kumo)$")
    """``female`` is the average of two, which recognisers understand best; the others are single voices."""
    speed: float = Field(default=0.9, ge=0.5, le=1.6)
    volume_db: float = Field(default=0.0, ge=-40, le=12)


class ScriptTurn(Part):
    """One thing the caller does: exactly one of says, keys, silence, hangs_up."""

    says: str | None = Field(default=None, min_length=1)
    """Words; ``[0.8]`` among them is a pause of so many seconds."""
    wav: str | None = Field(default=None, pattern=r"^caller(?:_[0-9]+)?\.wav$")
    """A recording of ``says`` in the case's folder, played instead of a voice."""
    keys: str | None = Field(default=None, pattern=r"^[0-9*#]+$")
    or_keys: str | None = Field(default=None, pattern=r"^[0-9*#]+$")
    """What they press where ``says`` was not understood, instead of saying it again."""
    silence: bool = False
    """They let one prompt pass without a word."""
    hangs_up: bool = False
    after: float = Field(default=1.2, ge=0, le=60)
    """Seconds of quiet after the prompt, before it."""
    into: float | None = Field(default=None, ge=0, le=60)
    """Seconds into the prompt instead: spoken over it."""
    voice: Voice | None = None
    """Another than the caller's: the television, a person beside them."""
    over: str | None = Field(default=None, min_length=1)
    """What somebody else says at the same time, at half the loudness."""

    @model_validator(mode="after")
    def _one_thing(self) -> ScriptTurn:
        given = [self.says, self.keys, self.silence or None, self.hangs_up or None]
        if sum(one is not None for one in given) != 1:
            raise ValueError("exactly one of says, keys, silence, hangs_up")
        if self.or_keys is not None and self.says is None:
            raise ValueError("says, what the keys in or_keys stand in for")
        if self.wav is not None and self.says is None:
            raise ValueError("says, the words of the recording in wav")
        return self

    @property
    def pieces(self) -> list[tuple[str, float]]:
        """The words between pauses, each with the seconds of quiet before it."""
        parts = _PAUSE.split(self.says or "")
        pauses = [0.0, *(float(pause) for pause in parts[1::2])]
        return [(words, pause) for words, pause in zip(parts[::2], pauses, strict=True) if words]

    @property
    def words(self) -> str:
        """What is said, without the pauses."""
        return " ".join(words for words, _ in self.pieces)


class Script(Part):
    """script.yaml."""

    title: str = Field(min_length=1)
    tags: Values = ()
    """What it is a case of: a flow's id, ``crisis``, ``abuse``, ``elder`` …"""
    when: str = Field(default="2026-11-23T10:00", pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d$")
    """When the call comes, in Korean time; a Monday morning where nothing is said."""
    caller: Voice = Voice()
    line: Line = Line()
    person: str = Field(
        default="accepted", pattern=r"^(?:accepted|busy|declined|no_answer|unreachable|not_supported|caller_gone)$"
    )
    """What comes of a transfer to a person."""
    actions: tuple[dict[str, str | bool], ...] = ()
    """What each act answers, in order; ``{failed: true}`` where it fails. Without one: a plain success."""
    repeats: bool = True
    """Told that they were not understood, the caller says the turn again, slower, twice at most; recordings are not."""
    stays: bool = False
    """The caller does not hang up after the last turn: the hotline must end the call."""
    turns: tuple[ScriptTurn, ...] = Field(min_length=1)


class Between(Part):
    """A range, both ends included."""

    least: int = Field(default=0, ge=0)
    most: int = Field(default=1000, ge=0)


class Latency(Part):
    """From the caller's last word to a first sample."""

    p50_ms: float = Field(default=2500, gt=0)
    """Until anything sounds, "one moment please" included."""
    most_ms: float = Field(default=6000, gt=0)
    """Until the answer itself does."""


class Expected(Part):
    """expected.yaml. What is not given is not looked at."""

    transcript: Values = ()
    """The caller's words turn by turn, where they differ from the script or there is none."""
    intents: Values = ()
    """Flows entered or knowledge entries answered, in this order; others may come between."""
    slots: dict[str, str] = Field(default_factory=dict)
    turns: Between = Between()
    """Turns of the caller that reach the dialog."""
    outcome: str | None = Field(default=None, pattern=r"^(?:completed|transferred|abandoned|cancelled|failed)$")
    reason: str | None = None
    hand_off: str | None = None
    """The reason for which a person is called; ``none`` where none may be."""
    acted: Values | None = None
    latency: Latency = Latency()
    must_say: Values = ()
    never_say: Values = ()

    # what the sound fixtures of single sentences are asked by other tests
    heard: Values = ()
    flow: Id | None = None
    must_hear: Values = ()
    ticket: dict[str, str] = Field(default_factory=dict)
    ticket_holds: dict[str, str] = Field(default_factory=dict)
    """What the ticket's value at least contains: the rest of a place is spelt as it was heard."""
    answer: str | None = None
    digits: str | None = None
    place: str | None = None


@dataclass(frozen=True, slots=True)
class Fixture:
    """One case."""

    name: str
    folder: Path
    script: Script
    expected: Expected

    @property
    def said(self) -> list[str]:
        """The caller's words, turn by turn."""
        return list(self.expected.transcript) or [turn.words for turn in self.script.turns if turn.says]


def read_fixtures(folder: Path, wanted: Sequence[str] = ()) -> list[Fixture]:
    """The cases named, or all. Raises ConfigError listing every mistake."""
    known = sorted(path.parent.name for path in folder.glob(f"*/{EXPECTED}"))
    missing = [name for name in wanted if name not in known]
    if missing or not known:
        raise ConfigError(f"{folder}: expected a fixture of the name {', '.join(missing) or '*'}, got none")
    problems: list[Problem] = []
    found = [_read(folder / name, problems) for name in known if not wanted or name in wanted]
    if problems:
        raise ConfigError("\n".join(map(str, problems)))
    return [fixture for fixture in found if fixture is not None]


def read_script(path: Path) -> Script:
    """A script alone. Raises ConfigError listing every mistake."""
    problems: list[Problem] = []
    script = _part(path, Script, problems)
    if script is None or problems:
        raise ConfigError("\n".join(map(str, problems)))
    return script


def _read(folder: Path, problems: list[Problem]) -> Fixture | None:
    expected = _part(folder / EXPECTED, Expected, problems)
    wavs = wavs_of(folder)
    has_script = (folder / SCRIPT).exists()
    if not has_script and not wavs:
        hint = "see docs/qa.md"
        problems.append(Problem(f"{folder.name}", 0, 0, "", f"{SCRIPT} or caller.wav", "neither", hint))
    if not (folder / SOURCE).exists():
        problems.append(Problem(f"{folder.name}/{SOURCE}", 0, 0, "", "who made it, licence, consent", "no such file"))
    script = (
        _part(folder / SCRIPT, Script, problems)
        if has_script
        else _of_recordings(folder.name, len(wavs), expected.transcript if expected else ())
    )
    if expected is None or script is None:
        return None
    for index, turn in enumerate(script.turns):
        if turn.wav and not (folder / turn.wav).exists():
            place = f"turns[{index}].wav"
            problems.append(Problem(f"{folder.name}/{SCRIPT}", 0, 0, place, "a recording beside it", turn.wav))
    return Fixture(folder.name, folder, script, expected)


def wavs_of(folder: Path) -> tuple[Path, ...]:
    """caller.wav, caller_2.wav … in order."""
    numbered = [
        (int(match[1] or 1), path) for path in folder.glob("caller*.wav") if (match := _WAV_NUMBER.match(path.name))
    ]
    return tuple(path for _, path in sorted(numbered))


def _wav_name(number: int) -> str:
    return "caller.wav" if number == 1 else f"caller_{number}.wav"


def _of_recordings(name: str, count: int, transcript: Sequence[str]) -> Script:
    words = [*transcript, *[name] * (max(1, count) - len(transcript))]
    turns = tuple(ScriptTurn(says=said, wav=_wav_name(number)) for number, said in enumerate(words, start=1))
    return Script(title=name, tags=("recording",), turns=turns)


def _part(path: Path, model: type[Model], problems: list[Problem]) -> Model | None:
    document = read_document(path, f"{path.parent.name}/{path.name}")
    made = validate(document, document.data, model) if not document.problems else None
    problems += document.problems
    return made
