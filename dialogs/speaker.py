"""Prompts → the sentences that are spoken: references filled, uncertain facts replaced by other wording, menus made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from dialogs.korean.particles import topic
from dialogs.model import Flow, Hotline, Prompt, Slot, SlotType
from dialogs.state import DialogState
from dialogs.templates import Reference, fill, references


class Speaker:
    """Renders the prompts of one hotline."""

    def __init__(self, hotline: Hotline) -> None:
        self.hotline = hotline

    def text(self, prompt: Prompt, state: DialogState, *, menu: str = "") -> str:
        """The sentence as it is spoken in this state."""
        text = prompt.slow if state.slow and prompt.slow else prompt.text
        certain = all(self._certain(reference, state) for reference in references(text))
        if not certain and prompt.otherwise is not None:
            text = prompt.otherwise
        return fill(text, lambda reference: self._value(reference, state, menu)).strip()

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
        return ", ".join(f"{topic(flow.slots[name].label)} {i}번" for i, name in enumerate(names, start=1))

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

    def _value(self, reference: Reference, state: DialogState, menu: str) -> str:
        match reference.kind:
            case "fact":
                return self.hotline.facts[reference.name].say
            case "var":
                return self.hotline.variables[reference.name]
            case "menu":
                return menu
            case "slot_number":
                return self._number(reference.name, state) or ""
            case _:
                filled = state.slots.get(reference.name)
                return filled.said if filled else ""

    def _number(self, slot: str, state: DialogState) -> str | None:
        filled = state.slots.get(slot)
        return self.hotline.entry(filled.value).number_on(state.day) if filled else None


def fixed_sentences(speaker: Speaker, day: date) -> list[str]:
    """Every spoken text that does not depend on the caller, each once, in the order in which calls need them."""
    return list(dict.fromkeys([
        *_texts(speaker, DialogState(day=day), _prompts_in_order(speaker)),
        *_texts(speaker, DialogState(day=day, slow=True), _prompts_in_order(speaker)),
    ]))  # fmt: skip


def essential_sentences(speaker: Speaker, day: date) -> list[str]:
    """Those of them that any call may need at once: the greeting, the repairs, the way to a person, the goodbye."""
    return _texts(speaker, DialogState(day=day), ((prompt, "") for prompt in _essential_prompts(speaker.hotline)))


def _texts(speaker: Speaker, state: DialogState, prompts: Iterable[tuple[Prompt, str]]) -> list[str]:
    found: dict[str, None] = {}
    for prompt, menu in prompts:
        wording = prompt.slow if state.slow and prompt.slow else prompt.text
        if any(r.kind == "slot_number" for r in references(wording)) and prompt.otherwise:
            wording = prompt.otherwise
        if not any(r.kind.startswith("slot") for r in references(wording)):
            candidate = Prompt(text=wording, otherwise=prompt.otherwise)
            found[speaker.text(candidate, state, menu=menu)] = None
    return list(found)


def _prompts_in_order(speaker: Speaker) -> Iterator[tuple[Prompt, str]]:
    hotline, wording = speaker.hotline, speaker.hotline.wording
    for prompt in _essential_prompts(hotline):
        yield prompt, ""
    for flow in hotline.flows:
        for slot in flow.slots.values():
            yield slot.ask, ""
    yield wording.anything_else, ""
    yield wording.key_menu, speaker.topics_menu()
    for flow in hotline.flows:
        yield from _flow_prompts(speaker, flow)
    failed = [getattr(wording.transfer_failed, name) for name in type(wording.transfer_failed).model_fields]
    rest = [*failed, wording.go_ahead, wording.cancelled, wording.yes_no_keys, wording.speak_instead]
    for prompt in [*rest, wording.repeat.first, wording.repeat.second]:
        yield prompt, ""


def _essential_prompts(hotline: Hotline) -> list[Prompt]:
    wording = hotline.wording
    return [
        *(wording.ai_notice, wording.recording_notice, wording.open_question),
        *(emergency.say for emergency in hotline.emergency),
        *(wording.no_match.first, wording.no_input.first, wording.open_question_again),
        *(wording.filler, wording.slower),
        *(wording.transferring_in_danger, wording.transferring, wording.still_transferring),
        *(wording.hand_off_unavailable, wording.sorry),
        *(wording.no_match.second, wording.no_input.second, wording.closing, wording.goodbye),
    ]


def _flow_prompts(speaker: Speaker, flow: Flow) -> Iterator[tuple[Prompt, str]]:
    wording = speaker.hotline.wording
    for step in flow.steps:
        if step.say:
            yield step.say, ""
        if step.hand_off and step.hand_off.say:
            yield step.hand_off.say, ""
        if step.confirm:
            yield step.confirm.ask, ""
            if len(step.confirm.slots) > 1:
                yield wording.which_is_wrong, speaker.slots_menu(flow, step.confirm.slots)
    for slot in flow.slots.values():
        if slot.ask_again:
            yield slot.ask_again, ""
        menu = speaker.choices_menu(slot)
        if menu:
            yield wording.key_menu, menu
