"""What the process holds."""

from __future__ import annotations

import subprocess
import sys

_IN_A_PROCESS_OF_ITS_OWN = """
import asyncio, os, threading
from voice_agent.operations.footprint import footprint

async def main():
    before = footprint()
    release = threading.Event()
    thread = threading.Thread(target=release.wait)
    task = asyncio.create_task(asyncio.Event().wait())
    descriptor = os.open(os.devnull, os.O_RDONLY)
    thread.start()
    held = footprint()
    more = (held.tasks - before.tasks, held.threads - before.threads, held.descriptors - before.descriptors)
    assert more == (1, 1, 1), more
    assert held.memory_mb > 10
    task.cancel()
    os.close(descriptor)
    release.set()
    thread.join()
    await asyncio.gather(task, return_exceptions=True)
    after = footprint()
    left = (after.tasks - before.tasks, after.threads - before.threads, after.descriptors - before.descriptors)
    assert left == (0, 0, 0), left

asyncio.run(main())
"""


def test_a_task_a_thread_and_a_descriptor_are_each_counted_and_gone_again() -> None:
    """Engines that other tests have loaded start and end threads whenever they like."""
    done = subprocess.run([sys.executable, "-c", _IN_A_PROCESS_OF_ITS_OWN], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
