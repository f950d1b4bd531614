"""What a hint from a person who listens does to the caller's next request. Pure.

A hint says what the caller is on about. It decides about topics, where understanding may have gone wrong, and about
nothing else: danger, a wish for a person, and what the caller answers or commands stay the caller's.
"""

from __future__ import annotations

from dialogs.commands import (
    Affirm,
    Clarify,
    Command,
    Correct,
    Deny,
    Digress,
    PickSlot,
    SetSlot,
    StartFlow,
    Unknown,
)
from dialogs.state import DialogState, Pending
from dialogs.topics import Topics

_TOPIC = (StartFlow, Digress, Clarify, Unknown)
_ANSWER = (SetSlot, Correct, Affirm, Deny, PickSlot)


def go_by_hint(
    commands: tuple[Command, ...], state: DialogState, text: str, topics: Topics
) -> tuple[tuple[Command, ...], DialogState]:
    """The caller's commands, the hint weighed in, and the state without it.

    A request, or words that were not understood: the hint says for what. An answer to our question: the hint's topic
    comes next. Anything else (a repetition, slower, hello) leaves it for the turn after.
    """
    hint = state.hint
    if hint is None:
        return commands, state
    if isinstance(commands[0], _TOPIC):
        return topics.served(hint.flow, hint.entry, text, state), state.but(hint=None)
    if isinstance(commands[0], _ANSWER):
        return commands, _next(state.but(hint=None), hint)
    return commands, state


def _next(state: DialogState, hint: Pending) -> DialogState:
    already = hint.flow == state.flow if hint.flow else hint.entry in state.answered
    waits = any((one.flow, one.entry) == (hint.flow, hint.entry) for one in state.pending)
    return state if already or waits else state.but(pending=(*state.pending, hint))
