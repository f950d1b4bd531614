"""One measurement in a process of its own, on one core: so many callers at a time, ours or plain pipecat.

    python -m voice_agent.qa.capacity_worker ours|pipecat CALLS SECONDS WAV FOLDER

Prints one JSON line. Both get the same legs, the same caller's audio, the same scripted words after the same time and
the same voice. A caller speaks, waits for the answer, speaks again.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import psutil

from dialogs.vocabulary import Ask, DialogInput, DialogOutput, Expectation, Say
from telephony.audio import Pcm
from telephony.caller_script import Move, hears_something
from telephony.clock import RealBeat
from telephony.wav_leg import WavLeg, read_wav
from voice_agent.engines.ports import Speech
from voice_agent.engines.stt.scripted import ScriptedSpeechToText
from voice_agent.engines.voice_activity import SileroModel
from voice_agent.operations.logging import configure_logging
from voice_agent.pipeline.build import CallHooks, CallPipeline, Engines
from voice_agent.pipeline.text_to_speech import Spoken
from voice_agent.storage.recordings import StereoRecording

HEARS, SAYS = "여권을 잃어버렸어요.", "네, 알겠습니다."
_RATE = 8000
_STT_S = 0.1
_STALL_S = 0.5
_MOST_TURNS = 100
_ON_TIME_S = 0.025
_VOICE: Pcm = (6000 * np.sin(2 * np.pi * 300 * np.arange(_RATE * 12 // 10) / _RATE)).astype(np.int16) | 1


class Bot(Protocol):
    """One call."""

    async def start(self) -> None:
        """Take it."""

    async def stop(self) -> None:
        """Leave it."""


class MeasuredLeg(WavLeg):
    """Notes how long each answer took, and how regular the beat was."""

    def __init__(self, beat: RealBeat, speech: Pcm) -> None:
        moves = [Move(speech, after_s=0.8) for _ in range(_MOST_TURNS)]
        super().__init__(beat, np.zeros(0, np.int16), sample_rate=_RATE, script=moves, keeps_heard=False)
        self._speech_s = float(np.flatnonzero(np.abs(speech) > 300)[-1]) / _RATE
        self.waits_s: list[float] = []
        self.answered = asyncio.Event()
        """Set by the first answer to something the caller said."""
        self.gaps_s: list[float] = []
        self._asked_at: float | None = None
        self._last_beat = 0.0
        self._on_move = self._note_move

    def _note_move(self, _index: int) -> None:
        self._asked_at = time.perf_counter() + self._speech_s

    def _tick(self) -> None:
        now = time.perf_counter()
        if self._last_beat:
            self.gaps_s.append(now - self._last_beat)
        self._last_beat = now
        super()._tick()
        spoken = self._line.next_spoken
        if self._asked_at is not None and now > self._asked_at and hears_something(spoken):
            self.waits_s.append(now - self._asked_at)
            self.answered.set()
            self._asked_at = None


class _Brain:
    """Answers everything alike."""

    def start(self) -> tuple[DialogOutput, ...]:
        return Say(SAYS), Ask(Expectation(silence_s=600.0))

    def take(self, said: DialogInput) -> tuple[DialogOutput, ...]:
        return Say(SAYS), Ask(Expectation(silence_s=600.0))

    def heeds(self, text: str) -> bool:
        return True

    def urgent(self, text: str) -> bool:
        return False

    def undo(self) -> None:
        """Nothing is kept."""


class _Voice:
    def split(self, text: str) -> list[str]:
        return [text]

    async def ready(self, sentence: str, *, pace: float = 1.0) -> Spoken | None:
        return Spoken(Speech(_VOICE, _RATE), "scripted", cached=True)

    async def say(self, sentence: str, *, pace: float = 1.0) -> AsyncIterator[Spoken]:
        yield Spoken(Speech(_VOICE, _RATE), "scripted", cached=True)


class OurBot:
    """Our pipeline, as a call of the hotline builds it, with a recording on disk."""

    def __init__(self, leg: MeasuredLeg, silero: SileroModel, recording: Path) -> None:
        self._leg = leg
        self._recording = StereoRecording(recording, _RATE)
        self._pipeline = CallPipeline(
            leg,
            Engines(ScriptedSpeechToText([HEARS] * _MOST_TURNS, delay_s=_STT_S), _Voice(), silero),
            _Brain(),
            self._recording,
            CallHooks(
                on_turn=lambda _turn: None,
                on_speech=lambda _started: None,
                on_interrupted=lambda _unsaid: None,
                on_failure=lambda _engine, _error: None,
                hand_off=_nobody,
            ),
            sorry=SAYS,
        )

    async def start(self) -> None:
        """See :class:`Bot`."""
        await self._pipeline.start()
        await self._leg.answer()
        await self._pipeline.begin()

    async def stop(self) -> None:
        """See :class:`Bot`."""
        await self._pipeline.stop()
        self._recording.close()


async def _nobody(_frame: object) -> str | None:
    return None


async def measure(system: str, calls: int, seconds: float, speech: Pcm, folder: Path) -> dict[str, Any]:
    """So many calls for so long, then a stall of half a second."""
    beat, process = RealBeat(), psutil.Process()
    legs = [MeasuredLeg(beat, speech) for _ in range(calls)]
    silero = SileroModel()
    bots = [make_bot(system, leg, silero, folder / f"{number}.wav") for number, leg in enumerate(legs)]
    before_mb = process.memory_info().rss / 1e6
    for bot in bots:
        await bot.start()
        await asyncio.sleep(1.0 / calls)
    await asyncio.sleep(2.0)
    for leg in legs:
        leg.waits_s.clear()
        leg.gaps_s.clear()
    cpu, wall = time.process_time(), time.perf_counter()
    await asyncio.sleep(seconds)
    cpu_s, wall_s = time.process_time() - cpu, time.perf_counter() - wall
    waits = [wait * 1000 for leg in legs for wait in leg.waits_s]
    gaps = [gap * 1000 for leg in legs for gap in leg.gaps_s]
    memory_mb = process.memory_info().rss / 1e6 - before_mb
    recovery_s = await _stalled(legs)
    for bot in bots:
        await bot.stop()
    return {
        "system": system,
        "calls": calls,
        "waits_ms": [round(wait, 1) for wait in waits],
        "cpu_ms_per_call_second": round(1000 * cpu_s / wall_s / calls, 2),
        "mb": round(memory_mb, 1),
        "jitter_p99_ms": round(float(np.percentile(np.abs(np.array(gaps) - 20), 99)), 2),
        "recovery_s": round(recovery_s, 2),
    }


async def _stalled(legs: list[MeasuredLeg]) -> float:
    """Seconds from the end of a stall until the beat has been regular for ten beats; at most 5."""
    time.sleep(_STALL_S)  # noqa: ASYNC251 - the stall is what is measured
    began = time.perf_counter()
    for leg in legs:
        leg.gaps_s.clear()
    while time.perf_counter() - began < 5.0:
        await asyncio.sleep(0.02)
        if all(len(leg.gaps_s) >= 10 and max(leg.gaps_s[-10:]) < _ON_TIME_S + 0.015 for leg in legs):
            return max(0.0, time.perf_counter() - began - 0.2)
    return 5.0


def make_bot(system: str, leg: MeasuredLeg, silero: SileroModel, recording: Path) -> Bot:
    """One call of a system."""
    if system == "ours":
        return OurBot(leg, silero, recording)
    from voice_agent.qa.plain_pipecat import PlainBot

    return PlainBot(leg, hears=HEARS, says=SAYS, voice=_VOICE.tobytes(), stt_s=_STT_S, recording=True)


def main() -> None:
    """See the module."""
    system, calls, seconds, wav, folder = sys.argv[1:6]
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    configure_logging("CRITICAL", json=True)
    told = asyncio.run(measure(system, int(calls), float(seconds), read_wav(Path(wav), _RATE), Path(folder)))
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main()
