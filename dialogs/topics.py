"""What a request is about: flows by their phrases and, with retrieval, flows and knowledge by their meaning.

one request   a flow whose phrase is said, unless retrieval is certain of a question with an answer of its own
retrieval     certain → serve it; possible → ask back, between two where two are close; else nothing
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Protocol

from dialogs.commands import Clarify, Command, Digress, SetSlot, StartFlow
from dialogs.korean.endings import without_marks
from dialogs.korean.requests import split_requests
from dialogs.model import ENTRY_TYPES, Flow, Hotline, SlotType
from dialogs.passages import Found, flow_passage, look_up
from dialogs.slot_values import best_phrase, entries_for, slot_from_speech
from dialogs.state import DialogState
from dialogs.vocabulary import Hinted

_NOT_PREFILLED = frozenset({
    SlotType.TEXT, SlotType.YES_NO, SlotType.DIGITS, SlotType.NAME, SlotType.NUMBER, SlotType.AMOUNT,
    SlotType.TIME, SlotType.DATE,
})  # fmt: skip
"""Answers that other words of a sentence may look like."""
_CLOSE = 0.15
"""Of two candidates whose confidence differs less, neither is taken without asking."""
_ASKS = re.compile(
    r"얼마|언제|어디|어떻게|어떡|무엇|뭐|뭔|몇|누가|누구|왜|궁금|알고 싶|알려|가르쳐|문의|무슨|어느|방법"
    r"|되나|돼요|되는지|인가요|(?<=\S)나요|까요|건가요|한가요"
)
"""A sentence that wants to know something: who states a wish is not answered with a passage."""


_TOO_LITTLE = 2
"""Syllables. So few are like some phrase of a large library whatever was said; they must be one of its words."""


class Hit(Protocol):
    """A passage that retrieval found."""

    @property
    def id(self) -> str:
        """Of the passage."""
        ...

    @property
    def confidence(self) -> float:
        """0 … 1: the chance that it is the right one."""
        ...


class Searching(Protocol):
    """Retrieval over the passages of a hotline, see :mod:`dialogs.passages`."""

    def search(self, text: str, most: int = 3) -> Sequence[Hit]:
        """The nearest passages, best first."""
        ...


class Topics:
    """Finds what requests are about on one hotline."""

    def __init__(self, hotline: Hotline, retriever: Searching | None) -> None:
        self.hotline = hotline
        self._retriever = retriever
        self._triggers = [(flow.id, phrase) for flow in hotline.flows for phrase in flow.triggers.phrases]
        self._leads = {entry: flow.id for flow in hotline.flows for entry in flow.triggers.entries}
        self._word_beginnings = _word_beginnings(hotline)

    def requests(self, text: str, state: DialogState) -> tuple[Command, ...]:
        """What a sentence asks for, in order: two requests in one breath are two. Empty where nothing is found."""
        parts = split_requests(text)
        if len(parts) > 1:
            found = [self.request(part, state) for part in parts]
            several = {_subject(commands) for commands in found}
            if all(_serves(commands) for commands in found) and len(several) == len(parts):
                return tuple(command for commands in found for command in commands)
        return self.request(text, state)

    def request(self, text: str, state: DialogState) -> tuple[Command, ...]:
        """What one request asks for, with the slots that the same sentence fills."""
        if self._says_too_little(text):
            return ()
        said = best_phrase(self._triggers, text)
        if said is None:
            return () if self._retriever is None else self._found(self._hits(text, ""), text, state)
        asked = self.question(text, "")
        if isinstance(asked[0] if asked else None, Digress) and not self._covers(said.name, asked[0]):
            return asked
        return self._start(said.name, text, state)

    def _says_too_little(self, text: str) -> bool:
        """Whether a misheard hum may be all it is: a syllable or two that begin no word of the hotline's."""
        said = without_marks(text).replace(" ", "")
        return len(said) <= _TOO_LITTLE and said not in self._word_beginnings

    def _covers(self, flow: str, asked: Command) -> bool:
        """Whether a flow is there for the question, too."""
        return isinstance(asked, Digress) and self.hotline.answer(asked.entry).flow == flow

    def elsewhere(self, text: str, state: DialogState, leaving: str) -> tuple[Command, ...]:
        """Something else asked for in the middle of a flow: another topic by its phrase, or a question."""
        return self.question(text, leaving) or self.certain_phrase(text, state, 0.0, leaving)

    def certain_phrase(self, text: str, state: DialogState, at_least: float, leaving: str) -> tuple[Command, ...]:
        """A flow whose phrase is said this clearly, retrieval apart."""
        if self._says_too_little(text):
            return ()
        said = best_phrase(self._triggers, text)
        if said is None or said.name == leaving or said.score < at_least:
            return ()
        return self._start(said.name, text, state)

    def question(self, text: str, leaving: str) -> tuple[Command, ...]:
        """A question with an answer of its own, asked while something else was to be answered."""
        if self._retriever is None or not _ASKS.search(text):
            return ()
        hits = self._hits(text, leaving)
        if not hits or hits[0][0].kind != "entry" or hits[0][1] < self.hotline.policies.answer_from:
            return ()
        entry = self.hotline.answer(hits[0][0].name)
        return () if leaving and entry.flow == leaving else (Digress(entry.id),)

    def is_named(self, text: str) -> bool:
        """Whether a sentence names a topic or asks something, beyond what else it says."""
        return best_phrase(self._triggers, text) is not None or bool(_ASKS.search(text))

    def chosen(self, passage: str, state: DialogState) -> tuple[Command, ...]:
        """A candidate that the caller meant."""
        found = look_up(self.hotline, passage)
        if found is None:
            return ()
        return self._start(found.name, state.heard, state) if found.kind == "flow" else (Digress(found.name),)

    def served(self, flow: str, entry: str, text: str, state: DialogState) -> tuple[Command, ...]:
        """A topic given by id, with the slots that the caller's words fill."""
        return self._start(flow, text, state) if flow else (Digress(entry),)

    def hinted(self, text: str) -> Hinted | None:
        """What a person means who names a topic: by its id, by a flow's phrase, or by meaning where that is certain."""
        words = text.strip()
        if any(flow.id == words for flow in self.hotline.flows):
            return Hinted(flow=words)
        if any(entry.id == words for entry in self.hotline.knowledge):
            return Hinted(entry=words)
        hits = self._hits(words, "") if self._retriever is not None and words else []
        if hits and hits[0][1] >= self.hotline.policies.answer_from:
            found = hits[0][0]
        elif (said := best_phrase(self._triggers, words)) is not None:
            return Hinted(flow=said.name)
        else:
            return None
        return Hinted(flow=found.name) if found.kind == "flow" else Hinted(entry=found.name)

    def nearest(self, text: str) -> tuple[str, ...]:
        """Ids of the nearest passages, best first; empty without retrieval."""
        return tuple(hit.id for hit in self._retriever.search(text)) if self._retriever else ()

    def volunteered(
        self, flow: Flow, text: str, state: DialogState, but: frozenset[SlotType] = _NOT_PREFILLED
    ) -> tuple[SetSlot, ...]:
        """The slots of a flow that a sentence fills unasked; ``but``: not those of these types."""
        found: list[SetSlot] = []
        # Where the city is asked for by itself, its name alone is no place in it.
        has_city = any(slot.type in ENTRY_TYPES for slot in flow.slots.values())
        for name, slot in flow.slots.items():
            if slot.type in but:
                continue
            value = slot_from_speech(slot, text, entries_for(slot, self.hotline), asked=False, now=state.now)
            if value and not (slot.type is SlotType.PLACE and has_city and " " not in value.said):
                found.append(SetSlot(name, value.value, value.said))
        return tuple(found)

    def _start(self, flow_id: str, text: str, state: DialogState) -> tuple[Command, ...]:
        return (StartFlow(flow_id), *self.volunteered(self.hotline.flow(flow_id), text, state))

    def _hits(self, text: str, leaving: str) -> list[tuple[Found, float]]:
        """What retrieval finds, entries that a flow itself answers as that flow; each once, best first."""
        assert self._retriever is not None
        hits: dict[tuple[str, str], tuple[Found, float]] = {}
        for hit in self._retriever.search(text):
            lead = self._leads.get(hit.id)
            found = look_up(self.hotline, flow_passage(lead) if lead else hit.id)
            if found and not (found.kind == "flow" and found.name == leaving):
                hits.setdefault((found.kind, found.name), (found, hit.confidence))
        return list(hits.values())

    def _found(self, hits: list[tuple[Found, float]], text: str, state: DialogState) -> tuple[Command, ...]:
        policies = self.hotline.policies
        possible = [hit for hit in hits if hit[1] >= policies.ask_back_from]
        if not possible:
            return ()
        found, confidence = possible[0]
        behind = possible[1][1] if len(possible) > 1 else 0.0
        if confidence >= policies.answer_from and confidence - behind >= _CLOSE:
            return self._start(found.name, text, state) if found.kind == "flow" else (Digress(found.name),)
        close = [one for one, sure in possible[:2] if confidence - sure < _CLOSE]
        return (Clarify(tuple(_passage(one) for one in close)),)


def _word_beginnings(hotline: Hotline) -> frozenset[str]:
    """The first syllables, one or two, of every word in which requests are put."""
    phrases = [phrase for flow in hotline.flows for phrase in (flow.title, *flow.triggers.phrases)]
    questions = [text for entry in hotline.knowledge for text in (entry.title, *entry.questions)]
    words = {word for text in (*phrases, *questions) for word in without_marks(text).split()}
    return frozenset(word[:most] for word in words for most in range(1, _TOO_LITTLE + 1))


def _passage(found: Found) -> str:
    return flow_passage(found.name) if found.kind == "flow" else found.name


def _serves(commands: tuple[Command, ...]) -> bool:
    return bool(commands) and isinstance(commands[0], StartFlow | Digress)


def _subject(commands: tuple[Command, ...]) -> str:
    first = commands[0] if commands else None
    match first:
        case StartFlow(flow):
            return flow_passage(flow)
        case Digress(entry):
            return entry
        case _:
            return ""
