"""A stored call becomes a case: masked words, muted turns, a consent."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from telephony.wav_leg import read_wav
from voice_agent.errors import ConfigError
from voice_agent.qa.fixture import read_fixtures
from voice_agent.qa.fixture_of_call import write_fixture_of_call
from voice_agent.storage.calls import CallRecord, CallSummary, ToldEvent, Turn
from voice_agent.storage.recordings import StereoRecording

BEGAN = datetime(2026, 11, 30, 9, tzinfo=UTC)


def stored(folder: Path) -> CallRecord:
    """Ten seconds: a question from 2 to 4 s, a telephone number from 6 to 8 s."""
    path = folder / "call.wav"
    recording = StereoRecording(path, 8000)
    caller = (np.sin(np.arange(80_000) / 4) * 8000).astype(np.int16)
    recording.write(caller.tobytes(), bytes(160_000))
    recording.close()
    call = CallSummary("id-1", "sip:[번호]", BEGAN, BEGAN, BEGAN, True, "completed", "caller_hung_up", 10.0, path, None)
    turns = (
        Turn(1, BEGAN + timedelta(seconds=4.5), "caller", "강아지를 잃어버렸어요.", 0.9, 2.0, None, None, 400.0),
        Turn(2, BEGAN + timedelta(seconds=8.5), "caller", "[번호]이요.", 0.9, 2.0, None, None, 400.0),
    )
    events = (ToldEvent(3, BEGAN, "ActionEnded", {"action": "send_link", "kind": "", "done": True}),)
    return CallRecord(call, turns, events)


def test_personal_turns_are_silent_and_nothing_tells_whose_call_it_was(tmp_path: Path) -> None:
    write_fixture_of_call(stored(tmp_path), tmp_path / "dog", consent="조사 동의서 3호")
    fixture = read_fixtures(tmp_path, ["dog"])[0]
    assert [turn.says for turn in fixture.script.turns] == ["강아지를 잃어버렸어요.", "[번호]이요."]
    assert np.abs(read_wav(tmp_path / "dog" / "caller.wav", 8000)).max() > 5000
    assert np.abs(read_wav(tmp_path / "dog" / "caller_2.wav", 8000)).max() == 0
    assert fixture.expected.acted == ("send_link",) and fixture.expected.outcome == "completed"
    source = (tmp_path / "dog" / "SOURCE.md").read_text(encoding="utf-8")
    assert "조사 동의서 3호" in source and "1 of 2 turns" in source
    for file in (tmp_path / "dog").glob("*.*"):
        assert b"id-1" not in file.read_bytes() and b"2026-11-30" not in file.read_bytes()


def test_without_consent_there_is_no_case(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="--consent"):
        write_fixture_of_call(stored(tmp_path), tmp_path / "dog", consent=" ")
    assert not (tmp_path / "dog").exists()
