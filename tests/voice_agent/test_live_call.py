# ruff: noqa: F811 - a fixture that is imported
"""A live call, joined, listened to, taken over, hinted at, transferred and handed to a person; on a driven clock."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest

from dialogs.vocabulary import CallerPressed, HandOff
from telephony.audio import Pcm
from telephony.leg import CloseReason, LegClosed, TransferOutcome
from telephony.wav_leg import WavLeg
from tests.voice_agent.test_call import DESK, House, house, outcome, sealed  # noqa: F401 - a fixture
from tests.voice_agent.voices import spoken_question
from voice_agent import events
from voice_agent.call import Call
from voice_agent.commands import (
    GiveBack,
    HangUp,
    Hint,
    HintFound,
    Leave,
    Listen,
    ListenMode,
    Refusal,
    TakeOver,
    Transfer,
)
from voice_agent.errors import CommandRefused
from voice_agent.handoff.ports import CallerInput, CallerLine
from voice_agent.qa.bridge import TONES, levels, tone

NOBODY: Pcm = np.zeros(0, np.int16)


@dataclass
class Live:
    """One answered call and what people do with it."""

    house: House
    call: Call
    leg: WavLeg
    running: asyncio.Task[None]

    async def person(self, who: str = "human_agent") -> WavLeg:
        """An answered leg whose far end speaks a tone."""
        leg = WavLeg(self.house.beat, tone(TONES[who], 120, 16_000), sample_rate=16_000)
        await leg.answer()
        return leg

    async def commanded(self, command: Any, leg: WavLeg | None = None) -> Any:
        """A command carried out while the line goes on."""
        doing = asyncio.create_task(self.call.take(command, leg))
        for _ in range(100):
            await self.house.passes(0.1)
            if doing.done():
                break
        return await doing

    async def caller_hears(self, seconds: float = 1.0) -> dict[str, float]:
        await self.house.passes(0.3)
        at = len(self.leg.heard)
        await self.house.passes(seconds)
        return levels(bytes(self.leg.heard[at:]), 8000)

    def told(self, kind: type[events.CallEvent]) -> list[Any]:
        return [event for event in self.house.told if isinstance(event, kind)]


async def live(
    house: House, speech: Pcm = NOBODY, words: list[str] | None = None, after_s: float = 3.0, **options: Any
) -> Live:
    """A call that was answered ``after_s`` ago. ``speaks_after_s`` counts from the answer."""
    leg = house.leg(speech, speaks_after_s=options.pop("speaks_after_s", 0.0))
    call = house.call(leg, words, hand_offs=options.pop("driver", None), **options)
    running = house.runs(call)
    await house.hears_of(events.CallAnswered)
    await house.passes(after_s)
    return Live(house, call, leg, running)


def as_(command: Any, call: Live, who: str = "lee", **fields: Any) -> Any:
    return command(call_id=call.call.call_id, who=who, **fields)


async def test_a_supervisor_listens_whispers_and_barges_in(house: House) -> None:
    one = await live(house)
    boss = await one.person("supervisor")
    await one.commanded(as_(Listen, one), boss)
    assert (await one.caller_hears())["supervisor"] < 0.02
    await one.commanded(as_(Listen, one, mode=ListenMode.WHISPER))
    assert (await one.caller_hears())["supervisor"] < 0.02
    await one.commanded(as_(Listen, one, mode=ListenMode.BARGE))
    assert (await one.caller_hears())["supervisor"] > 0.9
    await one.commanded(as_(Leave, one))
    assert (await one.caller_hears())["supervisor"] < 0.02
    assert [(event.who, event.part) for event in one.told(events.ParticipantJoined)] == [("lee", "listen")]
    assert [event.part for event in one.told(events.ParticipantChanged)] == ["whisper", "barge"]
    assert [(event.who, event.reason) for event in one.told(events.ParticipantLeft)] == [("lee", "we_hung_up")]


async def test_a_supervisor_hears_the_greeting_as_the_caller_does(house: House) -> None:
    one = await live(house, after_s=0.3)
    boss = await one.person("supervisor")
    await one.commanded(as_(Listen, one), boss)
    at, theirs = len(one.leg.heard), len(boss.heard)
    await house.passes(1.0)
    power = np.abs(np.frombuffer(bytes(one.leg.heard[at:]), np.int16).astype(float)).mean()
    heard = np.abs(np.frombuffer(bytes(boss.heard[theirs:]), np.int16).astype(float)).mean()
    assert power > 100 and heard == pytest.approx(power, rel=0.2)


async def test_taken_over_the_voice_agent_is_silent_hears_nothing_and_its_dialog_stands(house: House) -> None:
    question = spoken_question()
    twice = np.concatenate([question, np.zeros(8000 * 20, np.int16), question])
    one = await live(house, twice, ["여권을 다시 만들고 싶어요"] * 2, speaks_after_s=6.0)
    kim = await one.person()
    await one.commanded(as_(TakeOver, one, "kim"), kim)
    assert one.call.taken_over_by == "kim"
    said = len(one.told(events.AgentSaid))
    await house.passes(20)
    found = await one.caller_hears()
    assert found["human_agent"] > 0.9
    assert len(one.told(events.AgentSaid)) == said
    assert not one.told(events.CallerHeard) and not one.told(events.CallerWasSilent)
    await one.commanded(as_(GiveBack, one, "boss"))
    await house.until(events.CallerHeard, 20)
    assert one.call.taken_over_by == ""
    assert [(event.who, event.reason) for event in one.told(events.GivenBack)] == [("kim", "given_back")]
    assert any("이어서 도와드리겠습니다" in event.text for event in one.told(events.AgentSaid))
    assert (await one.caller_hears())["human_agent"] < 0.02


async def test_when_who_has_taken_over_breaks_off_the_voice_agent_speaks_again(house: House) -> None:
    one = await live(house)
    kim = await one.person()
    await one.commanded(as_(TakeOver, one, "kim"), kim)
    await house.passes(1)
    kim.caller_hangs_up()
    await house.passes(2)
    assert [(event.who, event.reason) for event in one.told(events.GivenBack)] == [("kim", "left")]
    assert any("이어서 도와드리겠습니다" in event.text for event in one.told(events.AgentSaid))
    assert one.call.taken_over_by == ""


async def test_a_call_that_lasts_too_long_goes_on_while_the_caller_talks_to_a_person(house: House) -> None:
    one = await live(house, most_s=1.0, after_s=0.2)
    kim = await one.person()
    await one.commanded(as_(TakeOver, one, "kim"), kim)
    await asyncio.sleep(1.2)
    await house.passes(0.5)
    assert not one.running.done() and not one.told(events.CallEnded)
    assert (await one.caller_hears(0.5))["human_agent"] > 0.9


async def test_closing_the_hotline_is_told_to_a_caller_who_talks_to_a_person(house: House) -> None:
    one = await live(house)
    kim = await one.person()
    await one.commanded(as_(TakeOver, one, "kim"), kim)
    await one.call.say_goodbye()
    await house.until(events.CallEnded, 30)
    await one.running
    assert one.told(events.AgentSaid)[-1].voice == "scripted"
    assert outcome(await sealed(house, one.call)) == (True, "completed", "closing")


async def test_a_hint_decides_the_next_turn_is_audited_and_never_said(house: House) -> None:
    one = await live(house, spoken_question(), ["그 뭐시기 그거 있잖아요"], speaks_after_s=6.0)
    hint = "냉장고 버리는 대형폐기물 얘기예요"
    found = await one.commanded(as_(Hint, one, text=hint))
    assert isinstance(found, HintFound) and found.flow == "bulky_waste" and found.title
    await house.until(events.HintUsed, 30)
    await house.passes(6)
    moved = one.told(events.DialogMoved)[-1]
    assert moved.flow == "bulky_waste"
    given = one.told(events.HintGiven)[0]
    assert (given.who, given.text, given.flow) == ("lee", hint, "bulky_waste")
    assert "냉장고 버리는" not in house.said
    one.leg.caller_hangs_up()
    await one.running
    record = await sealed(house, one.call)
    stored = [event.data for event in record.events if event.kind == "HintGiven"]
    assert stored[0]["who"] == "lee" and stored[0]["flow"] == "bulky_waste"
    assert not {"DialogMoved", "CallerPartial"} & {event.kind for event in record.events}


async def test_who_watches_sees_the_words_as_they_come_and_where_the_dialog_stands(house: House) -> None:
    one = await live(house, spoken_question(), ["여권을 다시 만들고 싶어요"], speaks_after_s=6.0)
    await house.until(events.CallerHeard, 30)
    await house.passes(1)
    assert one.told(events.CallerPartial)[0].text == "여권을 다시 만들고 싶어요"
    moved = one.told(events.DialogMoved)[-1]
    assert (moved.flow, moved.step, moved.awaiting) == ("passport_reissue", "collect:reason", "slot")
    assert moved.topic and moved.confidence is not None


async def test_hung_up_with_a_farewell(house: House) -> None:
    one = await live(house)
    await one.commanded(as_(HangUp, one))
    await house.until(events.CallEnded, 30)
    await one.running
    assert "감사합니다" in one.told(events.AgentSaid)[-1].text
    assert outcome(await sealed(house, one.call)) == (True, "completed", "hung_up_by_person")


async def test_hung_up_at_once_everybody_is_let_go(house: House) -> None:
    one = await live(house)
    kim = await one.person()
    await one.commanded(as_(TakeOver, one, "kim"), kim)
    await one.commanded(as_(HangUp, one, farewell=False))
    await one.running
    assert outcome(await sealed(house, one.call)) == (True, "completed", "hung_up_by_person")
    async with asyncio.timeout(2):
        while not isinstance(closed := await kim.receive(), LegClosed):
            pass
    assert closed.reason is CloseReason.WE_HUNG_UP


async def test_transferred_by_a_person(house: House) -> None:
    one = await live(house)
    await one.commanded(as_(Transfer, one, target=DESK))
    await one.running
    assert one.leg.transferred_to == DESK
    assert outcome(await sealed(house, one.call)) == (True, "transferred", "transferred")


async def test_a_transfer_that_fails_leaves_the_caller_with_the_voice_agent(house: House) -> None:
    one = await live(house)
    one.leg._transfer_outcome = TransferOutcome.BUSY
    with pytest.raises(CommandRefused, match="transfer_failed: busy"):
        await one.commanded(as_(Transfer, one, target=DESK))
    await house.passes(2)
    assert any("이어서 도와드리겠습니다" in event.text for event in one.told(events.AgentSaid))
    assert [event.outcome for event in one.told(events.CallCommanded)] == ["busy"]


async def test_what_cannot_be_done_is_refused_with_a_reason(house: House) -> None:
    one = await live(house)

    async def refused(command: Any, leg: WavLeg | None = None) -> str:
        with pytest.raises(CommandRefused) as told:
            await one.commanded(command, leg)
        return told.value.reason

    assert await refused(as_(Listen, one)) == Refusal.NOT_ON_THE_CALL
    assert await refused(as_(Leave, one)) == Refusal.NOT_ON_THE_CALL
    assert await refused(as_(GiveBack, one)) == Refusal.NOT_TAKEN_OVER
    assert await refused(as_(Hint, one, text="  ")) == Refusal.EMPTY
    kim = await one.person()
    await one.commanded(as_(TakeOver, one, "kim"), kim)
    assert await refused(as_(Listen, one, "kim"), kim) == Refusal.ALREADY_ON_THE_CALL
    assert await refused(as_(Hint, one, text="여권")) == Refusal.WITH_A_PERSON
    one.leg.caller_hangs_up()
    await one.running
    assert await refused(as_(HangUp, one)) == Refusal.NO_SUCH_CALL


# ── a hand-off, from the driver's side ──────────


@dataclass
class Driver:
    """Does what a test tells it, in order."""

    script: Callable[[Driver, CallerLine], Any]
    gone: list[LegClosed] = field(default_factory=list)
    said: list[CallerInput] = field(default_factory=list)
    go_on: asyncio.Event = field(default_factory=asyncio.Event)

    async def serve(self, line: CallerLine, request: HandOff) -> str | None:
        result: str | None = await self.script(self, line)
        return result

    async def told(self) -> None:
        await self.go_on.wait()
        self.go_on.clear()


async def test_a_caller_waits_is_told_so_meets_a_person_loses_them_and_comes_back(house: House) -> None:
    legs: list[WavLeg] = []

    async def script(driver: Driver, line: CallerLine) -> str | None:
        line.listen(driver.said.append)
        line.play_waiting()
        await line.tell("지금 대기하신 분이 두 분 계십니다.")
        await driver.told()
        await line.connect("kim", legs[0], driver.gone.append)
        await driver.told()
        line.put_aside("kim", True)
        await driver.told()
        line.put_aside("kim", False)
        await driver.told()
        return "no_answer"

    driver = Driver(script)
    one = await live(house, driver=driver)
    legs.append(await one.person())
    one.leg.press("0")
    await house.until(events.WaitingStarted, 30)
    await house.passes(8)
    assert "두 분 계십니다" in house.said
    at = len(one.leg.heard)
    await house.passes(6)
    sound = np.frombuffer(bytes(one.leg.heard[at:]), np.int16)
    assert np.abs(sound).max() > 1000
    one.leg.press("9")
    await house.passes(3)
    assert CallerPressed("9") in driver.said

    driver.go_on.set()
    found = await one.caller_hears()
    assert found["human_agent"] > 0.9
    driver.go_on.set()
    assert (await one.caller_hears())["human_agent"] < 0.2
    driver.go_on.set()
    assert (await one.caller_hears())["human_agent"] > 0.9
    legs[0].caller_hangs_up()
    await house.passes(0.2)
    assert [closed.reason for closed in driver.gone] == [CloseReason.CALLER_HUNG_UP]
    at = len(one.leg.heard)
    await house.passes(3)
    assert np.abs(np.frombuffer(bytes(one.leg.heard[at:]), np.int16)).max() > 1000
    said = len(one.told(events.AgentSaid))
    driver.go_on.set()
    await house.passes(3)
    assert len(one.told(events.AgentSaid)) > said
    assert one.told(events.HandOffEnded)[-1].outcome == "no_answer"
    assert one.call.bridge.voice_agent_on and not one.call.bridge.waiting


async def test_danger_is_heard_and_answered_while_the_caller_waits(house: House) -> None:
    async def script(driver: Driver, line: CallerLine) -> str | None:
        line.play_waiting()
        await driver.told()
        return None

    words = ["사람이 숨을 안 쉬어요"]
    one = await live(house, spoken_question(), words, driver=Driver(script), speaks_after_s=16.0)
    one.leg.press("0")
    await house.until(events.WaitingStarted, 10)
    await house.until(events.CallerHeard, 40)
    await house.passes(2)
    assert "119" in one.told(events.AgentSaid)[-1].text


async def test_a_driver_that_breaks_sends_the_caller_back_to_the_voice_agent(house: House) -> None:
    async def script(driver: Driver, line: CallerLine) -> str | None:
        line.play_waiting()
        raise RuntimeError("no such desk")

    one = await live(house, driver=Driver(script))
    one.leg.press("0")
    await house.until(events.HandOffEnded, 30)
    await house.passes(3)
    assert one.told(events.EngineFailed)[0].engine == "hand_off"
    assert not one.call.bridge.waiting and one.call.bridge.voice_agent_on


async def test_served_and_hung_up_the_call_is_over_with_the_drivers_reason(house: House) -> None:
    legs: list[WavLeg] = []

    async def script(driver: Driver, line: CallerLine) -> str | None:
        await line.connect("kim", legs[0], driver.gone.append)
        await driver.told()
        await line.dismiss("kim")
        await line.hang_up("served")
        return None

    driver = Driver(script)
    one = await live(house, driver=driver)
    legs.append(await one.person())
    one.leg.press("0")
    await house.until(events.ParticipantJoined, 30)
    await house.passes(2)
    driver.go_on.set()
    await house.until(events.CallEnded, 10)
    await one.running
    assert outcome(await sealed(house, one.call)) == (True, "completed", "served")
    assert driver.gone == []
