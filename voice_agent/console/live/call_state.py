"""One live call as the console shows it: a pure reducer over :mod:`voice_agent.events`.

What the caller said stands here in the clear, inside this process; whoever shows it masks it first.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from voice_agent import events
from voice_agent.privacy.masking import mask_remote

_MOST_LINES = 300
"""A call of half an hour has about as many."""


class Phase(StrEnum):
    """Where a live call stands."""

    RINGING = "ringing"
    TALKING = "talking"
    """With the voice agent."""
    WAITING = "waiting"
    """For a person."""
    WITH_PERSON = "with_person"
    TAKEN_OVER = "taken_over"
    """A supervisor talks instead of the voice agent."""


@dataclass(frozen=True, slots=True)
class Line:
    """One thing said, pressed or done, in order. ``text`` is personal data."""

    at: datetime
    speaker: str
    """``caller``, ``voice_agent``, or ``note`` for what neither said."""
    text: str
    confidence: float | None = None
    latency_ms: float | None = None


@dataclass(frozen=True, slots=True)
class SlotShown:
    """One slot filled so far, masked."""

    id: str
    label: str
    value: str


@dataclass(frozen=True, slots=True)
class LiveCall:
    """One call that is going on."""

    call_id: str
    remote: str
    """Masked."""
    accepted_at: datetime
    answered_at: datetime | None = None
    phase: Phase = Phase.RINGING
    topic: str = ""
    flow: str = ""
    step: str = ""
    awaiting: str = ""
    slots: tuple[SlotShown, ...] = ()
    relies_on: tuple[str, ...] = ()
    confidence: float | None = None
    alarm: str = ""
    """The danger heard last."""
    hand_off_reason: str = ""
    waiting_since: datetime | None = None
    partial: str = ""
    """What the caller is saying just now."""
    lines: tuple[Line, ...] = ()
    last_sound_at: datetime | None = None
    """When either side was last heard of."""
    people: tuple[tuple[str, str], ...] = ()
    """Who has joined, and as what."""
    latency_ms: float | None = None
    failures: int = 0
    changed_at: datetime | None = None
    """When the newest event came in that is shown here."""
    repairs: int = 0
    """Turns that gave no words, and silences."""

    @property
    def urgent(self) -> bool:
        """Danger was heard."""
        return bool(self.alarm) or self.hand_off_reason == "emergency"


def reduce(call: LiveCall | None, event: events.CallEvent) -> LiveCall | None:
    """The call after the event; None before it is accepted and after it has ended."""
    if isinstance(event, events.CallAccepted):
        return LiveCall(event.call_id, mask_remote(event.remote), event.at, last_sound_at=event.at, changed_at=event.at)
    if isinstance(event, events.CallEnded | events.CallRefused) or call is None:
        return None
    change = _CHANGES.get(type(event))
    return call if change is None else replace(change(call, event), changed_at=event.at)


def _answered(call: LiveCall, event: events.CallAnswered) -> LiveCall:
    return replace(call, answered_at=event.at, phase=Phase.TALKING, last_sound_at=event.at)


def _began_speaking(call: LiveCall, event: events.CallerStartedSpeaking) -> LiveCall:
    return replace(call, last_sound_at=event.at)


def _partial(call: LiveCall, event: events.CallerPartial) -> LiveCall:
    return replace(call, partial=event.text, last_sound_at=event.at)


def _heard(call: LiveCall, event: events.CallerHeard) -> LiveCall:
    line = Line(event.at, "caller", event.text, event.confidence)
    repairs = call.repairs + (not event.text)
    return replace(_with(call, line), partial="", last_sound_at=event.at, repairs=repairs)


def _pressed(call: LiveCall, event: events.CallerPressedKeys) -> LiveCall:
    return replace(_with(call, Line(event.at, "caller", f"⌨ {event.keys}")), last_sound_at=event.at)


def _silent(call: LiveCall, event: events.CallerWasSilent) -> LiveCall:
    return replace(_with(call, Line(event.at, "note", "말이 없음")), repairs=call.repairs + 1)


def _said(call: LiveCall, event: events.AgentSaid) -> LiveCall:
    line = Line(event.at, "voice_agent", event.text, latency_ms=event.voice_to_voice_ms)
    latency = call.latency_ms if event.voice_to_voice_ms is None else event.voice_to_voice_ms
    return replace(_with(call, line), last_sound_at=event.at, latency_ms=latency)


def _moved(call: LiveCall, event: events.DialogMoved) -> LiveCall:
    return replace(
        call,
        topic=event.topic or call.topic,
        flow=event.flow,
        step=event.step,
        awaiting=event.awaiting,
        slots=tuple(SlotShown(*slot) for slot in event.slots),
        relies_on=event.relies_on,
        confidence=event.confidence if event.confidence is not None else call.confidence,
        alarm=event.alarm or call.alarm,
    )


def _wants_person(call: LiveCall, event: events.HandOffRequested) -> LiveCall:
    call = _with(call, Line(event.at, "note", f"상담원 연결 요청 · {event.reason}"))
    return replace(
        call,
        phase=Phase.WAITING,
        waiting_since=event.at,
        hand_off_reason=event.reason,
        topic=call.topic or event.topic,
        last_sound_at=event.at,
    )


def _hand_off_over(call: LiveCall, event: events.HandOffEnded) -> LiveCall:
    call = _with(call, Line(event.at, "note", f"상담원 연결 · {event.outcome}"))
    back = Phase.TALKING if call.phase is Phase.WAITING else call.phase
    return replace(call, phase=back, waiting_since=None, last_sound_at=event.at)


def _joined(call: LiveCall, event: events.ParticipantJoined | events.ParticipantChanged) -> LiveCall:
    people = (*(pair for pair in call.people if pair[0] != event.who), (event.who, event.part))
    if event.part != "human_agent":
        return replace(call, people=people)
    phase = call.phase if call.phase is Phase.TAKEN_OVER else Phase.WITH_PERSON
    return replace(call, people=people, phase=phase, waiting_since=None, last_sound_at=event.at)


def _left(call: LiveCall, event: events.ParticipantLeft) -> LiveCall:
    people = tuple(pair for pair in call.people if pair[0] != event.who)
    alone = call.phase is Phase.WITH_PERSON and not any(part == "human_agent" for _, part in people)
    return replace(call, people=people, phase=Phase.TALKING if alone else call.phase, last_sound_at=event.at)


def _taken_over(call: LiveCall, event: events.TakenOver) -> LiveCall:
    call = _with(call, Line(event.at, "note", "사람이 통화를 넘겨받음"))
    return replace(call, phase=Phase.TAKEN_OVER, last_sound_at=event.at)


def _given_back(call: LiveCall, event: events.GivenBack) -> LiveCall:
    call = _with(call, Line(event.at, "note", "음성봇에게 돌려줌"))
    return replace(call, phase=Phase.TALKING, last_sound_at=event.at)


def _waiting(call: LiveCall, event: events.WaitingStarted) -> LiveCall:
    return replace(call, last_sound_at=event.at, waiting_since=call.waiting_since or event.at, phase=Phase.WAITING)


def _hint(call: LiveCall, event: events.HintGiven) -> LiveCall:
    return _with(call, Line(event.at, "note", f"귀띔: {event.text}"))


def _hint_used(call: LiveCall, event: events.HintUsed) -> LiveCall:
    return _with(call, Line(event.at, "note", f"귀띔을 씀 · {event.flow or event.entry}"))


def _failed(call: LiveCall, event: events.EngineFailed) -> LiveCall:
    return replace(_with(call, Line(event.at, "note", f"장애: {event.engine}")), failures=call.failures + 1)


def _acted(call: LiveCall, event: events.ActionEnded) -> LiveCall:
    return _with(call, Line(event.at, "note", f"{event.action} · {'완료' if event.done else '실패'}"))


def _with(call: LiveCall, line: Line) -> LiveCall:
    return replace(call, lines=(*call.lines[-(_MOST_LINES - 1) :], line))


_CHANGES: dict[type[events.CallEvent], Callable[[LiveCall, Any], LiveCall]] = {
    events.CallAnswered: _answered,
    events.CallerStartedSpeaking: _began_speaking,
    events.CallerPartial: _partial,
    events.CallerHeard: _heard,
    events.CallerPressedKeys: _pressed,
    events.CallerWasSilent: _silent,
    events.AgentSaid: _said,
    events.DialogMoved: _moved,
    events.HandOffRequested: _wants_person,
    events.HandOffEnded: _hand_off_over,
    events.ParticipantJoined: _joined,
    events.ParticipantChanged: _joined,
    events.ParticipantLeft: _left,
    events.TakenOver: _taken_over,
    events.GivenBack: _given_back,
    events.WaitingStarted: _waiting,
    events.HintGiven: _hint,
    events.HintUsed: _hint_used,
    events.EngineFailed: _failed,
    events.ActionEnded: _acted,
}
