"""The decode pool: who waits, who goes first, and that everybody's request ends exactly once."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.voice_agent.virtual_time import in_virtual_time, now
from voice_agent.engines.ports import Samples, Transcript
from voice_agent.engines.stt.pool import DecodePool, PoolFigures
from voice_agent.errors import EngineError, EngineLate, EngineOverloaded


def speech(seconds: float = 1.0) -> Samples:
    return np.zeros(int(seconds * 16_000), np.float32)


class Slow:
    """Takes as long as the first of the words says, fails where it is told to, and hears its name."""

    name = "slow"

    def __init__(self) -> None:
        self.began: list[tuple[float, float, bool]] = []
        """When, how long the audio was, in a hurry or not."""
        self.at_once = 0
        self.most_at_once = 0
        self.closed = False

    async def load(self) -> None:
        """Nothing to load."""

    async def transcribe(
        self,
        samples: Samples,
        *,
        words: Sequence[str] = (),
        hurry: bool = False,
        rivals: Sequence[str] = (),
        deadline: float | None = None,
    ) -> Transcript:
        assert deadline is not None and deadline > now()
        self.began.append((round(now(), 3), len(samples) / 16_000, hurry))
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        started = now()
        try:
            await asyncio.sleep(float(words[0]))
        finally:
            self.at_once -= 1
        if "fail" in words:
            raise EngineError("on purpose")
        return Transcript("네", 1.0, now() - started)

    async def close(self) -> None:
        self.closed = True


def ask(pool: DecodePool, takes_s: float, *more: str, audio_s: float = 1.0) -> asyncio.Task[Transcript]:
    return asyncio.create_task(pool.transcribe(speech(audio_s), words=[str(takes_s), *more]))


def run(test: Coroutine[Any, Any, None]) -> None:
    in_virtual_time(test)


def ended(figures: PoolFigures) -> dict[str, int]:
    names = ("decoded", "failed", "refused", "expired", "cancelled")
    return {name: count for name in names if (count := getattr(figures, name))}


def test_so_many_at_a_time_and_no_more() -> None:
    async def calls() -> None:
        engine = Slow()
        pool = DecodePool(engine, workers=2)
        requests = [ask(pool, 0.5) for _ in range(5)]
        await asyncio.sleep(0.1)
        assert (pool.figures().decoding, pool.figures().waiting) == (2, 3)
        await asyncio.gather(*requests)
        assert [at for at, _, _ in engine.began] == [0, 0, 0.5, 0.5, 1.0]
        assert engine.most_at_once == 2
        assert ended(pool.figures()) == {"decoded": 5}

    run(calls())


def test_who_must_be_answered_first_goes_first() -> None:
    async def calls() -> None:
        engine = Slow()
        pool = DecodePool(engine, workers=1)
        requests = [ask(pool, 1.0), ask(pool, 0.1, audio_s=20), ask(pool, 0.1, audio_s=5)]
        await asyncio.sleep(0.5)
        requests.append(ask(pool, 0.1, audio_s=2))
        await asyncio.gather(*requests)
        # The long turn has the later deadline, though it came first.
        assert [audio_s for _, audio_s, _ in engine.began] == [1, 5, 2, 20]

    run(calls())


def test_a_full_queue_refuses_at_once() -> None:
    async def calls() -> None:
        pool = DecodePool(Slow(), workers=1, most_waiting=2)
        requests = [ask(pool, 0.5) for _ in range(3)]
        await asyncio.sleep(0.1)
        with pytest.raises(EngineOverloaded, match="2 decodes are waiting"):
            await pool.transcribe(speech())
        assert now() == pytest.approx(0.1)
        await asyncio.gather(*requests)
        assert ended(pool.figures()) == {"decoded": 3, "refused": 1}

    run(calls())


@pytest.mark.parametrize(("audio_s", "deadline_s"), [(1, 4.0), (8, 4.0), (25, 5.7)])
def test_patience_ends_and_lasts_longer_for_a_long_turn(audio_s: float, deadline_s: float) -> None:
    async def calls() -> None:
        pool = DecodePool(Slow(), workers=1, deadline_s=4.0)
        with pytest.raises(EngineLate):
            await ask(pool, 60, audio_s=audio_s)
        assert now() == pytest.approx(deadline_s)
        with pytest.raises(EngineLate):  # the worker is still held by the first
            await ask(pool, 0.1, audio_s=audio_s)
        assert now() == pytest.approx(2 * deadline_s)
        assert ended(pool.figures()) == {"expired": 2}
        assert (pool.figures().waiting, pool.figures().decoding) == (0, 1)
        await pool.close()

    run(calls())


def test_who_gives_up_waiting_leaves_the_queue() -> None:
    async def calls() -> None:
        engine = Slow()
        pool = DecodePool(engine, workers=1, most_waiting=1)
        first, second = ask(pool, 1.0), ask(pool, 1.0)
        await asyncio.sleep(0.1)
        second.cancel()
        await asyncio.sleep(0)
        third = ask(pool, 1.0, audio_s=3)
        await asyncio.gather(first, third)
        assert [audio_s for _, audio_s, _ in engine.began] == [1, 3]
        assert ended(pool.figures()) == {"decoded": 2, "cancelled": 1}

    run(calls())


def test_who_gives_up_a_running_decode_leaves_the_worker_to_finish_it() -> None:
    async def calls() -> None:
        engine = Slow()
        pool = DecodePool(engine, workers=1)
        first = ask(pool, 1.0)
        await asyncio.sleep(0.1)
        first.cancel()
        await ask(pool, 1.0)
        assert [at for at, _, _ in engine.began] == [0, 1.0]
        assert ended(pool.figures()) == {"decoded": 1, "cancelled": 1}

    run(calls())


def test_a_long_queue_makes_decodes_quick() -> None:
    async def calls() -> None:
        engine = Slow()
        pool = DecodePool(engine, workers=1)
        await asyncio.gather(*(ask(pool, 0.2) for _ in range(4)))
        assert [hurry for _, _, hurry in engine.began] == [False, True, False, False]
        assert pool.figures().hurried == 1
        await pool.transcribe(speech(), words=["0"], hurry=True)
        assert engine.began[-1][2]

    run(calls())


def test_what_cannot_be_ready_in_time_does_not_make_the_next_one_late() -> None:
    async def calls() -> None:
        engine = Slow()
        pool = DecodePool(engine, workers=1, deadline_s=4.0)
        requests = [ask(pool, 1.5) for _ in range(6)]
        outcomes = await asyncio.gather(*requests, return_exceptions=True)
        # At 3 s the third and all that came with it have one second left; a decode takes 1.5 s. The last is tried.
        assert [type(outcome).__name__ for outcome in outcomes] == ["Transcript"] * 2 + ["EngineLate"] * 4
        assert [at for at, _, _ in engine.began] == [0, 1.5, 3.0]
        assert await ask(pool, 0.1)

    run(calls())


def test_an_engine_s_error_reaches_who_asked_and_nobody_else() -> None:
    async def calls() -> None:
        pool = DecodePool(Slow(), workers=1)
        failing, fine = ask(pool, 0.1, "fail"), ask(pool, 0.1)
        with pytest.raises(EngineError, match="on purpose"):
            await failing
        assert (await fine).text == "네"
        assert ended(pool.figures()) == {"decoded": 1, "failed": 1}

    run(calls())


def test_waiting_times_are_told() -> None:
    async def calls() -> None:
        pool = DecodePool(Slow(), workers=1)
        assert pool.figures().wait_max_ms == 0
        await asyncio.gather(*(ask(pool, 0.1) for _ in range(5)))
        figures = pool.figures()
        assert (figures.wait_p50_ms, figures.wait_max_ms) == pytest.approx((200, 400))
        assert 300 < figures.wait_p95_ms <= 400

    run(calls())


def test_closing_ends_what_waits_and_what_runs() -> None:
    async def calls() -> None:
        engine = Slow()
        pool = DecodePool(engine, workers=1)
        requests = [ask(pool, 1.0), ask(pool, 1.0)]
        await asyncio.sleep(0.1)
        await pool.close()
        outcomes = await asyncio.gather(*requests, return_exceptions=True)
        assert [str(outcome) for outcome in outcomes] == ["the recognisers have been closed"] * 2
        assert engine.closed and engine.at_once == 0
        with pytest.raises(EngineError, match="closed"):
            await pool.transcribe(speech())

    run(calls())


_REQUESTS = st.lists(
    st.tuples(
        st.floats(0, 3),  # when it is made
        st.floats(0, 6),  # how long the decode takes
        st.floats(0.1, 25),  # seconds of audio
        st.none() | st.floats(0, 6),  # when the caller gives up
        st.booleans(),  # whether it fails
    ),
    min_size=1,
    max_size=25,
)


@settings(deadline=None, max_examples=100)
@given(_REQUESTS, st.integers(1, 3), st.integers(1, 6))
def test_every_request_ends_exactly_once(
    requests: list[tuple[float, float, float, float | None, bool]], workers: int, most_waiting: int
) -> None:
    async def calls() -> None:
        engine = Slow()
        pool = DecodePool(engine, workers=workers, most_waiting=most_waiting)
        outcomes: list[str] = []

        async def call(at: float, takes_s: float, audio_s: float, gives_up_s: float | None, fails: bool) -> None:
            await asyncio.sleep(at)
            task = ask(pool, takes_s, *(["fail"] if fails else []), audio_s=audio_s)
            began = now()
            done, _ = await asyncio.wait({task}, timeout=gives_up_s)
            if not done:
                task.cancel()
            [outcome] = await asyncio.gather(task, return_exceptions=True)
            outcomes.append(type(outcome).__name__)
            assert now() - began <= 4.0 + 0.1 * max(0, audio_s - 8) + 1e-6
            assert pool.figures().waiting <= most_waiting

        await asyncio.gather(*(call(*request) for request in requests))
        figures = pool.figures()
        assert engine.most_at_once <= workers
        assert figures.waiting == 0
        assert len(outcomes) == len(requests)
        assert ended(figures) == {
            name: count
            for name, kind in {
                "decoded": "Transcript",
                "failed": "EngineError",
                "refused": "EngineOverloaded",
                "expired": "EngineLate",
                "cancelled": "CancelledError",
            }.items()
            if (count := outcomes.count(kind))
        }
        await asyncio.sleep(100)
        assert pool.figures().decoding == 0

    run(calls())
