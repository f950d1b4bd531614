"""Threads for blocking engines."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import threading

import pytest

from voice_agent.engines.worker_thread import WorkerThreads
from voice_agent.errors import EngineError


async def test_work_is_done_off_the_event_loop_and_its_result_and_errors_come_back() -> None:
    threads = WorkerThreads("engine")

    assert await threads.run(lambda: threading.current_thread().name) == "engine_0"
    with pytest.raises(ZeroDivisionError):
        await threads.run(lambda: 1 // 0)
    assert await threads.run(lambda: 2) == 2
    threads.close()


@pytest.mark.skipif(sys.platform != "linux", reason="a thread has a priority of its own on Linux alone")
async def test_threads_that_give_way_have_a_lower_priority_and_so_have_those_they_start() -> None:
    threads, inherited = WorkerThreads("engine", nice=5), []

    def priorities() -> int:
        child = threading.Thread(
            target=lambda: inherited.append(os.getpriority(os.PRIO_PROCESS, threading.get_native_id()))
        )
        child.start()
        child.join()
        return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())

    lower = os.getpriority(os.PRIO_PROCESS, 0) + 5
    assert await threads.run(priorities) == lower
    assert inherited == [lower]
    threads.close()


async def test_after_closing_nothing_more_is_done() -> None:
    threads = WorkerThreads("engine")
    begun, go_on = threading.Event(), threading.Event()
    running = asyncio.create_task(threads.run(lambda: begun.set() or go_on.wait(5)))
    await asyncio.to_thread(begun.wait, 5)
    waiting = asyncio.create_task(threads.run(lambda: "never"))
    await asyncio.sleep(0)

    threads.close()
    threads.close()
    go_on.set()

    assert await running is True
    with pytest.raises(asyncio.CancelledError):
        await waiting
    with pytest.raises(EngineError, match="closed"):
        await threads.run(lambda: 1)


async def test_work_given_up_before_it_began_is_not_done() -> None:
    threads = WorkerThreads("engine")
    begun, go_on, done = threading.Event(), threading.Event(), []
    running = asyncio.create_task(threads.run(lambda: begun.set() or go_on.wait(5)))
    await asyncio.to_thread(begun.wait, 5)
    given_up = asyncio.create_task(threads.run(lambda: done.append(1)))
    await asyncio.sleep(0)
    given_up.cancel()
    await asyncio.sleep(0)

    go_on.set()
    await running

    assert await threads.run(lambda: "next") == "next"
    assert done == []
    threads.close()


def test_an_engine_that_hangs_does_not_keep_the_process_from_ending() -> None:
    program = (
        "import asyncio, threading\n"
        "from voice_agent.engines.worker_thread import WorkerThreads\n"
        "async def main():\n"
        "    work = asyncio.ensure_future(WorkerThreads('engine').run(threading.Event().wait))\n"
        "    await asyncio.wait([work], timeout=0.1)\n"
        "asyncio.run(main())\n"
    )

    assert subprocess.run([sys.executable, "-c", program], timeout=20, check=False).returncode == 0
