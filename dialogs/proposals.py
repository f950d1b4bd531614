"""What a language model proposes, held against what it may: it helps to understand and never decides.

It never says yes, never calls off a danger, never acts. A slot takes only what our own parser reads out of the words
that it proposes; and words that are free, or personal data, must be the caller's own.
"""

from __future__ import annotations

from collections.abc import Sequence

from dialogs.answers import read_back
from dialogs.commands import (
    Cancel,
    Clarify,
    Command,
    Correct,
    Deny,
    Digress,
    Escalate,
    Goodbye,
    PickSlot,
    Repeat,
    SetSlot,
    Slower,
    StartFlow,
)  # fmt: skip
from dialogs.korean.folding import fold
from dialogs.model import ENTRY_TYPES, Hotline, Slot, SlotType
from dialogs.passages import look_up
from dialogs.slot_values import entries_for, slot_from_speech
from dialogs.state import Awaiting, DialogState

_LISTED = frozenset({SlotType.CHOICE, *ENTRY_TYPES})
"""Answers out of a list of the hotline's own."""


def vetted(commands: Sequence[Command], state: DialogState, hotline: Hotline) -> tuple[Command, ...]:
    """Those of the proposed commands that may be obeyed in this state, in order. ``state`` is the one before asking."""
    found: list[Command] = []
    flow = state.flow
    for command in commands:
        allowed = _vetted(command, flow, state, hotline)
        if allowed is None:
            continue
        found.append(allowed)
        flow = allowed.flow if isinstance(allowed, StartFlow) else flow
    if found and not isinstance(found[0], StartFlow | Digress | SetSlot | Correct):
        return (found[0],)
    kind = type(found[0]) if found else None
    if kind in (StartFlow, Digress):
        return tuple(one for one in found if isinstance(one, StartFlow | Digress | SetSlot))
    return tuple(one for one in found if type(one) is kind)


def _vetted(command: Command, flow: str, state: DialogState, hotline: Hotline) -> Command | None:
    match command:
        case Escalate() | Slower() | Repeat() | Cancel() | Goodbye():
            return command
        case Deny() if state.awaiting in (Awaiting.CONFIRMATION, Awaiting.OFFER, Awaiting.CLARIFICATION):
            return command
        case StartFlow(name):
            known = any(one.id == name for one in hotline.flows)
            return command if known and name != state.flow else None
        case Digress(entry):
            return command if any(one.id == entry for one in hotline.knowledge) else None
        case Clarify(candidates):
            known_ones = tuple(one for one in candidates if look_up(hotline, one))[:2]
            return Clarify(known_ones) if known_ones else None
        case SetSlot(name, _, said):
            return _read(SetSlot, name, said, flow, state, hotline)
        case Correct(name, _, said) if name in state.slots:
            return _read(Correct, name, said, flow, state, hotline)
        case PickSlot(names) if state.flow and state.awaiting in (Awaiting.CONFIRMATION, Awaiting.WHICH_IS_WRONG):
            picked = tuple(name for name in names if name in read_back(hotline.flow(state.flow), state))
            return PickSlot(picked) if picked else None
        case _:
            return None


def _read(
    kind: type[SetSlot] | type[Correct], name: str, said: str, flow: str, state: DialogState, hotline: Hotline
) -> SetSlot | Correct | None:
    slot = hotline.flow(flow).slots.get(name) if flow else None
    if slot is None or slot.type is SlotType.YES_NO or not _own_words(slot, said, state.told):
        return None
    if flow == state.flow and name in state.slots and kind is SetSlot:
        return None
    value = slot_from_speech(
        slot, said, entries_for(slot, hotline), asked=True, now=state.now, names=hotline.place_names
    )
    return kind(name, value.value, value.said) if value else None


def _own_words(slot: Slot, said: str, told: str) -> bool:
    """Whether the caller has said the words themselves, where that matters."""
    return slot.type in _LISTED or (bool(fold(said)) and fold(said) in fold(told))
