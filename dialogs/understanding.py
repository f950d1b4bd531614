"""Text and keys → commands, given the hotline and what is awaited now. Deterministic: no model, no clock.

danger → a person → slower, again, back, goodbye → what was asked for → another topic → Unknown
"""

from __future__ import annotations

from dialogs.commands import (
    Affirm,
    Alarm,
    Cancel,
    Command,
    Deny,
    Escalate,
    Goodbye,
    Hello,
    PickSlot,
    Repeat,
    SetSlot,
    Slower,
    SpeakInstead,
    StartFlow,
    Unknown,
)  # fmt: skip
from dialogs.korean.endings import after_correction, without_marks
from dialogs.korean.folding import first_consonant, fold, forms, phrase_score, said_in, word_starts
from dialogs.korean.places import find_place
from dialogs.korean.yes_no import is_greeting, needs_no_more, parse_yes_no
from dialogs.model import Control, Flow, Hotline, SlotType
from dialogs.slot_values import best_phrase, ordinal_key, slot_from_keys, slot_from_speech
from dialogs.state import Awaiting, DialogState

_PERSON = 0.92
"""상담센터 is 0.88 of 상담사, so shorter slips (상담언) stand among the phrases themselves."""
_SHORT_ALARM = 6
"""Sounds up to which a word of danger is never found inside a sentence written as one word."""
_STRESS = frozenset({
    "좀", "막", "지금", "너무", "크게", "많이", "자꾸", "계속", "갑자기", "정말", "진짜", "또", "빨리", "당장",
})  # fmt: skip
"""Words that may come between those of danger: "불이 크게 났어요"."""
_CONTROL_SHARE = 0.4
"""다시 in "여권을 다시 만들고 싶어요" is no request to repeat: the phrase must be this share of the sentence."""
_CERTAIN_TOPIC = 0.95
"""A free answer such as a place is left for another topic only on a phrase this clear."""
_FREE = frozenset({SlotType.PLACE, SlotType.TEXT})
_NOT_PREFILLED = frozenset({SlotType.TEXT, SlotType.YES_NO, SlotType.DIGITS})
_ALL = ("둘 다", "둘다", "전부", "모두", "다 틀", "다 잘못")


class Understanding:
    """Reads what callers say and press on one hotline."""

    def __init__(self, hotline: Hotline) -> None:
        self.hotline = hotline
        self._triggers = [(flow.id, phrase) for flow in hotline.flows for phrase in flow.triggers.phrases]
        self._controls: tuple[tuple[Control, Command], ...] = (
            (hotline.slower, Slower()),
            (hotline.repeat, Repeat()),
            (hotline.cancel, Cancel()),
            (hotline.goodbye, Goodbye()),
        )

    def speech(self, text: str, state: DialogState) -> tuple[Command, ...]:
        """What a sentence wants; never empty."""
        speech = fold(text)
        return (
            self.alarm(text)
            or self._control(speech)
            or self._answer(text, state)
            or (Unknown(),)
        )  # fmt: skip

    def keys(self, keys: str, state: DialogState) -> tuple[Command, ...]:
        """What pressed keys want; never empty."""
        if keys == self.hotline.person.key:
            return (Escalate(),)
        for control, command in self._controls:
            if control.key and keys == control.key:
                return (command,)
        return self._pressed(keys, state) or (Unknown(),)

    # ── understood at any time ────────────────────────────────────────────────────────────────────────────────────

    def alarm(self, text: str) -> tuple[Alarm, ...]:
        """The danger that a sentence tells of; empty where there is none. The first list that fits decides."""
        calm = " ".join(word for word in text.split() if word not in _STRESS)
        ways = [_beginnings(way) for way in dict.fromkeys((text, calm))]
        for index, emergency in enumerate(self.hotline.emergency):
            if any(_warns(phrase, starts) for phrase in emergency.phrases for starts in ways):
                return (Alarm(index),)
        return ()

    def heeds(self, text: str, state: DialogState) -> bool:
        """Whether a sentence means something in this state: all but yes, no, hello, and slots that take any words."""
        first = self.speech(text, state)[0]
        if isinstance(first, SetSlot) and state.flow:
            slot = self.hotline.flow(state.flow).slots.get(first.name)
            return slot is not None and slot.type not in (SlotType.TEXT, SlotType.PLACE)
        return not isinstance(first, Affirm | Deny | Hello | Unknown)

    def _control(self, speech: str) -> tuple[Command, ...]:
        if any(phrase_score(phrase, speech) >= _PERSON for phrase in self.hotline.person.phrases):
            return (Escalate(),)
        for control, command in self._controls:
            if any(_mostly(phrase, speech) for phrase in control.phrases):
                return (command,)
        return ()

    # ── answers ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _answer(self, text: str, state: DialogState) -> tuple[Command, ...]:
        match state.awaiting:
            case Awaiting.SLOT:
                return self._slot(text, state)
            case Awaiting.CONFIRMATION:
                return self._confirmation(text, state)
            case Awaiting.WHICH_IS_WRONG:
                return self._which(text, state)
            case Awaiting.REQUEST if is_greeting(text):
                return (Hello(),)
            case _:
                return self._topic(text) or ((Deny(),) if needs_no_more(text) else _yes_or_no(text))

    def _topic(self, text: str, *, leaving: str = "", at_least: float = 0.0) -> tuple[Command, ...]:
        """A new topic, with the slots that the same sentence fills."""
        found = best_phrase(self._triggers, text)
        if found is None or found.name == leaving or found.score < at_least:
            return ()
        flow = self.hotline.flow(found.name)
        return (StartFlow(flow.id), *self._volunteered(flow, text))

    def _volunteered(self, flow: Flow, text: str) -> tuple[SetSlot, ...]:
        found: list[SetSlot] = []
        for name, slot in flow.slots.items():
            if slot.type in _NOT_PREFILLED:
                continue
            value = slot_from_speech(slot, text, self.hotline.directory, asked=False)
            if value:
                found.append(SetSlot(name, value.value, value.said))
        return tuple(found)

    def _slot(self, text: str, state: DialogState) -> tuple[Command, ...]:
        flow = self.hotline.flow(state.flow)
        slot = flow.slots[state.asking]
        corrected = self._correction(flow, after_correction(text), state)
        if corrected:
            return corrected
        if slot.type in _FREE and find_place(text) is None:
            elsewhere = self._topic(text, leaving=flow.id, at_least=_CERTAIN_TOPIC)
            if elsewhere:
                return elsewhere
        value = slot_from_speech(slot, text, self.hotline.directory, asked=True)
        if value:
            others = (found for found in self._volunteered(flow, text) if found.name not in state.slots)
            extra = [found for found in others if found.name != state.asking and slot.type not in _FREE]
            return (SetSlot(state.asking, value.value, value.said), *extra)
        return self._topic(text, leaving=flow.id)

    def _correction(self, flow: Flow, tail: str, state: DialogState) -> tuple[Command, ...]:
        """The slot that a corrected value belongs to: one named by its label, else one whose kind it shows."""
        if not tail:
            return ()
        order = sorted(flow.slots, key=lambda name: flow.slots[name].type in _FREE)
        named = [name for name in order if name in state.slots and _mentions(flow.slots[name].label, tail)]
        for name in [*named, *order]:
            if name not in state.slots and name != state.asking:
                continue
            asked = name in named or name == state.asking or len(state.slots) == 1
            value = slot_from_speech(flow.slots[name], tail, self.hotline.directory, asked=asked)
            if value:
                return (SetSlot(name, value.value, value.said),)
        return ()

    def _confirmation(self, text: str, state: DialogState) -> tuple[Command, ...]:
        flow = self.hotline.flow(state.flow)
        answer = parse_yes_no(text)
        corrected = self._correction(flow, after_correction(text), state)
        if corrected:
            return corrected
        if answer is not True:
            changed = self._changed(flow, text, state)
            if changed:
                return changed
        if answer is None:
            return self._topic(text, leaving=flow.id)
        return _yes_or_no(text)

    def _changed(self, flow: Flow, text: str, state: DialogState) -> tuple[SetSlot, ...]:
        """Values said in place of those read back: "아니요 12가 3457이에요"."""
        return tuple(
            found
            for found in self._volunteered(flow, text)
            if found.name in state.slots and state.slots[found.name].value != found.value
        )

    def _which(self, text: str, state: DialogState) -> tuple[Command, ...]:
        flow = self.hotline.flow(state.flow)
        names = read_back(flow, state)
        corrected = self._correction(flow, after_correction(text), state) or self._changed(flow, text, state)
        if corrected:
            return corrected
        if any(word in without_marks(text) for word in _ALL):
            return (PickSlot(names),)
        key = ordinal_key(text)
        picked = [name for name in names if _mentions(flow.slots[name].label, text)]
        if picked:
            return (PickSlot(tuple(picked)),)
        return _pick(key, names) if key else self._topic(text, leaving=flow.id)

    # ── keys ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def _pressed(self, keys: str, state: DialogState) -> tuple[Command, ...]:
        match state.awaiting:
            case Awaiting.SLOT:
                slot = self.hotline.flow(state.flow).slots[state.asking]
                if not slot.takes_keys:
                    return (SpeakInstead(),)
                value = slot_from_keys(slot, keys)
                return (SetSlot(state.asking, value.value, value.said),) if value else ()
            case Awaiting.CONFIRMATION:
                return (Affirm(),) if keys == "1" else (Deny(),) if keys == "2" else ()
            case Awaiting.WHICH_IS_WRONG:
                return _pick(keys, read_back(self.hotline.flow(state.flow), state))
            case _:
                return tuple(StartFlow(flow.id) for flow in self.hotline.flows if flow.triggers.key == keys)


def read_back(flow: Flow, state: DialogState) -> tuple[str, ...]:
    """The slots of the confirmation the flow stands at."""
    confirm = flow.steps[state.step].confirm
    return confirm.slots if confirm else ()


def _pick(key: str, names: tuple[str, ...]) -> tuple[Command, ...]:
    index = int(key) if key.isascii() and key.isdigit() else 0
    return (PickSlot((names[index - 1],)),) if 1 <= index <= len(names) else ()


def _yes_or_no(text: str) -> tuple[Command, ...]:
    answer = parse_yes_no(text)
    return () if answer is None else (Affirm() if answer else Deny(),)


def _beginnings(text: str) -> tuple[tuple[str, str], ...]:
    """The first consonant of each word, and the folded text from that word on."""
    return tuple((first_consonant(word), start) for word, start in zip(text.split(), word_starts(text), strict=True))


def _warns(phrase: str, beginnings: tuple[tuple[str, str], ...]) -> bool:
    """Whether a phrase of danger is said where a word begins; a long one anywhere in a sentence without spaces.

    The first consonant must be the very one: 때리고 and 데리고 sound alike once folded.
    """
    words = phrase.removeprefix("^")
    onset = first_consonant(words)
    places = beginnings[:1] if words != phrase else beginnings
    if any(onset == first and start.startswith(form) for form in forms(words) for first, start in places):
        return True
    return (
        len(beginnings) == 1
        and words == phrase
        and any(len(form) > _SHORT_ALARM and form in beginnings[0][1] for form in forms(words))
    )


def _mostly(phrase: str, speech: str) -> bool:
    """Whether a sentence is little more than the phrase."""
    return any(form and form in speech and len(form) >= _CONTROL_SHARE * len(speech) for form in forms(phrase))


def _mentions(label: str, text: str) -> bool:
    """Whether a slot's label, or any longer word of it, is said."""
    speech = fold(text)
    return any(len(word) > 1 and said_in(word, speech) for word in [label, *label.split()])
