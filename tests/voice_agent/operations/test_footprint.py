"""What the process holds."""

from __future__ import annotations

import asyncio
import os
import threading

from voice_agent.operations.footprint import footprint


async def test_a_task_a_thread_and_a_descriptor_are_each_counted_and_gone_again() -> None:
    before = footprint()
    release = threading.Event()
    thread = threading.Thread(target=release.wait)
    task = asyncio.create_task(asyncio.Event().wait())
    descriptor = os.open(os.devnull, os.O_RDONLY)
    thread.start()
    held = footprint()
    assert (held.tasks, held.threads, held.descriptors) == (
        before.tasks + 1,
        before.threads + 1,
        before.descriptors + 1,
    )
    assert held.memory_mb > 10
    task.cancel()
    os.close(descriptor)
    release.set()
    thread.join()
    await asyncio.gather(task, return_exceptions=True)
    after = footprint()
    assert (after.tasks, after.threads, after.descriptors) == (before.tasks, before.threads, before.descriptors)
