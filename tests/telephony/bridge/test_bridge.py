"""Calls with several people on them: everybody speaks a tone, and each end's recording says who was heard."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import numpy as np
import pytest

from telephony.bridge.bridge import Bridge
from telephony.bridge.parts import Part
from telephony.bridge.skewed_leg import SkewedLeg
from telephony.bridge.waiting import WaitingSound
from telephony.clock import ManualBeat
from telephony.errors import BridgeError, LegGone
from telephony.leg import AudioFrame, CloseReason, LegClosed
from voice_agent.qa.bridge import TONES, Room, levels, tone

HEARD, SILENT = 0.9, 0.02
SUPERVISOR = {"listen": Part.LISTEN, "whisper": Part.WHISPER, "barge": Part.BARGE}


@pytest.fixture
async def room() -> AsyncIterator[Room]:
    """Caller and voice agent, both speaking for as long as it takes."""
    async with Room(tone(TONES["caller"], 120, 8000)) as room:
        room.bridge.seat.send(tone(TONES["voice_agent"], 120, 8000).tobytes())
        await room.passes(1)
        yield room


async def human_agent(room: Room, **options: float) -> SkewedLeg:
    return await room.join("kim", tone(TONES["human_agent"], 120, 16_000), Part.HUMAN_AGENT, **options)


async def supervisor(room: Room, part: Part) -> SkewedLeg:
    return await room.join("lee", tone(TONES["supervisor"], 120, 48_000), part, sample_rate=48_000)


async def heard(room: Room, leg: SkewedLeg) -> set[str]:
    """Whose tones a leg's far end hears now; none may be half there."""
    found = levels(await room.last(leg, 1.0), leg.sample_rate)
    assert all(level > HEARD or level < SILENT for level in found.values()), found
    return {who for who, level in found.items() if level > HEARD}


async def voice_agent_hears(room: Room) -> set[str]:
    at = len(room.voice_agent_heard)
    await room.passes(1)
    found = levels(bytes(room.voice_agent_heard[at:]), 8000)
    return {who for who, level in found.items() if level > SILENT}


# ── who hears whom ──────────


async def test_alone_they_hear_each_other(room: Room) -> None:
    assert await heard(room, room.caller) == {"voice_agent"}
    assert await voice_agent_hears(room) == {"caller"}


@pytest.mark.parametrize("mode", ["listen", "whisper"])
async def test_a_supervisor_with_a_voice_agent_hears_all_and_is_heard_by_nobody(room: Room, mode: str) -> None:
    boss = await supervisor(room, SUPERVISOR[mode])
    assert await heard(room, boss) == {"caller", "voice_agent"}
    assert await heard(room, room.caller) == {"voice_agent"}
    assert await voice_agent_hears(room) == {"caller"}


async def test_who_barges_in_is_heard_by_the_caller(room: Room) -> None:
    boss = await supervisor(room, Part.BARGE)
    assert await heard(room, boss) == {"caller", "voice_agent"}
    assert await heard(room, room.caller) == {"voice_agent", "supervisor"}
    assert await voice_agent_hears(room) == {"caller"}


@pytest.mark.parametrize(
    ("mode", "by_human_agent", "by_caller"),
    [
        ("listen", {"caller"}, {"human_agent"}),
        ("whisper", {"caller", "supervisor"}, {"human_agent"}),
        ("barge", {"caller", "supervisor"}, {"human_agent", "supervisor"}),
    ],
)
async def test_a_supervisor_with_a_human_agent(
    room: Room, mode: str, by_human_agent: set[str], by_caller: set[str]
) -> None:
    room.bridge.silence_voice_agent()
    kim = await human_agent(room)
    boss = await supervisor(room, SUPERVISOR[mode])
    assert await heard(room, kim) == by_human_agent
    assert await heard(room, room.caller) == by_caller
    assert await heard(room, boss) == {"caller", "human_agent"}
    assert await voice_agent_hears(room) == set()


async def test_three_at_once_and_the_mode_changed_in_mid_call(room: Room) -> None:
    kim = await human_agent(room)
    await supervisor(room, Part.LISTEN)
    assert await heard(room, kim) == {"caller", "voice_agent"}
    room.bridge.change("lee", Part.WHISPER)
    assert await heard(room, kim) == {"caller", "voice_agent", "supervisor"}
    assert await heard(room, room.caller) == {"voice_agent", "human_agent"}
    room.bridge.change("lee", Part.BARGE)
    assert await heard(room, room.caller) == {"voice_agent", "human_agent", "supervisor"}


async def test_taken_over_the_voice_agent_is_silent_and_deaf_until_it_is_given_back(room: Room) -> None:
    await human_agent(room)
    room.bridge.silence_voice_agent()
    assert await heard(room, room.caller) == {"human_agent"}
    room.bridge.seat.send(tone(TONES["voice_agent"], 5, 8000).tobytes())
    assert await heard(room, room.caller) == {"human_agent"}
    assert await voice_agent_hears(room) == set()
    room.bridge.give_back()
    room.bridge.seat.send(tone(TONES["voice_agent"], 9, 8000).tobytes())
    assert await heard(room, room.caller) == {"human_agent", "voice_agent"}
    assert await voice_agent_hears(room) == {"caller"}


async def test_who_is_put_aside_neither_hears_nor_is_heard(room: Room) -> None:
    kim = await human_agent(room)
    room.bridge.change("kim", Part.ASIDE)
    assert await heard(room, kim) == set()
    assert await heard(room, room.caller) == {"voice_agent"}


async def test_the_recording_holds_what_the_caller_said_and_all_that_they_heard(room: Room) -> None:
    await human_agent(room)
    await supervisor(room, Part.BARGE)
    await room.passes(0.5)
    room.tapped.clear()
    await room.passes(1)
    said = levels(b"".join(left for left, _right in room.tapped), 8000)
    told = levels(b"".join(right for _left, right in room.tapped), 8000)
    assert said["caller"] > HEARD and max(said["voice_agent"], said["human_agent"], said["supervisor"]) < SILENT
    assert min(told["voice_agent"], told["human_agent"], told["supervisor"]) > HEARD and told["caller"] < SILENT


# ── coming and going ──────────


async def test_whoever_leaves_gets_their_leg_back_and_the_rest_go_on(room: Room) -> None:
    kim = await human_agent(room)
    assert await heard(room, room.caller) == {"voice_agent", "human_agent"}
    leaving = asyncio.create_task(room.bridge.leave("kim"))
    await room.passes(0.1)
    assert await leaving is kim
    assert room.bridge.people == {}
    assert await heard(room, room.caller) == {"voice_agent"}
    await kim.hang_up()


async def test_a_leg_that_breaks_is_told_and_taken_off() -> None:
    left: list[tuple[str, Part, LegClosed]] = []
    async with Room(tone(TONES["caller"], 30, 8000)) as room:
        room.bridge._on_left = lambda *news: left.append(news)
        kim = await human_agent(room)
        await room.passes(0.5)
        kim.caller_hangs_up()
        await room.passes(0.1)
        assert left == [("kim", Part.HUMAN_AGENT, LegClosed(CloseReason.CALLER_HUNG_UP))]
        assert room.bridge.people == {}
        assert await heard(room, room.caller) == set()


async def test_names_are_unique_and_known(room: Room) -> None:
    await human_agent(room)
    with pytest.raises(BridgeError, match="new on this bridge"):
        await human_agent(room)
    with pytest.raises(BridgeError, match="somebody on this bridge"):
        room.bridge.change("park", Part.LISTEN)
    with pytest.raises(BridgeError, match="somebody on this bridge"):
        await room.bridge.leave("park")


async def test_when_the_caller_has_gone_nobody_can_join_and_everybody_is_hung_up(room: Room) -> None:
    kim = await human_agent(room)
    room.caller.caller_hangs_up()
    await room.passes(0.1)
    with pytest.raises(LegGone):
        await supervisor(room, Part.LISTEN)
    await room.bridge.close()
    async with asyncio.timeout(1):
        while not isinstance(closed := await kim.receive(), LegClosed):
            pass
    assert closed == LegClosed(CloseReason.WE_HUNG_UP)


# ── the seat ──────────


async def test_alone_the_bridge_adds_nothing_to_what_either_hears_and_takes_back_as_much() -> None:
    """The same call with and without a bridge: every sample at the same moment, an interruption included."""

    async def one_call(bridged: bool) -> tuple[bytes, bytes, float]:
        beat = ManualBeat()
        caller = SkewedLeg(beat, tone(TONES["caller"], 4, 8000))
        leg = Bridge(caller, beat).seat if bridged else caller
        await leg.answer()
        heard = bytearray()

        async def listen() -> None:
            while not isinstance(incident := await leg.receive(), LegClosed):
                if isinstance(incident, AudioFrame):
                    heard.extend(incident.heard)

        listening = asyncio.create_task(listen())
        leg.send(tone(TONES["voice_agent"], 3, 8000).tobytes())
        await beat.advance(1)
        unsaid = leg.flush()
        await beat.advance(1)
        leg.send(tone(TONES["supervisor"], 0.5, 8000).tobytes())
        await beat.advance(1)
        await leg.hang_up()
        await listening
        return bytes(caller.heard), bytes(heard), unsaid

    assert await one_call(bridged=True) == await one_call(bridged=False)


async def test_alone_speech_is_taken_back_to_the_last_frame() -> None:
    async with Room(np.zeros(0, np.int16)) as room:
        room.bridge.seat.send(tone(TONES["voice_agent"], 10, 8000).tobytes())
        await room.passes(2)
        unsaid = room.bridge.seat.flush()
        assert 7.9 < unsaid < 8.1
        assert room.bridge.seat.pending_s == 0
        at = len(room.caller.heard)
        await room.passes(0.5)
        assert not np.frombuffer(bytes(room.caller.heard[at + 4 * 320 :]), np.int16).any()


async def test_with_others_on_the_call_speech_is_taken_back_softly(room: Room) -> None:
    kim = await room.join("kim", np.zeros(0, np.int16), Part.HUMAN_AGENT)
    await room.passes(0.5)
    at = len(room.caller.heard)
    assert room.bridge.seat.flush() > 100
    await room.passes(0.5)
    after = np.frombuffer(bytes(room.caller.heard[at:]), np.int16).astype(int)
    assert not after[8 * 160 :].any()
    assert np.abs(np.diff(after)).max() < 1.2 * 2 * 4000 * np.sin(np.pi * TONES["voice_agent"] / 8000)
    assert room.bridge.seat.pending_s == 0
    assert kim.underruns == 0


async def test_our_speech_is_over_when_its_last_frame_has_sounded_though_the_mix_goes_on(room: Room) -> None:
    await human_agent(room)
    room.bridge.seat.flush()
    await room.passes(0.5)
    room.bridge.seat.send(tone(TONES["voice_agent"], 1, 8000).tobytes())
    await room.passes(0.9)
    assert room.bridge.seat.pending_s > 0
    await room.passes(0.3)
    assert room.bridge.seat.pending_s == 0


# ── waiting ──────────


async def test_a_waiting_caller_hears_the_sound_and_announcements_over_it_and_supervisors_hear_them_too() -> None:
    async with Room(np.zeros(0, np.int16)) as room:
        boss = await room.join("lee", np.zeros(0, np.int16), Part.LISTEN)
        room.bridge.play(WaitingSound(tone(TONES["human_agent"], 3, 8000), 8000))
        await room.passes(0.5)
        assert await heard(room, room.caller) == {"human_agent"}
        assert await heard(room, boss) == {"human_agent"}
        announcing = asyncio.create_task(room.bridge.announce(tone(TONES["supervisor"], 2, 8000).tobytes()))
        await room.passes(0.4)
        found = levels(await room.last(room.caller, 1.0), 8000)
        assert found["supervisor"] > HEARD and 0.1 < found["human_agent"] < 0.2
        await room.passes(0.6)
        await announcing
        assert await heard(room, room.caller) == {"human_agent"}
        room.bridge.play(None)
        assert await heard(room, room.caller) == set()


async def test_an_announcement_ends_with_the_call() -> None:
    async with Room(np.zeros(0, np.int16)) as room:
        announcing = asyncio.create_task(room.bridge.announce(tone(700, 20, 8000).tobytes()))
        await room.passes(0.5)
        room.caller.caller_hangs_up()
        await room.passes(0.1)
        await asyncio.wait_for(announcing, 1)


async def test_two_consult_while_the_caller_waits_and_then_all_three_talk(room: Room) -> None:
    kim, third = await human_agent(room), await supervisor(room, Part.CONSULT)
    room.bridge.silence_voice_agent()
    room.bridge.change("kim", Part.CONSULT)
    room.bridge.play(WaitingSound(np.zeros(8000, np.int16), 8000))
    await room.passes(1)
    assert await heard(room, kim) == {"supervisor"}
    assert await heard(room, third) == {"human_agent"}
    assert await heard(room, room.caller) == set()
    for who in ("kim", "lee"):
        room.bridge.change(who, Part.HUMAN_AGENT)
    room.bridge.play(None)
    await room.passes(1)
    assert await heard(room, kim) == {"caller", "supervisor"}
    assert await heard(room, third) == {"caller", "human_agent"}
    assert await heard(room, room.caller) == {"human_agent", "supervisor"}
