"""A stored call becomes a fixture: what was masked in the record is not in the sound."""

from __future__ import annotations

import re
import wave
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from dialogs.conversations import PLAIN_RESULTS
from telephony.audio import Pcm, resample
from telephony.leg import TransferOutcome
from telephony.wav_leg import write_wav
from voice_agent.errors import ConfigError, StorageError
from voice_agent.qa.fixture import EXPECTED, SCRIPT, SOURCE
from voice_agent.qa.line_conditions import RATE
from voice_agent.storage.calls import CallRecord, ToldEvent, Turn

_MASKED = re.compile(r"\[[^\]]+\]")
_STAND_INS = {
    "[번호]": "공일공 일이삼사 오육칠팔",
    "[전화번호]": "공일공 일이삼사 오육칠팔",
    "[차량번호]": "십이가 삼사오육",
    "[성명]": "김하늘",
    "[주소]": "수원시 팔달구 인계동 시청 앞",
}
"""Nobody's: what the project's voice says where the record holds a mask."""
_KEYS_STAND_IN = "01012345678"
_PERSONS = frozenset(TransferOutcome)
_A_WEEK = date(2026, 11, 23)
"""A Monday: the case keeps the weekday and the hour of its call, which opening hours hang on; not the date."""
_SEOUL = timezone(timedelta(hours=9))
_AROUND_S = 0.3
_LEAST_S = 0.5


@dataclass(frozen=True, slots=True)
class _Move:
    """One thing the caller did. ``pcm``: as they sounded; None for keys, and where the project's voice says it."""

    does: dict[str, Any]
    pcm: Pcm | None = None
    span: tuple[int, int] = (0, 0)
    personal: bool = False


def write_fixture_of_call(record: CallRecord, folder: Path, *, consent: str) -> list[str]:
    """Writes script, recordings, what came of the call, and its source. Returns the files written.

    A turn in whose text anything was masked is left out of the sound whole, since nobody knows where in it the number
    was spoken: the project's voice says it with a made-up value, or nobody does where there is none for that kind.
    Nothing else tells whose call it was: no number, no id, no date. ``consent``: on what ground the recording may be
    kept and played. Raises ConfigError where there is none, StorageError where there is no recording.
    """
    if not consent.strip():
        raise ConfigError("--consent: expected on what ground the recording may be used, got nothing")
    if record.call.recording is None or record.call.answered_at is None:
        raise StorageError("expected a call with a recording, got one without")
    moves = list(_moves(record, _left(record.call.recording)))
    if not any("says" in move.does for move in moves):
        raise StorageError("expected a call in which the caller spoke, got one in which nobody did")
    folder.mkdir(parents=True, exist_ok=True)
    script: list[dict[str, Any]] = []
    files: list[str] = []
    for move in moves:
        if move.pcm is None:
            script.append(move.does)
            continue
        files.append("caller.wav" if not files else f"caller_{len(files) + 1}.wav")
        write_wav(folder / files[-1], move.pcm.tobytes(), RATE)
        script.append({**move.does, "wav": files[-1]})
    _write(folder / SCRIPT, {**_head(record, folder.name), "turns": script})
    _write(folder / EXPECTED, _expected(record))
    personal = sum(move.personal for move in moves)
    (folder / SOURCE).write_text(
        f"# {folder.name}\n\nA real call, cut into the caller's turns. {personal} of {len(moves)} turns held personal\n"
        "data: their sound is not here. The project's voice says them with made-up values, or they are silent.\n"
        f"The words are those of the masked record.\n\nConsent: {consent.strip()}\n"
        "Licence: not for publication; it stays with the operator.\n",
        encoding="utf-8",
    )
    return [SCRIPT, EXPECTED, SOURCE, *files]


def _moves(record: CallRecord, left: Pcm) -> Iterator[_Move]:
    """In the order of the call. A turn that was reopened is in the one that goes on with it."""
    told = {turn.seq: turn for turn in record.turns if turn.speaker == "caller" and turn.text_masked}
    steps = {event.seq: event for event in record.events if event.kind in ("CallerPressedKeys", "CallerWasSilent")}
    waiting: _Move | None = None
    for seq in sorted({**told, **steps}):
        move = _spoken(record, told[seq], left) if seq in told else _pressed(steps[seq])
        if move is None:
            continue
        goes_on = waiting is not None and "says" in waiting.does and "says" in move.does
        if waiting is not None and not (goes_on and move.span[0] < waiting.span[1] - round(_LEAST_S * RATE)):
            yield waiting
        waiting = move
    if waiting is not None:
        yield waiting


def _spoken(record: CallRecord, turn: Turn, left: Pcm) -> _Move | None:
    answered_at = record.call.answered_at
    assert answered_at is not None
    span = _span(turn, (turn.at - answered_at).total_seconds())
    piece = left[slice(*span)]
    if len(piece) < _LEAST_S * RATE:
        return None
    masks = _MASKED.findall(turn.text_masked)
    if not masks:
        return _Move({"says": turn.text_masked}, piece, span)
    if all(mask in _STAND_INS for mask in masks):
        words = _MASKED.sub(lambda mask: _STAND_INS[mask[0]], turn.text_masked)
        return _Move({"says": words}, None, span, personal=True)
    return _Move({"says": turn.text_masked}, np.zeros_like(piece), span, personal=True)


def _pressed(event: ToldEvent) -> _Move:
    if event.kind == "CallerWasSilent":
        return _Move({"silence": True})
    keys = str(event.data.get("keys", ""))
    if len(keys) <= 1:
        return _Move({"keys": keys or "0"})
    # More than one key is masked: as many of nobody's number.
    return _Move({"keys": (_KEYS_STAND_IN * len(keys))[: len(keys)]}, personal=True)


def _span(turn: Turn, ends_s: float) -> tuple[int, int]:
    """The turn's sound: it was told when its end had been waited for and its words were there."""
    waited_s = (turn.latency_ms or 0.0) / 1000
    begins_s = ends_s - (turn.speech_s or 0.0) - waited_s - _AROUND_S
    return max(0, int(begins_s * RATE)), max(0, int(ends_s * RATE))


def _head(record: CallRecord, name: str) -> dict[str, Any]:
    """What the replayed call needs besides the caller."""
    at = (record.call.answered_at or record.call.accepted_at).astimezone(_SEOUL)
    when = datetime.combine(_A_WEEK + timedelta(days=at.weekday()), time(at.hour))
    head: dict[str, Any] = {
        "title": name,
        "tags": ["recorded_call"],
        "when": f"{when:%Y-%m-%dT%H:%M}",
        "repeats": False,
    }
    ended = [event.data.get("outcome") for event in record.events if event.kind == "HandOffEnded"]
    if ended and ended[-1] in _PERSONS:
        head["person"] = ended[-1]
    done = [event.data for event in record.events if event.kind == "ActionEnded"]
    if any(not each.get("done") for each in done):
        plain = {key: dict(value) for key, value in PLAIN_RESULTS.items()}
        head["actions"] = [plain[str(each["action"])] if each.get("done") else {"failed": True} for each in done]
    if record.call.outcome == "completed" and record.call.reason != "caller_hung_up":
        head["stays"] = True
    return head


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
