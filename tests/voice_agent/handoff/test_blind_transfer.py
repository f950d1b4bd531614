"""A person is called: how that ends, and what the caller hears meanwhile."""

from __future__ import annotations

import asyncio

import numpy as np
import pytest

from telephony.clock import ManualBeat
from telephony.errors import TelephonyError
from telephony.leg import TransferOutcome
from telephony.wav_leg import WavLeg
from voice_agent.handoff import blind_transfer as module
from voice_agent.handoff.blind_transfer import NOT_CONFIGURED, blind_transfer

DESK = "sip:desk@192.0.2.1"
REASSURANCE = b"\x01\x10" * 800


class RingingLeg(WavLeg):
    """Its target rings until the test says how that ends."""

    def __init__(self) -> None:
        super().__init__(ManualBeat(), np.zeros(0, np.int16))
        self.outcome: asyncio.Future[TransferOutcome] = asyncio.get_running_loop().create_future()
        self.ringing = asyncio.Event()
        self.reassured = asyncio.Event()

    async def transfer(self, target: str, *, timeout_s: float) -> TransferOutcome:
        self.transferred_to = target
        self.ringing.set()
        return await self.outcome

    def send(self, pcm: bytes) -> None:
        super().send(pcm)
        self.reassured.set()


async def test_without_a_target_nobody_is_called() -> None:
    leg = RingingLeg()
    outcome = await blind_transfer(leg, None, timeout_s=30, reassurance=REASSURANCE, call_id="1")
    assert (outcome, leg.transferred_to) == (NOT_CONFIGURED, None)


@pytest.mark.parametrize("ends", list(TransferOutcome))
async def test_every_outcome_comes_back_by_its_name(ends: TransferOutcome) -> None:
    leg = RingingLeg()
    leg.outcome.set_result(ends)
    assert await blind_transfer(leg, DESK, timeout_s=30, reassurance=REASSURANCE, call_id="1") == ends.value
    assert leg.transferred_to == DESK
    assert leg.pending_s == 0


async def test_a_transfer_that_cannot_be_sent_reads_as_unreachable() -> None:
    leg = RingingLeg()
    leg.outcome.set_exception(TelephonyError("refused by the stack"))
    assert await blind_transfer(leg, DESK, timeout_s=30, reassurance=b"", call_id="1") == "unreachable"


async def test_the_caller_is_reassured_while_it_rings_and_not_afterwards(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_REASSURE_EVERY_S", 0.01)
    leg = RingingLeg()
    ringing = asyncio.create_task(blind_transfer(leg, DESK, timeout_s=30, reassurance=REASSURANCE, call_id="1"))
    for _ in range(2):
        leg.reassured.clear()
        await asyncio.wait_for(leg.reassured.wait(), 2)
    assert leg.pending_s > 0
    leg.outcome.set_result(TransferOutcome.BUSY)
    assert await ringing == "busy"
    # What was still to be said of the reassurance is taken back: the dialog speaks next.
    assert leg.pending_s == 0
    assert not [task for task in asyncio.all_tasks() if task.get_name() == "hand-off reassurance"]


async def test_a_call_cut_while_it_rings_leaves_no_reassurance_behind() -> None:
    leg = RingingLeg()
    ringing = asyncio.create_task(blind_transfer(leg, DESK, timeout_s=30, reassurance=REASSURANCE, call_id="1"))
    await asyncio.wait_for(leg.ringing.wait(), 2)
    ringing.cancel()
    await asyncio.gather(ringing, return_exceptions=True)
    await asyncio.sleep(0)
    assert not [task for task in asyncio.all_tasks() if task.get_name() == "hand-off reassurance"]
