"""A dialog whose caller is misheard, and behaves as callers do: who is not understood says it again.

The test conversations are scripts: each turn is said once. Under recognition errors the dialog asks once more, or asks
back between two topics, and a script that went on regardless would measure itself. So the caller here answers what the
dialog asks because of an error, and only that: each time what would have followed without the error decides what is
wanted.
"""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from dialogs.answers import read_back
from dialogs.engine import DialogEngine
from dialogs.expectations import expectation
from dialogs.korean.particles import topic
from dialogs.korean.yes_no import parse_yes_no
from dialogs.model import Hotline, SlotType
from dialogs.passages import flow_passage
from dialogs.retrieval import Embedder
from dialogs.state import Awaiting, DialogState, SlotValue
from dialogs.topics import Searching
from dialogs.vocabulary import CallerPressed, CallerSaid, DialogInput, DialogOutput

OFFICE_HOURS = "2026-11-23T10:00"
"""A Monday on which persons answer: what a conversation does must not hang on when it is run."""
_MOST_TURNS = 5
"""For one turn of the script."""
_FULLER = {"네": "네 맞아요", "예": "예 맞아요"}
"""One syllable that was not understood is not said alone again."""
_PRESSES_AFTER = 2
"""Misunderstandings in a row: the second repair names the keys."""
_YES_NO_KEYS: dict[bool | None, str] = {True: "1", False: "2"}
_PICK = ("첫 번째요", "두 번째요")
_NOT_MEANT = frozenset({Awaiting.DANGER_CHECK, Awaiting.OFFER, Awaiting.CLARIFICATION})
"""Questions that come in between; who did not give cause for them says no."""
AS_SAID = frozenset({SlotType.PLACE, SlotType.ADDRESS, SlotType.NAME, SlotType.TEXT})
"""Slots that are kept as they were heard: their letters cannot be compared."""
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
        self.heard: list[tuple[str, str]] = []
        """Of the conversation so far: what was said, and what was heard of it."""
        self._wanted: dict[tuple[str, str], SlotValue] = {}
        self.turns = 0
        """Turns of the script so far."""
        self.pressed = 0
        """Turns for which keys were pressed after two misunderstandings."""
        self.repeated = 0
        """Turns said besides, because of errors."""

    def start(self) -> _Step:
        """See :meth:`DialogEngine.start`; another conversation begins."""
        self.heard = []
        self._wanted = {}
        return super().start()

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
            meant, _ = super().step(state, event)
            keys = self._keys(state, meant, event.text)
            heard = CallerPressed(keys) if keys else self.hear(said, words, again)
            self.pressed += bool(keys)
            self.heard.append((said, heard.text if isinstance(heard, CallerSaid) else f"[{keys}]"))
            after, more = super().step(state, heard)
            outputs += more
            self._remember(state, meant)
            said = self._objection(after) or _next(event.text, said, state, after, meant, self.hotline)
            state = after
        return state, outputs

    def _keys(self, state: DialogState, meant: DialogState, text: str) -> str | None:
        """What is pressed by one who was misunderstood twice: by then the dialog has named the keys."""
        if state.no_match < _PRESSES_AFTER:
            return None
        if state.awaiting is Awaiting.CONFIRMATION:
            return _YES_NO_KEYS.get(parse_yes_no(text))
        if state.awaiting is not Awaiting.SLOT or state.asking not in meant.slots:
            return None
        slot, value = self.hotline.flow(state.flow).slots[state.asking], meant.slots[state.asking].value
        match slot.type:
            case SlotType.CHOICE:
                return next((choice.key for choice in slot.choices if choice.value == value), None)
            case SlotType.YES_NO:
                return _YES_NO_KEYS[value == "yes"]
            case SlotType.DIGITS | SlotType.PHONE | SlotType.NUMBER | SlotType.AMOUNT:
                return value.replace("-", "")
            case _:
                return None

    def _remember(self, before: DialogState, meant: DialogState) -> None:
        """What the caller wants to stand in a slot: what would stand there had nothing been misheard."""
        if meant.flow:
            changed = {name: value for name, value in meant.slots.items() if before.slots.get(name) != value}
            self._wanted |= {(meant.flow, name): value for name, value in changed.items()}

    def _objection(self, after: DialogState) -> str | None:
        """What is said to a read-back with something in it that was never said; a place or a name may be misspelt."""
        if after.awaiting is not Awaiting.CONFIRMATION:
            return None
        flow = self.hotline.flow(after.flow)
        for name in read_back(flow, after):
            wanted, filled = self._wanted.get((after.flow, name)), after.slots.get(name)
            if wanted and filled and wanted.value != filled.value and flow.slots[name].type not in AS_SAID:
                return f"아니요 {topic(flow.slots[name].label)} {wanted.said}"
        return None


def _next(
    text: str, said: str, before: DialogState, after: DialogState, meant: DialogState, hotline: Hotline
) -> str | None:
    """What the caller says to what an error has led to; None where it has led to nothing that is asked."""
    if after.awaiting in (Awaiting.PERSON, Awaiting.NOTHING):
        return None
    not_understood = after.no_match > before.no_match and meant.no_match <= before.no_match
    if after.awaiting in _NOT_MEANT and after.awaiting is not meant.awaiting and not not_understood:
        return _pick(after, meant) if after.awaiting is Awaiting.CLARIFICATION else "아니요"
    if after.awaiting is Awaiting.WHICH_IS_WRONG and meant.awaiting is not Awaiting.WHICH_IS_WRONG:
        return _which(before, meant, hotline)
    asked_again = after.awaiting is Awaiting.SLOT and after.asking in meant.slots.keys() - after.slots.keys()
    return _FULLER.get(text, text) if not_understood or asked_again or said == "아니요" != text else None


def _which(before: DialogState, meant: DialogState, hotline: Hotline) -> str | None:
    """The name of what is to be put right."""
    changed = [name for name, value in meant.slots.items() if before.slots.get(name) != value]
    if not meant.flow or not changed:
        return None
    label = hotline.flow(meant.flow).slots[changed[0]].label
    return f"{label}{'이요' if topic(label).endswith('은') else '요'}"


def _pick(after: DialogState, meant: DialogState) -> str:
    """Which of the candidates was meant."""
    wanted = {flow_passage(meant.flow), *meant.answered[-1:]}
    if len(after.candidates) == 1:
        return "네" if after.candidates[0] in wanted else "아니요"
    return next((_PICK[n] for n, candidate in enumerate(after.candidates[:2]) if candidate in wanted), "아니요")
