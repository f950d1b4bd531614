"""Our own people first, a transfer when nobody is free, and everything on record."""

from __future__ import annotations

import asyncio

import pytest

from dialogs.vocabulary import HandOff
from telephony.leg import TransferOutcome
from tests.voice_agent.handoff.house import loop_time, words
from tests.voice_agent.virtual_time import in_virtual_time
from voice_agent.handoff.brief import Brief
from voice_agent.handoff.keeping import InMemory
from voice_agent.handoff.live import LiveHandOff
from voice_agent.handoff.pretend_caller import PretendCaller
from voice_agent.handoff.service import HandOffs, Summaries, TransferSettings
from voice_agent.handoff.skills import Needs
from voice_agent.handoff.switchboard import Switchboard, SwitchboardSettings
from voice_agent.privacy.masking import KoPiiMasker

TARGET = "sip:9000@192.0.2.20"
REQUEST = HandOff("caller_asked", topic="passport")


def switchboard(kept: InMemory, summaries: Summaries | None = None) -> Switchboard:
    board = Switchboard(
        SwitchboardSettings(nobody_s=0),
        kept,
        words(),
        clock=loop_time,
        on_brief=summaries.wanted if summaries else None,
    )
    if summaries is not None:
        summaries.switchboard = board
    return board


@pytest.mark.parametrize(
    ("ends", "phase", "outcome"),
    [
        (TransferOutcome.ACCEPTED, "accepted", "served"),
        (TransferOutcome.BUSY, "busy", "nobody_free"),
        (TransferOutcome.DECLINED, "declined", "nobody_free"),
        (TransferOutcome.NO_ANSWER, "no_answer", "nobody_free"),
        (TransferOutcome.UNREACHABLE, "trunk_failed", "trunk_failed"),
        (TransferOutcome.NOT_SUPPORTED, "trunk_failed", "trunk_failed"),
        (TransferOutcome.CALLER_GONE, "caller_gone", "caller_gone"),
    ],
)
def test_when_nobody_is_free_the_caller_is_transferred_and_the_outcome_is_on_record(
    ends: TransferOutcome, phase: str, outcome: str
) -> None:
    async def main() -> None:
        kept, line = InMemory(), PretendCaller("1", transfers=ends)
        hand_offs = HandOffs(kept, switchboard=switchboard(kept), transfer=TransferSettings(TARGET))
        await hand_offs.open()
        assert await hand_offs.serve(line, REQUEST) == ends.value
        await hand_offs.close()
        assert line.heard == ["waiting", "waiting", f"transfer:{TARGET}"]
        assert [(step, came) for _, step, came, person in kept.steps if person == "transfer"] == [
            ("ringing", "open"),
            (phase, "open"),
            ("closed", outcome),
        ]

    in_virtual_time(main())


def test_without_a_target_the_voice_agent_goes_on_and_is_told_why() -> None:
    async def main() -> None:
        kept, line = InMemory(), PretendCaller("1")
        hand_offs = HandOffs(kept, switchboard=switchboard(kept))
        await hand_offs.open()
        assert await hand_offs.serve(line, REQUEST) == "nobody_free"
        await hand_offs.close()
        assert await HandOffs(kept).serve(line, REQUEST) == "not_configured"

    in_virtual_time(main())


def test_a_transfer_carries_the_brief_where_it_is_wanted() -> None:
    async def main() -> None:
        line = PretendCaller("1")
        hand_offs = HandOffs(InMemory(), transfer=TransferSettings(TARGET, with_brief=True))
        await hand_offs.open()
        assert await hand_offs.serve(line, REQUEST) == "accepted"
        await hand_offs.close()
        assert line.heard[-1].startswith(f"transfer:{TARGET}?User-to-User=")

    in_virtual_time(main())


def test_who_hangs_up_during_a_transfer_is_on_record_as_gone() -> None:
    class Slow(PretendCaller):
        async def transfer(self, target: str, *, timeout_s: float) -> TransferOutcome:
            await asyncio.sleep(60)
            return TransferOutcome.ACCEPTED

    async def main() -> None:
        kept, line = InMemory(), Slow("1")
        hand_offs = HandOffs(kept, transfer=TransferSettings(TARGET, reassurance="연결하고 있습니다."))
        await hand_offs.open()
        call = asyncio.create_task(hand_offs.serve(line, REQUEST))
        await asyncio.sleep(20)
        call.cancel()
        await asyncio.gather(call, return_exceptions=True)
        await hand_offs.close()
        assert line.heard == ["waiting", "연결하고 있습니다.", "연결하고 있습니다."]
        assert kept.steps[-1][1:3] == ("closed", "caller_gone")

    in_virtual_time(main())


def test_a_summary_comes_beside_the_brief_masked_and_is_never_waited_for() -> None:
    async def summarise(brief: Brief) -> str:
        await asyncio.sleep(3)
        return "재발급을 물었고 010-1234-5678로 연락을 바람"

    async def main() -> None:
        kept = InMemory()
        board = switchboard(kept, Summaries(summarise, KoPiiMasker()))
        await board.open()
        board.decide(board.queue.is_ready("kim", loop_time()))
        line = PretendCaller("1")
        call = asyncio.create_task(board.serve(line, REQUEST, line.brief(REQUEST), Needs()))
        await asyncio.sleep(1)
        live = board.live("1")
        assert isinstance(live, LiveHandOff) and live.wanted.brief.summary == ""
        await asyncio.sleep(3)
        assert live.wanted.brief.summary == "재발급을 물었고 [전화번호]로 연락을 바람"
        assert [brief["summary"] for brief in kept.briefs.values()] == [live.wanted.brief.summary]
        call.cancel()
        await board.close()

    in_virtual_time(main())
