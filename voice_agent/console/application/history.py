"""Calls that are over: found, read, listened to. Each look is in the audit log."""

from __future__ import annotations

import asyncio
from pathlib import Path

from voice_agent.console.access import Action, Actor
from voice_agent.console.application.guard import Audit, allowed_by, note
from voice_agent.console.waveform import Waveform, waveform_of
from voice_agent.storage.calls import CallRecord, CallRecords
from voice_agent.storage.history import Found, History, Query


class PastCalls:
    """Methods raise StorageError."""

    def __init__(self, records: CallRecords, history: History, audit: Audit) -> None:
        self._records = records
        self._history = history
        self._audit = audit

    @allowed_by(Action.SEARCH_HISTORY)
    async def search(self, actor: Actor, query: Query) -> list[Found]:
        """The newest first. A search by words is a look at what callers said: it is noted, without the words."""
        if query.text:
            await note(self._audit, actor, Action.SEARCH_HISTORY, None, by_text=True)
        return await self._history.search(query)

    @allowed_by(Action.SEARCH_HISTORY)
    async def topics(self, actor: Actor) -> list[str]:
        """What there is to choose from."""
        return await self._history.topics()

    @allowed_by(Action.READ_RECORD)
    async def read(self, actor: Actor, call_id: str) -> CallRecord | None:
        """Turns and events of one call, masked; None where there is none."""
        await note(self._audit, actor, Action.READ_RECORD, call_id)
        return await self._records.get(call_id)

    @allowed_by(Action.PLAY_RECORDING)
    async def recording(self, actor: Actor, call_id: str, *, noted: bool = True) -> Path | None:
        """The stereo WAV file; None where none was made or it is gone. ``noted=False``: a further part of the same."""
        if noted:
            await note(self._audit, actor, Action.PLAY_RECORDING, call_id)
        return await self._path(call_id)

    @allowed_by(Action.PLAY_RECORDING)
    async def waveform(self, actor: Actor, call_id: str) -> Waveform | None:
        """The recording's outline, both sides."""
        path = await self._path(call_id)
        return None if path is None else await asyncio.to_thread(waveform_of, path)

    async def _path(self, call_id: str) -> Path | None:
        call = await self._history.summary(call_id)
        path = call.recording if call else None
        return path if path is not None and await asyncio.to_thread(path.is_file) else None
