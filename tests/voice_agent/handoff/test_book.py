"""What is kept of hand-offs, in which order, and what a broken database costs."""

from __future__ import annotations

import asyncio

from tests.voice_agent.virtual_time import in_virtual_time
from voice_agent.errors import StorageError
from voice_agent.events import now
from voice_agent.handoff.book import Book
from voice_agent.handoff.keeping import InMemory


class Slow(InMemory):
    """Each write takes a second; the first ``broken`` ones fail."""

    def __init__(self, broken: int = 0) -> None:
        super().__init__()
        self.broken = broken
        self.written: list[str] = []

    async def _take(self, what: str) -> None:
        await asyncio.sleep(1)
        if self.broken:
            self.broken -= 1
            raise StorageError("broken on purpose")
        self.written.append(what)

    async def record(self, call_id, hand_off_id, step, at, phase, outcome, person):  # type: ignore[no-untyped-def]
        await self._take(phase)

    async def save_queue(self, saved: bytes) -> None:
        await self._take(saved.decode())


def a_record(book: Book, phase: str) -> None:
    at = now()
    book.write(lambda to: to.record("1", "a", 1, at, phase, "open", ""))


def test_records_in_order_and_the_newest_queue_before_them() -> None:
    async def main() -> None:
        kept = Slow()
        book = Book(kept)
        for phase in ("requested", "briefed", "ringing"):
            a_record(book, phase)
        book.queue_changed(b"old")
        book.queue_changed(b"new")
        book.open()
        await book.queue_kept()
        assert kept.written == ["new"]
        await book.close()
        assert kept.written == ["new", "requested", "briefed", "ringing"]

    in_virtual_time(main())


def test_a_broken_database_is_asked_again_and_then_given_up() -> None:
    async def main() -> None:
        kept = Slow(broken=2)
        book = Book(kept)
        book.open()
        a_record(book, "requested")
        await book.close()
        assert kept.written == ["requested"]
        gone = Slow(broken=99)
        book = Book(gone)
        book.open()
        book.queue_changed(b"new")
        await book.queue_kept()
        a_record(book, "requested")
        await book.close()
        assert gone.written == []

    in_virtual_time(main())
