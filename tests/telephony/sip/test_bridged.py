"""Two real SIP calls, one in G.711 and one in wideband, joined on a bridge."""

from __future__ import annotations

import asyncio

import pytest

from telephony.bridge.bridge import Bridge
from telephony.bridge.parts import Part
from telephony.clock import RealBeat
from telephony.leg import LegClosed
from tests.telephony.sip.phone import tone
from tests.telephony.sip.switchboard import switchboard

pytestmark = [pytest.mark.peers, pytest.mark.alone]

CALLER, PERSON, VOICE_AGENT = 700, 1000, 440


async def test_caller_and_person_hear_each_other_and_nobody_themselves() -> None:
    async with switchboard() as board:
        calling = board.phone(
            ["listen", 1.0], ["tone", CALLER, 4.0], ["hang_up"], settings={"codecs": ["pcmu"]}, hears_hz=PERSON
        )
        caller, _ = await board.rings()
        recorded: list[tuple[bytes, bytes]] = []
        left: list[str] = []
        bridge = Bridge(
            caller,
            RealBeat(),
            tap=lambda heard, spoken: recorded.append((heard, spoken)),
            on_left=lambda name, _part, _closed: left.append(name),
        )
        await bridge.seat.answer()
        bridge.seat.send(tone(VOICE_AGENT, 0.5, caller.sample_rate).tobytes())

        async def until_hung_up() -> None:
            while not isinstance(await bridge.seat.receive(), LegClosed):
                pass

        listening = asyncio.create_task(until_hung_up(), name="voice agent")
        answering = board.phone(["tone", PERSON, 4.5], ["listen", 9.0], settings={"codecs": ["g722"]}, hears_hz=CALLER)
        person, _ = await board.rings()
        await person.answer()
        assert (caller.sample_rate, person.sample_rate) == (8000, 16_000)
        bridge.join("kim", person, Part.HUMAN_AGENT)
        by_caller = await calling
        await asyncio.wait_for(listening, 10)
        await bridge.close()
        by_person = await answering
    assert by_caller["share"] > 0.7, by_caller
    assert by_person["share"] > 0.7, by_person
    assert by_person["closed"] == "caller_hung_up", "the bridge hangs everybody up when the caller has gone"
    assert left == []
    assert len(recorded) > 150
