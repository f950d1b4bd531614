"""Keeps hand-offs without holding anybody up: in order, asked again where the database is busy, the queue only newest.

A record that cannot be written is told in the log and lost; no caller waits for one. Only :meth:`Book.queue_kept` is
waited for, before a person is joined: after a restart nobody is served twice.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from voice_agent.errors import StorageError
from voice_agent.handoff.keeping import Keeping

log = structlog.get_logger()

_AGAIN_AFTER_S = (0.05, 0.2, 1.0)

Write = Callable[[Keeping], Awaitable[None]]


class Book:
    """One task writes; :meth:`close` lets it finish."""

    def __init__(self, keeping: Keeping) -> None:
        self._keeping = keeping
        self._writes: asyncio.Queue[Write | None] = asyncio.Queue()
        self._queue: bytes | None = None
        self._version = 0
        self._kept = 0
        self._written = asyncio.Condition()
        self._task: asyncio.Task[None] | None = None

    def open(self) -> None:
        """Start to write."""
        self._task = asyncio.create_task(self._write_all(), name="hand-off records")

    async def close(self) -> None:
        """Write what is still to be written, then stop. Idempotent."""
        task, self._task = self._task, None
        if task is not None:
            self._writes.put_nowait(None)
            await task

    def write(self, write: Write) -> None:
        """Soon, after what was asked before."""
        self._writes.put_nowait(write)

    def queue_changed(self, saved: bytes) -> None:
        """Soon; of several changes only the last is written."""
        self._version += 1
        waiting, self._queue = self._queue is not None, saved
        if not waiting:
            self._writes.put_nowait(self._write_queue)

    async def queue_kept(self) -> None:
        """Returns when the queue as it is now has been written, or could not be."""
        version = self._version
        async with self._written:
            await self._written.wait_for(lambda: self._kept >= version)

    async def _write_queue(self, keeping: Keeping) -> None:
        saved, version = self._queue, self._version
        self._queue = None
        try:
            if saved is not None:
                await keeping.save_queue(saved)
        finally:
            async with self._written:
                self._kept = version
                self._written.notify_all()

    async def _write_all(self) -> None:
        while (write := await self._writes.get()) is not None:
            await self._write(write)

    async def _write(self, write: Write) -> None:
        for wait_s in (*_AGAIN_AFTER_S, None):
            try:
                await write(self._keeping)
                return
            except StorageError as error:
                log.warning("hand_off.not_kept", error=type(error).__name__, again=wait_s is not None)
                if wait_s is None or write == self._write_queue:
                    # The next change writes the queue again.
                    return
                await asyncio.sleep(wait_s)
