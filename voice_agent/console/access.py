"""Who may do what: one table, and the one function that reads it.

Every page, every button and every route of the console names an :class:`Action`; nothing else decides. A test tries
each with every role and with none, and fails where one is not in the table.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from voice_agent.errors import VoiceAgentError


class Role(StrEnum):
    """What a person is at the hotline."""

    HUMAN_AGENT = "human_agent"
    SUPERVISOR = "supervisor"
    QA = "qa"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"


class Action(StrEnum):
    """What can be done at the console, in the words of the audit log."""

    SEE_WALLBOARD = "see_wallboard"
    """Figures and alarms: nothing that a caller said."""
    SEE_LIVE_CALLS = "see_live_calls"
    """The list: topic, step, elapsed time, masked number."""
    READ_LIVE_CALL = "read_live_call"
    """One call's transcript while it is spoken."""
    LISTEN = "listen"
    WHISPER = "whisper"
    BARGE = "barge"
    TAKE_OVER = "take_over"
    TRANSFER = "transfer"
    HANG_UP = "hang_up"
    HINT = "hint"
    WORK_AT_DESK = "work_at_desk"
    """Presence, offered calls, the conversation with a caller, wrap-up."""
    SEARCH_KNOWLEDGE = "search_knowledge"
    SEARCH_HISTORY = "search_history"
    READ_RECORD = "read_record"
    """The transcript of a call that is over."""
    PLAY_RECORDING = "play_recording"
    READ_QUALITY = "read_quality"
    """Replay runs, what differs between two, and how well people and rules agree."""
    SCORE_CALLS = "score_calls"
    """Give a call one's own score; its transcript needs ``read_record`` as well."""
    MAKE_FIXTURE = "make_fixture"
    """Turn a call into a case that is replayed."""
    MANAGE_ACCOUNTS = "manage_accounts"
    MANAGE_API_KEYS = "manage_api_keys"
    READ_AUDIT = "read_audit"
    KEEP_OWN_ACCOUNT = "keep_own_account"
    """One's own password and second factor."""


_A = Action
_STEERING = frozenset({_A.LISTEN, _A.WHISPER, _A.BARGE, _A.TAKE_OVER, _A.TRANSFER, _A.HANG_UP, _A.HINT})
_EVERYBODY = frozenset({_A.SEE_WALLBOARD, _A.KEEP_OWN_ACCOUNT})

ALLOWED: Mapping[Role, frozenset[Action]] = {
    Role.HUMAN_AGENT: _EVERYBODY | {_A.WORK_AT_DESK, _A.SEARCH_KNOWLEDGE},
    Role.SUPERVISOR: _EVERYBODY
    | _STEERING
    | {
        _A.SEE_LIVE_CALLS,
        _A.READ_LIVE_CALL,
        _A.WORK_AT_DESK,
        _A.SEARCH_KNOWLEDGE,
        _A.SEARCH_HISTORY,
        _A.READ_RECORD,
        _A.PLAY_RECORDING,
        _A.READ_QUALITY,
    },
    Role.QA: _EVERYBODY
    | {
        _A.SEARCH_KNOWLEDGE,
        _A.SEARCH_HISTORY,
        _A.READ_RECORD,
        _A.PLAY_RECORDING,
        _A.READ_QUALITY,
        _A.SCORE_CALLS,
        _A.MAKE_FIXTURE,
    },
    # Who gives out accounts does not listen to residents; who reads the audit log changes nothing.
    Role.ADMINISTRATOR: _EVERYBODY | {_A.SEE_LIVE_CALLS, _A.MANAGE_ACCOUNTS, _A.MANAGE_API_KEYS},
    Role.AUDITOR: _EVERYBODY | {_A.READ_AUDIT},
}
"""Role × action. What is not here is not allowed."""

SCOPES: Mapping[str, frozenset[Action]] = {
    "figures:read": frozenset({_A.SEE_WALLBOARD}),
    "calls:read": frozenset({_A.SEE_LIVE_CALLS}),
    "transcripts:read": frozenset({_A.READ_LIVE_CALL}),
    "calls:steer": frozenset({_A.TRANSFER, _A.HANG_UP, _A.HINT}),
    "history:read": frozenset({_A.SEARCH_HISTORY, _A.READ_RECORD}),
    "recordings:read": frozenset({_A.PLAY_RECORDING}),
    "knowledge:read": frozenset({_A.SEARCH_KNOWLEDGE}),
    "quality:read": frozenset({_A.READ_QUALITY}),
}
"""What an API key can be given. No program listens in, works at the desk, scores calls in a person's place, takes
recordings for cases, gives out accounts or reads the audit log."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Whoever asks: a signed-in person, or a program with an API key."""

    name: str
    """As it stands in the audit log."""
    role: str
    """A :class:`Role`, or ``api_key``."""
    allowed: frozenset[Action]
    shown: str = ""
    address: str = ""
    """The network address they come from."""

    @classmethod
    def person(cls, name: str, role: Role, *, shown: str = "", address: str = "") -> Actor:
        """Somebody signed in."""
        return cls(name, role, ALLOWED[role], shown or name, address)

    @classmethod
    def program(cls, key_name: str, scopes: frozenset[str], *, address: str = "") -> Actor:
        """An API key's owner; scopes that are no longer known give nothing."""
        allowed = frozenset(action for scope in scopes for action in SCOPES.get(scope, ()))
        return cls(f"key:{key_name}", "api_key", allowed, key_name, address)

    def may(self, action: Action) -> bool:
        """Whether :func:`authorise` would let them."""
        return action in self.allowed


class NotAllowed(VoiceAgentError):
    """Nobody is signed in, or their role does not have that action."""

    def __init__(self, action: Action, actor: Actor | None) -> None:
        who = "nobody signed in" if actor is None else f"role {actor.role}"
        super().__init__(f"{action}: expected somebody who may, got {who}")
        self.action = action
        self.signed_in = actor is not None


def authorise(actor: Actor | None, action: Action) -> Actor:
    """The actor, who may. Raises NotAllowed."""
    if actor is None or action not in actor.allowed:
        raise NotAllowed(action, actor)
    return actor
