"""One call from ring to record: a WAV caller, the shipped library, scripted engines, real records and recordings."""

from __future__ import annotations

import asyncio
import io
import json
import sys
import wave
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dialogs.engine import DialogEngine
from dialogs.loader import default_library, load_hotline
from dialogs.state import DialogState
from dialogs.vocabulary import (
    Act,
    ActionDone,
    ActionFailed,
    CallerCutOff,
    CallerSaid,
    CallerSilent,
    Consult,
    DialogInput,
    DialogOutput,
    EndCall,
    Say,
)
from telephony.audio import Pcm
from telephony.clock import ManualBeat
from telephony.leg import CloseReason, HoldState, LegClosed, TransferOutcome
from telephony.wav_leg import WavLeg
from tests import shipped
from tests.voice_agent.voices import spoken_question
from voice_agent import events
from voice_agent.actions.local import LocalActions
from voice_agent.actions.ports import Actions
from voice_agent.call import Call, CallServices, HandOffSettings
from voice_agent.conversation import CallConversation
from voice_agent.engines.stt.scripted import ScriptedSpeechToText
from voice_agent.engines.tts.failover import FailoverVoice
from voice_agent.engines.tts.prompt_cache import PromptCache
from voice_agent.engines.tts.scripted import ScriptedTextToSpeech
from voice_agent.engines.voice_activity import SileroModel
from voice_agent.event_bus import EventBus
from voice_agent.handoff.ports import HandOffDriver
from voice_agent.operations.logging import configure_logging
from voice_agent.pipeline.build import Engines
from voice_agent.privacy.masking import KoPiiMasker
from voice_agent.speaker import CachedSpeaker
from voice_agent.storage.calls import CallRecord, CallRecords
from voice_agent.storage.database import Database
from voice_agent.storage.recorder import run_recorder
from voice_agent.storage.recordings import recording_path
from voice_agent.storage.tickets import Tickets

NOBODY: Pcm = np.zeros(0, np.int16)
REMOTE = "sip:01012345678@192.0.2.7"
DESK = "sip:desk@192.0.2.9"


class Leg(WavLeg):
    """A WAV caller whose phone can also hold and vanish."""

    def vanish(self) -> None:
        self._close(CloseReason.MEDIA_LOST)

    def puts_us_on_hold(self) -> None:
        self._line.tell(HoldState.HELD)


@dataclass
class House:
    """Everything a call needs, and its record afterwards."""

    records: CallRecords
    bus: EventBus
    recorder: asyncio.Task[None]
    folder: Path
    beat: ManualBeat = field(default_factory=ManualBeat)
    voice: ScriptedTextToSpeech = field(default_factory=ScriptedTextToSpeech)
    told: list[events.CallEvent] = field(default_factory=list)
    news: asyncio.Event = field(default_factory=asyncio.Event)
    running: list[asyncio.Task[None]] = field(default_factory=list)

    def leg(self, speech: Pcm = NOBODY, **options: Any) -> Leg:
        return Leg(self.beat, speech, remote=REMOTE, **options)

    def call(
        self,
        leg: WavLeg,
        transcripts: list[str] | None = None,
        *,
        target: str | None = None,
        actions: Actions | None = None,
        dialog: DialogEngine | None = None,
        hand_offs: HandOffDriver | None = None,
        most_s: float = 1800.0,
    ) -> Call:
        speaker = CachedSpeaker(PromptCache(self.folder / "prompts", self.voice), FailoverVoice([self.voice]))
        services = CallServices(
            dialog=dialog or shipped.dialog(),
            engines=Engines(ScriptedSpeechToText(transcripts or []), speaker, SileroModel()),
            bus=self.bus,
            records=self.records,
            hand_off=HandOffSettings(target, 30.0, shipped.hotline().wording.still_transferring.text),
            recording_path=partial(recording_path, self.folder),
            actions=actions,
            masker=KoPiiMasker(),
            beat=self.beat,
            hand_offs=hand_offs,
            most_s=most_s,
        )
        return Call(leg, services)

    def runs(self, call: Call) -> asyncio.Task[None]:
        """The call as a task, cut at the end of the test if it is still up."""
        task = asyncio.create_task(call.run())
        self.running.append(task)
        return task

    async def passes(self, seconds: float) -> None:
        """Line time goes by; a real turn of the loop now and then lets threads answer."""
        for _ in range(round(seconds / 0.1)):
            await self.beat.advance(0.1)
            await asyncio.sleep(0.001)

    async def hears_of(self, kind: type[events.CallEvent]) -> events.CallEvent:
        """The first event of a kind, waiting for it if it has not come yet."""
        async with asyncio.timeout(5):
            while True:
                for event in self.told:
                    if isinstance(event, kind):
                        return event
                self.news.clear()
                await self.news.wait()

    async def until(self, kind: type[events.CallEvent], line_s: float = 30.0) -> events.CallEvent:
        """The first event of a kind, letting the line go on until it comes."""
        for _ in range(round(line_s / 0.1)):
            if found := next((event for event in self.told if isinstance(event, kind)), None):
                return found
            await self.passes(0.1)
        raise AssertionError(f"no {kind.__name__} within {line_s} s of the line: {self.told}")

    @property
    def said(self) -> str:
        """All the prompts that reached the line."""
        return " ".join(event.text for event in self.told if isinstance(event, events.AgentSaid))


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    database = await Database.open(f"sqlite+aiosqlite:///{tmp_path}/hotline.sqlite3")
    records, bus = CallRecords(database, KoPiiMasker()), EventBus()
    recorder = asyncio.create_task(run_recorder(bus.subscribe("records"), records))
    house = House(records, bus, recorder, tmp_path)

    async def watch() -> None:
        async for event in watching:
            house.told.append(event)
            house.news.set()

    watching = bus.subscribe("test")
    watcher = asyncio.create_task(watch())
    yield house
    for task in house.running:
        task.cancel()
    await asyncio.gather(*house.running, return_exceptions=True)
    bus.close()
    await asyncio.gather(recorder, watcher)
    await database.close()


async def sealed(house: House, call: Call) -> CallRecord:
    """The call's record once all its events have been written; nothing is told after this."""
    house.bus.close()
    await asyncio.wait_for(house.recorder, 5)
    record = await house.records.get(call.call_id)
    assert record is not None and record.events[-1].kind == "CallEnded"
    return record


def outcome(record: CallRecord) -> tuple[bool, str | None, str | None]:
    return record.call.sealed, record.call.outcome, record.call.reason


async def test_the_caller_is_greeted_asks_is_answered_and_says_goodbye(house: House) -> None:
    question = spoken_question()
    twice = np.concatenate([question, np.zeros(8000 * 26, np.int16), question])
    leg = house.leg(twice, speaks_after_s=5.0)
    call = house.call(leg, ["여권을 잃어버렸는데 어떻게 하나요?", "네, 수고하세요."])
    running = house.runs(call)
    await house.hears_of(events.CallAnswered)
    await house.until(events.CallEnded, 120)
    await running
    record = await sealed(house, call)
    assert outcome(record) == (True, "completed", "completed")
    assert record.call.answered_at is not None and record.call.duration_s is not None
    assert "01012345678" not in record.call.remote_masked
    heard = [turn.text_masked for turn in record.turns if turn.speaker == "caller"]
    assert heard == ["여권을 잃어버렸는데 어떻게 하나요?", "네, 수고하세요."]
    said = [turn.text_masked for turn in record.turns if turn.speaker == "voice_agent"]
    assert "인공지능" in said[0] and "녹음" in said[1]
    assert any("여권" in text for text in said)
    kinds = [event.kind for event in record.events]
    assert kinds[:2] == ["CallAccepted", "CallAnswered"]
    assert kinds.count("GreetingStarted") == kinds.count("CallEnded") == 1
    assert any(turn.latency_ms is not None for turn in record.turns if turn.speaker == "voice_agent")


async def test_both_sides_are_on_the_recording_and_only_the_owner_may_read_it(house: House) -> None:
    leg = house.leg(spoken_question(), speaks_after_s=4.0)
    call = house.call(leg, ["여권을 잃어버렸어요."])
    running = house.runs(call)
    await house.hears_of(events.CallAnswered)
    await house.passes(8.0)
    leg.caller_hangs_up()
    await running
    record = await sealed(house, call)
    path = record.call.recording
    assert path is not None and path.stat().st_mode & 0o077 == 0
    with wave.open(str(path), "rb") as file:
        assert (file.getnchannels(), file.getframerate()) == (2, 8000)
        stereo = np.frombuffer(file.readframes(file.getnframes()), np.int16).reshape(-1, 2)
    caller, agent = stereo[:, 0].astype(int), stereo[:, 1].astype(int)
    assert len(stereo) / 8000 == pytest.approx(8.0, abs=0.1)
    assert np.abs(agent[:8000]).max() > 1000 and np.abs(caller[: 4 * 8000 - 400]).max() == 0
    assert np.abs(caller[4 * 8000 :]).max() > 1000


async def test_who_hangs_up_in_the_greeting_has_abandoned(house: House) -> None:
    leg = house.leg()
    call = house.call(leg)
    running = house.runs(call)
    await house.hears_of(events.CallAnswered)
    await house.passes(1.0)
    leg.caller_hangs_up()
    await running
    assert outcome(await sealed(house, call)) == (True, "abandoned", "caller_hung_up")


async def test_who_hangs_up_after_a_question_has_had_a_call(house: House) -> None:
    leg = house.leg(spoken_question(), speaks_after_s=4.0)
    call = house.call(leg, ["여권을 잃어버렸어요."])
    running = house.runs(call)
    await house.hears_of(events.CallAnswered)
    await house.until(events.CallerHeard)
    leg.caller_hangs_up()
    await running
    assert outcome(await sealed(house, call)) == (True, "completed", "caller_hung_up")


async def test_who_gives_up_before_the_answer_has_cancelled(house: House) -> None:
    leg = house.leg()
    leg.caller_hangs_up()
    call = house.call(leg)
    await call.run()
    record = await sealed(house, call)
    assert outcome(record) == (True, "cancelled", "cancelled")
    assert (record.call.answered_at, record.call.duration_s) == (None, 0.0)


async def test_a_phone_that_vanishes_is_a_failed_call(house: House) -> None:
    leg = house.leg()
    call = house.call(leg)
    running = house.runs(call)
    await house.hears_of(events.CallAnswered)
    await house.passes(1.0)
    leg.vanish()
    await running
    assert outcome(await sealed(house, call)) == (True, "failed", "media_lost")


async def test_a_fault_of_ours_is_a_failed_call_with_a_record_all_the_same(house: House) -> None:
    class Broken(Leg):
        async def answer(self) -> None:
            raise OSError("no audio device")

    leg = Broken(house.beat, NOBODY)
    call = house.call(leg)
    with pytest.raises(OSError, match="no audio device"):
        await call.run()
    assert outcome(await sealed(house, call)) == (True, "failed", "OSError")
    assert await leg.receive() == LegClosed(CloseReason.WE_HUNG_UP)


async def test_zero_leads_to_a_person(house: House) -> None:
    leg = house.leg()
    call = house.call(leg, target=DESK)
    running = house.runs(call)
    await house.hears_of(events.CallAnswered)
    await house.passes(3.0)
    leg.press("0")
    await house.until(events.CallEnded)
    await running
    record = await sealed(house, call)
    assert outcome(record) == (True, "transferred", "transferred")
    assert leg.transferred_to == DESK
    assert [event.data["outcome"] for event in record.events if event.kind == "HandOffEnded"] == ["accepted"]
    assert "상담원에게 연결" in house.said


@pytest.mark.parametrize(
    ("target", "ends", "told"),
    [
        (None, TransferOutcome.ACCEPTED, "연결할 수 있는 상담원이 없습니다"),
        (DESK, TransferOutcome.BUSY, "모두 통화 중입니다"),
        (DESK, TransferOutcome.NO_ANSWER, "전화를 받지 않았습니다"),
    ],
)
async def test_when_nobody_can_be_reached_the_caller_is_told_and_the_call_goes_on(
    house: House, target: str | None, ends: TransferOutcome, told: str
) -> None:
    leg = house.leg(transfer_outcome=ends)
    call = house.call(leg, target=target)
    running = house.runs(call)
    await house.hears_of(events.CallAnswered)
    await house.passes(3.0)
    leg.press("0")
    await house.until(events.HandOffEnded)
    await house.passes(1.0)
    assert told in house.said
    assert not running.done()
    leg.caller_hangs_up()
    await running
    assert outcome(await sealed(house, call)) == (True, "completed", "caller_hung_up")


async def test_who_says_nothing_is_asked_again_and_then_given_to_a_person(house: House) -> None:
    leg = house.leg()
    call = house.call(leg, target=DESK)
    running = house.runs(call)
    await house.hears_of(events.CallAnswered)
    await house.until(events.CallEnded, 90)
    await running
    record = await sealed(house, call)
    assert [event.kind for event in record.events].count("CallerWasSilent") == 3
    assert "말씀이 들리지 않습니다" in house.said
    assert outcome(record) == (True, "transferred", "transferred")


async def test_without_a_voice_the_call_still_ends_with_a_person(house: House) -> None:
    house.voice.fail = True
    leg = house.leg()
    call = house.call(leg, target=DESK)
    running = house.runs(call)
    await house.hears_of(events.CallAnswered)
    await house.until(events.CallEnded, 20)
    await running
    record = await sealed(house, call)
    assert outcome(record)[1] == "transferred"
    assert {event.data["engine"] for event in record.events if event.kind == "EngineFailed"} == {"text_to_speech"}
    assert np.abs(np.frombuffer(bytes(leg.heard), np.int16)).max() > 1000, "two tones, where no voice works"


async def test_without_a_voice_and_without_a_person_the_call_comes_to_an_end(house: House) -> None:
    house.voice.fail = True
    call = house.call(house.leg(), target=None)
    running = house.runs(call)
    await house.hears_of(events.CallAnswered)
    await house.until(events.CallEnded, 60)
    await running
    record = await sealed(house, call)
    assert record.call.sealed
    assert [event.kind for event in record.events].count("HandOffRequested") <= 3


async def test_a_caller_who_puts_us_on_hold_is_not_called_silent(house: House) -> None:
    leg = house.leg()
    call = house.call(leg, target=DESK)
    running = house.runs(call)
    await house.hears_of(events.CallAnswered)
    await house.passes(3.0)
    leg.puts_us_on_hold()
    await house.passes(30.0)
    assert not [event for event in house.told if isinstance(event, events.CallerWasSilent | events.HandOffRequested)]
    leg.caller_hangs_up()
    await running


async def test_a_call_that_is_cut_has_a_record_that_says_so(house: House) -> None:
    leg = house.leg()
    call = house.call(leg)
    running = house.runs(call)
    await house.hears_of(events.CallAnswered)
    await house.passes(1.0)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    record = await sealed(house, call)
    assert record.call.sealed
    assert record.call.outcome != "abandoned", "the caller did not hang up, we did"
    assert record.call.reason


async def test_a_disk_that_takes_no_recording_costs_no_call(house: House) -> None:
    (house.folder / "recordings").write_text("not a folder")
    leg = house.leg(spoken_question(), speaks_after_s=4.0)
    call = house.call(leg, ["여권을 잃어버렸어요."])
    running = house.runs(call)
    await house.hears_of(events.CallAnswered)
    await house.until(events.CallerHeard)
    leg.caller_hangs_up()
    await running
    assert outcome(await sealed(house, call))[:2] == (True, "completed")


async def test_when_the_hotline_closes_the_caller_is_told_and_the_record_is_sealed(house: House) -> None:
    leg = house.leg()
    call = house.call(leg)
    running = house.runs(call)
    await house.hears_of(events.CallAnswered)
    await house.passes(3.0)
    await call.say_goodbye()
    await house.until(events.CallEnded, 20)
    await running
    assert "다시 전화해 주세요" in house.said
    assert outcome(await sealed(house, call)) == (True, "completed", "closing")


async def test_nothing_runs_on_when_the_call_is_over(house: House) -> None:
    before = asyncio.all_tasks()
    leg = house.leg()
    running = house.runs(house.call(leg))
    await house.hears_of(events.CallAnswered)
    await house.passes(1.0)
    leg.caller_hangs_up()
    await running
    if left := asyncio.all_tasks() - before - {running}:
        # The database's session may still be closing; whatever else is left would stay.
        await asyncio.wait(left, timeout=5)
    assert asyncio.all_tasks() <= before | {running}


@pytest.fixture
def logged(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """The log as an operator sees it, at its most talkative."""
    log = io.StringIO()
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stderr", log)
        configure_logging("DEBUG", json=True)
    yield log
    configure_logging("WARNING", json=True)


async def test_no_word_number_or_key_of_the_caller_reaches_the_log(house: House, logged: io.StringIO) -> None:
    leg = house.leg(spoken_question(), speaks_after_s=4.0)
    call = house.call(leg, ["제 차는 십이가 삼사오육이고 이름은 홍길동입니다."])
    running = house.runs(call)
    await house.hears_of(events.CallAnswered)
    await house.until(events.CallerHeard)
    await house.passes(3.0)
    leg.press("7")
    await house.passes(1.0)
    house.voice.fail = True
    leg.press("0")
    await house.passes(3.0)
    leg.caller_hangs_up()
    await running
    text = logged.getvalue()
    lines = [json.loads(line) for line in text.splitlines()]
    assert {"call.accepted", "call.ended", "engine.failed", "hand_off.ended"} <= {line["event"] for line in lines}
    assert all(line["call_id"] == call.call_id for line in lines if line["event"].startswith("call."))
    for secret in ("홍길동", "삼사오육", "01012345678", "192.0.2.7", "상담원"):
        assert secret not in text


def test_a_turn_taken_too_soon_is_undone_once_and_only_at_once() -> None:
    conversation = CallConversation(shipped.dialog())
    conversation.start()
    first = conversation.take(CallerSaid("불법 주정차 신고하려고요."))
    conversation.undo()
    assert conversation.take(CallerSaid("불법 주정차 신고하려고요.")) == first
    conversation.undo()
    conversation.undo()
    assert conversation.take(CallerSaid("불법 주정차 신고하려고요.")) == first
    conversation.take(CallerSilent())
    conversation.undo()
    assert conversation.take(CallerSaid("불법 주정차 신고하려고요.")) != first, "something had happened since"


def test_the_second_cut_off_is_undone_too_and_only_the_slower_manner_stays() -> None:
    engine = DialogEngine(load_hotline(default_library()))
    cut_off, fresh = CallConversation(engine), CallConversation(engine)
    cut_off.start()
    cut_off.take(CallerSaid("여권 재발급하고 싶어요."))
    cut_off.take(CallerCutOff())
    cut_off.undo()
    fresh.start()
    fresh.take(CallerCutOff())
    whole = CallerSaid("불법 주차 신고하려고요.")
    assert cut_off.take(whole) == fresh.take(whole)


# ── what a dialog needs from outside ──────────


class Reporting(DialogEngine):
    """A hotline at which every sentence becomes a ticket: the shortest way to an action."""

    def step(self, state: DialogState, event: DialogInput) -> tuple[DialogState, tuple[DialogOutput, ...]]:
        match event:
            case CallerSaid():
                return state, (Act("act-1", "create_ticket", "pothole", {"place": "수원역 앞"}),)
            case ActionDone(values):
                return state, (Say(f"접수 번호는 {values['number']}입니다."), EndCall("completed"))
            case ActionFailed(reason):
                return state, (Say(f"못 했습니다. {reason}"), EndCall("failed"))
        return super().step(state, event)


async def test_an_action_ends_in_a_ticket_and_in_an_event_without_a_word_of_the_caller(
    house: House, tmp_path: Path
) -> None:
    database = await Database.open(f"sqlite+aiosqlite:///{tmp_path}/tickets.sqlite3")
    tickets = Tickets(database)
    call = house.call(
        house.leg(spoken_question(), speaks_after_s=6.0),
        ["길이 파였어요"],
        actions=LocalActions(tickets),
        dialog=Reporting(shipped.hotline()),
    )
    house.runs(call)
    ended = await house.until(events.ActionEnded)
    await house.until(events.CallEnded)
    assert isinstance(ended, events.ActionEnded)
    assert (ended.action, ended.kind, ended.done) == ("create_ticket", "pothole", True)
    number = house.said.partition("접수 번호는 ")[2].partition("입니다")[0]
    ticket = await tickets.find(number)
    assert ticket is not None and ticket.fields == {"place": "수원역 앞"}
    again = await tickets.create(f"{call.call_id}:act-1", "create_ticket", "pothole", {})
    assert again.number == number, "the key is the call's and the action's"
    await database.close()


async def test_without_anything_that_acts_the_dialog_is_told(house: House) -> None:
    house.runs(
        house.call(
            house.leg(spoken_question(), speaks_after_s=6.0), ["길이 파였어요"], dialog=Reporting(shipped.hotline())
        )
    )
    await house.until(events.CallEnded)
    assert "못 했습니다. not_configured" in house.said


def test_a_language_model_is_asked_masked_and_with_speakable_passages_only() -> None:
    conversation = CallConversation(shipped.dialog())
    conversation.start()
    spoken = next(entry.id for entry in shipped.hotline().knowledge if entry.verified and entry.valid_until is None)
    unspoken = next(entry.id for entry in shipped.hotline().knowledge if not entry.verified)
    asked = Consult("제 번호는 010-1234-5678인데요 수수료가요", (unspoken, spoken, "flow:callback"), "request")
    question = conversation.question(asked, KoPiiMasker())
    assert "1234" not in question.caller and "수수료" in question.caller
    assert [passage.id for passage in question.passages] == [spoken]
    assert ("illegal_parking", shipped.hotline().flow("illegal_parking").title) in question.topics
