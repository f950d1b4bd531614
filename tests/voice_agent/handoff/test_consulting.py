"""Three people on a call: a human agent asks a colleague or a telephone outside, whatever becomes of anybody."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest

from telephony.leg import CloseReason, LegClosed
from telephony.wav_leg import WavLeg
from tests.voice_agent.handoff.house import Scene, a_leg
from tests.voice_agent.handoff.test_switchboard import settle
from tests.voice_agent.virtual_time import in_virtual_time
from voice_agent.handoff.contract import Outcome
from voice_agent.handoff.desk_side import DeskSide
from voice_agent.handoff.desk_words import ConsultSeen, ConsultStep, DeskError, DeskPerson, ToNumber, ToPerson
from voice_agent.handoff.live import Ended
from voice_agent.handoff.pretend_caller import PretendCaller
from voice_agent.handoff.queue import Presence
from voice_agent.handoff.telephones import Answer, Answered
from voice_agent.privacy.masking import KoPiiMasker

HUNG_UP, BROKEN = LegClosed(CloseReason.CALLER_HUNG_UP), LegClosed(CloseReason.MEDIA_LOST)
ASIDE = "상담원이 확인하고 있습니다. 잠시만 기다려 주세요."
OFFICE = "sip:office@192.0.2.20"
THIRD = f"outside:{OFFICE}"


@dataclass
class Talk:
    """kim talks to a caller; lee is free; an office can be called."""

    scene: Scene
    line: PretendCaller
    call: asyncio.Task[Ended]
    answers: Answered = Answered.ACCEPTED
    after_s: float = 1.0
    office: list[WavLeg] = field(default_factory=list)
    stopped: int = 0

    async def ring(self, uri: str) -> Answer:
        assert uri == OFFICE
        try:
            await asyncio.sleep(self.after_s)
        except asyncio.CancelledError:
            self.stopped += 1
            raise
        if self.answers is not Answered.ACCEPTED:
            return Answer(self.answers)
        self.office.append(a_leg())
        return Answer(Answered.ACCEPTED, self.office[-1])

    async def asks_office(self, *, waits_s: float = 2.0) -> None:
        await self.scene.board.desk.consult("kim", "1", ToNumber(OFFICE))
        await asyncio.sleep(waits_s)

    async def asks_lee(self) -> WavLeg:
        await self.scene.board.desk.consult("kim", "1", ToPerson("lee"))
        await settle()
        leg = a_leg()
        await self.scene.board.desk.accept("lee", "1", leg)
        await settle()
        return leg

    async def step(self, step: ConsultStep) -> None:
        await self.scene.board.desk.consult_step("kim", "1", step)
        await settle()

    def presence(self, person: str) -> Presence:
        seat = self.scene.board.desk.seat(person)
        assert seat is not None
        queue = self.scene.board.queue.presence(person)
        assert seat.presence is queue, f"{person}'s page says {seat.presence}, the queue {queue}"
        return queue

    def seen(self, person: str) -> ConsultSeen | None:
        seat = self.scene.board.desk.seat(person)
        assert seat is not None
        return seat.consult


@asynccontextmanager
async def talk() -> AsyncIterator[Talk]:
    async with Scene({}) as scene:
        line = PretendCaller("1")
        made = Talk(scene, line, scene.calls(line))
        DeskSide(scene.board, scene.kept, KoPiiMasker(), ring_number=made.ring)
        for name in ("kim", "lee"):
            scene.board.desk.sign_in(DeskPerson(name, f"{name}님"))
        scene.board.desk.ready("kim")
        await settle()
        await scene.board.desk.accept("kim", "1", a_leg())
        scene.board.desk.ready("lee")
        line.heard.clear()
        yield made


async def was_hung_up(leg: WavLeg) -> bool:
    return await asyncio.wait_for(leg.receive(), 1) == LegClosed(CloseReason.WE_HUNG_UP)


def test_a_colleague_is_asked_while_the_caller_waits_then_all_talk_then_the_colleague_goes() -> None:
    async def main() -> None:
        async with talk() as on:
            leg = await on.asks_lee()
            assert on.line.heard == ["waiting", ASIDE], "the caller hears the waiting sound, and why"
            assert on.seen("kim") == ConsultSeen("talking", "lee님", leads=True)
            assert on.seen("lee") == ConsultSeen("talking", "kim님", leads=False)
            assert on.presence("lee") is Presence.TALKING, "no other call is offered to them"
            await on.step(ConsultStep.JOIN_ALL)
            assert on.line.heard[2:] == ["person:lee", "person:kim"]
            assert (on.seen("kim") or on.seen("lee")) == ConsultSeen("together", "lee님", leads=True)
            await on.step(ConsultStep.BACK)
            assert await was_hung_up(leg)
            assert on.seen("kim") is None and on.presence("kim") is Presence.TALKING
            assert on.presence("lee") is Presence.WRAP_UP, "they have talked to the caller"
            on.scene.board.desk.finish("kim", "1")
            assert (await on.call).outcome is Outcome.SERVED

    in_virtual_time(main())


@pytest.mark.parametrize("together", [False, True])
@pytest.mark.parametrize("how", ["button", "finish", "hangs up", "line breaks"])
def test_whoever_leaves_leaves_the_caller_to_the_one_who_was_asked(together: bool, how: str) -> None:
    async def main() -> None:
        async with talk() as on:
            leg = await on.asks_lee()
            if together:
                await on.step(ConsultStep.JOIN_ALL)
            if how == "button":
                await on.step(ConsultStep.HAND_OVER)
            elif how == "finish":
                on.scene.board.desk.finish("kim", "1")
            else:
                on.line.person_closes("kim", HUNG_UP if how == "hangs up" else BROKEN)
            await settle()
            assert on.line.heard[-1] == "person:lee" and "hung up" not in on.line.heard
            assert on.presence("kim") is Presence.WRAP_UP and on.presence("lee") is Presence.TALKING
            assert on.seen("lee") is None, "a call of their own from here on"
            await on.scene.board.desk.hold("lee", "1")
            await on.scene.board.desk.resume("lee", "1")
            on.scene.board.desk.finish("lee", "1")
            assert (await on.call).outcome is Outcome.SERVED
            await settle()
            assert await was_hung_up(leg) and on.presence("lee") is Presence.WRAP_UP
        assert on.scene.steps("1")[-3:] == ["connected", "connected", "closed"], "both are on record"

    in_virtual_time(main())


@pytest.mark.parametrize("how", [Answered.DECLINED, Answered.BUSY, Answered.NO_ANSWER, Answered.TRUNK_FAILED])
def test_where_nobody_answers_the_caller_is_talked_to_again_at_once(how: Answered) -> None:
    async def main() -> None:
        async with talk() as on:
            on.answers = how
            await on.asks_office()
            assert on.line.heard == ["waiting", ASIDE, "person:kim"]
            assert on.seen("kim") is None and on.presence("kim") is Presence.TALKING

    in_virtual_time(main())


def test_a_telephone_outside_answers_and_goes_on_with_the_caller() -> None:
    async def main() -> None:
        async with talk() as on:
            await on.asks_office()
            assert on.seen("kim") == ConsultSeen("talking", OFFICE, leads=True)
            await on.step(ConsultStep.HAND_OVER)
            assert on.line.heard[-1] == f"person:{THIRD}" and on.presence("kim") is Presence.WRAP_UP
            on.line.person_closes(THIRD, HUNG_UP)
            assert (await on.call).outcome is Outcome.SERVED

    in_virtual_time(main())


def test_the_third_line_breaks_and_the_caller_is_talked_to_again() -> None:
    async def main() -> None:
        async with talk() as on:
            await on.asks_office()
            on.line.person_closes(THIRD, BROKEN)
            await settle()
            assert on.line.heard[-1] == "person:kim" and on.seen("kim") is None

    in_virtual_time(main())


def test_coming_back_while_it_rings_stops_it_in_the_same_moment() -> None:
    async def main() -> None:
        async with talk() as on:
            on.after_s = 10
            await on.asks_office()
            for step in (ConsultStep.JOIN_ALL, ConsultStep.HAND_OVER):
                with pytest.raises(DeskError, match="not as things stand"):
                    await on.step(step)
            with pytest.raises(DeskError, match="come back to the caller first"):
                on.scene.board.desk.finish("kim", "1")
            await on.step(ConsultStep.BACK)
            assert on.line.heard[-1] == "person:kim" and on.stopped == 1 and not on.office

    in_virtual_time(main())


def test_a_person_who_vanishes_while_it_rings_leaves_the_caller_in_front_of_the_queue() -> None:
    async def main() -> None:
        async with talk() as on:
            on.after_s = 10
            await on.asks_office()
            on.line.person_closes("kim", HUNG_UP)
            await settle()
            assert on.stopped == 1 and "hung up" not in on.line.heard
            assert on.presence("lee") is Presence.OFFERED, "the next person's telephone rings"

    in_virtual_time(main())


@pytest.mark.parametrize("stage", ["ringing", "talking", "together"])
def test_the_caller_hangs_up_and_everybody_is_let_go(stage: str) -> None:
    async def main() -> None:
        async with talk() as on:
            on.after_s = 1 if stage != "ringing" else 10
            await on.asks_office()
            if stage == "together":
                await on.step(ConsultStep.JOIN_ALL)
            on.call.cancel()
            await settle()
            assert on.presence("kim") is Presence.WRAP_UP and on.seen("kim") is None
            assert on.stopped == (stage == "ringing")
            for leg in on.office:
                assert await was_hung_up(leg)

    in_virtual_time(main())


def test_a_colleague_declines_goes_away_or_leaves_and_is_free_again() -> None:
    async def main() -> None:
        async with talk() as on:
            desk = on.scene.board.desk
            await desk.consult("kim", "1", ToPerson("lee"))
            await settle()
            assert on.presence("lee") is Presence.OFFERED
            desk.decline("lee", "1")
            await settle()
            assert on.line.heard[-1] == "person:kim" and on.presence("lee") is Presence.READY
            await desk.consult("kim", "1", ToPerson("lee"))
            await settle()
            desk.away("lee", "meal")
            await settle()
            assert on.line.heard[-1] == "person:kim" and on.presence("lee") is Presence.AWAY
            with pytest.raises(DeskError, match="takes no calls now"):
                await desk.consult("kim", "1", ToPerson("lee"))
            desk.ready("lee")
            leg = await on.asks_lee()
            desk.finish("lee", "1")
            await settle()
            assert await was_hung_up(leg) and on.presence("lee") is Presence.READY, "nothing to wrap up"
            assert on.line.heard[-1] == "person:kim" and on.seen("kim") is None

    in_virtual_time(main())


def test_with_a_third_person_there_nothing_else_can_be_done_with_the_caller() -> None:
    async def main() -> None:
        async with talk() as on:
            desk = on.scene.board.desk
            await on.asks_lee()
            for attempt in (
                desk.hold("kim", "1"),
                desk.pass_on("kim", "1", ToPerson("lee")),
                desk.consult("kim", "1", ToNumber(OFFICE)),
            ):
                with pytest.raises(DeskError, match="come back to the caller first"):
                    await attempt
            with pytest.raises(DeskError, match="does not talk on that call"):
                await desk.consult_step("lee", "1", ConsultStep.JOIN_ALL)

    in_virtual_time(main())
