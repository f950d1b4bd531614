"""A switchboard for tests: telephones that answer as scripted, a caller who is pretended, seconds that cost nothing."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from functools import cache

import numpy as np

from dialogs.vocabulary import HandOff
from telephony.clock import ManualBeat
from telephony.wav_leg import WavLeg
from tests import shipped
from voice_agent.handoff.brief import Brief
from voice_agent.handoff.contract import Outcome
from voice_agent.handoff.keeping import InMemory
from voice_agent.handoff.live import Ended
from voice_agent.handoff.pretend_caller import PretendCaller
from voice_agent.handoff.skills import Needs, Skills
from voice_agent.handoff.switchboard import Switchboard, SwitchboardSettings
from voice_agent.handoff.telephones import Answer, Answered
from voice_agent.handoff.words import WaitingWords


@cache
def words() -> WaitingWords:
    """What is said while a caller waits."""
    return WaitingWords(shipped.dialog())


def a_leg() -> WavLeg:
    return WavLeg(ManualBeat(), np.zeros(0, np.int16))


@dataclass
class ScriptedTelephone:
    """Rings, and is answered as written: (how, after so many seconds), one a ringing, then it rings out."""

    script: dict[str, list[tuple[Answered, float]]]
    log: list[str] = field(default_factory=list)
    legs: dict[str, WavLeg] = field(default_factory=dict)

    def reaches(self, person: str) -> bool:
        return person in self.script

    async def ring(self, person: str, brief: Brief, ring_s: float) -> Answer:
        self.log.append(f"{person} rings")
        how, after_s = self.script[person].pop(0) if self.script[person] else (Answered.NO_ANSWER, ring_s)
        try:
            await asyncio.sleep(after_s)
        except asyncio.CancelledError:
            self.log.append(f"{person} stops")
            raise
        self.log.append(f"{person} {how}")
        if how is not Answered.ACCEPTED:
            return Answer(how)
        leg = self.legs[person] = a_leg()
        return Answer(how, leg)


def loop_time() -> float:
    return asyncio.get_running_loop().time()


@dataclass
class Scene:
    """One hotline."""

    script: dict[str, list[tuple[Answered, float]]]
    settings: SwitchboardSettings = field(default_factory=SwitchboardSettings)
    kept: InMemory = field(default_factory=InMemory)

    def __post_init__(self) -> None:
        self.telephone = ScriptedTelephone(self.script)
        self.board = Switchboard(self.settings, self.kept, words(), telephones=[self.telephone], clock=loop_time)

    async def __aenter__(self) -> Scene:
        await self.board.open()
        for person in self.script:
            self.ready(person)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.board.close()

    def ready(self, person: str, skills: Skills | None = None) -> None:
        self.board.decide(self.board.queue.is_ready(person, loop_time(), skills))

    def calls(
        self, line: PretendCaller, reason: str = "caller_asked", needs: Needs | None = None
    ) -> asyncio.Task[Ended]:
        brief = Brief(line.call_id, "010****5678", reason)
        return asyncio.create_task(self.board.serve(line, HandOff(reason), brief, needs or Needs()))

    def steps(self, call_id: str) -> list[str]:
        return [phase for call, phase, _, _ in self.kept.steps if call == call_id]

    def outcome(self, call_id: str) -> Outcome:
        return Outcome([outcome for call, _, outcome, _ in self.kept.steps if call == call_id][-1])
