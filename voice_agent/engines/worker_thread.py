"""Blocking engines on threads of their own, so that one engine's work never queues behind another's."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from voice_agent.errors import EngineError

Result = TypeVar("Result")


class WorkerThreads:
    """A small executor that can be closed twice and says so when it is used afterwards."""

    def __init__(self, name: str, count: int = 1) -> None:
        self._name = name
        self._executor = ThreadPoolExecutor(max_workers=count, thread_name_prefix=name)
        self._closed = False

    async def run(self, work: Callable[[], Result]) -> Result:
        """Run ``work`` on one of the threads. Raises EngineError once closed, and whatever ``work`` raises."""
        if self._closed:
            raise EngineError(f"{self._name} has been closed")
        return await asyncio.get_running_loop().run_in_executor(self._executor, work)

    def close(self) -> None:
        """Drop what has not begun; what runs ends on its own. Idempotent."""
        self._closed = True
        self._executor.shutdown(wait=False, cancel_futures=True)
