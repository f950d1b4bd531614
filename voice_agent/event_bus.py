"""Everything that happens on a call, told once to whoever wants to know.

    call ── publish(event) ──► EventBus ──► Subscription "recorder"   (bounded, its own pace)
                                       └──► Subscription "console"

A slow subscriber loses its own oldest events and nobody else's; a publisher never waits and never fails.
"""

from __future__ import annotations

import asyncio
from collections import deque

import structlog

from voice_agent.events import CallEvent

log = structlog.get_logger()

DEFAULT_CAPACITY = 1024
"""Events a subscriber may fall behind: about ten minutes of one call, ten seconds of sixty."""


class Subscription:
    """One subscriber's bounded view of the bus. Iterate it, or call :meth:`get`.

    After :meth:`close` no new event arrives; those already waiting can still be read.
    """

    def __init__(self, bus: EventBus, name: str, capacity: int) -> None:
        if capacity < 1:
            raise ValueError(f"capacity must be at least 1, got {capacity}")
        self.name = name
        self.dropped = 0
        """Events this subscriber lost because it was too slow."""
        self._bus = bus
        self._waiting: deque[CallEvent] = deque()
        self._capacity = capacity
        self._changed = asyncio.Event()
        self._closed = False
        self._overflowing = False

    def __len__(self) -> int:
        """Events waiting to be read."""
        return len(self._waiting)

    async def get(self) -> CallEvent | None:
        """The next event, in the order of publishing; None once closed and read to the end."""
        while not self._waiting:
            self._overflowing = False
            if self._closed:
                return None
            self._changed.clear()
            await self._changed.wait()
        return self._waiting.popleft()

    def __aiter__(self) -> Subscription:
        return self

    async def __anext__(self) -> CallEvent:
        event = await self.get()
        if event is None:
            raise StopAsyncIteration
        return event

    def close(self) -> None:
        """Take no new events. Idempotent."""
        self._closed = True
        self._bus._forget(self)
        self._changed.set()

    def _offer(self, event: CallEvent) -> None:
        if len(self._waiting) >= self._capacity:
            self._waiting.popleft()
            self.dropped += 1
            self._tell_overflow()
        self._waiting.append(event)
        self._changed.set()

    def _tell_overflow(self) -> None:
        # One line a burst: a burst lasts until the subscriber has read everything.
        if not self._overflowing:
            self._overflowing = True
            log.warning("event_bus.overflow", subscriber=self.name, dropped_so_far=self.dropped)


class EventBus:
    """In-process publish and subscribe on one asyncio loop. Not thread-safe: publish from the loop's thread."""

    def __init__(self) -> None:
        self._subscriptions: tuple[Subscription, ...] = ()

    def publish(self, event: CallEvent) -> None:
        """Tell every subscriber. Returns at once, whatever the subscribers do."""
        for subscription in self._subscriptions:
            subscription._offer(event)

    def subscribe(self, name: str, *, capacity: int = DEFAULT_CAPACITY) -> Subscription:
        """Hear every event published from now on; ``name`` is the subscriber's in the log."""
        subscription = Subscription(self, name, capacity)
        self._subscriptions += (subscription,)
        return subscription

    def close(self) -> None:
        """Close every subscription; what waits in them can still be read. Idempotent."""
        for subscription in self._subscriptions:
            subscription.close()

    def _forget(self, subscription: Subscription) -> None:
        self._subscriptions = tuple(s for s in self._subscriptions if s is not subscription)
