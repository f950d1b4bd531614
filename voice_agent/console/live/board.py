"""All live calls, kept up to date from the event bus, and who is told that one has changed.

A watcher is never told *what* changed, only *that*: however many events come, it reads the newest state when it has
time. So a slow page costs nothing but its own freshness.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Generic, TypeVar

from voice_agent.console.live.call_state import LiveCall, reduce
from voice_agent.console.live.figures import DayFigures
from voice_agent.event_bus import Subscription
from voice_agent.events import CallEvent

T = TypeVar("T")


class Watch:
    """One watcher's note of what has changed since it last looked."""

    def __init__(self) -> None:
        self._changed: set[str] = set()
        self._something = asyncio.Event()

    async def wait(self) -> set[str]:
        """The ids of the calls that have changed, ended ones too; waits for one."""
        await self._something.wait()
        return self.taken()

    def taken(self) -> set[str]:
        """The same without waiting."""
        changed, self._changed = self._changed, set()
        self._something.clear()
        return changed

    def _note(self, call_id: str) -> None:
        self._changed.add(call_id)
        self._something.set()


class Feed(Generic[T]):
    """News for one reader; it loses its own oldest where it is too slow, and can tell how many."""

    def __init__(self, capacity: int) -> None:
        self._queue: asyncio.Queue[T] = asyncio.Queue(capacity)
        self.dropped = 0

    async def get(self) -> T:
        """The next."""
        return await self._queue.get()

    def _offer(self, news: T) -> None:
        if self._queue.full():
            self._queue.get_nowait()
            self.dropped += 1
        self._queue.put_nowait(news)


class LiveBoard:
    """The projection. Feed it with :meth:`follow`, or event by event with :meth:`apply`."""

    def __init__(self) -> None:
        self.figures = DayFigures()
        self._calls: dict[str, LiveCall] = {}
        self._watches: set[Watch] = set()
        self._feeds: set[Feed[CallEvent]] = set()
        self._ended: set[Feed[LiveCall]] = set()

    @property
    def calls(self) -> list[LiveCall]:
        """Every live call, the oldest first."""
        return list(self._calls.values())

    def call(self, call_id: str) -> LiveCall | None:
        """One of them; None where it is over."""
        return self._calls.get(call_id)

    def apply(self, event: CallEvent) -> None:
        """Take one event in."""
        before = self._calls.get(event.call_id)
        call = reduce(before, event)
        self.figures.apply(event, before)
        if call is not None:
            self._calls[event.call_id] = call
        else:
            ended = self._calls.pop(event.call_id, None)
            if ended is not None:
                for reader in self._ended:
                    reader._offer(ended)
        for watch in self._watches:
            watch._note(event.call_id)
        for feed in self._feeds:
            feed._offer(event)

    async def read(self, subscription: Subscription) -> None:
        """Take in what a subscription tells. A burst lets others have the loop after every hundred."""
        count = 0
        async for event in subscription:
            self.apply(event)
            count += 1
            if count % 100 == 0:
                await asyncio.sleep(0)

    @contextmanager
    def watch(self) -> Iterator[Watch]:
        """Be told of changes while the block lasts."""
        watch = Watch()
        self._watches.add(watch)
        try:
            yield watch
        finally:
            self._watches.discard(watch)

    @contextmanager
    def feed(self, capacity: int = 2_000) -> Iterator[Feed[CallEvent]]:
        """Every event while the block lasts, for whoever needs each of them."""
        feed: Feed[CallEvent] = Feed(capacity)
        self._feeds.add(feed)
        try:
            yield feed
        finally:
            self._feeds.discard(feed)

    @contextmanager
    def ended(self, capacity: int = 2_000) -> Iterator[Feed[LiveCall]]:
        """Every call that ends while the block lasts, as it was last."""
        feed: Feed[LiveCall] = Feed(capacity)
        self._ended.add(feed)
        try:
            yield feed
        finally:
            self._ended.discard(feed)
