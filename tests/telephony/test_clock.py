"""The beat: one tick each 20 ms, for as many as have joined."""

from __future__ import annotations

import asyncio

import pytest

from telephony.clock import ManualBeat, RealBeat


class Listener:
    """Counts its ticks; leaves after ``until`` of them."""

    def __init__(self, beat: RealBeat | ManualBeat, *, until: int | None = None) -> None:
        self.beat = beat
        self.ticks = 0
        self.until = until
        self.enough = asyncio.Event()

    def tick(self) -> None:
        self.ticks += 1
        if self.ticks == self.until:
            self.beat.leave(self.tick)
            self.enough.set()


async def test_a_manual_beat_passes_only_when_told() -> None:
    beat = ManualBeat()
    early, late = Listener(beat), Listener(beat)
    beat.join(early.tick)
    await beat.advance(1.0)
    beat.join(late.tick)
    await beat.advance(0.1)
    assert (early.ticks, late.ticks) == (55, 5)
    assert beat.now() == pytest.approx(1.1)
    beat.leave(early.tick)
    beat.leave(early.tick)
    await beat.advance(0.02)
    assert (early.ticks, late.ticks) == (55, 6)


async def test_tasks_get_their_turn_between_manual_beats() -> None:
    beat = ManualBeat()
    queue: asyncio.Queue[float] = asyncio.Queue()
    seen: list[float] = []

    async def read() -> None:
        while True:
            at = await queue.get()
            await asyncio.sleep(0)
            seen.append(beat.now() - at)

    reader = asyncio.create_task(read())
    beat.join(lambda: queue.put_nowait(beat.now()))
    await beat.advance(0.2)
    reader.cancel()
    assert seen == [0.0] * 10


async def test_one_who_leaves_within_a_tick_is_not_called_again() -> None:
    beat = ManualBeat()
    short, long = Listener(beat, until=2), Listener(beat)
    beat.join(short.tick)
    beat.join(long.tick)
    await beat.advance(0.1)
    assert (short.ticks, long.ticks) == (2, 5)


async def test_the_real_beat_keeps_time_on_average() -> None:
    beat = RealBeat()
    listener = Listener(beat, until=25)
    began = beat.now()
    beat.join(listener.tick)
    await asyncio.wait_for(listener.enough.wait(), 5)
    # Never early; how late depends on the machine, not on the beat.
    assert 0.49 <= beat.now() - began < 2.0


async def test_beats_missed_in_a_stall_are_made_up_for() -> None:
    loop = asyncio.get_running_loop()
    beat = RealBeat()
    listener = Listener(beat)
    beat.join(listener.tick)
    _stall(loop, 0.3)
    await _next_timer()
    beat.leave(listener.tick)
    assert 14 <= listener.ticks <= 17


async def test_after_a_long_stall_no_more_than_fifty_beats_are_made_up_for() -> None:
    loop = asyncio.get_running_loop()
    beat = RealBeat()
    listener = Listener(beat)
    beat.join(listener.tick)
    _stall(loop, 1.3)
    await _next_timer()
    assert 50 <= listener.ticks <= 52
    before = listener.ticks
    await _next_timer()
    beat.leave(listener.tick)
    assert listener.ticks - before <= 2


async def test_the_timer_stops_with_the_last_one_and_starts_again_with_the_next() -> None:
    beat = RealBeat()
    first = Listener(beat, until=2)
    beat.join(first.tick)
    await asyncio.wait_for(first.enough.wait(), 2)
    assert _timers_of(beat) == 0
    again = Listener(beat, until=2)
    beat.join(again.tick)
    assert _timers_of(beat) == 1
    await asyncio.wait_for(again.enough.wait(), 2)
    assert (first.ticks, again.ticks, _timers_of(beat)) == (2, 2, 0)


def _stall(loop: asyncio.AbstractEventLoop, seconds: float) -> None:
    """What a blocking call does to the loop."""
    until = loop.time() + seconds
    while loop.time() < until:
        pass


async def _next_timer() -> None:
    """Until the loop has run what was due."""
    passed = asyncio.Event()
    asyncio.get_running_loop().call_later(0.005, passed.set)
    await passed.wait()


def _timers_of(beat: RealBeat) -> int:
    scheduled: list[asyncio.TimerHandle] = asyncio.get_running_loop()._scheduled  # type: ignore[attr-defined]
    return sum(not handle.cancelled() and getattr(handle._callback, "__self__", None) is beat for handle in scheduled)
