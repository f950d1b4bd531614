"""Blocking engines on threads of their own, so that one engine's work never queues behind another's.

The threads are daemons: an engine that hangs for ever must not keep the process from ending, as those of
``ThreadPoolExecutor`` would. At the process's end they get a few seconds to finish what they are doing: a thread that
is killed inside native code takes the whole process down with SIGABRT.
"""

from __future__ import annotations

import asyncio
import atexit
import os
import queue
import sys
import threading
import time
import weakref
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

from voice_agent.errors import EngineError

Result = TypeVar("Result")
_Job = tuple["Future[Any]", Callable[[], Any]]

_LAST_WORK_S = 5.0


class WorkerThreads:
    """A small executor that can be closed twice and says so when it is used afterwards."""

    def __init__(self, name: str, count: int = 1, *, nice: int = 0) -> None:
        """``nice``: how much these threads, and those that they start, give way to the others (Linux; 0 … 19)."""
        self._name = name
        self._count = count
        self._nice = nice
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._closed = False
        self.threads: list[threading.Thread] = []
        """Those that have been started."""
        _all.add(self)

    async def run(self, work: Callable[[], Result]) -> Result:
        """Run ``work`` on one of the threads. Raises EngineError once closed, and whatever ``work`` raises."""
        if self._closed:
            raise EngineError(f"{self._name} has been closed")
        if not self.threads:
            self._start()
        future: Future[Result] = Future()
        self._jobs.put((future, work))
        return await asyncio.wrap_future(future)

    def close(self) -> None:
        """Drop what has not begun; what runs ends on its own. Idempotent."""
        if self._closed:
            return
        self._closed = True
        while not self._jobs.empty():
            if (job := self._jobs.get()) is not None:
                job[0].cancel()
        for _ in self.threads:
            self._jobs.put(None)

    def _start(self) -> None:
        for number in range(self._count):
            name = f"{self._name}_{number}"
            thread = threading.Thread(target=_work, args=(self._jobs, self._nice), name=name, daemon=True)
            self.threads.append(thread)
            thread.start()


_all: weakref.WeakSet[WorkerThreads] = weakref.WeakSet()
_running: weakref.WeakSet[threading.Thread] = weakref.WeakSet()


def _work(jobs: queue.SimpleQueue[_Job | None], nice: int) -> None:
    _running.add(threading.current_thread())
    if nice and sys.platform == "linux":  # elsewhere it would be the whole process
        thread = threading.get_native_id()
        os.setpriority(os.PRIO_PROCESS, thread, min(19, os.getpriority(os.PRIO_PROCESS, thread) + nice))
    while (job := jobs.get()) is not None:
        future, work = job
        if future.set_running_or_notify_cancel():
            try:
                result = work()
            except BaseException as error:  # noqa: BLE001 - raised again where the result is awaited
                future.set_exception(error)
            else:
                future.set_result(result)
                del result
        del future, work, job


@atexit.register
def _let_finish() -> None:
    for workers in list(_all):
        workers.close()
    give_up = time.monotonic() + _LAST_WORK_S
    for thread in list(_running):
        thread.join(max(0.0, give_up - time.monotonic()))
