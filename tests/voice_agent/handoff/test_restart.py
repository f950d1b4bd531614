"""100 callers, 5 people, the switchboard killed in the middle: nobody lost, nobody served twice, the order kept."""

from __future__ import annotations

import queue
import random
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

CALLERS, KILLED_AFTER = 100, 40
PATIENCE_S = 120.0


class SwitchboardProcess:
    """From outside."""

    def __init__(self, database: Path, alive: list[int]) -> None:
        self.told: list[str] = []
        self._news: queue.Queue[str | None] = queue.Queue()
        url = f"sqlite+aiosqlite:///{database}"
        command = [sys.executable, "-m", "tests.voice_agent.handoff.switchboard_process", url]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self._reading = threading.Thread(target=self._read, daemon=True)
        self._reading.start()
        self.say("alive " + " ".join(map(str, alive)))
        self.until("ready", 1)

    def say(self, line: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()

    def until(self, word: str, times: int) -> None:
        """Until it has told so many lines that begin with a word."""
        while sum(line.startswith(word) for line in self.told) < times:
            line = self._news.get(timeout=PATIENCE_S)
            assert line is not None, f"it ended before {times} times {word}"
            self.told.append(line)

    def kill(self) -> None:
        """kill -9; all that it had told by then is read."""
        self._process.kill()
        self._end()

    def end(self) -> None:
        """However it stands. Harmless where it has ended."""
        self._process.kill()
        self._process.wait(PATIENCE_S)

    def finish(self) -> None:
        """No more callers: it serves who waits, and ends."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._end()
        assert self._process.returncode == 0

    def calls(self, word: str) -> list[int]:
        """Of which calls it told that, in order."""
        return [int(line.split()[1]) for line in self.told if line.startswith(word)]

    def _end(self) -> None:
        self._process.wait(PATIENCE_S)
        self._reading.join(PATIENCE_S)
        while (line := self._news.get(timeout=PATIENCE_S)) is not None:
            self.told.append(line)

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._news.put(line.strip())
        self._news.put(None)


@pytest.fixture
def started(tmp_path: Path) -> Iterator[Callable[[list[int]], SwitchboardProcess]]:
    """Starts one on the same database; whatever a test leaves running is killed."""
    processes: list[SwitchboardProcess] = []

    def start(alive: list[int]) -> SwitchboardProcess:
        processes.append(SwitchboardProcess(tmp_path / "hotline.sqlite3", alive))
        return processes[-1]

    yield start
    for process in processes:
        process.end()


@pytest.mark.slow
def test_nobody_lost_nobody_served_twice_and_the_order_kept(
    started: Callable[[list[int]], SwitchboardProcess],
) -> None:
    before = started([])
    before.say("people")
    for number in range(CALLERS):
        before.say(f"call {number}")
    before.until("served", KILLED_AFTER)
    before.kill()
    served = before.calls("served")
    assert KILLED_AFTER <= len(served) < CALLERS, "it was killed in the middle"

    waiting = [number for number in range(CALLERS) if number not in served]
    hung_up = waiting[10:13]
    there = [number for number in waiting if number not in hung_up]
    after = started(there)
    assert set(after.calls("lost")) <= {*hung_up, *served}
    for number in random.Random(120).sample(there, len(there)):
        after.say(f"call {number}")
    after.say("people")
    after.finish()

    later = after.calls("served")
    assert sorted([*served, *later]) == sorted(set(range(CALLERS)) - set(hung_up)), "nobody lost, nobody twice"
    rung = list(dict.fromkeys(before.calls("rings")))
    assert rung == sorted(rung), "who comes first is asked for first"
    # Whoever was ringing or being joined in the very moment may have lost their place, never their turn.
    kept = [number for number in dict.fromkeys(after.calls("rings")) if number not in rung]
    assert kept == sorted(kept), "and still after the restart, in whatever order their lines came back"
    assert len(kept) >= len(there) - 5
