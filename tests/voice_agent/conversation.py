"""A phone call in a test: a WAV caller on a manual beat, scripted engines, the real chain between them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from dialogs.vocabulary import DialogInput, DialogOutput
from telephony.audio import Pcm
from telephony.clock import ManualBeat
from telephony.wav_leg import WavLeg
from voice_agent.engines.ports import Speech, SpeechToText
from voice_agent.engines.voice_activity import SileroModel
from voice_agent.errors import EngineError
from voice_agent.pipeline.build import CallHooks, CallPipeline, Engines
from voice_agent.pipeline.dialog_stage import Errands
from voice_agent.pipeline.frames import CallerTurn, HandOffNow
from voice_agent.pipeline.leg_output import SpeechStarted
from voice_agent.pipeline.sentences import sentences
from voice_agent.pipeline.text_to_speech import Spoken


@dataclass
class ScriptedConversation:
    """Answers each input from a list; remembers what it was given."""

    opening: tuple[DialogOutput, ...]
    answers: list[tuple[DialogOutput, ...]]
    taken: list[DialogInput] = field(default_factory=list)
    undone: list[DialogInput] = field(default_factory=list)

    def start(self) -> tuple[DialogOutput, ...]:
        return self.opening

    def take(self, said: DialogInput) -> tuple[DialogOutput, ...]:
        self.taken.append(said)
        return self.answers.pop(0) if self.answers else ()

    def heeds(self, text: str) -> bool:
        """Only what tells of fire."""
        return "불이" in text

    def urgent(self, text: str) -> bool:
        """Only what tells of fire."""
        return "불이" in text

    def undo(self) -> None:
        self.undone.append(self.taken[-1])


class BeepSpeaker:
    """Every sentence is half a second of tone, unless ``broken``."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.broken = False

    def split(self, text: str) -> list[str]:
        return sentences(text)

    async def ready(self, sentence: str, *, pace: float = 1.0) -> Spoken | None:
        return None

    async def say(self, sentence: str, *, pace: float = 1.0) -> AsyncIterator[Spoken]:
        if self.broken:
            raise EngineError("broken on purpose")
        self.said.append(sentence)
        time = np.arange(4000) / 8000
        speech = Speech((np.sin(2 * np.pi * 440 * time) * 8000).astype(np.int16), 8000)
        yield Spoken(speech, "beep", cached=True)


class NoRecorder:
    def write(self, left: bytes, right: bytes) -> None:
        assert len(left) == len(right)


class TestCall:
    """``async with TestCall(...) as call: await call.passes(2.0)``."""

    __test__ = False

    def __init__(
        self,
        conversation: ScriptedConversation,
        hearing: SpeechToText,
        speech: Pcm | None = None,
        *,
        speaks_after_s: float = 0.0,
        speaker: BeepSpeaker | None = None,
        hand_off_outcome: str | None = None,
        filler: str = "",
        errands: Errands | None = None,
    ) -> None:
        self.beat = ManualBeat()
        self.leg = WavLeg(
            self.beat, speech if speech is not None else np.zeros(0, np.int16), speaks_after_s=speaks_after_s
        )
        self.conversation = conversation
        self.speaker = speaker or BeepSpeaker()
        self.turns: list[CallerTurn] = []
        self.spoken: list[str] = []
        self.interrupted: list[float] = []
        self.failures: list[str] = []
        self.handed_off: list[HandOffNow] = []
        self._hand_off_outcome = hand_off_outcome
        self.pipeline = CallPipeline(
            self.leg,
            Engines(hearing, self.speaker, SileroModel()),
            conversation,
            NoRecorder(),
            CallHooks(
                on_turn=self.turns.append,
                on_speech=self._on_speech,
                on_interrupted=self.interrupted.append,
                on_failure=lambda engine, _error: self.failures.append(engine),
                hand_off=self._hand_off,
            ),
            sorry="죄송합니다.",
            filler=filler,
            errands=errands,
        )

    async def __aenter__(self) -> TestCall:
        await self.pipeline.start()
        await self.leg.answer()
        await self.pipeline.begin()
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self.pipeline.stop()

    async def passes(self, seconds: float) -> None:
        """Line time goes by; a real turn of the loop now and then lets threads answer."""
        for _ in range(round(seconds / 0.1)):
            await self.beat.advance(0.1)
            await asyncio.sleep(0.001)

    @property
    def heard_by_caller_s(self) -> float:
        """Seconds of audible speech that reached the caller."""
        samples = np.frombuffer(bytes(self.leg.heard), np.int16)
        return float(np.count_nonzero(np.abs(samples) > 50)) / 8000

    def _on_speech(self, started: SpeechStarted) -> None:
        self.spoken.append(started.audio.prompt.text)

    async def _hand_off(self, frame: HandOffNow) -> str | None:
        self.handed_off.append(frame)
        return self._hand_off_outcome


def said(call: TestCall) -> Sequence[str]:
    """The texts of the caller's turns."""
    return [getattr(turn.said, "text", getattr(turn.said, "keys", type(turn.said).__name__)) for turn in call.turns]
