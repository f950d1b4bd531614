"""A stored call becomes a case: masked words, muted turns, a consent."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from telephony.wav_leg import read_wav
from tests.shipped import dialog
from tests.voice_agent.qa.replays import fixed, shipped
from voice_agent import events
from voice_agent.cli import app
from voice_agent.errors import ConfigError
from voice_agent.privacy.masking import KoPiiMasker
from voice_agent.qa.fixture import Fixture, read_fixtures
from voice_agent.qa.fixture_of_call import write_fixture_of_call
from voice_agent.qa.journal import Entry
from voice_agent.qa.replay import Played, RecordedSource, replay_case
from voice_agent.qa.verdict import failures
from voice_agent.qa.virtual_time import in_virtual_time
from voice_agent.storage.calls import CallRecord, CallRecords, CallSummary, ToldEvent, Turn
from voice_agent.storage.database import Database
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
    assert [(turn.says, turn.wav) for turn in fixture.script.turns] == [
        ("강아지를 잃어버렸어요.", "caller.wav"),
        ("공일공 일이삼사 오육칠팔이요.", None),
    ]
    assert np.abs(read_wav(tmp_path / "dog" / "caller.wav", 8000)).max() > 5000
    assert not (tmp_path / "dog" / "caller_2.wav").exists()
    assert fixture.script.when == "2026-11-23T18:00", "weekday and hour in Korea, another date"
    assert fixture.expected.acted == ("send_link",) and fixture.expected.outcome == "completed"
    source = (tmp_path / "dog" / "SOURCE.md").read_text(encoding="utf-8")
    assert "조사 동의서 3호" in source and "1 of 2 turns" in source
    for file in (tmp_path / "dog").glob("*.*"):
        assert b"id-1" not in file.read_bytes() and b"2026-11-30" not in file.read_bytes()


def test_without_consent_there_is_no_case(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="--consent"):
        write_fixture_of_call(stored(tmp_path), tmp_path / "dog", consent=" ")
    assert not (tmp_path / "dog").exists()


def with_turns(record: CallRecord, *turns: tuple[float, float, str], keys: str = "") -> CallRecord:
    """The same call with other turns: told at, seconds of speech, words; keys pressed after them."""
    made = tuple(
        Turn(number, BEGAN + timedelta(seconds=at), "caller", text, 0.9, speech_s, None, None, 0.0)
        for number, (at, speech_s, text) in enumerate(turns, start=1)
    )
    pressed = ToldEvent(len(made) + 1, BEGAN + timedelta(seconds=9.5), "CallerPressedKeys", {"keys": keys})
    return CallRecord(record.call, made, (pressed,) if keys else ())


def test_what_nobody_can_stand_in_for_is_silent(tmp_path: Path) -> None:
    record = with_turns(stored(tmp_path), (4.5, 2.0, "[주민등록번호]이요."))
    write_fixture_of_call(record, tmp_path / "dog", consent="조사 동의서 3호")
    assert np.abs(read_wav(tmp_path / "dog" / "caller.wav", 8000)).max() == 0


def test_a_turn_that_went_on_is_one_turn_and_keys_are_pressed_again(tmp_path: Path) -> None:
    record = with_turns(stored(tmp_path), (3.0, 1.0, "파주"), (5.0, 3.0, "파주 시청이요."), keys="***")
    write_fixture_of_call(record, tmp_path / "dog", consent="조사 동의서 3호")
    turns = read_fixtures(tmp_path, ["dog"])[0].script.turns
    assert [(turn.says, turn.keys) for turn in turns] == [("파주 시청이요.", None), (None, "010")]


async def test_a_served_call_becomes_a_case_that_passes(tmp_path: Path) -> None:
    """The replayed caller is served with recording on; its events go to real records, masked; the case is replayed."""
    wav, url = tmp_path / "call.wav", f"sqlite+aiosqlite:///{tmp_path}/calls.sqlite3"
    served = await asyncio.to_thread(serve, shipped("flow_lost_pet"), wav)
    assert served.entries[-1]["outcome"] == "completed" and wav.stat().st_size > 100_000
    database = await Database.open(url)
    records = CallRecords(database, KoPiiMasker())
    await records.accept("lost-pet", "sip:01098765432@192.0.2.7", wav)
    for event in told("lost-pet", served.entries):
        await records.record(event)
    await records.seal("lost-pet", "completed", "caller_hung_up", served.entries[-1]["duration_s"])
    await database.close()
    config = tmp_path / "config.yaml"
    config.write_text(f"storage: {{url: '{url}'}}\ndata_dir: {tmp_path}\n", encoding="utf-8")
    asked = [
        "fixtures",
        "record",
        "lost-pet",
        "--name",
        "pet",
        "--consent",
        "동의서 7호",
        "--folder",
        str(tmp_path / "made"),
    ]
    made = await asyncio.to_thread(CliRunner().invoke, app, [*asked, "--config", str(config), "--json"])
    assert made.exit_code == 0, made.output
    [case] = read_fixtures(tmp_path / "made")
    words = " ".join(case.said)
    assert "강아지" in words and "공일공 일이삼사 오육칠팔" in words and case.expected.acted == ("send_link",)
    assert failures(case.expected, (await asyncio.to_thread(serve, case, tmp_path / "again.wav")).entries) == []


def serve(fixture: Fixture, recording: Path) -> Played:
    """One call through the whole chain, recorded."""
    return in_virtual_time(replay_case(fixture, dialog(), RecordedSource(fixed()), recording=recording))


def told(call_id: str, entries: list[Entry]) -> Iterator[events.CallEvent]:
    """What the call told, when it told it."""
    for entry in entries:
        at = BEGAN + timedelta(seconds=entry["t"])
        match entry["what"]:
            case "answered":
                yield events.CallAnswered(call_id=call_id, at=at, sample_rate=8000)
            case "heard":
                values = {name: entry[name] for name in ("text", "confidence", "decode_ms", "speech_s")}
                yield events.CallerHeard(call_id=call_id, at=at, **values)
            case "action":
                values = {name: entry[name] for name in ("action", "kind", "done")}
                yield events.ActionEnded(call_id=call_id, at=at, **values)
