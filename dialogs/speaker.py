"""Prompts → the sentences that are spoken: references filled, uncertain facts replaced by other wording, menus made."""

from __future__ import annotations

from collections.abc import Sequence

from dialogs.korean.particles import topic
from dialogs.model import Flow, Hotline, Prompt, Slot, SlotType
from dialogs.state import DialogState
from dialogs.templates import Reference, fill, references


class Speaker:
    """Renders the prompts of one hotline."""

    def __init__(self, hotline: Hotline) -> None:
        self.hotline = hotline

    def text(self, prompt: Prompt, state: DialogState, **own: str) -> str:
        """The sentence as it is spoken in this state. ``own``: what ``{menu}``, ``{topic}`` … stand for in it."""
        text = prompt.slow if state.slow and prompt.slow else prompt.text
        certain = all(self._certain(reference, state) for reference in references(text))
        if not certain and prompt.otherwise is not None:
            text = prompt.otherwise
        return fill(text, lambda reference: self._value(reference, state, own)).strip()

    def number_known(self, slot: str, state: DialogState) -> bool:
        """Whether the directory entry in a slot has a telephone number that may be spoken."""
        return bool(self._number(slot, state))

    def topics_menu(self) -> str:
        """ "불법 주정차 신고는 1번, 여권 재발급은 2번": the topics that have keys."""
        keyed = sorted((f.triggers.key, f.title) for f in self.hotline.flows if f.triggers.key)
        return ", ".join(f"{topic(title)} {key}번" for key, title in keyed)

    def choices_menu(self, slot: Slot) -> str:
        """The choices of a slot that have keys."""
        return ", ".join(f"{topic(choice.say)} {choice.key}번" for choice in slot.choices if choice.key)

    def slots_menu(self, flow: Flow, names: tuple[str, ...]) -> str:
        """The slots read back, numbered from 1."""
        return self.numbered([flow.slots[name].label for name in names])

    def numbered(self, titles: Sequence[str]) -> str:
        """ "장소는 1번, 차량 번호는 2번"."""
        return ", ".join(f"{topic(title)} {i}번" for i, title in enumerate(titles, start=1))

    def keys_for(self, slot: Slot | None, state: DialogState) -> str | None:
        """The sentence that offers keys, for a slot or (None) for the topics. None where keys cannot answer."""
        wording = self.hotline.wording
        if slot is None:
            menu = self.topics_menu()
        elif slot.type is SlotType.YES_NO:
            return self.text(wording.yes_no_keys, state)
        else:
            menu = self.choices_menu(slot)
        return self.text(wording.key_menu, state, menu=menu) if menu else None

    def _certain(self, reference: Reference, state: DialogState) -> bool:
        if reference.kind == "fact":
            return self.hotline.facts[reference.name].speakable(state.day)
        return reference.kind != "slot_number" or bool(self._number(reference.name, state))

    def _value(self, reference: Reference, state: DialogState, own: dict[str, str]) -> str:
        match reference.kind:
            case "fact":
                return self.hotline.facts[reference.name].say
            case "var":
                return self.hotline.variables[reference.name]
            case "result":
                return state.results.get(reference.name, "")
            case "slot_number":
                return self._number(reference.name, state) or ""
            case "slot":
                filled = state.slots.get(reference.name)
                return filled.said if filled else ""
            case _:
                return own.get(reference.kind, "")

    def _number(self, slot: str, state: DialogState) -> str | None:
        filled = state.slots.get(slot)
        return self.number_of(filled.value, state) if filled else None

    def number_of(self, entry_id: str, state: DialogState) -> str | None:
        """The telephone number of a directory entry, where there is one that may be spoken."""
        entry = next((entry for entry in self.hotline.directory if entry.id == entry_id), None)
        return entry.number_on(state.day) if entry else None
