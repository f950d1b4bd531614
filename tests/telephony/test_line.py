"""What every leg does alike."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telephony.leg import AudioFrame, CloseReason, Digit, HoldState, LegClosed, LegIncident
from telephony.line import Line

FRAME = 320
SILENCE = bytes(FRAME)


def frame(number: int) -> bytes:
    """Twenty recognisable milliseconds at 8 kHz."""
    return (number % 32000 + 1).to_bytes(2, "little") * (FRAME // 2)


async def everything(line: Line) -> list[LegIncident]:
    """All that has happened so far."""
    line.tell(LegClosed(CloseReason.WE_HUNG_UP))
    incidents: list[LegIncident] = []
    while not incidents or not isinstance(incidents[-1], LegClosed):
        incidents.append(await asyncio.wait_for(line.receive(), 1))
    return incidents[:-1]


async def test_incidents_come_in_order() -> None:
    line = Line(8000)
    line.hear(frame(1))
    line.tick()
    line.tell(Digit("5"))
    line.hear(frame(2))
    line.tick()
    line.tell(HoldState.HELD)
    assert await everything(line) == [
        AudioFrame(frame(1), SILENCE),
        Digit("5"),
        AudioFrame(frame(2), SILENCE),
        HoldState.HELD,
    ]


async def test_what_is_waited_for_wakes_the_one_who_waits() -> None:
    line = Line(8000)
    waiting = asyncio.create_task(line.receive())
    await asyncio.sleep(0)
    assert not waiting.done()
    line.tell(Digit("1"))
    assert await asyncio.wait_for(waiting, 1) == Digit("1")


async def test_speech_is_handed_over_no_more_than_80_ms_ahead() -> None:
    line = Line(8000)
    line.send(b"".join(frame(number) for number in range(10)))
    assert line.pending_s == pytest.approx(0.2)
    assert line.due(0) == b"".join(frame(number) for number in range(4))
    assert line.due(4) == b""
    assert line.due(3) == frame(4)
    assert line.frames_on_their_way == 5


async def test_pending_speech_shrinks_only_as_it_sounds() -> None:
    line = Line(8000)
    line.send(frame(0) + frame(1))
    assert line.pending_s == pytest.approx(0.04)
    line.due(0)
    assert line.pending_s == pytest.approx(0.04)
    line.hear(SILENCE)
    line.tick()
    assert line.pending_s == pytest.approx(0.02)
    line.hear(SILENCE)
    line.tick()
    assert line.pending_s == 0
    assert [incident.spoken for incident in await everything(line) if isinstance(incident, AudioFrame)] == [
        frame(0),
        frame(1),
    ]


async def test_a_last_half_frame_is_filled_up_with_silence() -> None:
    line = Line(8000)
    line.send(frame(0) + frame(1)[:100])
    assert line.due(0) == frame(0) + frame(1)[:100] + bytes(220)


async def test_silence_is_put_in_after_three_beats_without_audio() -> None:
    line = Line(8000)
    for _ in range(3):
        line.tick()
    line.tell(Digit("0"))
    line.tick()
    line.tick()
    assert await everything(line) == [Digit("0"), AudioFrame(SILENCE, SILENCE), AudioFrame(SILENCE, SILENCE)]


async def test_late_audio_is_heard_all_the_same() -> None:
    line = Line(8000)
    for _ in range(5):
        line.tick()
    line.hear(frame(1) + frame(2))
    line.tick()
    heard = [incident.heard for incident in await everything(line) if isinstance(incident, AudioFrame)]
    assert heard == [SILENCE, SILENCE, frame(1), frame(2)]


async def test_flush_gives_back_the_seconds_that_were_not_said() -> None:
    line = Line(8000)
    line.send(frame(0) * 50)
    line.due(0)
    line.hear(SILENCE)
    line.tick()
    assert line.flush() == pytest.approx(0.98)
    assert (line.pending_s, line.due(0), line.flush()) == (0, b"", 0)


async def test_after_the_end_there_is_only_the_end() -> None:
    line = Line(8000)
    end = LegClosed(CloseReason.CALLER_HUNG_UP, "bye")
    line.hear(frame(1))
    line.tick()
    line.tell(end)
    line.tell(LegClosed(CloseReason.FAILED))
    line.tell(Digit("1"))
    line.send(frame(3))
    line.hear(frame(2))
    line.tick()
    assert line.closed == end
    assert line.pending_s == 0
    assert [await line.receive() for _ in range(4)] == [AudioFrame(frame(1), SILENCE), end, end, end]


async def test_a_holder_who_died_loses_the_oldest_audio_and_nothing_else() -> None:
    line = Line(8000)
    line.tell(Digit("7"))
    for number in range(1600):
        line.hear(frame(number))
        line.tick()
    incidents = await everything(line)
    assert incidents[0] == Digit("7")
    assert line.lost_frames == 101
    heard = [incident.heard for incident in incidents if isinstance(incident, AudioFrame)]
    assert (len(heard), heard[0], heard[-1]) == (1499, frame(101), frame(1599))


Piece = st.one_of(st.binary(max_size=900), st.none(), st.sampled_from("0123456789*#"))


@given(st.lists(Piece, max_size=60))
def test_what_was_heard_comes_out_unchanged_and_in_order(events: list[bytes | str | None]) -> None:
    """Bytes arrive, None is a beat, a string is a key."""

    async def play() -> list[LegIncident]:
        line = Line(8000)
        for event in events:
            if event is None:
                line.tick()
            elif isinstance(event, str):
                line.tell(Digit(event))
            else:
                line.hear(b"\x01" + event.replace(b"\0", b"\x02"))  # never silence
        line.tick()
        return await everything(line)

    incidents = asyncio.run(play())
    arrived = b"".join(b"\x01" + event.replace(b"\0", b"\x02") for event in events if isinstance(event, bytes))
    frames = [incident.heard for incident in incidents if isinstance(incident, AudioFrame)]
    assert all(len(heard) == FRAME for heard in frames)
    whole = len(arrived) - len(arrived) % FRAME
    assert b"".join(heard for heard in frames if heard != SILENCE) == arrived[:whole]
    assert [i.key for i in incidents if isinstance(i, Digit)] == [event for event in events if isinstance(event, str)]


@given(st.lists(st.one_of(st.integers(0, 1200), st.none()), max_size=60))
def test_every_byte_spoken_goes_out_once_and_is_paired_with_a_tick(events: list[int | None]) -> None:
    """A number is that many samples of speech sent, None is a beat."""

    async def play() -> None:
        line, sent, wire = Line(8000), b"", b""
        for number, event in enumerate([*events, *[None] * 400]):
            if event is None:
                wire += line.due(line.frames_on_their_way)
                line.hear(SILENCE)
                line.tick()
            else:
                speech = (number + 1).to_bytes(2, "little") * event
                sent += speech
                line.send(speech)
        assert line.pending_s == 0
        spoken = b"".join(i.spoken for i in await everything(line) if isinstance(i, AudioFrame))
        assert wire.replace(b"\0\0", b"") == sent.replace(b"\0\0", b"")
        assert _without_silence(spoken) == _without_silence(wire)

    asyncio.run(play())


def _without_silence(pcm: bytes) -> list[bytes]:
    return [pcm[at : at + 2] for at in range(0, len(pcm), 2) if pcm[at : at + 2] != b"\0\0"]
