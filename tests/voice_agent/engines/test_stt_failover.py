"""The first recogniser that answers in time is heard; a dead one costs a caller a pause, and only once."""

from __future__ import annotations

import asyncio
import gc
import threading
from collections.abc import Coroutine, Sequence
from typing import Any

import numpy as np
import pytest

from tests.voice_agent.engines.speech_server import (
    Handler,
    SpeechServer,
    bytes_answer,
    dying,
    failing,
    json_answer,
    never,
    trickle,
)
from tests.voice_agent.virtual_time import in_virtual_time, now
from voice_agent.engines.ports import Samples, Transcript
from voice_agent.engines.stt.failover import FailoverSpeechToText, Recogniser
from voice_agent.engines.stt.openai_server import OpenAIServerSpeechToText
from voice_agent.engines.stt.pool import DecodePool
from voice_agent.engines.stt.scripted import ScriptedSpeechToText
from voice_agent.engines.worker_thread import WorkerThreads
from voice_agent.errors import EngineError, EngineNotAvailable

SECOND = np.zeros(16_000, np.float32)
PATH = "/v1/audio/transcriptions"


def run(test: Coroutine[Any, Any, None]) -> None:
    in_virtual_time(test)


class Told:
    """What was told of failures and returns."""

    def __init__(self) -> None:
        self.failures: list[tuple[str, str]] = []
        self.returns: list[str] = []

    def failed(self, engine: str, error: BaseException) -> None:
        self.failures.append((engine, type(error).__name__))


class Broken(ScriptedSpeechToText):
    """Raises what no engine should, as long as it is broken."""

    broken = True

    async def transcribe(
        self, samples: Samples, *, words: Sequence[str] = (), hurry: bool = False, rivals: Sequence[str] = ()
    ) -> Transcript:
        heard = await super().transcribe(samples, words=words, hurry=hurry)
        if self.broken:
            raise KeyError("a bug of a library")
        return heard


class Uninstalled(ScriptedSpeechToText):
    """Cannot be loaded until it is installed."""

    installed = False

    async def load(self) -> None:
        if not self.installed:
            raise EngineNotAvailable("weights are missing")


def engine(name: str, *, delay_s: float = 0.3, fail_at: Sequence[int] = ()) -> ScriptedSpeechToText:
    return ScriptedSpeechToText([name] * 100, delay_s=delay_s, fail_at=fail_at, name=name)


def failover(*engines: ScriptedSpeechToText, threads: int | None = None, told: Told | None = None) -> Any:
    told = told or Told()
    return FailoverSpeechToText(
        [Recogniser(one, threads) for one in engines],
        deadline_s=4.0,
        retry_s=30.0,
        on_failure=told.failed,
        on_return=told.returns.append,
    )


# ── whose turn it is ──────────


def test_the_preferred_one_is_heard_and_named() -> None:
    async def calls() -> None:
        first, second = engine("first"), engine("second")
        hearing = failover(first, second)
        await hearing.load()
        transcript = await hearing.transcribe(SECOND, words=["여권"], hurry=True)
        assert (transcript.text, transcript.engine, hearing.name) == ("first", "first", "first")
        assert (first.heard, first.hurried, second.heard) == ([(1.0, ("여권",))], [True], [])

    run(calls())


def test_one_that_errs_loses_its_turn_at_once_and_the_next_one_hurries() -> None:
    async def calls() -> None:
        told = Told()
        first, second = engine("first", fail_at=[0]), engine("second")
        transcript = await failover(first, second, told=told).transcribe(SECOND, words=["여권"])
        assert transcript.engine == "second"
        assert now() == pytest.approx(0.6)
        assert (second.heard, second.hurried) == ([(1.0, ("여권",))], [True])
        assert told.failures == [("first", "EngineError")]

    run(calls())


def test_a_bug_in_an_engine_is_its_own_affair() -> None:
    async def calls() -> None:
        told = Told()
        first = Broken(["네"], name="first")
        assert (await failover(first, engine("second"), told=told).transcribe(SECOND)).engine == "second"
        assert told.failures == [("first", "KeyError")]

    run(calls())


@pytest.mark.parametrize(("audio_s", "heard_at"), [(1, 2.3), (25, 3.15)])
def test_one_that_stalls_gets_half_of_the_patience(audio_s: int, heard_at: float) -> None:
    async def calls() -> None:
        told = Told()
        hearing = failover(engine("first", delay_s=1000), engine("second"), told=told)
        assert (await hearing.transcribe(np.zeros(16_000 * audio_s, np.float32))).engine == "second"
        assert now() == pytest.approx(heard_at)
        assert told.failures == [("first", "EngineLate")]

    run(calls())


def test_when_all_fail_the_caller_has_not_waited_longer_than_their_patience() -> None:
    async def calls() -> None:
        stalled = [engine(name, delay_s=1000) for name in ("a", "b", "c")]
        with pytest.raises(EngineError, match="a: EngineLate, b: EngineLate, c: EngineLate"):
            await failover(*stalled).transcribe(SECOND)
        assert now() == pytest.approx(4.0)

    run(calls())


# ── being left out, and coming back ──────────


def test_a_caller_pays_once_for_a_dead_engine_and_never_again() -> None:
    async def calls() -> None:
        told = Told()
        dead, fine = engine("dead", delay_s=1000), engine("fine")
        hearing = failover(dead, fine, told=told)
        took = []
        for _ in range(20):
            began = now()
            assert (await hearing.transcribe(SECOND)).engine == "fine"
            took.append(round(now() - began, 2))
            await asyncio.sleep(10)
        assert took == [2.3] + [0.3] * 19
        # It was tried again now and then, beside the one that served.
        assert 4 <= len(dead.heard) <= 8
        assert told.failures == [("dead", "EngineLate")] * len(dead.heard)
        await hearing.close()

    run(calls())


def test_one_that_works_again_has_its_place_again() -> None:
    async def calls() -> None:
        told = Told()
        first, second = engine("first", fail_at=[0]), engine("second")
        hearing = failover(first, second, told=told)
        heard_by = []
        for _ in range(5):
            heard_by.append((await hearing.transcribe(SECOND)).engine)
            await asyncio.sleep(12)
        assert heard_by == ["second", "second", "second", "second", "first"]
        assert told.returns == ["first"]

    run(calls())


def test_one_that_is_left_out_still_serves_rather_than_nobody() -> None:
    async def calls() -> None:
        told = Told()
        first, second = engine("first", fail_at=[0]), engine("second", fail_at=[1])
        hearing = failover(first, second, told=told)
        assert (await hearing.transcribe(SECOND)).engine == "second"
        assert (await hearing.transcribe(SECOND)).engine == "first"
        assert told.returns == ["first"]

    run(calls())


def test_nobody_waits_as_long_as_they_can_twice_in_a_row() -> None:
    async def calls() -> None:
        hearing = failover(engine("dead", delay_s=1000))
        took = []
        for _ in range(3):
            began = now()
            with pytest.raises(EngineError):
                await hearing.transcribe(SECOND)
            took.append(round(now() - began, 2))
        assert took == [4, 2, 2]

    run(calls())


def test_whoever_was_given_too_little_time_is_not_to_blame() -> None:
    async def calls() -> None:
        told = Told()
        hearing = failover(engine("first"), engine("second"), told=told)
        with pytest.raises(EngineError):
            await hearing.transcribe(SECOND, deadline=now() + 0.2)
        assert told.failures == []
        assert (await hearing.transcribe(SECOND)).engine == "first"

    run(calls())


# ── loading ──────────


def test_loading_needs_one_engine_and_the_others_come_later() -> None:
    async def calls() -> None:
        told = Told()
        missing = Uninstalled(["네"], name="missing")
        hearing = failover(missing, engine("there"), told=told)
        await hearing.load()
        assert told.failures == [("missing", "EngineNotAvailable")]
        missing.installed = True
        heard_by = []
        for _ in range(3):
            await asyncio.sleep(31)
            heard_by.append((await hearing.transcribe(SECOND)).engine)
        assert heard_by[0] == "there" and heard_by[-1] == "missing"

    run(calls())


def test_without_any_engine_loading_tells_the_first_reason() -> None:
    with pytest.raises(EngineNotAvailable, match="weights are missing"):
        run(failover(Uninstalled([]), Uninstalled([])).load())


# ── decodes that never come back ──────────


class Hanging(ScriptedSpeechToText):
    """An embedded engine whose threads hang until they are released."""

    def __init__(self, threads: int) -> None:
        super().__init__(["왔습니다"] * 100, name="hanging")
        self.released = threading.Event()
        self._threads = WorkerThreads("hanging", threads)
        self.began = 0

    async def transcribe(
        self, samples: Samples, *, words: Sequence[str] = (), hurry: bool = False, rivals: Sequence[str] = ()
    ) -> Transcript:
        self.began += 1
        await self._threads.run(self.released.wait)
        return await super().transcribe(samples, words=words, hurry=hurry)

    async def close(self) -> None:
        self.released.set()
        self._threads.close()


async def test_an_engine_whose_threads_all_hang_is_not_asked_until_one_comes_back() -> None:
    hanging = Hanging(threads=2)
    hearing = FailoverSpeechToText([Recogniser(hanging, threads=2)], deadline_s=0.1)
    try:
        for _ in range(2):
            with pytest.raises(EngineError, match="hanging: EngineLate"):
                await hearing.transcribe(SECOND)
        with pytest.raises(EngineError, match="hanging: stuck"):
            await hearing.transcribe(SECOND)
        assert hanging.began == 2
        hanging.released.set()
        async with asyncio.timeout(5):
            while True:
                try:
                    heard = await hearing.transcribe(SECOND)
                    break
                except EngineError:
                    await asyncio.sleep(0)
        assert heard.text == "왔습니다"
    finally:
        await hearing.close()


# ── a real server in front of an embedded engine ──────────


@pytest.mark.parametrize(
    "handler",
    [never, trickle, dying, failing(500), failing(429, retry_after="60"), bytes_answer(b"<html>", "text/html")],
    ids=["never", "trickle", "dying", "500", "429", "garbage"],
)
async def test_a_server_in_trouble_costs_a_pause_and_comes_back(handler: Handler) -> None:
    told, returned = Told(), asyncio.Event()
    loop = asyncio.get_running_loop()
    async with SpeechServer({PATH: json_answer({"text": ""})}) as server:
        pool = DecodePool(
            FailoverSpeechToText(
                [
                    Recogniser(OpenAIServerSpeechToText(server.url, "m", deadline_s=0.15)),
                    Recogniser(engine("embedded", delay_s=0.01), 2),
                ],
                deadline_s=1.0,
                retry_s=0,
                on_failure=told.failed,
                on_return=lambda _name: returned.set(),
            ),
            workers=2,
            deadline_s=1.0,
        )
        await pool.load()
        server.handlers[PATH] = handler
        began = loop.time()
        assert (await pool.transcribe(SECOND)).engine == "embedded"
        assert loop.time() - began < 1.0
        assert [name for name, _ in told.failures] == ["openai-server"]
        server.handlers[PATH] = json_answer({"text": "네"})
        assert (await pool.transcribe(SECOND)).engine == "embedded"  # and the server is tried beside it
        await asyncio.wait_for(returned.wait(), 5)
        heard = await pool.transcribe(SECOND)
        assert (heard.engine, heard.text) == ("openai-server", "네")
        await pool.close()


async def test_a_server_that_is_not_there_does_not_keep_the_hotline_from_serving() -> None:
    told = Told()
    async with SpeechServer({}) as server:
        url = server.url
    hearing = FailoverSpeechToText(
        [Recogniser(OpenAIServerSpeechToText(url, "m")), Recogniser(engine("embedded", delay_s=0), 2)],
        on_failure=told.failed,
    )
    await hearing.load()
    assert (await hearing.transcribe(SECOND)).engine == "embedded"
    assert told.failures == [("openai-server", "EngineNotAvailable")]
    await hearing.close()


async def test_a_lone_server_that_is_not_there_is_told_at_the_start() -> None:
    async with SpeechServer({}) as server:
        url = server.url
    hearing = FailoverSpeechToText([Recogniser(OpenAIServerSpeechToText(url, "m"))])
    with pytest.raises(EngineNotAvailable, match=r"hearing\.server: 127\.0\.0\.1:\d+ cannot be reached"):
        await hearing.load()
    await hearing.close()


def test_a_late_answer_of_an_engine_given_up_is_forgotten() -> None:
    async def calls() -> None:
        complaints: list[dict[str, Any]] = []
        asyncio.get_running_loop().set_exception_handler(lambda _loop, context: complaints.append(context))
        slow, fine = engine("slow", delay_s=3.0, fail_at=[0]), engine("fine", delay_s=0.0)
        hearing = failover(slow, fine, threads=1)
        assert (await hearing.transcribe(SECOND)).engine == "fine"
        await asyncio.sleep(5)
        gc.collect()
        assert complaints == []

    run(calls())
