"""Live calls: the list without words, and one call with everything said on it, masked."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache

from voice_agent.console.access import Action, Actor
from voice_agent.console.application.guard import Audit, allowed_by, note
from voice_agent.console.live.board import Feed, LiveBoard, Watch
from voice_agent.console.live.call_state import Line, LiveCall, Phase
from voice_agent.events import CallEvent
from voice_agent.privacy.masking import Masker

_MASKED_KEPT = 4_096


@dataclass(frozen=True, slots=True)
class CallRow:
    """One line of the list: nothing that a caller said."""

    call_id: str
    remote: str
    phase: Phase
    topic: str
    flow: str
    step: str
    answered_at: datetime | None
    accepted_at: datetime
    waiting_since: datetime | None
    urgent: bool
    repairs: int
    latency_ms: float | None
    people: tuple[tuple[str, str], ...]
    changed_at: datetime | None


def row_of(call: LiveCall) -> CallRow:
    """A live call without its words."""
    return CallRow(
        call_id=call.call_id,
        remote=call.remote,
        phase=call.phase,
        topic=call.topic,
        flow=call.flow,
        step=call.step,
        answered_at=call.answered_at,
        accepted_at=call.accepted_at,
        waiting_since=call.waiting_since,
        urgent=call.urgent,
        repairs=call.repairs,
        latency_ms=call.latency_ms,
        people=call.people,
        changed_at=call.changed_at,
    )


class MaskedCalls:
    """Live calls with every word masked. Each sentence is masked once, in a thread: a mask takes milliseconds."""

    def __init__(self, board: LiveBoard, masker: Masker) -> None:
        self._board = board
        self._mask = lru_cache(maxsize=_MASKED_KEPT)(masker.mask)

    async def of(self, call_id: str) -> LiveCall | None:
        """One call; None where it is over."""
        call = self._board.call(call_id)
        return None if call is None else await asyncio.to_thread(self._masked, call)

    def _masked(self, call: LiveCall) -> LiveCall:
        lines = tuple(self._line(line) for line in call.lines)
        return replace(call, lines=lines, partial=self._mask(call.partial) if call.partial else "")

    def _line(self, line: Line) -> Line:
        return replace(line, text=self._mask(line.text)) if line.text else line


class LiveCalls:
    """What pages and programs see of live calls."""

    def __init__(self, board: LiveBoard, masked: MaskedCalls, audit: Audit, titles: Mapping[str, str]) -> None:
        self._board = board
        self._masked = masked
        self._audit = audit
        self._titles = titles

    @allowed_by(Action.SEE_LIVE_CALLS)
    async def all(self, actor: Actor) -> list[CallRow]:
        """The list, the oldest first."""
        return [row_of(call) for call in self._board.calls]

    @allowed_by(Action.SEE_LIVE_CALLS)
    async def some(self, actor: Actor, call_ids: set[str]) -> dict[str, CallRow | None]:
        """Some of them; None where one is over."""
        found = {call_id: self._board.call(call_id) for call_id in call_ids}
        return {call_id: None if call is None else row_of(call) for call_id, call in found.items()}

    @allowed_by(Action.READ_LIVE_CALL)
    async def open(self, actor: Actor, call_id: str) -> LiveCall | None:
        """Begin to read a call along; noted in the audit log. None where there is no such call."""
        if self._board.call(call_id) is None:
            return None
        await note(self._audit, actor, Action.READ_LIVE_CALL, call_id)
        return await self._masked.of(call_id)

    @allowed_by(Action.READ_LIVE_CALL)
    async def again(self, actor: Actor, call_id: str) -> LiveCall | None:
        """The same call a moment later: for who has opened it."""
        return await self._masked.of(call_id)

    @allowed_by(Action.READ_LIVE_CALL)
    async def relies_on(self, actor: Actor, ids: tuple[str, ...]) -> tuple[str, ...]:
        """Titles of the knowledge entries."""
        return tuple(self._titles.get(entry, entry) for entry in ids)

    @allowed_by(Action.SEE_LIVE_CALLS)
    async def watch(self, actor: Actor) -> AbstractContextManager[Watch]:
        """Be told that something has changed."""
        return self._board.watch()

    @allowed_by(Action.SEE_LIVE_CALLS)
    async def feed(self, actor: Actor) -> AbstractContextManager[Feed[CallEvent]]:
        """Every event, for programs. What was said must be left out for who may not read live calls."""
        return self._board.feed()

    @allowed_by(Action.READ_LIVE_CALL)
    async def feed_words(self, actor: Actor) -> None:
        """Note that a program reads all live calls along from now on."""
        await note(self._audit, actor, Action.READ_LIVE_CALL, None, every_call=True)
