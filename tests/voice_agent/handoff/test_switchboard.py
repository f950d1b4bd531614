"""Callers brought to people, whatever happens, on a clock that jumps."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from dialogs.vocabulary import CallerPressed, CallerSaid
from telephony.leg import CloseReason, LegClosed
from tests.voice_agent.handoff.house import Scene, a_leg, loop_time
from tests.voice_agent.virtual_time import in_virtual_time
from voice_agent.handoff.contract import AfterPersonLost, Outcome, Why
from voice_agent.handoff.desk_side import DeskSide
from voice_agent.handoff.desk_words import (
    CallEnd,
    CallOver,
    DeskError,
    DeskPerson,
    Gone,
    OfferGone,
    OfferOver,
    ToPerson,
)
from voice_agent.handoff.duty import Duty
from voice_agent.handoff.live import Limits
from voice_agent.handoff.pretend_caller import PretendCaller
from voice_agent.handoff.queue import Presence, QueueSettings
from voice_agent.handoff.skills import Needs, Skills
from voice_agent.handoff.switchboard import SwitchboardSettings
from voice_agent.handoff.telephones import Answered
from voice_agent.privacy.masking import KoPiiMasker

YES, NO = Answered.ACCEPTED, Answered.DECLINED
LOST = "죄송합니다. 상담원과 통화가 끊겼습니다. 바로 다시 연결해 드리겠습니다."
HUNG_UP = LegClosed(CloseReason.CALLER_HUNG_UP)
BROKEN = LegClosed(CloseReason.MEDIA_LOST)


async def settle() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


def test_a_person_takes_the_call_talks_and_ends_it() -> None:
    async def main() -> None:
        async with Scene({"kim": [(YES, 3.0)]}) as scene:
            line = PretendCaller("1")
            call = scene.calls(line)
            await asyncio.sleep(4)
            assert line.heard == ["waiting", "person:kim"]
            assert scene.board.queue.presence("kim") is Presence.TALKING
            line.person_closes("kim", HUNG_UP)
            assert (await call).outcome is Outcome.SERVED
            await settle()
            assert line.heard[-1] == "hung up"
            assert scene.board.queue.presence("kim") is Presence.WRAP_UP
        assert scene.steps("1") == ["requested", "briefed", "ringing", "accepted", "connected", "closed"]
        assert [brief["caller"] for brief in scene.kept.briefs.values()] == ["010****5678"]

    in_virtual_time(main())


@pytest.mark.parametrize(
    ("how", "phase", "told"),
    [
        (NO, "declined", "다른 상담원에게 연결하고 있습니다."),
        (Answered.BUSY, "busy", "다른 상담원에게 연결하고 있습니다."),
        (Answered.NO_ANSWER, "no_answer", "다른 상담원에게 연결하고 있습니다."),
        (Answered.TRUNK_FAILED, "trunk_failed", "연결이 잘 되지 않아 다시 연결하고 있습니다."),
    ],
)
def test_who_does_not_take_it_makes_way_for_the_next_at_once(how: Answered, phase: str, told: str) -> None:
    async def main() -> None:
        async with Scene({"kim": [(how, 2.0)], "lee": [(YES, 1.0)]}) as scene:
            line = PretendCaller("1")
            scene.calls(line)
            await asyncio.sleep(3.5)
            assert scene.telephone.log == ["kim rings", f"kim {how}", "lee rings", "lee accepted"]
            assert told in line.heard and line.heard[-1] == "person:lee"
            line.person_closes("lee", HUNG_UP)
        assert phase in scene.steps("1")
        assert scene.outcome("1") is Outcome.SERVED

    in_virtual_time(main())


def test_the_caller_hangs_up_while_it_rings_and_it_stops_in_the_same_moment() -> None:
    async def main() -> None:
        async with Scene({"kim": [(YES, 10.0)]}) as scene:
            call = scene.calls(PretendCaller("1"))
            await asyncio.sleep(2)
            before = loop_time()
            call.cancel()
            await settle()
            assert loop_time() == before
            assert scene.telephone.log == ["kim rings", "kim stops"]
            assert scene.board.queue.presence("kim") is Presence.READY, "free for the next caller"
            assert scene.steps("1")[-2:] == ["caller_gone", "closed"]
            assert scene.outcome("1") is Outcome.CALLER_GONE

    in_virtual_time(main())


def test_a_caller_who_hangs_up_while_they_talk_lets_the_person_go() -> None:
    async def main() -> None:
        async with Scene({"kim": [(YES, 1.0)]}) as scene:
            call = scene.calls(PretendCaller("1"))
            await asyncio.sleep(2)
            call.cancel()
            await settle()
            assert (await scene.telephone.legs["kim"].receive()) == LegClosed(CloseReason.WE_HUNG_UP)
            assert scene.board.queue.presence("kim") is Presence.WRAP_UP
            assert scene.outcome("1") is Outcome.SERVED

    in_virtual_time(main())


@pytest.mark.parametrize("policy", AfterPersonLost)
def test_a_person_whose_line_breaks_leaves_the_caller_in_front_or_with_the_voice_agent(policy: AfterPersonLost) -> None:
    async def main() -> None:
        settings = SwitchboardSettings(after_person_lost=policy)
        async with Scene({"kim": [(YES, 1.0)], "lee": [(YES, 5.0), (YES, 1.0)]}, settings) as scene:
            line, other = PretendCaller("1"), PretendCaller("2")
            call = scene.calls(line)
            await asyncio.sleep(2)
            scene.board.decide(scene.board.queue.is_away("lee", loop_time(), "meal"))
            scene.calls(other)
            await settle()
            line.person_closes("kim", BROKEN)
            await settle()
            if policy is AfterPersonLost.VOICE_AGENT:
                assert (await call).why is Why.PERSON_LOST
                return
            assert scene.board.queue.order == ["1", "2"], "in front of whoever waits"
            at = line.heard.index("person:kim")
            assert line.heard[at + 1 : at + 3] == ["waiting", LOST]
            scene.ready("lee")
            await asyncio.sleep(6)
            assert line.heard[-1] == "person:lee"
            line.person_closes("lee", HUNG_UP)
            assert (await call).outcome is Outcome.SERVED

    in_virtual_time(main())


@pytest.mark.parametrize("said", [CallerPressed("*"), CallerSaid("그냥 나중에 전화 주세요")])
def test_a_callback_is_chosen_by_key_or_voice_even_while_it_rings(said: CallerPressed | CallerSaid) -> None:
    async def main() -> None:
        async with Scene({"kim": [(YES, 10.0)]}) as scene:
            line = PretendCaller("1")
            call = scene.calls(line)
            await asyncio.sleep(2)
            line.says(CallerSaid("언제까지 기다려요"))
            line.says(CallerPressed("3"))
            await settle()
            assert not call.done()
            line.says(said)
            assert (await call).outcome is Outcome.CALLBACK
            assert scene.telephone.log[-1] == "kim stops"

    in_virtual_time(main())


def test_place_and_wait_are_told_seldom_and_a_callback_is_offered() -> None:
    async def main() -> None:
        async with Scene({"kim": [(YES, 0.0)]}) as scene:
            scene.calls(PretendCaller("1"))
            await asyncio.sleep(1)
            second, third = PretendCaller("2"), PretendCaller("3")
            scene.calls(second)
            scene.calls(third)
            await asyncio.sleep(100)
            assert third.heard.count("앞에 한 분이 기다리고 계십니다.") == 3
            assert second.heard[:2] == ["waiting", "다음 차례이십니다."]
            assert sum("별표를" in each for each in third.heard) == 1
            assert all(step != "ringing" for step in scene.steps("3"))

    in_virtual_time(main())


def test_nobody_waits_for_nobody() -> None:
    async def main() -> None:
        async with Scene({}) as scene:
            assert (await scene.calls(PretendCaller("1"))).outcome is Outcome.NOBODY_FREE
            assert (await scene.calls(PretendCaller("2"), "emergency")).outcome is Outcome.NOBODY_FREE
        async with Scene({"kim": []}) as scene:
            call = scene.calls(PretendCaller("3"))
            await asyncio.sleep(1)
            scene.board.decide(scene.board.queue.is_away("kim", loop_time(), "meal"))
            await asyncio.sleep(10)
            assert not call.done(), "they may be back in a moment"
            await asyncio.sleep(15)
            assert call.done()

    in_virtual_time(main())


def test_who_waits_too_long_or_behind_too_many_is_offered_a_callback_but_never_in_danger() -> None:
    async def main() -> None:
        settings = SwitchboardSettings(queue=QueueSettings(most_wait_s=120), most_waiting=2)
        async with Scene({"kim": [(YES, 0.0)]}, settings) as scene:
            calls = [scene.calls(PretendCaller(str(number))) for number in range(3)]
            await asyncio.sleep(1)
            assert (await scene.calls(PretendCaller("too many"))).outcome is Outcome.NOBODY_FREE
            danger = scene.calls(PretendCaller("danger"), "emergency")
            await asyncio.sleep(300)
            assert [call.done() for call in calls] == [False, True, True]
            assert not danger.done()
            assert scene.board.queue.order == ["danger"]

    in_virtual_time(main())


def test_danger_told_while_waiting_goes_first() -> None:
    async def main() -> None:
        async with Scene({"kim": [(YES, 0.0)]}) as scene:
            lines = [PretendCaller(str(number)) for number in range(4)]
            for line in lines:
                scene.calls(line)
                await asyncio.sleep(0.1)
            assert scene.board.queue.order == ["1", "2", "3"]
            lines[3].says(CallerSaid("지금 집에 불이 났어요"))
            assert scene.board.queue.order == ["3", "1", "2"]
            lines[3].says(CallerPressed("*"))
            await settle()
            assert scene.board.queue.order == ["3", "1", "2"], "nobody in danger is sent away to be called back"

    in_virtual_time(main())


def test_a_leg_that_cannot_be_joined_is_let_go_and_the_caller_waits_on() -> None:
    async def main() -> None:
        async with Scene({"kim": [(YES, 1.0)]}) as scene:
            line = PretendCaller("1")
            line.joins = False
            scene.calls(line)
            await asyncio.sleep(1.5)
            assert scene.steps("1")[-2:] == ["accepted", "briefed"] or "briefed" in scene.steps("1")[3:]
            assert (await scene.telephone.legs["kim"].receive()) == LegClosed(CloseReason.WE_HUNG_UP)
            assert scene.board.queue.presence("kim") is not Presence.WRAP_UP, "nothing to wrap up"

    in_virtual_time(main())


def test_a_telephone_that_never_ends_is_given_up() -> None:
    async def main() -> None:
        settings = SwitchboardSettings(limits=Limits(ring_s=10))
        async with Scene({"kim": [(YES, 9e9)], "lee": [(YES, 1.0)]}, settings) as scene:
            line = PretendCaller("1")
            scene.calls(line)
            await asyncio.sleep(45)
            assert scene.telephone.log[:3] == ["kim rings", "kim stops", "lee rings"]
            assert line.heard[-1] == "person:lee"

    in_virtual_time(main())


# ── the desk ──────────


def at_desk(scene: Scene, *people: str) -> None:
    DeskSide(scene.board, scene.kept, KoPiiMasker())
    for person in people:
        scene.board.desk.sign_in(DeskPerson(person, person, Skills()))
        scene.board.desk.ready(person)


def test_a_person_at_the_desk_takes_the_call_holds_passes_on_and_notes() -> None:
    async def main() -> None:
        async with Scene({}) as scene:
            at_desk(scene, "kim", "lee")
            desk, line = scene.board.desk, PretendCaller("1")
            call = scene.calls(line)
            await settle()
            assert [seat.presence for seat in desk.seats()] == [Presence.OFFERED, Presence.READY]
            leg = a_leg()
            await desk.accept("kim", "1", leg)
            assert line.heard == ["waiting", "person:kim"]
            await desk.hold("kim", "1")
            await settle()
            assert line.heard[-2:] == ["aside", "상담원이 확인하고 있습니다. 잠시만 기다려 주세요."]
            await desk.resume("kim", "1")
            with pytest.raises(DeskError, match="takes no calls"):
                await desk.pass_on("kim", "1", ToPerson("park"))
            await desk.pass_on("kim", "1", ToPerson("lee"))
            await settle()
            assert desk.seats()[0].presence is Presence.WRAP_UP
            assert desk.seats()[1].presence is Presence.OFFERED
            await desk.accept("lee", "1", a_leg())
            desk.finish("lee", "1")
            assert (await call).outcome is Outcome.SERVED
            with pytest.raises(DeskError, match="expected a disposition of answered"):
                await desk.wrap_up("lee", "1", "whatever")
            await desk.wrap_up("lee", "1", "answered", "010-1234-5678로 다시 연락하기로 함")
            assert scene.kept.wrap_ups["1", "lee"].notes == "[전화번호]로 다시 연락하기로 함"
            assert [seat.presence for seat in desk.seats()] == [Presence.WRAP_UP, Presence.READY]

    in_virtual_time(main())


def test_the_desk_stops_ringing_at_once_and_who_takes_it_too_late_is_told() -> None:
    async def main() -> None:
        async with Scene({}) as scene:
            at_desk(scene, "kim")
            desk, line = scene.board.desk, PretendCaller("1")
            watch = desk.watch("kim")
            call = scene.calls(line)
            await settle()
            call.cancel()
            news = [each async for each in _until(watch, OfferOver)]
            assert news[-1] == OfferOver("kim", "1", Gone.CALLER_GONE)
            leg = a_leg()
            with pytest.raises(OfferGone):
                await desk.accept("kim", "1", leg)
            assert (await leg.receive()) == LegClosed(CloseReason.WE_HUNG_UP)

    in_virtual_time(main())


def test_a_page_that_loses_its_audio_sends_the_caller_to_the_front() -> None:
    async def main() -> None:
        async with Scene({}) as scene:
            at_desk(scene, "kim")
            desk, line = scene.board.desk, PretendCaller("1")
            scene.calls(line)
            await settle()
            await desk.accept("kim", "1", a_leg())
            watch = desk.watch("kim")
            line.person_closes("kim", BROKEN)
            news = [each async for each in _until(watch, CallOver)]
            assert news[-1] == CallOver("kim", "1", CallEnd.LINE_LOST)
            assert scene.board.queue.order == ["1"]

    in_virtual_time(main())


async def _until(watch, kind):  # type: ignore[no-untyped-def]
    async for each in watch:
        yield each
        if isinstance(each, kind):
            watch.close()


def test_who_declines_at_the_desk_is_not_rung_on_the_telephone_either() -> None:
    async def main() -> None:
        async with Scene({"kim": [(YES, 10.0)]}) as scene:
            at_desk(scene, "kim")
            scene.calls(PretendCaller("1"))
            await settle()
            assert scene.telephone.log == ["kim rings"], "both ring"
            scene.board.desk.decline("kim", "1")
            await settle()
            assert scene.telephone.log == ["kim rings", "kim stops"]
            assert "declined" in scene.steps("1")

    in_virtual_time(main())


def test_a_telephone_without_a_page_is_on_duty_by_itself() -> None:
    async def main() -> None:
        async with Scene({}) as scene:
            missed = (Answered.NO_ANSWER, 1.0)
            scene.telephone.script["kim"] = [(YES, 1.0), missed, missed, (YES, 1.0)]
            Duty(scene.board, {"kim": Skills()}, wrap_up_s=10, rest_s=60).begin()
            line = PretendCaller("1")
            scene.calls(line)
            await asyncio.sleep(2)
            line.person_closes("kim", HUNG_UP)
            await asyncio.sleep(12)
            assert scene.board.queue.presence("kim") is Presence.READY
            call = scene.calls(second := PretendCaller("2"), "emergency")
            await asyncio.sleep(25)
            assert scene.board.queue.presence("kim") is Presence.AWAY, "let it ring out twice"
            assert (await call).outcome is Outcome.NOBODY_FREE
            assert second.heard[0] == "waiting"
            await asyncio.sleep(60)
            assert scene.board.queue.presence("kim") is Presence.READY

    in_virtual_time(main())


# ── a restart ──────────


def test_after_a_restart_who_is_still_there_keeps_their_place_and_the_others_leave() -> None:
    async def main() -> None:
        async with Scene({"kim": [(YES, 0.0)]}) as scene:
            for number in range(4):
                scene.calls(PretendCaller(str(number)))
                await asyncio.sleep(0.1)
            kept = replace(scene.kept)
        again = Scene({"kim": [(YES, 0.0)] * 3}, kept=kept)
        lost = await again.board.open(alive=["2", "3"])
        assert lost == ["1"]
        late, old = PretendCaller("9"), PretendCaller("3")
        again.calls(late)
        again.calls(old)
        await settle()
        assert again.board.queue.order == ["2", "3", "9"], "who called again is where they were"
        await again.board.close()

    in_virtual_time(main())


def test_closing_the_switchboard_leaves_nobody_ringing_and_nobody_waiting() -> None:
    async def main() -> None:
        async with Scene({"kim": [(YES, 1.0)], "lee": []}) as scene:
            calls = [scene.calls(PretendCaller(str(number))) for number in range(3)]
            await asyncio.sleep(2)
        outcomes = [(await call).outcome for call in calls]
        assert outcomes == [Outcome.SERVED, Outcome.NOBODY_FREE, Outcome.NOBODY_FREE]
        assert scene.telephone.log[-1] == "lee stops"

    in_virtual_time(main())


def test_needs_decide_who_is_rung() -> None:
    async def main() -> None:
        async with Scene({"kim": [(YES, 1.0)], "lee": [(YES, 1.0)]}) as scene:
            scene.ready("kim", Skills(topics=frozenset({"passport"})))
            scene.calls(PretendCaller("1"), needs=Needs(topic="car_tax"))
            await asyncio.sleep(2)
            assert scene.telephone.log[0] == "lee rings"

    in_virtual_time(main())
