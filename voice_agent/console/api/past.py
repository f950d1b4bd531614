"""Calls that are over."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any

from fastapi import HTTPException, Query, Request
from fastapi.responses import FileResponse
from pydantic import BaseModel

from voice_agent.console.access import Action
from voice_agent.console.api.needs import Asker, Office, Routes
from voice_agent.console.waveform import Waveform
from voice_agent.storage import history
from voice_agent.storage.calls import CallSummary


class PastCall(BaseModel):
    """One call that is over, without what was said."""

    call_id: str
    number: str
    topic: str
    accepted_at: datetime
    answered_at: datetime | None
    ended_at: datetime | None
    outcome: str | None
    reason: str | None
    duration_s: float | None
    recorded: bool


class PastRecord(BaseModel):
    """One call with its turns and events, masked."""

    call: PastCall
    turns: list[dict[str, Any]]
    events: list[dict[str, Any]]


def routes() -> Routes:
    """Everything about the history."""
    past = Routes("history")

    @past.get("/calls", Action.SEARCH_HISTORY)
    async def calls(
        console: Office,
        actor: Asker,
        since: datetime | None = None,
        until: datetime | None = None,
        before: datetime | None = None,
        topic: str = "",
        outcome: str = "",
        number: str = "",
        text: Annotated[str, Query(max_length=100)] = "",
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
    ) -> list[PastCall]:
        """The newest first; ``before`` goes on where the last page ended. Times need a time zone."""
        if any(at is not None and at.tzinfo is None for at in (since, until, before)):
            raise HTTPException(422, "since, until, before: expected times with a time zone")
        query = history.Query(since, until, topic, outcome, number, text, before, limit)
        return [past_call(found.call, found.topic) for found in await console.past.search(actor, query)]

    @past.get("/calls/{call_id}", Action.READ_RECORD)
    async def call(console: Office, actor: Asker, call_id: str) -> PastRecord:
        """Turns and events. Noted in the audit log."""
        record = await console.past.read(actor, call_id)
        if record is None:
            raise HTTPException(404, "no such call")
        return PastRecord(
            call=past_call(record.call, ""),
            turns=[asdict(turn) for turn in record.turns],
            events=[asdict(event) for event in record.events],
        )

    @past.get("/calls/{call_id}/recording", Action.PLAY_RECORDING, response_class=FileResponse)
    async def recording(console: Office, actor: Asker, call_id: str, request: Request) -> FileResponse:
        """The stereo WAV file: the caller left, the hotline right. Noted once a playing, not for each part of it."""
        asked = request.headers.get("range", "bytes=0-")
        path = await console.past.recording(actor, call_id, noted=asked.startswith("bytes=0-"))
        if path is None:
            raise HTTPException(404, "no recording")
        return FileResponse(path, media_type="audio/wav")

    @past.get("/calls/{call_id}/waveform", Action.PLAY_RECORDING)
    async def waveform(console: Office, actor: Asker, call_id: str) -> Waveform:
        """What is drawn while it plays."""
        found = await console.past.waveform(actor, call_id)
        if found is None:
            raise HTTPException(404, "no recording")
        return found

    return past


def past_call(call: CallSummary, topic: str) -> PastCall:
    """Without the path of its recording."""
    return PastCall(
        call_id=call.call_id,
        number=call.remote_masked,
        topic=topic,
        accepted_at=call.accepted_at,
        answered_at=call.answered_at,
        ended_at=call.ended_at,
        outcome=call.outcome,
        reason=call.reason,
        duration_s=call.duration_s,
        recorded=call.recording is not None,
    )
