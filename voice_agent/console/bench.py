"""Many live calls on the console: from an event to its paint in a browser, memory over time, the loop's lag.

A rehearsed console in this process, Debian's chromium on its page of live calls and on its wallboard.
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import psutil

from voice_agent.console.access import Role
from voice_agent.console.load import Load
from voice_agent.console.rehearsal import RehearsedConsole
from voice_agent.console.security.sessions import COOKIE
from voice_agent.errors import EngineNotAvailable
from voice_agent.events import now

_BEAT_S = 0.02
_LOOK_EVERY_S = 5.0
_PAINTED = """() => {
  globalThis.lags = [];
  const seen = (rows) => { const now = Date.now(); for (const r of rows) lags.push(now - r.told); };
  globalThis.consolePainted = (rows) => requestAnimationFrame(() => setTimeout(() => seen(rows)));
}"""


@dataclass(frozen=True, slots=True)
class ConsoleFigures:
    """What was measured. Milliseconds, megabytes, seconds."""

    calls: int
    seconds: float
    events: int
    paints: int
    paint_p50_ms: float
    paint_p95_ms: float
    paint_max_ms: float
    loop_lag_p50_ms: float
    loop_lag_p99_ms: float
    loop_lag_max_ms: float
    server_mb_first: float
    """After the first tenth of the time."""
    server_mb_last: float
    browser_mb_first: float
    """JavaScript heap after a collection."""
    browser_mb_last: float

    @property
    def ok(self) -> bool:
        """Nineteen of twenty changes are seen within 300 ms."""
        return self.paints > 0 and self.paint_p95_ms <= 300


async def measure(calls: int = 100, seconds: float = 600.0) -> ConsoleFigures:
    """Raises EngineNotAvailable where chromium or playwright is missing."""
    with tempfile.TemporaryDirectory() as folder:
        async with RehearsedConsole(Path(folder)) as console, _browser(console) as pages:
            live, _ = pages
            events: list[int] = [0]
            lags: list[float] = []
            load = asyncio.create_task(_publish(console, Load(calls), events), name="load")
            lag = asyncio.create_task(_loop_lag(lags), name="lag")
            try:
                await live.wait_for_function("document.querySelectorAll('tr[data-call]').length > 0")
                await live.evaluate(_PAINTED)
                lags.clear()
                memory = await _memory_over(live, seconds)
                paints = np.array(await live.evaluate("lags"), float)
            finally:
                for task in (load, lag):
                    task.cancel()
                await asyncio.gather(load, lag, return_exceptions=True)
    late = np.array(lags) * 1000
    (server_first, browser_first), (server_last, browser_last) = memory
    return ConsoleFigures(
        calls=calls,
        seconds=seconds,
        events=events[0],
        paints=len(paints),
        paint_p50_ms=_percentile(paints, 50),
        paint_p95_ms=_percentile(paints, 95),
        paint_max_ms=_percentile(paints, 100),
        loop_lag_p50_ms=_percentile(late, 50),
        loop_lag_p99_ms=_percentile(late, 99),
        loop_lag_max_ms=_percentile(late, 100),
        server_mb_first=server_first,
        server_mb_last=server_last,
        browser_mb_first=browser_first,
        browser_mb_last=browser_last,
    )


@asynccontextmanager
async def _browser(console: RehearsedConsole) -> AsyncIterator[list[Any]]:
    chromium = shutil.which("chromium")
    try:
        from playwright.async_api import async_playwright
    except ImportError as error:
        raise EngineNotAvailable("playwright is missing: pip install 'hotline-voice-agent[dev]'") from error
    if chromium is None:
        raise EngineNotAvailable("chromium is missing: apt-get install chromium")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=chromium,
            args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--js-flags=--expose-gc"],
        )
        try:
            context = await browser.new_context()
            token = await console.token("watcher", Role.SUPERVISOR)
            await context.add_cookies([{"name": COOKIE, "value": token, "url": console.url}])
            pages = [await context.new_page() for _ in range(2)]
            for page, path in zip(pages, ("/live", "/wallboard"), strict=True):
                await page.goto(console.url + path)
            # Chromium draws only the page in front.
            await pages[0].bring_to_front()
            yield pages
        finally:
            await browser.close()


async def _publish(console: RehearsedConsole, load: Load, count: list[int]) -> None:
    began = time.monotonic()
    while True:
        for event in load.step(time.monotonic() - began, now()):
            console.bus.publish(event)
            count[0] += 1
        await asyncio.sleep(_BEAT_S)


async def _loop_lag(lags: list[float]) -> None:
    while True:
        before = time.monotonic()
        await asyncio.sleep(_BEAT_S)
        lags.append(time.monotonic() - before - _BEAT_S)


async def _memory_over(page: Any, seconds: float) -> tuple[tuple[float, float], tuple[float, float]]:
    began = time.monotonic()
    first: tuple[float, float] | None = None
    while (left := began + seconds - time.monotonic()) > 0:
        await asyncio.sleep(min(left, _LOOK_EVERY_S))
        if first is None and time.monotonic() - began >= seconds / 10:
            first = await _memory(page)
    last = await _memory(page)
    return first or last, last


async def _memory(page: Any) -> tuple[float, float]:
    heap = await page.evaluate("() => { gc(); return performance.memory.usedJSHeapSize; }")
    return round(psutil.Process().memory_info().rss / 1e6, 1), round(heap / 1e6, 1)


def _percentile(values: np.ndarray[Any, Any], share: float) -> float:
    return round(float(np.percentile(values, share)), 1) if len(values) else float("nan")
