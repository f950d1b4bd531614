"""The event bus: nobody waits for a slow subscriber, and nobody loses what only that one lost."""

from __future__ import annotations

import asyncio

import pytest
from structlog.testing import capture_logs

from voice_agent.event_bus import EventBus
from voice_agent.events import CallerHeard, CallerPressedKeys, CallEvent


def pressed(number: int) -> CallerPressedKeys:
    return CallerPressedKeys(call_id="c", keys=str(number))


def keys(events: list[CallEvent | None]) -> list[str]:
    return [event.keys for event in events if isinstance(event, CallerPressedKeys)]


async def test_every_subscriber_hears_every_event_in_order() -> None:
    bus = EventBus()
    first, second = bus.subscribe("first"), bus.subscribe("second")
    for number in range(5):
        bus.publish(pressed(number))
    bus.close()
    assert keys([event async for event in first]) == list("01234")
    assert keys([event async for event in second]) == list("01234")


async def test_a_full_subscriber_loses_its_oldest_and_nobody_elses() -> None:
    bus = EventBus()
    slow, roomy = bus.subscribe("slow", capacity=3), bus.subscribe("roomy", capacity=10)
    for number in range(10):
        bus.publish(pressed(number))
    bus.close()
    assert (slow.dropped, roomy.dropped) == (7, 0)
    assert keys([event async for event in slow]) == ["7", "8", "9"]
    assert len(roomy) == 10


async def test_one_line_a_burst_without_what_the_caller_said() -> None:
    bus = EventBus()
    slow = bus.subscribe("slow", capacity=1)
    with capture_logs() as logs:
        for _ in range(50):
            bus.publish(CallerHeard(call_id="c", text="제 이름은", confidence=1, decode_ms=1, speech_s=1))
        await slow.get()
        waiting = asyncio.ensure_future(slow.get())
        await asyncio.sleep(0)
        for _ in range(50):
            bus.publish(pressed(1))
        await waiting
    assert [line["event"] for line in logs] == ["event_bus.overflow", "event_bus.overflow"]
    assert logs[0]["subscriber"] == "slow"
    assert "이름" not in repr(logs)


async def test_get_waits_for_the_next_event() -> None:
    bus = EventBus()
    subscription = bus.subscribe("one")
    waiting = asyncio.ensure_future(subscription.get())
    await asyncio.sleep(0)
    assert not waiting.done()
    event = pressed(1)
    bus.publish(event)
    assert await asyncio.wait_for(waiting, 1) is event


async def test_closing_ends_a_waiting_reader_and_takes_no_new_events() -> None:
    bus = EventBus()
    subscription = bus.subscribe("one")
    waiting = asyncio.ensure_future(subscription.get())
    await asyncio.sleep(0)
    subscription.close()
    subscription.close()
    bus.publish(pressed(1))
    assert await asyncio.wait_for(waiting, 1) is None
    assert await subscription.get() is None


async def test_a_subscription_holds_at_least_one_event() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        EventBus().subscribe("none", capacity=0)
