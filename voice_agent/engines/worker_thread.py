"""Blocking engines on threads of their own, so that one engine's work never queues behind another's.

The threads are daemons: an engine that hangs for ever must not keep the process from ending, as those of
``ThreadPoolExecutor`` would.
"""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

from voice_agent.errors import EngineError

Result = TypeVar("Result")
_Job = tuple["Future[Any]", Callable[[], Any]]


class WorkerThreads:
    """A small executor that can be closed twice and says so when it is used afterwards."""

    def __init__(self, name: str, count: int = 1) -> None:
        self._name = name
        self._count = count
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._started = False
        self._closed = False

    async def run(self, work: Callable[[], Result]) -> Result:
        """Run ``work`` on one of the threads. Raises EngineError once closed, and whatever ``work`` raises."""
        if self._closed:
            raise EngineError(f"{self._name} has been closed")
        if not self._started:
            self._start()
        future: Future[Result] = Future()
        self._jobs.put((future, work))
        return await asyncio.wrap_future(future)

    def close(self) -> None:
        """Drop what has not begun; what runs ends on its own. Idempotent."""
        self._closed = True
        while not self._jobs.empty():
            if (job := self._jobs.get()) is not None:
                job[0].cancel()
        for _ in range(self._count if self._started else 0):
            self._jobs.put(None)
        self._started = False

    def _start(self) -> None:
        self._started = True
        for number in range(self._count):
            threading.Thread(target=self._work, name=f"{self._name}_{number}", daemon=True).start()

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            future, work = job
            if not future.set_running_or_notify_cancel():
                continue
            try:
                result = work()
            except BaseException as error:  # noqa: BLE001 - raised again where the result is awaited
                future.set_exception(error)
            else:
                future.set_result(result)
            del future, work, job
