"""Keeps hand-offs without holding anybody up: asked again where the database is busy, in order, the queue first.

A record that cannot be written is told in the log and lost; no caller waits for one. Only :meth:`Book.queue_kept` is
waited for, before a person is joined: after a restart nobody is served twice.
"""

from __future__ import annotations

import asyncio
from collections import deque
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
        self._records: deque[Write] = deque()
        self._queue: bytes | None = None
        self._version = 0
        self._kept = 0
        self._changed = asyncio.Event()
        self._written = asyncio.Condition()
        self._closing = False
        self._task: asyncio.Task[None] | None = None

    def open(self) -> None:
        """Start to write."""
        self._task = asyncio.create_task(self._write_all(), name="hand-off records")

    async def close(self) -> None:
        """Write what is still to be written, then stop. Idempotent."""
        task, self._task = self._task, None
        if task is not None:
            self._closing = True
            self._changed.set()
            await task

    def write(self, write: Write) -> None:
        """Soon, after what was asked before."""
        self._records.append(write)
        self._changed.set()

    def queue_changed(self, saved: bytes) -> None:
        """Next; of several changes only the last is written."""
        self._version += 1
        self._queue = saved
        self._changed.set()

    async def queue_kept(self) -> None:
        """Returns when the queue as it is now has been written, or could not be."""
        version = self._version
        async with self._written:
            await self._written.wait_for(lambda: self._kept >= version)

    async def _write_all(self) -> None:
        while True:
            if self._queue is not None:
                await self._write_queue()
            elif self._records:
                await self._write_record(self._records.popleft())
            elif self._closing:
                return
            else:
                self._changed.clear()
                await self._changed.wait()

    async def _write_queue(self) -> None:
        saved, version = self._queue, self._version
        self._queue = None
        assert saved is not None
        try:
            await self._keeping.save_queue(saved)
        except StorageError as error:
            # The next change writes it again, whole.
            log.warning("hand_off.not_kept", error=type(error).__name__, again=False)
        async with self._written:
            self._kept = version
            self._written.notify_all()

    async def _write_record(self, write: Write) -> None:
        for wait_s in (*_AGAIN_AFTER_S, None):
            try:
                await write(self._keeping)
                return
            except StorageError as error:
                log.warning("hand_off.not_kept", error=type(error).__name__, again=wait_s is not None)
                if wait_s is None:
                    return
                await asyncio.sleep(wait_s)
