"""A dialog whose caller is misheard, and behaves as callers do: who is not understood says it again.

The test conversations are scripts: each turn is said once. Under recognition errors the dialog asks once more, or asks
back between two topics, and a script that went on regardless would measure itself. So the caller here answers what the
dialog asks because of an error, and only that: each time what would have followed without the error decides what is
wanted.
"""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from dialogs.engine import DialogEngine
from dialogs.expectations import expectation
from dialogs.model import Hotline
from dialogs.passages import flow_passage
from dialogs.retrieval import Embedder
from dialogs.state import Awaiting, DialogState
from dialogs.topics import Searching
from dialogs.vocabulary import CallerSaid, DialogInput, DialogOutput

OFFICE_HOURS = "2026-11-23T10:00"
"""A Monday on which persons answer: what a conversation does must not hang on when it is run."""
_MOST_TURNS = 5
"""For one turn of the script."""
_FULLER = {"네": "네 맞아요", "예": "예 맞아요"}
"""One syllable that was not understood is not said alone again."""
_PICK = ("첫 번째요", "두 번째요")
_NOT_MEANT = frozenset({Awaiting.DANGER_CHECK, Awaiting.OFFER, Awaiting.CLARIFICATION})
"""Questions that come in between; who did not give cause for them says no."""
_Step = tuple[DialogState, tuple[DialogOutput, ...]]


class Hearing(Protocol):
    """What is heard of what is said."""

    def __call__(self, text: str, words: tuple[str, ...], again: int) -> CallerSaid:
        """``words``: likely ones in this state. ``again``: how often it was said before; each time is heard anew."""


class MisheardCaller(DialogEngine):
    """Its ``step`` takes what the caller means to say; the caller says it as often as the dialog asks."""

    def __init__(
        self, hotline: Hotline, hear: Hearing, *, retriever: Searching | None = None, embedder: Embedder | None = None
    ) -> None:
        """``hear`` may be changed between conversations."""
        super().__init__(
            hotline, now=lambda: datetime.fromisoformat(OFFICE_HOURS), retriever=retriever, embedder=embedder
        )
        self.hear = hear
        self.turns = 0
        """Turns of the script so far."""
        self.repeated = 0
        """Turns said besides, because of errors."""

    def step(self, state: DialogState, event: DialogInput) -> _Step:
        """See :meth:`DialogEngine.step`; the outputs of all that was said for one turn, one after another."""
        if not isinstance(event, CallerSaid):
            return super().step(state, event)
        self.turns += 1
        said: str | None = event.text
        outputs: tuple[DialogOutput, ...] = ()
        for again in range(_MOST_TURNS):
            if said is None:
                break
            self.repeated += again > 0
            words = expectation(self.hotline, state).words
            heard = self.hear(said, words, again)
            after, more = super().step(state, heard)
            outputs += more
            meant, _ = (after, ()) if heard.text == event.text else super().step(state, CallerSaid(event.text))
            said = _next(event.text, said, state, after, meant)
            state = after
        return state, outputs


def _next(text: str, said: str, before: DialogState, after: DialogState, meant: DialogState) -> str | None:
    """What the caller says to what an error has led to; None where it has led to nothing that is asked."""
    if after.awaiting in (Awaiting.PERSON, Awaiting.NOTHING):
        return None
    not_understood = after.no_match > before.no_match and meant.no_match <= before.no_match
    if after.awaiting in _NOT_MEANT and after.awaiting is not meant.awaiting and not not_understood:
        return _pick(after, meant) if after.awaiting is Awaiting.CLARIFICATION else "아니요"
    asked_again = after.awaiting is Awaiting.SLOT and after.asking in meant.slots.keys() - after.slots.keys()
    return _FULLER.get(text, text) if not_understood or asked_again or said == "아니요" != text else None


def _pick(after: DialogState, meant: DialogState) -> str:
    """Which of the candidates was meant."""
    wanted = {flow_passage(meant.flow), *meant.answered[-1:]}
    if len(after.candidates) == 1:
        return "네" if after.candidates[0] in wanted else "아니요"
    return next((_PICK[n] for n, candidate in enumerate(after.candidates[:2]) if candidate in wanted), "아니요")
