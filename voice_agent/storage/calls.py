"""Exactly one record for every call: accepted before it is answered, sealed once, whatever happens in between.

accept ─► record · record · record ─► seal
   └────────── the process dies ─────► seal_left_open, at the next start
refuse
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from voice_agent.errors import StorageError
from voice_agent.events import CallAnswered, CallEvent, now
from voice_agent.privacy.masking import Masker, mask_remote
from voice_agent.storage.database import Database
from voice_agent.storage.masked_event import masked_fields, turn_values
from voice_agent.storage.recordings import duration_s, repair
from voice_agent.storage.schema import CallRow, EventRow, TurnRow

LEFT_OPEN_OUTCOME = "failed"
LEFT_OPEN_REASON = "process_ended"


@dataclass(frozen=True, slots=True)
class CallSummary:
    """One call, without what was said. Times are UTC."""

    call_id: str
    remote_masked: str
    accepted_at: datetime
    answered_at: datetime | None
    ended_at: datetime | None
    sealed: bool
    outcome: str | None
    """``completed``, ``transferred``, ``abandoned``, ``cancelled``, ``failed`` ``refused``; None while open."""
    reason: str | None
    duration_s: float | None
    """Seconds from the answer."""
    recording: Path | None
    sip_call_id: str | None


@dataclass(frozen=True, slots=True)
class Turn:
    """One thing said, masked. The columns are those of :class:`~voice_agent.storage.schema.TurnRow`."""

    seq: int
    at: datetime
    speaker: str
    text_masked: str
    confidence: float | None
    speech_s: float | None
    voice: str | None
    cached: bool | None
    latency_ms: float | None


@dataclass(frozen=True, slots=True)
class ToldEvent:
    """One stored event; ``data`` holds its fields, masked."""

    seq: int
    at: datetime
    kind: str
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class CallRecord:
    """Everything kept about one call, in order."""

    call: CallSummary
    turns: tuple[Turn, ...]
    events: tuple[ToldEvent, ...]


class CallRecords:
    """Writes and reads call records. Every method raises StorageError (DatabaseBusy where a retry may help).

    One process owns a database's open calls: ``seal_left_open`` takes every open call for a dead process's.
    """

    def __init__(self, database: Database, masker: Masker) -> None:
        self._database = database
        self._masker = masker
        # One writer at a time: SQLite has one anyway, and the order of seq needs it.
        self._writing = asyncio.Lock()
        self._unsure: tuple[CallEvent, int] | None = None

    async def accept(
        self, call_id: str, remote: str, recording: Path | None = None, sip_call_id: str | None = None
    ) -> None:
        """Open the record of a call about to be answered. It is committed when this returns."""
        await self._add(
            CallRow(
                call_id=call_id,
                remote_masked=mask_remote(remote),
                accepted_at=now(),
                sealed=False,
                recording=None if recording is None else str(recording),
                sip_call_id=sip_call_id,
            )
        )

    async def refuse(self, call_id: str, remote: str, reason: str) -> None:
        """Write the whole, sealed record of a call that was turned away."""
        at = now()
        await self._add(
            CallRow(
                call_id=call_id,
                remote_masked=mask_remote(remote),
                accepted_at=at,
                ended_at=at,
                sealed=True,
                outcome="refused",
                reason=reason,
                duration_s=0.0,
            )
        )

    async def record(self, event: CallEvent) -> None:
        """Add an event, and its turn where it is one, to a known call's record.

        Calling again with the same event object after an error never stores it twice, even where the failed
        attempt had been committed unseen.
        """
        fields = masked_fields(event, self._masker)
        turn = turn_values(event, fields)
        async with self._writing:
            seq = self._unsure[1] if self._unsure and self._unsure[0] is event else await self._next_seq(event)
            self._unsure = (event, seq)
            place = {"call_id": event.call_id, "seq": seq, "at": event.at}
            async with self._database.transaction() as session:
                await _insert_once(session, EventRow, {**place, "kind": type(event).__name__, "data": fields})
                if turn is not None:
                    await _insert_once(session, TurnRow, {**place, **turn})
                if isinstance(event, CallAnswered):
                    await session.execute(_open_call(event.call_id).values(answered_at=event.at))
            self._unsure = None

    async def seal(
        self, call_id: str, outcome: str, reason: str, duration_s: float, *, answered_at: datetime | None = None
    ) -> bool:
        """Close the record for good; ``duration_s`` counts from the answer. False where it was sealed already.

        ``answered_at``: a short call may end before the event of its answer has been written.
        """
        return await self._seal(call_id, outcome, reason, duration_s, now(), answered_at)

    async def seal_left_open(self, at: datetime) -> list[str]:
        """At start-up: seal every call a dead process left open, oldest first, and return their ids.

        The end is taken from the recording's length (its header is mended on the way), else from the last event;
        it is never put after ``at``.
        """
        async with self._database.transaction() as session:
            query = select(CallRow).where(CallRow.sealed.is_(False)).order_by(CallRow.accepted_at)
            left_open = list(await session.scalars(query))
        sealed = []
        for row in left_open:
            began = row.answered_at or row.accepted_at
            length_s = await self._length_s(row, began)
            ended_at = max(row.accepted_at, min(at, began + timedelta(seconds=length_s)))
            length_s = max(0.0, (ended_at - began).total_seconds())
            duration = length_s if row.answered_at is not None or row.recording is not None else 0.0
            if await self._seal(row.call_id, LEFT_OPEN_OUTCOME, LEFT_OPEN_REASON, duration, ended_at):
                sealed.append(row.call_id)
        return sealed

    async def get(self, call_id: str) -> CallRecord | None:
        """One call with its turns and events; None where there is no such call."""
        async with self._database.transaction() as session:
            row = await session.get(CallRow, call_id)
            if row is None:
                return None
            turns = await session.scalars(select(TurnRow).where(TurnRow.call_id == call_id).order_by(TurnRow.seq))
            events = await session.scalars(select(EventRow).where(EventRow.call_id == call_id).order_by(EventRow.seq))
            return CallRecord(
                call=summary_of(row),
                turns=tuple(_turn(turn) for turn in turns),
                events=tuple(ToldEvent(seq=e.seq, at=e.at, kind=e.kind, data=e.data) for e in events),
            )

    async def recent(self, limit: int) -> list[CallSummary]:
        """The newest calls first, refused ones included."""
        query = select(CallRow).order_by(CallRow.accepted_at.desc(), CallRow.call_id).limit(limit)
        async with self._database.transaction() as session:
            return [summary_of(row) for row in await session.scalars(query)]

    async def counts(self) -> dict[str, int]:
        """How many calls there are by outcome; calls not yet sealed under ``open``."""
        query = select(CallRow.outcome, func.count()).group_by(CallRow.outcome)
        async with self._database.transaction() as session:
            return {outcome or "open": number for outcome, number in await session.execute(query)}

    async def _add(self, row: CallRow) -> None:
        async with self._writing, self._database.transaction() as session:
            session.add(row)

    async def _seal(
        self,
        call_id: str,
        outcome: str,
        reason: str,
        duration_s: float,
        ended_at: datetime,
        answered_at: datetime | None = None,
    ) -> bool:
        statement = _open_call(call_id).values(
            sealed=True, outcome=outcome, reason=reason, duration_s=duration_s, ended_at=ended_at
        )
        if answered_at is not None:
            statement = statement.values(answered_at=answered_at)
        async with self._writing, self._database.transaction() as session:
            result = await session.execute(statement.returning(CallRow.call_id))
            return result.first() is not None

    async def _next_seq(self, event: CallEvent) -> int:
        query = select(func.max(EventRow.seq)).where(EventRow.call_id == event.call_id)
        async with self._database.transaction() as session:
            return (await session.scalar(query) or 0) + 1

    async def _length_s(self, row: CallRow, began: datetime) -> float:
        if row.recording is not None:
            try:
                return await asyncio.to_thread(_mended_duration_s, Path(row.recording))
            except StorageError:
                # Killed before the file existed, or it was taken away since: the events still tell.
                return await self._told_s(row.call_id, began)
        return await self._told_s(row.call_id, began)

    async def _told_s(self, call_id: str, began: datetime) -> float:
        async with self._database.transaction() as session:
            last = await session.scalar(select(func.max(EventRow.at)).where(EventRow.call_id == call_id))
        return 0.0 if last is None else max(0.0, (last - began).total_seconds())


def _mended_duration_s(path: Path) -> float:
    repair(path)
    return duration_s(path)


def _open_call(call_id: str) -> Any:
    return update(CallRow).where(CallRow.call_id == call_id, CallRow.sealed.is_(False))


async def _insert_once(session: AsyncSession, table: Any, values: dict[str, Any]) -> None:
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    statement = dialect.insert(table).values(**values)
    await session.execute(statement.on_conflict_do_nothing(index_elements=["call_id", "seq"]))


def summary_of(row: CallRow) -> CallSummary:
    """One row as the rest of the system sees it."""
    return CallSummary(
        call_id=row.call_id,
        remote_masked=row.remote_masked,
        accepted_at=row.accepted_at,
        answered_at=row.answered_at,
        ended_at=row.ended_at,
        sealed=row.sealed,
        outcome=row.outcome,
        reason=row.reason,
        duration_s=row.duration_s,
        recording=None if row.recording is None else Path(row.recording),
        sip_call_id=row.sip_call_id,
    )


def _turn(row: TurnRow) -> Turn:
    return Turn(
        seq=row.seq,
        at=row.at,
        speaker=row.speaker,
        text_masked=row.text_masked,
        confidence=row.confidence,
        speech_s=row.speech_s,
        voice=row.voice,
        cached=row.cached,
        latency_ms=row.latency_ms,
    )
