"""Simulated callers, by text: thousands of conversations, judged by where they end.

The caller is driven by rules: it knows what the dialog waits for, as somebody who hears the question does, and answers
that. What it says is in its manner, and may be misheard. A dead end is a conversation that neither ends nor reaches a
person within so many turns; a crash is a crash.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import Any, Protocol

from dialogs.conversations import PLAIN_RESULTS
from dialogs.engine import DialogEngine
from dialogs.passages import flow_passage
from dialogs.state import Awaiting, DialogState
from dialogs.vocabulary import (
    Act,
    ActionDone,
    CallerSaid,
    CallerSilent,
    Consult,
    DialogInput,
    DialogOutput,
    EndCall,
    HandOff,
    ModelDone,
    Say,
)
from voice_agent.qa.misheard_caller import OFFICE_HOURS
from voice_agent.qa.persona import ANSWERS, PERSON, Manner, Persona, aside, in_manner, is_silent
from voice_agent.qa.recognition_errors import RecognitionErrors

_MOST_TURNS = 40
_MOST_ALIKE = 3
"""Who has said the same so often asks for a person, as callers do."""


@dataclass(frozen=True, slots=True)
class Conversation:
    """How one went."""

    persona: str
    manner: Manner
    success: bool
    end: str
    """``done``, ``person``, ``ended``, ``dead_end`` or ``crash``."""
    turns: int
    reason: str = ""
    """Of the hand-off, of the end, or the error."""
    told: tuple[str, ...] = field(default=(), repr=False)
    """A line each: ``> `` what the caller did, else what was said to them."""


class Caller(Protocol):
    """Decides what is said next."""

    def next(self, state: DialogState, said: Sequence[str]) -> str | None:
        """The next words, given where the dialog stands and what it has just said; None: not a word."""


class RuleCaller:
    """A persona driven by rules."""

    def __init__(self, persona: Persona, engine: DialogEngine, seed: int) -> None:
        self._persona = persona
        self._engine = engine
        self._chance = Random(f"{persona.id}:{seed}")
        self._opening = self._chance.choice(persona.asks)
        self._said: list[str] = []

    def next(self, state: DialogState, said: Sequence[str]) -> str | None:
        """See :class:`Caller`."""
        manner = self._persona.manner
        if is_silent(manner, self._chance):
            return None
        if state.awaiting is Awaiting.SLOT and (instead := aside(manner, self._chance)):
            return instead
        words = self._answer(state)
        self._said.append(words)
        if self._said.count(words) > _MOST_ALIKE and state.awaiting is not Awaiting.ANYTHING_ELSE:
            return "상담원 연결해 주세요"
        return in_manner(words, manner, self._chance)

    def _answer(self, state: DialogState) -> str:
        match state.awaiting:
            case Awaiting.SLOT:
                return self._fact(state)
            case Awaiting.CONFIRMATION:
                return "네 맞아요"
            case Awaiting.CLARIFICATION:
                return self._pick(state)
            case Awaiting.OFFER:
                return "네" if self._wants(state.offer) else "아니요"
            case Awaiting.DANGER_CHECK:
                return "아니요"
            case Awaiting.WHICH_IS_WRONG:
                return "일번이요"
            case Awaiting.ANYTHING_ELSE:
                return self._opening if self._persona.goal not in (PERSON, *state.done) else "아니요 없어요"
            case _:
                return self._opening

    def _fact(self, state: DialogState) -> str:
        known = self._persona.facts.get(state.asking)
        if known is not None and state.flow == self._persona.goal:
            return known
        flow = next((flow for flow in self._engine.hotline.flows if flow.id == state.flow), None)
        slot = flow.slots.get(state.asking) if flow else None
        if slot is None:
            return "네"
        if slot.choices:
            return f"{slot.choices[0].say}이요"
        return ANSWERS.get(slot.type, "네")

    def _pick(self, state: DialogState) -> str:
        wanted = flow_passage(self._persona.goal)
        if len(state.candidates) == 1:
            return "네" if state.candidates[0] == wanted else "아니요"
        picks = ("첫 번째요", "두 번째요")
        return next((picks[n] for n, one in enumerate(state.candidates[:2]) if one == wanted), "아니요")

    def _wants(self, offer: str) -> bool:
        return offer == self._persona.goal or (offer == PERSON and self._persona.ends == PERSON)


def simulate(engine: DialogEngine, persona: Persona, caller: Caller, *, mishear: Callable[[str], str]) -> Conversation:
    """One conversation by text, from the greeting to its end."""
    told: list[str] = []
    turns = 0
    last: DialogOutput | None = None
    try:
        state, outputs = engine.start()
        said = _note(outputs, told)
        while turns < _MOST_TURNS:
            last = outputs[-1] if outputs else last
            if isinstance(last, HandOff | EndCall):
                return _ended(persona, state, last, turns, told)
            event, turns = _event(caller, state, said, last, mishear, turns, told)
            state, outputs = engine.step(state, event)
            said = _note(outputs, told)
    except Exception as error:  # noqa: BLE001 - a conversation that breaks the dialog is what is looked for
        return Conversation(persona.id, persona.manner, False, "crash", turns, repr(error), tuple(told))
    return Conversation(persona.id, persona.manner, False, "dead_end", turns, "", tuple(told))


def run(
    engine: DialogEngine,
    personas: Sequence[Persona],
    runs: int,
    *,
    errors: float = 0.0,
    seed: int = 0,
    make_caller: Callable[[Persona, DialogEngine, int], Caller] = RuleCaller,
) -> Iterator[Conversation]:
    """``runs`` conversations, persona after persona, each with another seed. ``errors``: chance a word is misheard."""
    for number in range(runs):
        persona, own = personas[number % len(personas)], seed + number
        hear = RecognitionErrors(errors, own)
        yield simulate(engine, persona, make_caller(persona, engine, own), mishear=hear)


def text_engine(engine: DialogEngine) -> DialogEngine:
    """The same dialog on a day on which persons answer: what comes of it must not hang on when it is run."""
    return DialogEngine(engine.hotline, now=lambda: datetime.fromisoformat(OFFICE_HOURS))


def summary(conversations: Sequence[Conversation]) -> dict[str, Any]:
    """Success by persona and manner, dead ends, crashes."""
    return {
        "runs": len(conversations),
        "success": _share(conversations),
        "dead_ends": sum(one.end == "dead_end" for one in conversations),
        "crashes": sum(one.end == "crash" for one in conversations),
        "turns_mean": round(sum(one.turns for one in conversations) / max(1, len(conversations)), 2),
        "by_persona": {
            name: _share([one for one in conversations if one.persona == name])
            for name in dict.fromkeys(one.persona for one in conversations)
        },
        "by_manner": {
            manner.value: _share([one for one in conversations if one.manner is manner])
            for manner in dict.fromkeys(one.manner for one in conversations)
        },
        "ends": {
            end: sum(one.end == end for one in conversations) for end in sorted({one.end for one in conversations})
        },
    }


def _event(
    caller: Caller,
    state: DialogState,
    said: Sequence[str],
    last: DialogOutput | None,
    mishear: Callable[[str], str],
    turns: int,
    told: list[str],
) -> tuple[DialogInput, int]:
    if isinstance(last, Act):
        return ActionDone(PLAIN_RESULTS[last.action]), turns
    if isinstance(last, Consult):
        return ModelDone(ok=False), turns
    words = caller.next(state, said)
    told.append(f"> {words or '…'}")
    return (CallerSaid(mishear(words)) if words is not None else CallerSilent()), turns + 1


def _note(outputs: tuple[DialogOutput, ...], told: list[str]) -> list[str]:
    said = [output.text for output in outputs if isinstance(output, Say)]
    told += said
    return said


def _ended(persona: Persona, state: DialogState, last: DialogOutput, turns: int, told: list[str]) -> Conversation:
    done = persona.goal in state.done
    if isinstance(last, HandOff):
        right = done or persona.ends == PERSON
        return Conversation(persona.id, persona.manner, right, "person", turns, last.reason, tuple(told))
    assert isinstance(last, EndCall)
    return Conversation(persona.id, persona.manner, done, "done" if done else "ended", turns, last.reason, tuple(told))


def _share(conversations: Sequence[Conversation]) -> float:
    right = sum(one.success for one in conversations)
    return round(right / len(conversations), 4) if conversations else 1.0
