"""One call's voice, between two ends that write down what passes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable

import numpy as np
import pytest
from pipecat.frames.frames import Frame, InterruptionFrame, VADUserStartedSpeakingFrame, VADUserStoppedSpeakingFrame
from pipecat.pipeline.pipeline import Pipeline
from pipecat.pipeline.worker import PipelineWorker
from pipecat.processors.frame_processor import FrameDirection, FrameProcessor
from pipecat.workers.runner import WorkerRunner

from dialogs.vocabulary import EndCall
from voice_agent.engines.ports import Speech, as_samples
from voice_agent.errors import EngineError
from voice_agent.pipeline.frames import (
    FillerDue,
    HangUp,
    LineTick,
    Prompt,
    PromptAudio,
    PromptsDone,
    SlowDown,
    VoiceLost,
)
from voice_agent.pipeline.sentences import sentences
from voice_agent.pipeline.text_to_speech import Spoken, TextToSpeechStage

RATE = 8000
FILLER, SORRY = "잠시만요, 확인해 보겠습니다.", "죄송합니다."


class Voice:
    """Half a second of tone a sentence at the usual pace. Sentences in ``held`` are made when the test says so."""

    def __init__(self) -> None:
        self.cached = {FILLER, SORRY}
        self.held: set[str] = set()
        self.holding = asyncio.Event()
        self.release = asyncio.Event()
        self.broken = False
        self.asked: list[tuple[str, float]] = []

    def split(self, text: str) -> list[str]:
        return sentences(text)

    async def ready(self, sentence: str, *, pace: float = 1.0) -> Spoken | None:
        return self._spoken(sentence, pace, cached=True) if sentence in self.cached else None

    async def say(self, sentence: str, *, pace: float = 1.0) -> AsyncIterator[Spoken]:
        self.asked.append((sentence, pace))
        if self.broken:
            raise EngineError("broken on purpose")
        if sentence in self.held:
            self.holding.set()
            await self.release.wait()
        yield self._spoken(sentence, pace, cached=sentence in self.cached)

    def _spoken(self, sentence: str, pace: float, *, cached: bool) -> Spoken:
        time = np.arange(int(0.5 * RATE / pace)) / RATE
        return Spoken(Speech((6000 * np.sin(2 * np.pi * 440 * time)).astype(np.int16), RATE), "beep", cached=cached)


class End(FrameProcessor):
    """Writes down what arrives in one direction, and lets it be waited for."""

    def __init__(self, direction: FrameDirection) -> None:
        super().__init__()
        self._direction = direction
        self.frames: list[Frame] = []
        self._changed = asyncio.Event()

    async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
        await super().process_frame(frame, direction)
        if direction is self._direction:
            self.frames.append(frame)
            self._changed.set()
        await self.push_frame(frame, direction)

    async def until(self, done: Callable[[], bool]) -> None:
        async with asyncio.timeout(3):
            while not done():
                self._changed.clear()
                await self._changed.wait()


class Stage:
    """``async with Stage(voice) as stage: await stage.take(Prompt(…))``."""

    def __init__(self, voice: Voice, filler_after_s: float = 60.0) -> None:
        self.failures: list[str] = []
        self._before, self._after = End(FrameDirection.UPSTREAM), End(FrameDirection.DOWNSTREAM)
        stage = TextToSpeechStage(
            voice,
            lambda: RATE,
            lambda what, _error: self.failures.append(what),
            sorry=SORRY,
            filler=FILLER,
            filler_after_s=filler_after_s,
        )
        self._worker = PipelineWorker(
            Pipeline([self._before, stage, self._after]),
            enable_rtvi=False,
            enable_turn_tracking=False,
            idle_timeout_secs=None,
        )
        self._runner = WorkerRunner(handle_sigint=False)

    async def __aenter__(self) -> Stage:
        await self._runner.add_workers(self._worker)
        self._running = asyncio.create_task(self._runner.run())
        await self._after.until(lambda: bool(self._after.frames))
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self._runner.cancel()
        await self._running

    async def take(self, *frames: Frame) -> None:
        for frame in frames:
            await self._before.push_frame(frame)

    async def passed(self, kind: type[Frame], count: int = 1) -> None:
        """Until so many frames of a kind have come out, downstream or up."""
        end = self._before if kind is VoiceLost else self._after
        await end.until(lambda: sum(isinstance(frame, kind) for frame in end.frames) >= count)

    @property
    def audio(self) -> list[PromptAudio]:
        return [frame for frame in self._after.frames if isinstance(frame, PromptAudio)]

    @property
    def said(self) -> list[str]:
        return [audio.prompt.text for audio in self.audio]


def asked_now(text: str, *, ago_s: float = 0.0) -> Prompt:
    """The answer to a caller whose last word was so long ago."""
    return Prompt(text, may_be_interrupted=True, last_word_at=asyncio.get_running_loop().time() - ago_s)


def seconds(audio: PromptAudio) -> float:
    return len(audio.pcm) / 2 / RATE


def loudness(audio: PromptAudio) -> float:
    return float(np.abs(as_samples(np.frombuffer(audio.pcm, np.int16))).max())


# ── the filler ──────────


async def test_an_answer_in_time_comes_without_the_filler() -> None:
    async with Stage(Voice(), filler_after_s=0.3) as stage:
        await stage.take(asked_now("네.", ago_s=5.0), PromptsDone())
        await stage.passed(PromptsDone)
        assert stage.said == ["네."]


async def test_a_late_answer_is_announced_once_and_follows_after_a_breath() -> None:
    voice = Voice()
    voice.held = {"그렇습니다."}
    async with Stage(voice, filler_after_s=0.05) as stage:
        await stage.take(asked_now("그렇습니다. 가능합니다."), PromptsDone())
        await stage.passed(PromptAudio)
        await stage.take(FillerDue())
        voice.release.set()
        await stage.passed(PromptsDone)
        assert stage.said == [FILLER, "그렇습니다. 가능합니다.", "그렇습니다. 가능합니다."]
        filler, answer, _ = stage.audio
        assert filler.cached and filler.first and filler.prompt.may_be_interrupted and answer.first
        assert seconds(answer) == pytest.approx(0.5 + 0.18)


async def test_where_the_recogniser_is_late_the_filler_sounds_and_the_answer_has_none_of_its_own() -> None:
    voice = Voice()
    voice.held = {"네."}
    async with Stage(voice, filler_after_s=0.05) as stage:
        await stage.take(FillerDue())
        await stage.passed(PromptsDone)  # should no answer come of the turn, nobody waits for one
        await stage.take(InterruptionFrame(), asked_now("네."))
        await stage.take(LineTick(at_s=60.0))
        await asyncio.sleep(0.3)  # longer than any filler of its own would wait
        assert stage.said == [
            FILLER,
        ]
        voice.release.set()
        await stage.passed(PromptAudio, 2)
        assert stage.said == [FILLER, "네."]


async def test_the_next_answer_may_have_its_own() -> None:
    voice = Voice()
    voice.held = {"네."}
    async with Stage(voice, filler_after_s=0.05) as stage:
        for turn in (1, 2):
            voice.release.clear()
            await stage.take(LineTick(at_s=60.0 * turn), asked_now("네."), PromptsDone())
            await stage.passed(PromptAudio, 2 * turn - 1)
            voice.release.set()
            await stage.passed(PromptsDone, turn)
        assert stage.said == [FILLER, "네."] * 2


async def test_no_filler_over_our_own_speech_over_the_callers_or_where_it_would_have_to_be_made() -> None:
    voice = Voice()
    async with Stage(voice) as stage:
        await stage.take(Prompt("알려 드립니다.", may_be_interrupted=False))
        await stage.passed(PromptAudio)
        await stage.take(FillerDue(), LineTick(at_s=5.0))
        await stage.take(VADUserStartedSpeakingFrame(), FillerDue(), VADUserStoppedSpeakingFrame())
        voice.cached.remove(FILLER)
        await stage.take(FillerDue(), PromptsDone())
        await stage.passed(PromptsDone)
        assert stage.said == ["알려 드립니다."]
        voice.cached.add(FILLER)
        await stage.take(FillerDue())
        await stage.passed(PromptAudio, 2)
        assert stage.said[-1] == FILLER


async def test_a_prompt_that_answers_nobody_has_no_filler() -> None:
    voice = Voice()
    voice.held = {"네."}
    async with Stage(voice, filler_after_s=0.0) as stage:
        await stage.take(Prompt("네.", may_be_interrupted=True))
        await asyncio.sleep(0.2)  # longer than the shortest wait for a filler
        voice.release.set()
        await stage.passed(PromptAudio)
        assert stage.said == ["네."]


# ── slower and louder ──────────


async def test_from_slow_down_on_it_is_slower_louder_and_with_longer_gaps() -> None:
    voice = Voice()
    async with Stage(voice) as stage:
        await stage.take(Prompt("그렇습니다. 가능합니다.", may_be_interrupted=True))
        await stage.passed(PromptAudio, 2)
        await stage.take(SlowDown(), LineTick(at_s=60.0), Prompt("그렇습니다. 가능합니다.", may_be_interrupted=True))
        await stage.passed(PromptAudio, 4)
        usual, usual_next, slow, slow_next = stage.audio
        assert voice.asked == [("그렇습니다.", 1.0), ("가능합니다.", 1.0), ("그렇습니다.", 0.8), ("가능합니다.", 0.8)]
        assert (seconds(usual), seconds(usual_next)) == pytest.approx((0.5, 0.5 + 0.18))
        assert (seconds(slow), seconds(slow_next)) == pytest.approx((0.625, 0.625 + 0.35))
        assert 20 * np.log10(loudness(slow) / loudness(usual)) == pytest.approx(4.0, abs=0.1)


# ── interruptions, pacing, failures ──────────


async def test_an_interruption_ends_a_stalled_sentence_and_the_next_prompt_is_heard() -> None:
    voice = Voice()
    voice.held = {"멈춘 문장."}
    async with Stage(voice) as stage:
        await stage.take(Prompt("멈춘 문장.", may_be_interrupted=True))
        await voice.holding.wait()
        await stage.take(InterruptionFrame(), Prompt("네.", may_be_interrupted=True), HangUp(EndCall("closing")))
        await stage.passed(HangUp)
        assert stage.said == ["네."]


async def test_system_frames_pass_while_a_sentence_is_being_made() -> None:
    voice = Voice()
    voice.held = {"멈춘 문장."}
    async with Stage(voice) as stage:
        await stage.take(Prompt("멈춘 문장.", may_be_interrupted=True), LineTick(at_s=1.0))
        await stage.passed(LineTick)
        assert stage.said == []


async def test_no_more_is_made_ahead_than_a_few_seconds_of_the_line() -> None:
    voice = Voice()
    prompt = Prompt(
        " ".join(f"{number}번째 문장입니다." for number in "일이삼사오육칠팔구십" * 4), may_be_interrupted=True
    )
    async with Stage(voice) as stage:
        await stage.take(prompt)
        await stage.passed(PromptAudio, 12)
        await stage.take(LineTick(at_s=0.1))
        await stage.passed(LineTick)
        made = len(stage.audio)
        assert 8.0 < sum(map(seconds, stage.audio)) < 9.5
        await stage.take(LineTick(at_s=2.1))
        await stage.passed(PromptAudio, made + 2)
        assert len(stage.audio) < made + 5


async def test_without_a_voice_the_apology_at_hand_is_heard_and_told_upstream() -> None:
    voice = Voice()
    voice.broken = True
    async with Stage(voice) as stage:
        await stage.take(asked_now("네."))
        await stage.passed(VoiceLost)
        assert (stage.said, stage.failures) == ([SORRY], ["text_to_speech"])
        assert voice.asked == [("네.", 1.0)]
        voice.cached.clear()
        await stage.take(asked_now("네."))
        await stage.passed(VoiceLost, 2)
        assert stage.audio[-1].voice == "tones"
