"""What the telephone should listen for: the kind of answer, likely words, number of keys, patience."""

from __future__ import annotations

from collections.abc import Iterable

from dialogs.model import Flow, Hotline, Slot, SlotType
from dialogs.state import Awaiting, DialogState
from dialogs.vocabulary import Expectation, Expected

_KINDS = {
    SlotType.CHOICE: Expected.CHOICE,
    SlotType.PLATE: Expected.PLATE,
    SlotType.PLACE: Expected.PLACE,
    SlotType.DIGITS: Expected.DIGITS,
    SlotType.ENTRY: Expected.NAME,
    SlotType.YES_NO: Expected.YES_NO,
    SlotType.TEXT: Expected.ANYTHING,
}
_MOST_WORDS = 30
_KEYS_IN_VAIN = 8
"""Where keys cannot answer they are collected, so that a plate typed in is one misunderstanding and not seven."""
_YES_NO = ("네", "맞아요", "아니요", "아니에요", "상담원")


def expectation(hotline: Hotline, state: DialogState) -> Expectation:
    """What comes next from the caller in this state."""
    silence_s = hotline.policies.silence_s
    flow = hotline.flow(state.flow) if state.flow else None
    match state.awaiting:
        case Awaiting.SLOT if flow is not None:
            slot = flow.slots[state.asking]
            keys = slot.max_digits if slot.type is SlotType.DIGITS else 1 if slot.takes_keys else _KEYS_IN_VAIN
            return Expectation(_KINDS[slot.type], _slot_words(hotline, slot), keys, silence_s)
        case Awaiting.CONFIRMATION:
            return Expectation(Expected.YES_NO, _YES_NO, 1, silence_s)
        case Awaiting.WHICH_IS_WRONG if flow is not None:
            labels = _some([*(slot.label for slot in flow.slots.values()), "둘 다"])
            return Expectation(Expected.CHOICE, labels, 1, silence_s)
        case _:
            more = ("네", "아니요", "없어요") if state.awaiting is Awaiting.ANYTHING_ELSE else ()
            return Expectation(Expected.ANYTHING, _some([*more, *_topic_words(hotline.flows)]), 1, silence_s)


def _topic_words(flows: Iterable[Flow]) -> list[str]:
    """상담원, every title, then the flows' phrases turn by turn, so that each topic has its share."""
    flows = list(flows)
    words = ["상담원", *(flow.title for flow in flows)]
    for rank in range(_MOST_WORDS):
        words += [flow.triggers.phrases[rank] for flow in flows if rank < len(flow.triggers.phrases)]
    return words


def _slot_words(hotline: Hotline, slot: Slot) -> tuple[str, ...]:
    names = [entry.name for entry in hotline.directory] if slot.type is SlotType.ENTRY else []
    yes_no = _YES_NO if slot.type is SlotType.YES_NO else ()
    return _some([*slot.words, *yes_no, *(choice.say for choice in slot.choices), *names])


def _some(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(words))[:_MOST_WORDS]
