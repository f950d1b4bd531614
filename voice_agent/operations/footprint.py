"""What this process holds right now: tasks, threads, descriptors, memory. A leak shows here first."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import psutil

_MB = 1_000_000


@dataclass(frozen=True, slots=True)
class Footprint:
    """One look at the process."""

    tasks: int
    """asyncio tasks of the running loop."""
    threads: int
    descriptors: int
    memory_mb: float
    """Resident set, 10^6 bytes."""


def footprint() -> Footprint:
    """Take the look. Must be called on the event loop."""
    process = psutil.Process()
    return Footprint(
        tasks=len(asyncio.all_tasks()),
        threads=process.num_threads(),
        descriptors=process.num_fds(),
        memory_mb=round(process.memory_info().rss / _MB, 1),
    )
