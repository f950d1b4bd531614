"""Runs test conversations through the engine, by text: what a caller says, and whether the call ends as it should."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from dialogs.conversation_checks import check_conversations
from dialogs.conversation_model import Conversation, ConversationEnd, Outcome
from dialogs.engine import DialogEngine
from dialogs.errors import HotlineInvalid
from dialogs.flow_model import Action
from dialogs.model import Hotline
from dialogs.state import Awaiting, DialogState
from dialogs.vocabulary import (
    Act,
    ActionDone,
    ActionFailed,
    CallerPressed,
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
from dialogs.yaml_source import read_document

TEST_FILES = "*.test.yaml"
PLAIN_RESULTS: Mapping[str, Mapping[str, str]] = {
    Action.CREATE_TICKET: {"number": "2026-000001"},
    Action.LOOK_UP_TICKET: {"number": "2026-000001", "status": "received", "status_text": "접수되어 있습니다"},
    Action.SEND_LINK: {},
    Action.BOOK_CALLBACK: {"number": "2026-000001", "time_text": "내일 오전"},
}
"""What an act answers where the conversation does not say."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a conversation went."""

    name: str
    failures: tuple[str, ...]
    """What was not as it should be; empty where everything was."""
    heard: tuple[str, ...] = field(default=(), repr=False)
    """The call, a line each: ``> `` what the caller did, else what was said to them."""

    @property
    def right(self) -> bool:
        """Whether it ended as it should."""
        return not self.failures


def read_conversations(folder: Path, hotline: Hotline) -> list[tuple[str, Conversation]]:
    """Every conversation of the folder's test files, each with its file's name. Raises HotlineInvalid."""
    flows = {flow.id: tuple(flow.slots) for flow in hotline.flows}
    knowledge = {entry.id for entry in hotline.knowledge}
    found: list[tuple[str, Conversation]] = []
    problems = []
    for path in sorted(folder.glob(TEST_FILES)):
        document = read_document(path, path.name)
        found += [(path.name, conversation) for conversation in check_conversations(document, flows, knowledge)]
        problems += document.problems
    if problems:
        raise HotlineInvalid(problems)
    return found


def run_conversation(
    engine: DialogEngine, conversation: Conversation, mishear: Callable[[str], str] | None = None
) -> Verdict:
    """Lead one conversation. ``mishear`` makes recognition errors in what the caller says; what is said in answer is
    then not looked at, since a question may be asked once more.
    """
    call = _Call(engine)
    failures: list[str] = []
    for index, turn in enumerate(conversation.turns):
        if turn.agent is not None:
            if mishear is None and turn.agent not in "\n".join(call.said):
                failures.append(f"turn {index + 1}: {turn.agent!r} was not said, but {' | '.join(call.said)!r}")
            continue
        if turn.action is not None:
            call.results.append(turn.action)
            continue
        call.take(_event(turn.caller, turn.keys, mishear))
    return Verdict(conversation.name, (*failures, *_wrong_end(call, conversation.end)), tuple(call.heard))


def _event(caller: str | None, keys: str | None, mishear: Callable[[str], str] | None) -> DialogInput:
    if caller is not None:
        return CallerSaid(mishear(caller) if mishear else caller)
    return CallerPressed(keys) if keys is not None else CallerSilent()


class _Call:
    """One call by text; acts are answered at once."""

    def __init__(self, engine: DialogEngine) -> None:
        self._engine = engine
        self.results: list[Mapping[str, str | bool]] = []
        self.heard: list[str] = []
        self.said: list[str] = []
        self.slots: dict[str, set[str]] = {}
        self.last: DialogOutput | None = None
        self.state, outputs = engine.start()
        self._note(outputs)

    def take(self, event: DialogInput) -> None:
        """One thing the caller does, and everything that follows from it."""
        self.heard.append(f"> {_told(event)}")
        self.said = []
        self._step(event)
        while isinstance(self.last, Act | Consult):
            self._step(ModelDone(ok=False) if isinstance(self.last, Consult) else self._answer(self.last))

    def _step(self, event: DialogInput) -> None:
        self.state, outputs = self._engine.step(self.state, event)
        self._note(outputs)

    def _answer(self, act: Act) -> DialogInput:
        result = self.results.pop(0) if self.results else PLAIN_RESULTS[act.action]
        if result.get("failed") is True:
            return ActionFailed("test")
        return ActionDone({name: str(value) for name, value in result.items()})

    def _note(self, outputs: tuple[DialogOutput, ...]) -> None:
        said = [output.text for output in outputs if isinstance(output, Say)]
        self.said += said
        self.heard += said
        self.last = outputs[-1] if outputs else self.last
        state = self.state
        for frame in (*state.finished, *state.stack, *state.unserved, state.frame):
            for name, value in frame.slots.items():
                self.slots[name] = {value.value, value.said, value.value.replace("-", "")}


def _told(event: DialogInput) -> str:
    match event:
        case CallerSaid(text):
            return text
        case CallerPressed(keys):
            return f"[{keys}]"
        case _:
            return "…"


def _wrong_end(call: _Call, end: ConversationEnd) -> Iterator[str]:
    state: DialogState = call.state
    outcome = {Awaiting.PERSON: Outcome.HAND_OFF, Awaiting.NOTHING: Outcome.COMPLETED}.get(state.awaiting, Outcome.OPEN)
    reason = call.last.reason if isinstance(call.last, HandOff | EndCall) else ""
    wanted: list[tuple[str, object, object]] = [("outcome", end.outcome, outcome)]
    if end.reason is not None:
        wanted.append(("reason", end.reason, reason))
    if end.flow is not None:
        wanted.append(("flow", end.flow, state.flow))
    for name in ("done", "acted", "answered"):
        value = getattr(end, name)
        if value is not None:
            wanted.append((name, value, getattr(state, name)))
    for name, expected, got in wanted:
        if expected != got:
            yield f"end: {name} should be {expected!r}, was {got!r}"
    for slot, value in end.slots.items():
        known = call.slots.get(slot, set())
        if value not in known:
            yield f"end: slot {slot} should be {value!r}, was {sorted(known)!r}"
