"""A switchboard in a process of its own, so that it can be killed in the middle of a busy hour.

    python -m tests.voice_agent.handoff.switchboard_process DATABASE_URL

Standard input, a line each: first ``alive 3 4 5`` (calls whose lines are still there), then ``call 7`` for each caller,
and ``people`` once, when they begin to work.
Standard output: ``ready``, ``lost 9``, ``rings 7``, ``served 7``: told before the next thing happens.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable

import numpy as np

from dialogs.vocabulary import CallerPressed, CallerSaid, HandOff
from telephony.clock import ManualBeat
from telephony.leg import CallLeg, CloseReason, LegClosed
from telephony.wav_leg import WavLeg
from voice_agent.errors import StorageError
from voice_agent.handoff.brief import Brief
from voice_agent.handoff.contract import Why
from voice_agent.handoff.pretend_caller import PretendCaller
from voice_agent.handoff.skills import Needs
from voice_agent.handoff.switchboard import Switchboard, SwitchboardSettings
from voice_agent.handoff.telephones import Answer, Answered
from voice_agent.privacy.masking import mask_remote
from voice_agent.storage.calls import CallRecords
from voice_agent.storage.database import Database
from voice_agent.storage.hand_offs import HandOffRecords

PEOPLE = 5
_RINGS_S, _TALKS_S = 0.01, 0.05


class Quiet:
    """Nothing is told, and nothing is asked for."""

    on_hold: list[str] = []  # noqa: RUF012 - a stand-in

    def of(self, why: Why) -> list[str]:
        return []

    def place(self, position: int, wait_s: float | None, told_before: int) -> list[str]:
        return []

    def wants_callback(self, said: CallerSaid | CallerPressed) -> bool:
        return False

    def urgent(self, said: CallerSaid | CallerPressed) -> bool:
        return False

    def open_now(self) -> bool:
        return True


class QuickTelephone:
    """Everybody takes every call in the same time."""

    def reaches(self, person: str) -> bool:
        return True

    async def ring(self, person: str, brief: Brief, ring_s: float) -> Answer:
        print(f"rings {brief.call_id}", flush=True)
        await asyncio.sleep(_RINGS_S)
        return Answer(Answered.ACCEPTED, WavLeg(ManualBeat(), np.zeros(0, np.int16)))


class Talker(PretendCaller):
    """Talks for a moment; then the person ends the call and is ready again."""

    def __init__(self, call_id: str, board: Switchboard) -> None:
        super().__init__(call_id)
        self._board = board

    async def connect(self, person: str, leg: CallLeg, on_gone: Callable[[LegClosed], None]) -> None:
        await super().connect(person, leg, on_gone)
        print(f"served {self.call_id}", flush=True)
        asyncio.get_running_loop().call_later(_TALKS_S, self._end, person)

    def _end(self, person: str) -> None:
        self.person_closes(person, LegClosed(CloseReason.CALLER_HUNG_UP))
        self._board.decide(self._board.queue.is_ready(person, self._board.clock()))


class _NoMasking:
    def mask(self, text: str) -> str:
        return text


async def serve(url: str) -> None:
    """Until standard input ends."""
    database = await Database.open(url)
    records = CallRecords(database, _NoMasking())
    board = Switchboard(
        SwitchboardSettings(most_waiting=1000), HandOffRecords(database), Quiet(), telephones=[QuickTelephone()]
    )
    alive = (await asyncio.to_thread(sys.stdin.readline)).split()[1:]
    for call_id in await board.open(alive):
        print(f"lost {call_id}", flush=True)
    print("ready", flush=True)
    calls = []
    while line := await asyncio.to_thread(sys.stdin.readline):
        if line.startswith("people"):
            for number in range(PEOPLE):
                board.decide(board.queue.is_ready(f"person {number}", board.clock()))
            continue
        call_id = line.split()[1]
        try:
            await records.accept(call_id, mask_remote("sip:caller@192.0.2.1"))
        except StorageError:
            print(f"again {call_id}", flush=True)
        brief = Brief(call_id, "", "caller_asked")
        calls.append(asyncio.create_task(board.serve(Talker(call_id, board), HandOff("caller_asked"), brief, Needs())))
    await asyncio.gather(*calls)
    await board.close()
    await database.close()


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1]))
