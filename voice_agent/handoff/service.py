"""Everything that can be done for a caller who needs a person, in its order: our own people, else a transfer.

Implements :class:`voice_agent.handoff.ports.HandOffDriver`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from uuid import uuid4

import structlog

from dialogs.vocabulary import HandOff
from telephony.leg import TransferOutcome
from voice_agent.events import now
from voice_agent.handoff.book import Book
from voice_agent.handoff.brief import Brief
from voice_agent.handoff.contract import Outcome, Phase
from voice_agent.handoff.keeping import Keeping, brief_as_data
from voice_agent.handoff.live import LiveHandOff
from voice_agent.handoff.ports import CallerLine
from voice_agent.handoff.referral import refer, with_brief
from voice_agent.handoff.skills import Needs
from voice_agent.handoff.switchboard import OUTCOME_TOLD, Switchboard
from voice_agent.handoff.webhook import BriefWebhook
from voice_agent.privacy.masking import Masker

log = structlog.get_logger()

Summarise = Callable[[Brief], Awaitable[str]]
"""A masked brief → a few sentences; empty where none came in time. Never raises."""

TRANSFER = "transfer"
"""Stands for the person in the records of a transfer."""
_NOBODY = ("nobody_free", "unreachable")
_CLOSED_BY = {
    TransferOutcome.ACCEPTED: (Phase.ACCEPTED, Outcome.SERVED),
    TransferOutcome.BUSY: (Phase.BUSY, Outcome.NOBODY_FREE),
    TransferOutcome.DECLINED: (Phase.DECLINED, Outcome.NOBODY_FREE),
    TransferOutcome.NO_ANSWER: (Phase.NO_ANSWER, Outcome.NOBODY_FREE),
    TransferOutcome.CALLER_GONE: (Phase.CALLER_GONE, Outcome.CALLER_GONE),
    TransferOutcome.UNREACHABLE: (Phase.TRUNK_FAILED, Outcome.TRUNK_FAILED),
    TransferOutcome.NOT_SUPPORTED: (Phase.TRUNK_FAILED, Outcome.TRUNK_FAILED),
}


@dataclass(frozen=True, slots=True)
class TransferSettings:
    """Blind transfer, alone or for when nobody is free."""

    target: str
    timeout_s: float = 30.0
    with_brief: bool = False
    reassurance: str = ""
    """A sentence said every few seconds while it rings."""


class HandOffs:
    """One hotline's. :meth:`open` it before the first call, :meth:`close` it after the last."""

    def __init__(
        self,
        keeping: Keeping,
        *,
        switchboard: Switchboard | None = None,
        transfer: TransferSettings | None = None,
        webhook: BriefWebhook | None = None,
        needs_of: Callable[[Brief], Needs] = lambda _: Needs(),
    ) -> None:
        self.switchboard = switchboard
        self._transfer = transfer
        self._webhook = webhook
        self._needs_of = needs_of
        self._book = Book(keeping)

    async def open(self) -> None:
        """Restore the queue. Callers of an earlier process are gone with their lines. Raises VoiceAgentError."""
        self._book.open()
        if self.switchboard is not None:
            lost = await self.switchboard.open()
            if lost:
                log.warning("hand_off.waiting_callers_lost", calls=len(lost))

    async def close(self) -> None:
        """Idempotent."""
        if self.switchboard is not None:
            await self.switchboard.close()
        if self._webhook is not None:
            await self._webhook.close()
        await self._book.close()

    async def serve(self, line: CallerLine, request: HandOff) -> str | None:
        """See HandOffDriver."""
        hand_off_id, brief = str(uuid4()), line.brief(request)
        if self._webhook is not None:
            self._webhook.send(hand_off_id, brief)
        told: str | None = "not_configured"
        if self.switchboard is not None:
            ended = await self.switchboard.serve(line, request, brief, self._needs_of(brief), hand_off_id)
            told = OUTCOME_TOLD[ended.outcome]
            if told not in _NOBODY:
                return told
        if self._transfer is None:
            return told
        return await self._refer(line, brief, self._transfer, hand_off_id)

    async def _refer(self, line: CallerLine, brief: Brief, transfer: TransferSettings, hand_off_id: str) -> str:
        line.play_waiting()
        target = with_brief(transfer.target, hand_off_id, brief) if transfer.with_brief else transfer.target
        own_id = f"{hand_off_id}-transfer"
        data, call_id, began = brief_as_data(brief), line.call_id, now()
        self._book.write(lambda to: to.keep_brief(call_id, own_id, began, data))
        self._book.write(
            lambda to: to.record(call_id, own_id, 1, began, Phase.RINGING.value, Outcome.OPEN.value, TRANSFER)
        )
        how = TransferOutcome.CALLER_GONE
        try:
            how = await refer(line, target, timeout_s=transfer.timeout_s, reassurance=transfer.reassurance)
        finally:
            (phase, outcome), ended = _CLOSED_BY[how], now()
            self._book.write(lambda to: to.record(call_id, own_id, 2, ended, phase.value, Outcome.OPEN.value, TRANSFER))
            self._book.write(
                lambda to: to.record(call_id, own_id, 3, ended, Phase.CLOSED.value, outcome.value, TRANSFER)
            )
        return how.value


class Summaries:
    """Has briefs summarised beside the hand-off; whoever reads one sees it when it is there."""

    def __init__(self, summarise: Summarise, masker: Masker) -> None:
        self._summarise = summarise
        self._masker = masker
        self.switchboard: Switchboard | None = None

    def wanted(self, live: LiveHandOff) -> None:
        """Begin; returns at once."""
        if self.switchboard is not None:
            self.switchboard.spawn(self._add(self.switchboard, live), "brief summary")

    async def _add(self, switchboard: Switchboard, live: LiveHandOff) -> None:
        # The model was told masked words only; what it makes of them is masked again before anybody sees it.
        summary = self._masker.mask(await self._summarise(live.wanted.brief))
        if not summary:
            return
        brief = replace(live.wanted.brief, summary=summary)
        live.wanted = replace(live.wanted, brief=brief)
        switchboard.keep_brief(live, brief)
        switchboard.desk.brief_changed(live.person, brief)
