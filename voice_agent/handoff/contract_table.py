"""The table of the hand-off contract: every event in every phase, and the one function that walks it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from voice_agent.handoff.contract import (
    OF_A_PERSON,
    Action,
    AfterPersonLost,
    BackToQueue,
    BackToVoiceAgent,
    Connect,
    Dismiss,
    Event,
    EventKind,
    HandOff,
    HangUpCaller,
    OfferCallback,
    Outcome,
    Phase,
    PlayWaiting,
    Record,
    Ring,
    StopRinging,
    TellCaller,
    Why,
    about,
)

E, P = EventKind, Phase
_TOOK_UP = frozenset({E.ACCEPTED, E.JOINED, E.HANDED_OVER})
"""After these a person is on the line."""


@dataclass(frozen=True, slots=True)
class Row:
    """What an event does: the next phase and the actions, in order, without the person they are about."""

    phase: Phase
    actions: tuple[Action, ...] = ()
    outcome: Outcome = Outcome.OPEN


def _nobody_free(*before: Action) -> Row:
    return Row(P.CLOSED, (*before, OfferCallback(), BackToVoiceAgent(Why.NOBODY_FREE)), Outcome.NOBODY_FREE)


def _callback(*before: Action) -> Row:
    return Row(P.CLOSED, (*before, BackToVoiceAgent(Why.CALLBACK)), Outcome.CALLBACK)


_GONE = Row(P.CLOSED, (), Outcome.CALLER_GONE)
_RING = Row(P.RINGING, (Ring(),))
_LET_GO = Row(P.CLOSED, (Dismiss(),), Outcome.CALLER_GONE)
_NEXT = (TellCaller(Why.STILL_TRYING), BackToQueue(front=False))
_REJOIN = Row(P.BRIEFED, (Dismiss(), TellCaller(Why.PERSON_LOST), PlayWaiting(), BackToQueue(front=True)))
"""The person is gone before or after the two were joined."""

_WAITING = {
    E.RING: _RING,
    E.CALLER_GONE: _GONE,
    E.CALLBACK_CHOSEN: _callback(),
    E.GIVE_UP: _nobody_free(),
    E.TIMED_OUT: _nobody_free(),
}

_HANDLED: dict[Phase, dict[EventKind, Row]] = {
    P.REQUESTED: _WAITING | {E.BRIEF_WRITTEN: Row(P.BRIEFED), E.TIMED_OUT: Row(P.BRIEFED)},
    P.BRIEFED: _WAITING,
    P.RINGING: {
        E.ACCEPTED: Row(P.ACCEPTED, (Connect(),)),
        E.DECLINED: Row(P.DECLINED, _NEXT),
        E.BUSY: Row(P.BUSY, _NEXT),
        E.NO_ANSWER: Row(P.NO_ANSWER, (StopRinging(), *_NEXT)),
        E.JOINED: Row(P.CONNECTED),
        E.JOIN_FAILED: _REJOIN,
        E.PERSON_FINISHED: Row(P.DECLINED, (Dismiss(), *_NEXT)),
        E.RINGING_STOPPED: Row(P.NO_ANSWER, _NEXT),
        E.TIMED_OUT: Row(P.NO_ANSWER, (StopRinging(), *_NEXT)),
        E.TRUNK_FAILED: Row(
            P.TRUNK_FAILED, (StopRinging(), TellCaller(Why.TRUNK_FAILED), PlayWaiting(), BackToQueue(front=False))
        ),
        E.PERSON_LOST: Row(P.TRUNK_FAILED, (StopRinging(), *_NEXT)),
        E.CALLER_GONE: Row(P.CALLER_GONE, (StopRinging(),)),
        E.CALLBACK_CHOSEN: _callback(StopRinging()),
        E.GIVE_UP: _nobody_free(StopRinging()),
    },
    P.ACCEPTED: {
        E.JOINED: Row(P.CONNECTED),
        E.JOIN_FAILED: _REJOIN,
        E.TIMED_OUT: _REJOIN,
        E.PERSON_FINISHED: _REJOIN,
        E.PERSON_LOST: _REJOIN,
        E.TRUNK_FAILED: _REJOIN,
        E.CALLER_GONE: _LET_GO,
    },
    P.CONNECTED: {
        E.PERSON_FINISHED: Row(P.CLOSED, (Dismiss(), HangUpCaller()), Outcome.SERVED),
        E.PERSON_LOST: _REJOIN,
        E.JOIN_FAILED: _REJOIN,
        E.TRUNK_FAILED: _REJOIN,
        E.PASSED_ON: Row(P.BRIEFED, (Dismiss(), TellCaller(Why.PASSED_ON), PlayWaiting(), BackToQueue(front=True))),
        E.HANDED_OVER: Row(P.CONNECTED, (Dismiss(),)),
        E.RETURNED: Row(P.CLOSED, (Dismiss(), BackToVoiceAgent(Why.RETURNED)), Outcome.RETURNED),
        E.CALLER_GONE: Row(P.CLOSED, (Dismiss(),), Outcome.SERVED),
    },
    P.DECLINED: _WAITING,
    P.BUSY: _WAITING,
    P.NO_ANSWER: _WAITING,
    P.TRUNK_FAILED: _WAITING
    | {
        E.GIVE_UP: Row(P.CLOSED, (OfferCallback(), BackToVoiceAgent(Why.TRUNK_FAILED)), Outcome.TRUNK_FAILED),
        E.TIMED_OUT: Row(P.CLOSED, (OfferCallback(), BackToVoiceAgent(Why.TRUNK_FAILED)), Outcome.TRUNK_FAILED),
    },
    P.CALLER_GONE: {
        E.RINGING_STOPPED: _GONE,
        E.DECLINED: _GONE,
        E.BUSY: _GONE,
        E.NO_ANSWER: _GONE,
        E.TRUNK_FAILED: _GONE,
        E.PERSON_LOST: _GONE,
        E.PERSON_FINISHED: _GONE,
        E.ACCEPTED: _LET_GO,
        E.JOINED: _LET_GO,
        E.JOIN_FAILED: _LET_GO,
        E.TIMED_OUT: _LET_GO,
    },
    P.CLOSED: {},
}

_IGNORED: dict[Phase, frozenset[EventKind]] = {
    # Nobody has been rung, or their ringing is over: what is still told of it changes nothing (but see _late).
    **{
        phase: frozenset(OF_A_PERSON - {E.RING} | {E.BRIEF_WRITTEN})
        for phase in (P.BRIEFED, P.DECLINED, P.BUSY, P.NO_ANSWER, P.TRUNK_FAILED)
    },
    P.REQUESTED: frozenset(OF_A_PERSON - {E.RING}),
    # The queue makes one offer at a time.
    P.RINGING: frozenset({E.BRIEF_WRITTEN, E.RING, E.PASSED_ON, E.RETURNED, E.HANDED_OVER}),
    # A person is there: neither the queue's patience nor a key pressed late takes the caller away from them.
    P.ACCEPTED: frozenset(
        {
            *(E.BRIEF_WRITTEN, E.RING, E.ACCEPTED, E.DECLINED, E.BUSY, E.NO_ANSWER, E.RINGING_STOPPED),
            *(E.CALLBACK_CHOSEN, E.GIVE_UP, E.PASSED_ON, E.RETURNED, E.HANDED_OVER),
        }
    ),
    P.CONNECTED: frozenset(
        {
            *(E.BRIEF_WRITTEN, E.RING, E.ACCEPTED, E.DECLINED, E.BUSY, E.NO_ANSWER, E.RINGING_STOPPED, E.JOINED),
            *(E.CALLBACK_CHOSEN, E.GIVE_UP, E.TIMED_OUT),
        }
    ),
    P.CALLER_GONE: frozenset(
        {
            *(E.BRIEF_WRITTEN, E.RING, E.CALLER_GONE, E.CALLBACK_CHOSEN, E.GIVE_UP),
            *(E.PASSED_ON, E.RETURNED, E.HANDED_OVER),
        }
    ),
    P.CLOSED: frozenset(EventKind),
}


def _rows() -> Iterator[tuple[tuple[Phase, EventKind], Row | None]]:
    for phase in Phase:
        if set(_HANDLED[phase]) & _IGNORED[phase] or set(_HANDLED[phase]) | _IGNORED[phase] != set(EventKind):
            raise AssertionError(f"the contract does not say exactly once what {phase} does with every event")
        for kind in EventKind:
            yield (phase, kind), _HANDLED[phase].get(kind)


TABLE: Mapping[tuple[Phase, EventKind], Row | None] = dict(_rows())
"""Every event in every phase; None: on purpose, nothing."""

_TO_VOICE_AGENT = Row(P.CLOSED, (Dismiss(), BackToVoiceAgent(Why.PERSON_LOST)), Outcome.PERSON_LOST)


def step(
    hand_off: HandOff, event: Event, after_person_lost: AfterPersonLost = AfterPersonLost.QUEUE
) -> tuple[HandOff, tuple[Action, ...]]:
    """The hand-off after the event, and what must be done now, in order."""
    late = _late(hand_off, event)
    if late is not None:
        return hand_off, late
    row = TABLE[hand_off.phase, event.kind]
    if row is None:
        return hand_off, ()
    if row is _REJOIN and hand_off.phase is P.CONNECTED and after_person_lost is AfterPersonLost.VOICE_AGENT:
        row = _TO_VOICE_AGENT
    rung = event.kind is E.RING
    person = event.person if rung or event.kind is E.HANDED_OVER else hand_off.person
    after = replace(
        hand_off, phase=row.phase, person=person, outcome=row.outcome, rings=hand_off.rings + (1 if rung else 0)
    )
    # Who is dismissed where a call is handed over is who had it before.
    meant = hand_off.person if event.kind is E.HANDED_OVER else person
    actions = tuple(about(action, meant) for action in row.actions)
    return after, (*actions, Record(after.phase, after.outcome, person))


_PERSON_MEANT = frozenset({P.RINGING, P.ACCEPTED, P.CONNECTED, P.CALLER_GONE})


def _late(hand_off: HandOff, event: Event) -> tuple[Action, ...] | None:
    """What to do about a person who is not, or no longer, meant; None where the table decides."""
    if event.kind not in OF_A_PERSON or event.kind is E.RING:
        return None
    if event.kind is E.HANDED_OVER:
        return _late_third(hand_off, event.person)
    if hand_off.phase in _PERSON_MEANT and event.person == hand_off.person:
        return None
    return (Dismiss(event.person),) if event.kind in _TOOK_UP else ()


def _late_third(hand_off: HandOff, person: str) -> tuple[Action, ...] | None:
    if hand_off.phase is P.CONNECTED:
        return () if person == hand_off.person else None
    return (Dismiss(person),)
