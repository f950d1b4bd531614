"""Text and keys → commands, given the hotline and what is awaited now. Deterministic: no language model, no clock.

danger → a person → slower, again, back, goodbye → what was asked for → another topic → Unknown
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from dialogs.answers import Answers, read_back
from dialogs.commands import (
    Affirm,
    Alarm,
    Cancel,
    Clarify,
    Command,
    Correct,
    Deny,
    Digress,
    Escalate,
    Goodbye,
    Hello,
    PickSlot,
    Repeat,
    SetSlot,
    Slower,
    Unknown,
)  # fmt: skip
from dialogs.known_words import KnownWords
from dialogs.korean.folding import fold, forms, phrase_score
from dialogs.korean.yes_no import is_greeting, needs_no_more
from dialogs.model import Control, Hotline, SlotType
from dialogs.safety import Embedder, Safety
from dialogs.state import Awaiting, DialogState
from dialogs.topics import Searching, Topics

__all__ = ["Understanding", "read_back"]

_PERSON = 0.92
"""상담센터 is 0.88 of 상담사, so shorter slips (상담언) stand among the phrases themselves."""
_CONTROL_SHARE = 0.4
"""다시 in "여권을 다시 만들고 싶어요" is no request to repeat: the phrase must be this share of the sentence."""
_CERTAIN = 0.95
"""A trigger phrase said this clearly."""
_ADVICE = re.compile(r"상담원(?=\s?(?:되나|돼요|되는|받))")
_FREE = (SlotType.TEXT, SlotType.PLACE, SlotType.ADDRESS, SlotType.NAME)


class Understanding:
    """Reads what callers say and press on one hotline."""

    def __init__(self, hotline: Hotline, retriever: Searching | None = None, embedder: Embedder | None = None) -> None:
        self.hotline = hotline
        self.safety = Safety(hotline.safety, embedder)
        # The same words are judged at every tick of a pause, for barge-in and for the turn.
        self._judge = lru_cache(maxsize=256)(self.safety.judge)
        self.topics = Topics(hotline, retriever)
        self._answers = Answers(hotline, self.topics)
        self._known_words = KnownWords(hotline)
        self._controls: tuple[tuple[Control, Command], ...] = (
            (hotline.slower, Slower()),
            (hotline.repeat, Repeat()),
            (hotline.cancel, Cancel()),
            (hotline.goodbye, Goodbye()),
        )

    def speech(self, text: str, state: DialogState) -> tuple[Command, ...]:
        """What a sentence wants, danger included; never empty."""
        alarms = self.alarm(text)
        if alarms and (alarms[0].sure or not self.plain(text, state)):
            return alarms
        return self.wish(text, state)

    def plain(self, text: str, state: DialogState) -> bool:
        """Whether a sentence is so clearly an answer, a command or a topic that a mere hint of danger in it is none."""
        if self._control(fold(text)) or needs_no_more(text) or is_greeting(text):
            return True
        if self.topics.certain_phrase(text, state, _CERTAIN, ""):
            return True
        first = self._answers.to_speech(text, state)[:1]
        if not first or state.awaiting is Awaiting.REQUEST:
            return False
        if isinstance(first[0], SetSlot | Correct) and state.flow:
            slot = self.hotline.flow(state.flow).slots.get(first[0].name)
            return slot is not None and slot.type not in _FREE
        return isinstance(first[0], Affirm | Deny | PickSlot)

    def wish(self, text: str, state: DialogState) -> tuple[Command, ...]:
        """What a sentence wants that tells of no danger; never empty."""
        text = self._without_a_person(text, state)
        return self._control(fold(text)) or self._answers.to_speech(text, state) or (Unknown(),)

    def _without_a_person(self, text: str, state: DialogState) -> str:
        """외국인 상담원 되나요 is 상담 되나요 misheard: recognisers lean on 상담원. Without a topic it is a person."""
        told = _ADVICE.sub("상담", text)
        return told if told != text and self.topics.certain_phrase(told, state, _CERTAIN, "") else text

    def keys(self, keys: str, state: DialogState) -> tuple[Command, ...]:
        """What pressed keys want; never empty."""
        if keys == self.hotline.person.key:
            return (Escalate(),)
        for control, command in self._controls:
            if control.key and keys == control.key:
                return (command,)
        return self._answers.to_keys(keys, state) or (Unknown(),)

    def alarm(self, text: str) -> tuple[Alarm, ...]:
        """The danger that a sentence tells of; empty where there is none."""
        danger = self._judge(text) if text.strip() else None
        return (Alarm(danger.category, danger.sure),) if danger else ()

    def heeds(self, text: str, state: DialogState) -> bool:
        """Whether a sentence means something in this state: all but yes, no, hello, and slots that take any words.

        What is only like a question that the hotline knows means nothing here: a misheard hum is like one, too. It must
        hold a word that the hotline's content is about.
        """
        if self._known_words.any_in(text):
            return True
        first = self.speech(text, state)[0]
        if isinstance(first, SetSlot) and state.flow:
            slot = self.hotline.flow(state.flow).slots.get(first.name)
            return slot is not None and slot.type not in _FREE
        return not isinstance(first, Affirm | Deny | Hello | Unknown | Clarify | Digress)

    def _control(self, speech: str) -> tuple[Command, ...]:
        if any(phrase_score(phrase, speech) >= _PERSON for phrase in self.hotline.person.phrases):
            return (Escalate(),)
        for control, command in self._controls:
            if _mostly(control.phrases, speech):
                return (command,)
        return ()


def _mostly(phrases: Iterable[str], speech: str) -> bool:
    """Whether a sentence is little more than one of the phrases, or several: 잘 안 들려요, 천천히 말해 주세요."""
    rest = speech
    for form in sorted({form for phrase in phrases for form in forms(phrase)}, key=len, reverse=True):
        rest = rest.replace(form, " ", 1) if form else rest
    said = len(speech) - len(rest.replace(" ", ""))
    return said > 0 and said >= _CONTROL_SHARE * len(speech)
