"""The recogniser's stage: words for every pause, nothing held up meanwhile, nothing decoded in vain."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace

import numpy as np
import pytest
from pipecat.frames.frames import Frame, StartFrame
from pipecat.pipeline.pipeline import Pipeline
from pipecat.pipeline.worker import PipelineWorker
from pipecat.processors.frame_processor import FrameDirection, FrameProcessor
from pipecat.workers.runner import WorkerRunner

from dialogs.vocabulary import Expectation, Expected
from voice_agent.engines.ports import Samples, Transcript
from voice_agent.engines.stt.pool import DecodePool
from voice_agent.engines.stt.scripted import ScriptedSpeechToText
from voice_agent.errors import EngineError
from voice_agent.pipeline.frames import LineTick, Listen, SpeechHeard, SpeechPaused, TurnClosed
from voice_agent.pipeline.over_speech import RIVALS
from voice_agent.pipeline.speech_to_text import SpeechToTextStage


class Asked(ScriptedSpeechToText):
    """Answers each stretch when the test lets it; an answer that nobody waits for any more is cancelled."""

    def __init__(self) -> None:
        super().__init__([])
        self.answers: list[asyncio.Future[str]] = []

    async def transcribe(
        self,
        samples: Samples,
        *,
        words: Sequence[str] = (),
        hurry: bool = False,
        rivals: Sequence[str] = (),
        deadline: float | None = None,
    ) -> Transcript:
        await super().transcribe(samples, words=words, hurry=hurry, rivals=rivals)
        answer: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self.answers.append(answer)
        return Transcript(await answer, 0.9, 0.1)


class End(FrameProcessor):
    """One end of the chain: keeps our own frames."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[Frame] = []

    async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
        await super().process_frame(frame, direction)
        if isinstance(frame, LineTick | Listen | SpeechHeard | SpeechPaused | TurnClosed):
            self.seen.append(frame)
        else:
            await self.push_frame(frame, direction)


class Chain:
    """The stage between two ends."""

    def __init__(self, engine: ScriptedSpeechToText | DecodePool, latest_s: float) -> None:
        self.before, self.after = End(), End()
        self.failures: list[tuple[str, str]] = []
        self.failed = asyncio.Event()
        self.stage = SpeechToTextStage(engine, self._on_failure, latest_s=latest_s)
        self.worker = PipelineWorker(
            Pipeline([self.before, self.stage, self.after]),
            enable_rtvi=False,
            enable_turn_tracking=False,
            idle_timeout_secs=None,
        )

    def _on_failure(self, name: str, error: Exception) -> None:
        self.failures.append((name, type(error).__name__))
        self.failed.set()

    async def down(self, *frames: Frame) -> None:
        for frame in frames:
            await self.before.push_frame(frame)
        await settled()

    async def up(self, *frames: Frame) -> None:
        for frame in frames:
            await self.after.push_frame(frame, FrameDirection.UPSTREAM)
        await settled()

    @property
    def heard(self) -> list[SpeechHeard]:
        return [frame for frame in self.after.seen if isinstance(frame, SpeechHeard)]


@asynccontextmanager
async def chain(engine: ScriptedSpeechToText | DecodePool, latest_s: float = 8.0) -> AsyncIterator[Chain]:
    made, started, runner = Chain(engine, latest_s), asyncio.Event(), WorkerRunner(handle_sigint=False)

    async def on_started(_worker: PipelineWorker, _frame: StartFrame) -> None:
        started.set()

    made.worker.add_event_handler("on_pipeline_started", on_started)
    await runner.add_workers(made.worker)
    running = asyncio.create_task(runner.run())
    await asyncio.wait_for(started.wait(), 5)
    try:
        yield made
    finally:
        await runner.cancel()
        await running


async def settled() -> None:
    """Every queue has been emptied."""
    for _ in range(50):
        await asyncio.sleep(0)


def pause(turn: int = 0, seconds: float = 1.0, *, partial: bool = False) -> SpeechPaused:
    samples = np.zeros(int(seconds * 16_000), np.float32)
    return SpeechPaused(turn=turn, samples=samples, speech_s=seconds, last_word_at=7.0, partial=partial)


async def test_a_pause_becomes_words_with_what_the_dialog_expects() -> None:
    engine = ScriptedSpeechToText([Transcript("여권이요", 0.8, 0.3)])
    async with chain(engine) as stage:
        await stage.up(Listen(Expectation(words=("여권", "주차"))))
        await stage.down(pause(turn=3, seconds=2.0))
        [heard] = stage.heard
    assert (heard.turn, heard.text, heard.confidence, heard.decode_s) == (3, "여권이요", 0.8, 0.3)
    assert (heard.speech_s, heard.last_word_at, heard.partial) == (2.0, 7.0, False)
    assert (engine.heard, engine.hurried) == ([(2.0, ("여권", "주차"))], [False])


@pytest.mark.parametrize(
    ("kind", "over_ours", "text", "as_heard"),
    [
        (Expected.YES_NO, False, "아네.", "안해."),
        (Expected.YES_NO, True, "안해.", ""),
        (Expected.ANYTHING, False, "안해.", ""),
    ],
)
async def test_a_yes_in_second_place_is_heard_where_one_is_asked_for(
    kind: Expected, over_ours: bool, text: str, as_heard: str
) -> None:
    engine = ScriptedSpeechToText([Transcript("안해.", 0.5, 0.3, alternatives=("아네.",))])
    async with chain(engine) as stage:
        await stage.up(Listen(Expectation(kind=kind)))
        await stage.down(replace(pause(), over_ours=over_ours))
        [heard] = stage.heard
    assert (heard.text, heard.as_heard) == (text, as_heard)


@pytest.mark.parametrize(
    ("over_ours", "partial", "compared"), [(True, False, RIVALS), (True, True, ()), (False, False, ())]
)
async def test_short_words_over_our_speech_are_compared_with_a_listeners(
    over_ours: bool, partial: bool, compared: tuple[str, ...]
) -> None:
    engine = ScriptedSpeechToText([Transcript("러미아", 0.2, 0.3, lead=1.2)])
    async with chain(engine) as stage:
        await stage.down(replace(pause(partial=partial), over_ours=over_ours))
        [heard] = stage.heard
    assert engine.rivals == [compared]
    assert heard.lead == 1.2


async def test_words_before_the_pause_are_wanted_in_a_hurry_and_marked() -> None:
    engine = ScriptedSpeechToText(["네"])
    async with chain(engine) as stage:
        await stage.down(pause(partial=True))
        assert [heard.partial for heard in stage.heard] == [True]
    assert engine.hurried == [True]


async def test_nothing_is_held_up_by_a_decode() -> None:
    engine = Asked()
    async with chain(engine) as stage:
        await stage.down(pause(), LineTick(at_s=0.1))
        await stage.up(Listen(Expectation()))
        assert [type(frame) for frame in stage.after.seen] == [LineTick]
        engine.answers[0].set_result("네")
        await settled()
        assert [heard.text for heard in stage.heard] == ["네"]


async def test_the_newest_audio_of_a_turn_takes_the_place_of_the_older() -> None:
    engine = Asked()
    async with chain(engine) as stage:
        await stage.down(pause(seconds=1.0))
        await stage.down(pause(seconds=2.5))
        assert [answer.cancelled() for answer in engine.answers] == [True, False]
        engine.answers[1].set_result("앞의 반이요. 뒤의 반이요.")
        await settled()
        assert [(heard.text, heard.speech_s) for heard in stage.heard] == [("앞의 반이요. 뒤의 반이요.", 2.5)]
    assert stage.failures == []


async def test_a_turn_that_is_over_is_not_decoded_any_further() -> None:
    engine = Asked()
    async with chain(engine) as stage:
        await stage.down(pause())
        await stage.up(TurnClosed())
        assert engine.answers[0].cancelled()
        assert [type(frame) for frame in stage.before.seen] == [TurnClosed]
        await stage.down(pause(turn=1))
        engine.answers[1].set_result("다음 말")
        await settled()
        assert [(heard.turn, heard.text) for heard in stage.heard] == [(1, "다음 말")]


async def test_a_decode_does_not_outlive_its_call() -> None:
    engine = Asked()
    async with chain(engine) as stage:
        await stage.down(pause())
    assert engine.answers[0].cancelled()


async def test_what_nobody_needs_leaves_the_queue_of_the_pool() -> None:
    engine = Asked()
    pool = DecodePool(engine, workers=1)
    async with chain(pool) as first, chain(pool) as second:
        await first.down(pause(seconds=1.0))
        for seconds in (1.0, 2.0, 3.0):
            await second.down(pause(seconds=seconds))
        assert (pool.figures().decoding, pool.figures().waiting, pool.figures().cancelled) == (1, 1, 2)
        engine.answers[0].set_result("네")
        await settled()
        assert [seconds for seconds, _ in engine.heard] == [1.0, 3.0]
        await second.up(TurnClosed())
        assert pool.figures().cancelled == 3
    await pool.close()


async def test_a_failure_is_told_and_the_turn_goes_on_without_words() -> None:
    engine = ScriptedSpeechToText(["둘"], fail_at=[0])
    async with chain(engine) as stage:
        await stage.down(pause(turn=0))
        await stage.down(pause(turn=1))
        assert [(heard.turn, heard.text) for heard in stage.heard] == [(0, ""), (1, "둘")]
    assert stage.failures == [("scripted", EngineError.__name__)]


async def test_an_engine_without_a_deadline_of_its_own_is_given_up() -> None:
    async with chain(Asked(), latest_s=0.01) as stage:
        await stage.down(pause())
        await asyncio.wait_for(stage.failed.wait(), 5)
        await settled()
        assert [heard.text for heard in stage.heard] == [""]
    assert stage.failures == [("scripted", "EngineLate")]
