"""A stored call becomes a fixture: what was masked in the record is muted in the sound."""

from __future__ import annotations

import re
import wave
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from telephony.audio import Pcm, resample
from telephony.wav_leg import write_wav
from voice_agent.errors import ConfigError, StorageError
from voice_agent.qa.fixture import EXPECTED, SCRIPT, SOURCE
from voice_agent.qa.line_conditions import RATE
from voice_agent.storage.calls import CallRecord, Turn

_MASKED = re.compile(r"\[[^\]]+\]")
_AROUND_S = 0.3
_LEAST_S = 0.5


@dataclass(frozen=True, slots=True)
class _Spoken:
    words: str
    pcm: Pcm
    muted: bool


def write_fixture_of_call(record: CallRecord, folder: Path, *, consent: str) -> list[str]:
    """Writes script, recordings, what came of the call, and its source. Returns the files written.

    A turn in whose text anything was masked is muted whole: where in it the number was spoken is not known. Nothing
    else tells whose call it was: no number, no id, no time. ``consent``: on what ground the recording may be kept and
    played. Raises ConfigError where there is none, StorageError where there is no recording.
    """
    if not consent.strip():
        raise ConfigError("--consent: expected on what ground the recording may be used, got nothing")
    if record.call.recording is None or record.call.answered_at is None:
        raise StorageError("expected a call with a recording, got one without")
    turns = list(_turns(record, _left(record.call.recording)))
    if not turns:
        raise StorageError("expected a call in which the caller spoke, got one in which nobody did")
    folder.mkdir(parents=True, exist_ok=True)
    script: list[dict[str, Any]] = []
    for number, turn in enumerate(turns, start=1):
        name = "caller.wav" if number == 1 else f"caller_{number}.wav"
        write_wav(folder / name, turn.pcm.tobytes(), RATE)
        script.append({"says": turn.words, "wav": name})
    _write(folder / SCRIPT, {"title": folder.name, "tags": ["recorded_call"], "turns": script})
    _write(folder / EXPECTED, _expected(record))
    muted = sum(turn.muted for turn in turns)
    (folder / SOURCE).write_text(
        f"# {folder.name}\n\nA real call, cut into the caller's turns. {muted} of {len(turns)} turns held personal\n"
        f"data and are silent; the words are those of the masked record.\n\nConsent: {consent.strip()}\n"
        "Licence: not for publication; it stays with the operator.\n",
        encoding="utf-8",
    )
    return [SCRIPT, EXPECTED, SOURCE, *(entry["wav"] for entry in script)]


def _turns(record: CallRecord, left: Pcm) -> Iterator[_Spoken]:
    answered_at = record.call.answered_at
    assert answered_at is not None
    for turn in record.turns:
        if turn.speaker != "caller" or not turn.text_masked:
            continue
        ends_s = (turn.at - answered_at).total_seconds()
        piece = left[_span(turn, ends_s)]
        if len(piece) < _LEAST_S * RATE:
            continue
        muted = bool(_MASKED.search(turn.text_masked))
        yield _Spoken(turn.text_masked, np.zeros_like(piece) if muted else piece, muted)


def _span(turn: Turn, ends_s: float) -> slice:
    """The turn's sound: it was told when its end had been waited for and its words were there."""
    waited_s = (turn.latency_ms or 0.0) / 1000
    begins_s = ends_s - (turn.speech_s or 0.0) - waited_s - _AROUND_S
    return slice(max(0, int(begins_s * RATE)), max(0, int(ends_s * RATE)))


def _expected(record: CallRecord) -> dict[str, Any]:
    handed = [event.data.get("reason") for event in record.events if event.kind == "HandOffRequested"]
    acted = [event.data.get("action") for event in record.events if event.kind == "ActionEnded"]
    expected: dict[str, Any] = {"hand_off": handed[0] if handed else "none", "acted": acted}
    if record.call.outcome in ("completed", "transferred", "abandoned"):
        expected["outcome"] = record.call.outcome
    return expected


def _left(path: Path) -> Pcm:
    """The caller's channel at 8 kHz."""
    try:
        with wave.open(str(path), "rb") as file:
            rate, frames = file.getframerate(), file.readframes(file.getnframes())
    except (OSError, EOFError, wave.Error) as error:
        raise StorageError(f"the recording could not be read: {error}") from error
    stereo = np.frombuffer(frames[: len(frames) // 4 * 4], np.int16).reshape(-1, 2)
    return resample(np.ascontiguousarray(stereo[:, 0]), rate, RATE)


def _write(path: Path, data: dict[str, Any]) -> None:
    text = yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=118, default_flow_style=None)
    path.write_text(text, encoding="utf-8")
