"""The desk as a page sees it, with a rehearsal instead of a hotline behind it."""

from __future__ import annotations

import asyncio

import numpy as np
import pytest

from telephony.clock import ManualBeat
from telephony.leg import CloseReason, LegClosed
from telephony.wav_leg import WavLeg
from voice_agent.handoff.brief import Brief
from voice_agent.handoff.desk import Desk
from voice_agent.handoff.desk_words import (
    CallEnd,
    CallOver,
    Connected,
    DeskError,
    DeskNews,
    DeskPerson,
    Gone,
    NotSignedIn,
    Offered,
    OfferGone,
    OfferOver,
    SeatChanged,
    ToNumber,
)
from voice_agent.handoff.queue import Presence
from voice_agent.handoff.rehearsal import Rehearsal
from voice_agent.handoff.wrap_up import WrapUp

BRIEF = Brief("call 1", "010****5678", "caller_asked", asked="여권 재발급을 물었습니다.")


def at_work(*names: str) -> tuple[Desk, Rehearsal]:
    desk = Desk()
    line = Rehearsal(desk)
    for name in names:
        desk.sign_in(DeskPerson(name, f"{name} 상담원"))
        desk.ready(name)
    return desk, line


def a_leg() -> WavLeg:
    return WavLeg(ManualBeat(), np.zeros(0, np.int16))


async def heard_by(desk: Desk, person: str | None, count: int) -> list[DeskNews]:
    watch = desk.watch(person)
    news: list[DeskNews] = []
    async for each in watch:
        if not isinstance(each, SeatChanged):
            news.append(each)
        if len(news) == count:
            watch.close()
    return news


async def test_a_call_is_offered_taken_ended_and_noted() -> None:
    desk, line = at_work("kim")
    listening = asyncio.create_task(heard_by(desk, "kim", 3))
    await asyncio.sleep(0)
    line.rings("kim", BRIEF)
    seat = desk.seat("kim")
    assert seat is not None and (seat.presence, seat.brief) == (Presence.OFFERED, BRIEF)
    await desk.accept("kim", "call 1", a_leg())
    desk.finish("kim", "call 1")
    assert await listening == [
        Offered("kim", "call 1", BRIEF, 20.0),
        Connected("kim", "call 1"),
        CallOver("kim", "call 1", CallEnd.FINISHED),
    ]
    await desk.wrap_up("kim", "call 1", "answered", "안내함", ready=False)
    assert [seat.presence for seat in desk.seats()] == [Presence.WRAP_UP]
    await desk.wrap_up("kim", "call 1", "answered", "안내함")
    assert [seat.presence for seat in desk.seats()] == [Presence.READY]
    assert line.notes == [WrapUp("call 1", "kim", "answered", "안내함")] * 2


async def test_it_stops_ringing_at_once_and_can_no_longer_be_taken() -> None:
    desk, line = at_work("kim")
    listening = asyncio.create_task(heard_by(desk, None, 2))
    await asyncio.sleep(0)
    line.rings("kim", BRIEF)
    line.caller_hangs_up("call 1")
    assert (await listening)[1] == OfferOver("kim", "call 1", Gone.CALLER_GONE)
    leg = a_leg()
    with pytest.raises(OfferGone):
        await desk.accept("kim", "call 1", leg)
    assert await leg.receive() == LegClosed(CloseReason.WE_HUNG_UP), "nobody is left on a dead line"
    desk.decline("kim", "call 1")


async def test_who_talks_neither_leaves_nor_takes_a_break() -> None:
    desk, line = at_work("kim")
    line.rings("kim", BRIEF)
    await desk.accept("kim", "call 1", a_leg())
    for leaving in (lambda: desk.sign_out("kim"), lambda: desk.away("kim", "meal"), lambda: desk.ready("kim")):
        with pytest.raises(DeskError, match="is talking"):
            leaving()
    again = desk.sign_in(DeskPerson("kim", "김 상담원"))
    assert again.presence is Presence.TALKING, "a second window changes nothing"
    await desk.hold("kim", "call 1")
    assert again.on_hold is False and desk.seats()[0].on_hold
    await desk.resume("kim", "call 1")
    await desk.pass_on("kim", "call 1", ToNumber("sip:2000@192.0.2.20"))
    assert line.passed_on == [("call 1", ToNumber("sip:2000@192.0.2.20"))]
    with pytest.raises(DeskError, match="does not talk"):
        desk.finish("kim", "call 1")


def test_away_says_why_and_only_who_is_there_can_be() -> None:
    desk, line = at_work("kim")
    desk.away("kim", "meal")
    assert (desk.seats()[0].presence, desk.seats()[0].reason) == (Presence.AWAY, "meal")
    with pytest.raises(DeskError, match="expected a reason of break"):
        desk.away("kim", "bored")
    desk.ready("kim")
    line.rings("kim", BRIEF)
    line.rings_out("kim")
    desk.sign_out("kim")
    assert desk.seats() == []
    with pytest.raises(NotSignedIn):
        desk.ready("kim")
    desk.sign_out("kim")
