"""What the hotline knows, searched by human agents while they talk."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from dialogs.model import Hotline
from dialogs.passages import passages
from dialogs.retrieval import Hit, Retriever
from voice_agent.console.access import Action, Actor
from voice_agent.console.application.guard import allowed_by
from voice_agent.console.live.figures import SEOUL
from voice_agent.events import now


class Searching(Protocol):
    """See :class:`dialogs.retrieval.Retriever`."""

    def search(self, text: str, most: int = 3) -> tuple[Hit, ...]:
        """Best first."""


@dataclass(frozen=True, slots=True)
class Known:
    """One answer, with what it stands on."""

    id: str
    title: str
    answer: str
    confidence: float
    source: str
    checked: date | None
    speakable: bool
    """Has a source and is not out of date: what is not must not be told as a fact."""


class Knowledge:
    """Searches in a thread: a search takes tens of milliseconds."""

    def __init__(
        self, hotline: Hotline, searching: Searching | None = None, *, clock: Callable[[], datetime] = now
    ) -> None:
        self._passages = {passage.id: passage for passage in passages(hotline)}
        self._entries = {entry.id: entry for entry in hotline.knowledge}
        self._searching = searching or (Retriever(list(self._passages.values())) if self._passages else None)
        self._clock = clock
        self.slot_titles: Mapping[str, str] = {
            name: slot.label for flow in hotline.flows for name, slot in flow.slots.items()
        }
        """Slot → its Korean label."""

    @property
    def titles(self) -> Mapping[str, str]:
        """Passage id → title."""
        return {passage.id: passage.title for passage in self._passages.values()}

    @allowed_by(Action.SEARCH_KNOWLEDGE)
    async def search(self, actor: Actor, text: str, most: int = 5) -> Sequence[Known]:
        """The best first; empty for a text that says nothing."""
        if self._searching is None or len(text.strip()) < 2:
            return []
        hits = await asyncio.to_thread(self._searching.search, text[:500], most)
        return [self._known(hit) for hit in hits if hit.id in self._passages]

    def _known(self, hit: Hit) -> Known:
        passage, entry = self._passages[hit.id], self._entries.get(hit.id)
        day = self._clock().astimezone(SEOUL).date()
        return Known(
            id=hit.id,
            title=passage.title,
            answer=passage.answer,
            confidence=hit.confidence,
            source=str(entry.source or "") if entry else "",
            checked=entry.checked if entry else None,
            speakable=entry.speakable(day) if entry else True,
        )
