"""What a caller says or presses to answer the question that stands: slots, corrections, yes and no, choices."""

from __future__ import annotations

import re

from dialogs.commands import (
    Affirm,
    Command,
    Correct,
    Deny,
    Doubt,
    Hello,
    PickSlot,
    SetSlot,
    SpeakInstead,
    StartFlow,
)  # fmt: skip
from dialogs.korean.endings import after_correction, before_correction, without_marks
from dialogs.korean.folding import fold, said_in
from dialogs.korean.places import find_place
from dialogs.korean.yes_no import is_greeting, needs_no_more, parse_yes_no
from dialogs.model import ENTRY_TYPES, Flow, Hotline, Slot, SlotType
from dialogs.passages import look_up
from dialogs.slot_values import (
    best_phrase,
    entries_for,
    mended_slot,
    ordinal_key,
    place_read,
    slot_from_keys,
    slot_from_speech,
)
from dialogs.state import Awaiting, DialogState, SlotValue
from dialogs.topics import Topics

_CERTAIN_TOPIC = 0.95
"""A free answer such as a place is left for another topic only on a phrase this clear."""
_FREE = frozenset({SlotType.PLACE, SlotType.ADDRESS, SlotType.NAME, SlotType.TEXT})
_LISTED = frozenset({SlotType.CHOICE, *ENTRY_TYPES})
"""A question in answer to these may hold one of their words and mean something else: 재산세는 언제 내요."""
_NEVER_BY_KIND = frozenset({SlotType.TEXT, SlotType.YES_NO, SlotType.DIGITS, SlotType.NAME, SlotType.NUMBER})
"""Answers whose kind does not show which slot they belong to."""
_ALL = ("둘 다", "둘다", "전부", "모두", "다 틀", "다 잘못")
_BOTH = ("둘 다", "둘다", "전부", "모두")
_FIRST = re.compile(r"첫|처음|앞에? ?거|앞엣|앞의|먼저")
_SECOND = re.compile(r"두 ?번째|뒤에? ?거|뒤엣|뒤의|나중|다음 거")


class Answers:
    """Reads answers on one hotline."""

    def __init__(self, hotline: Hotline, topics: Topics) -> None:
        self.hotline = hotline
        self._topics = topics

    def to_speech(self, text: str, state: DialogState) -> tuple[Command, ...]:
        """What a sentence answers; empty where it does not."""
        match state.awaiting:
            case Awaiting.SLOT:
                return self._slot(text, state)
            case Awaiting.CONFIRMATION:
                return self._confirmation(text, state)
            case Awaiting.WHICH_IS_WRONG:
                return self._which(text, state)
            case Awaiting.CLARIFICATION:
                return self._clarified(text, state)
            case Awaiting.REQUEST if is_greeting(text):
                return (Hello(),)
            case _:
                plain = _no_more(text) or (() if self._topics.is_named(text) else _yes_or_no(text))
                return plain or self._topics.requests(text, state) or _yes_or_no(text)

    def to_keys(self, keys: str, state: DialogState) -> tuple[Command, ...]:
        """What pressed keys answer; empty where they do not."""
        match state.awaiting:
            case Awaiting.SLOT:
                slot = self.hotline.flow(state.flow).slots[state.asking]
                if not slot.takes_keys:
                    return (SpeakInstead(),)
                value = slot_from_keys(slot, keys)
                return (SetSlot(state.asking, value.value, value.said),) if value else ()
            case Awaiting.CONFIRMATION | Awaiting.OFFER:
                return _yes_or_no_key(keys)
            case Awaiting.CLARIFICATION if len(state.candidates) == 1:
                chosen = self._topics.chosen(state.candidates[0], state)
                return chosen if keys == "1" else _yes_or_no_key(keys)
            case Awaiting.CLARIFICATION:
                return self._candidate(keys, state)
            case Awaiting.WHICH_IS_WRONG:
                return _pick(keys, read_back(self.hotline.flow(state.flow), state))
            case _:
                return tuple(StartFlow(flow.id) for flow in self.hotline.flows if flow.triggers.key == keys)

    # ── slots ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def _slot(self, text: str, state: DialogState) -> tuple[Command, ...]:
        flow = self.hotline.flow(state.flow)
        slot = flow.slots[state.asking]
        corrected = self._correction(flow, text, state)
        if corrected:
            return corrected
        if slot.type in _FREE and find_place(text) is None:
            elsewhere = self._topics.certain_phrase(text, state, _CERTAIN_TOPIC, flow.id)
            elsewhere = elsewhere or self._topics.question(text, flow.id)
            if elsewhere:
                return elsewhere
        elif slot.type in _LISTED:
            asked = self._topics.question(text, flow.id)
            if asked:
                return asked
        value = self._value(flow, state.asking, text, state, asked=True)
        if value is None and _is_read_back(flow, state.asking):
            value = mended_slot(slot, text)
        doubt = self._doubt(slot, text, state)
        if doubt:
            return doubt
        if value:
            others = (found for found in self._topics.volunteered(flow, text, state) if found.name not in state.slots)
            extra = [found for found in others if found.name != state.asking and slot.type not in _FREE]
            return (SetSlot(state.asking, value.value, value.said), *extra)
        return self._topics.elsewhere(text, state, flow.id)

    def _doubt(self, slot: Slot, text: str, state: DialogState) -> tuple[Command, ...]:
        """A place that cannot be is asked for once more; then it is taken as heard: our list may be wrong."""
        if slot.type not in (SlotType.PLACE, SlotType.ADDRESS) or state.no_match:
            return ()
        read = place_read(text, self.hotline.place_names, asked=True)
        return (Doubt(read.city),) if read and read.doubt else ()

    def _value(self, flow: Flow, name: str, text: str, state: DialogState, *, asked: bool) -> SlotValue | None:
        slot = flow.slots[name]
        return slot_from_speech(
            slot, text, entries_for(slot, self.hotline), asked=asked, now=state.now, names=self.hotline.place_names
        )

    def _correction(self, flow: Flow, text: str, state: DialogState) -> tuple[Command, ...]:
        """The slot that a corrected value belongs to: one named by its label or its old value, else by its kind."""
        head, tail = before_correction(text), after_correction(text)
        if not tail:
            return ()
        order = sorted(flow.slots, key=lambda name: flow.slots[name].type in _FREE)
        named = [name for name in order if name in state.slots and _mentions(flow.slots[name].label, tail)]
        named += [
            name for name in order if name in state.slots and self._denies(flow.slots[name], head, state.slots[name])
        ]
        for name in [*named, *order]:
            if name not in state.slots and name != state.asking:
                continue
            asked = name in named or name == state.asking or len(state.slots) == 1
            value = self._value(flow, name, tail, state, asked=asked)
            if value:
                command = Correct if name in state.slots else SetSlot
                return (command(name, value.value, value.said),)
        return ()

    def _denies(self, slot: Slot, head: str, filled: SlotValue) -> bool:
        """Whether what stands before "아니라" is a slot: its label, or what fills it."""
        return bool(head) and (_mentions(slot.label, head) or _mentions(filled.said, head))

    def _confirmation(self, text: str, state: DialogState) -> tuple[Command, ...]:
        flow = self.hotline.flow(state.flow)
        answer = parse_yes_no(text)
        corrected = self._correction(flow, text, state)
        if corrected:
            return corrected
        if answer is not True:
            changed = self._changed(flow, text, state) or self._relabelled(flow, text, state)
            if changed:
                return changed
        if answer is None:
            return self._topics.elsewhere(text, state, flow.id)
        return _yes_or_no(text)

    def _changed(self, flow: Flow, text: str, state: DialogState) -> tuple[Command, ...]:
        """Values said in place of those read back: "아니요 12가 3457이에요"."""
        return tuple(
            Correct(found.name, found.value, found.said)
            for found in self._topics.volunteered(flow, text, state, _NEVER_BY_KIND)
            if found.name in state.slots and state.slots[found.name].value != found.value
        )

    def _relabelled(self, flow: Flow, text: str, state: DialogState) -> tuple[Command, ...]:
        """A slot named as the wrong one, with its value or without: "장소가 틀렸어요", "이름은 김철수예요"."""
        names = [name for name in read_back(flow, state) if _whole_label(flow.slots[name].label, text)]
        if len(names) != 1:
            return ()
        label = flow.slots[names[0]].label
        rest = re.sub(rf"^.*?{re.escape(label)}\s*(?:은|는|이|가|을|를|도)?\s*", "", without_marks(text))
        value = self._value(flow, names[0], rest, state, asked=True) if parse_yes_no(rest) is None and rest else None
        if value and value.value != state.slots[names[0]].value:
            return (Correct(names[0], value.value, value.said),)
        return (PickSlot(tuple(names)),)

    def _which(self, text: str, state: DialogState) -> tuple[Command, ...]:
        flow = self.hotline.flow(state.flow)
        names = read_back(flow, state)
        corrected = self._correction(flow, text, state) or self._changed(flow, text, state)
        if corrected:
            return corrected
        if any(word in without_marks(text) for word in _ALL):
            return (PickSlot(names),)
        key = ordinal_key(text)
        picked = [name for name in names if _mentions(flow.slots[name].label, text)]
        if picked:
            return (PickSlot(tuple(picked)),)
        return _pick(key, names) if key else self._topics.elsewhere(text, state, flow.id)

    # ── which of two ──────────────────────────────────────────────────────────────────────────────────────────────

    def _clarified(self, text: str, state: DialogState) -> tuple[Command, ...]:
        """One of the candidates, both, neither, or something else altogether."""
        if len(state.candidates) == 1:
            answer = parse_yes_no(text)
            if answer is not None:
                return self._topics.chosen(state.candidates[0], state) if answer else (Deny(),)
            return self._topics.requests(text, state)
        plain = without_marks(text)
        if any(word in plain for word in _BOTH):
            return tuple(command for one in state.candidates for command in self._topics.chosen(one, state))
        key = ordinal_key(text) or ("1" if _FIRST.search(plain) else "2" if _SECOND.search(plain) else "")
        if key:
            return self._candidate(key, state)
        titles = [(one, found.title) for one in state.candidates if (found := look_up(self.hotline, one))]
        named = best_phrase([(one, word) for one, title in titles for word in _distinct(title, titles)], text)
        if named:
            return self._topics.chosen(named.name, state)
        return (Deny(),) if parse_yes_no(text) is False else self._topics.requests(text, state)

    def _candidate(self, key: str, state: DialogState) -> tuple[Command, ...]:
        index = int(key) if key.isascii() and key.isdigit() else 0
        if not 1 <= index <= len(state.candidates):
            return ()
        return self._topics.chosen(state.candidates[index - 1], state)


def _is_read_back(flow: Flow, slot: str) -> bool:
    """Whether a flow reads a slot back to the caller before it does anything with it."""
    return any(slot in step.confirm.slots for step in flow.steps if step.confirm)


def read_back(flow: Flow, state: DialogState) -> tuple[str, ...]:
    """The slots of the confirmation the flow stands at."""
    confirm = flow.steps[state.step].confirm
    return confirm.slots if confirm else ()


def _distinct(title: str, titles: list[tuple[str, str]]) -> list[str]:
    """The title, and the words of it that no other title has."""
    others = {word for _, other in titles if other != title for word in other.split()}
    return [title, *(word for word in title.split() if word not in others and len(word) > 1)]


def _pick(key: str, names: tuple[str, ...]) -> tuple[Command, ...]:
    index = int(key) if key.isascii() and key.isdigit() else 0
    return (PickSlot((names[index - 1],)),) if 1 <= index <= len(names) else ()


def _no_more(text: str) -> tuple[Command, ...]:
    return (Deny(),) if needs_no_more(text) else ()


def _yes_or_no(text: str) -> tuple[Command, ...]:
    answer = parse_yes_no(text)
    return () if answer is None else (Affirm() if answer else Deny(),)


def _yes_or_no_key(keys: str) -> tuple[Command, ...]:
    return (Affirm(),) if keys == "1" else (Deny(),) if keys == "2" else ()


def _whole_label(label: str, text: str) -> bool:
    """Whether a slot's label is said, and not only a word of it."""
    return said_in(label, fold(text))


def _mentions(label: str, text: str) -> bool:
    """Whether a slot's label, or any longer word of it, is said."""
    speech = fold(text)
    return any(len(word) > 1 and said_in(word, speech) for word in [label, *label.split()])
