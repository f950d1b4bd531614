"""Every event in every state that can be reached, beside a world that is built from the actions alone."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
    Hears,
    OfferCallback,
    Outcome,
    Phase,
    PlayWaiting,
    Record,
    Ring,
    StopRinging,
    TellCaller,
    opened,
)
from voice_agent.handoff.contract_table import TABLE, step

EVENTS = [Event(kind, person) for kind in EventKind for person in (("A", "B") if kind in OF_A_PERSON else ("",))]
_NO_LONGER_RINGS = {
    *(EventKind.ACCEPTED, EventKind.JOINED, EventKind.DECLINED, EventKind.BUSY, EventKind.RINGING_STOPPED),
    *(EventKind.TRUNK_FAILED, EventKind.NO_ANSWER, EventKind.PERSON_LOST, EventKind.PERSON_FINISHED),
}


@dataclass(frozen=True, slots=True)
class World:
    """Telephones that ring, people who have taken up theirs, and what the caller hears."""

    ringing: frozenset[str] = frozenset()
    on_line: frozenset[str] = frozenset()
    hears: Hears = Hears.WAITING

    def happens(self, event: Event) -> World:
        """What the event itself changes, before anybody acts."""
        ringing, on_line, who = self.ringing, self.on_line, {event.person}
        if event.kind in _NO_LONGER_RINGS:
            ringing -= who
        if event.kind in (EventKind.ACCEPTED, EventKind.JOINED, EventKind.HANDED_OVER):
            on_line |= who
        if event.kind in (EventKind.PERSON_LOST, EventKind.PERSON_FINISHED):
            on_line -= who
        gone = event.kind is EventKind.CALLER_GONE
        return World(ringing, on_line, Hears.NOTHING if gone else self.hears)

    def does(self, action: Action) -> World:
        """What an action changes."""
        if isinstance(action, Ring):
            return replace(self, ringing=self.ringing | {action.person})
        if isinstance(action, StopRinging):
            return replace(self, ringing=self.ringing - {action.person})
        if isinstance(action, Dismiss):
            return replace(self, ringing=self.ringing - {action.person}, on_line=self.on_line - {action.person})
        if self.hears is Hears.NOTHING:
            return self
        if isinstance(action, PlayWaiting):
            return replace(self, hears=Hears.WAITING)
        if isinstance(action, BackToVoiceAgent):
            return replace(self, hears=Hears.VOICE_AGENT)
        return replace(self, hears=Hears.NOTHING) if isinstance(action, HangUpCaller) else self


def reached(policy: AfterPersonLost) -> set[tuple[HandOff, World]]:
    """Every state two people's telephones and a caller can come into; checks each step on the way."""
    seen: set[tuple[HandOff, World]] = set()
    to_do = [(opened()[0], World())]
    while to_do:
        hand_off, world = to_do.pop()
        if (hand_off, world) in seen:
            continue
        seen.add((hand_off, world))
        for event in EVENTS:
            after, actions = step(hand_off, event, policy)
            then = world.happens(event)
            for action in actions:
                then = then.does(action)
            if after.phase is Phase.CONNECTED and hand_off.phase is not Phase.CONNECTED:
                then = replace(then, hears=Hears.PERSON)
            check(hand_off, event, after, then)
            to_do.append((replace(after, rings=0), then))
    return seen


def check(before: HandOff, event: Event, after: HandOff, world: World) -> None:
    said = f"{before} · {event} → {after}, {world}"
    # Once it is closed, what the caller hears is no longer the hand-off's.
    assert before.phase is Phase.CLOSED or world.hears is after.hears, (
        f"the caller hears something else than the state says: {said}"
    )
    assert world.ringing <= ({after.person} if after.phase is Phase.RINGING else set()), f"rings for nobody: {said}"
    talking = after.phase in (Phase.ACCEPTED, Phase.CONNECTED)
    assert world.on_line <= ({after.person} if talking else set()), f"a person is left alone: {said}"
    if world.hears is Hears.NOTHING:
        assert not world.on_line, f"a person is connected to nobody: {said}"


@pytest.mark.parametrize("policy", AfterPersonLost)
def test_no_caller_in_silence_no_telephone_for_nobody_no_person_with_nobody(policy: AfterPersonLost) -> None:
    states = reached(policy)
    assert {hand_off.phase for hand_off, _ in states} == set(Phase)
    assert {hand_off.outcome for hand_off, _ in states} == set(Outcome) - (
        set() if policy is AfterPersonLost.VOICE_AGENT else {Outcome.PERSON_LOST}
    )


def test_every_event_in_every_phase_is_decided() -> None:
    assert set(TABLE) == {(phase, kind) for phase in Phase for kind in EventKind}


@pytest.mark.parametrize("policy", AfterPersonLost)
def test_whatever_has_happened_timeouts_alone_end_it_but_never_a_conversation(policy: AfterPersonLost) -> None:
    for hand_off, _ in reached(policy):
        now, steps = hand_off, 0
        while now.phase not in (Phase.CLOSED, Phase.CONNECTED):
            now, _ = step(now, Event(EventKind.TIMED_OUT), policy)
            steps += 1
            assert steps <= 5, hand_off
        assert (now.phase is Phase.CONNECTED) == (hand_off.phase is Phase.CONNECTED)


@given(st.lists(st.sampled_from(EVENTS), max_size=60), st.sampled_from(list(AfterPersonLost)))
def test_a_closed_hand_off_stays_closed_and_each_change_is_on_record(
    events: list[Event], policy: AfterPersonLost
) -> None:
    hand_off = opened()[0]
    for event in events:
        after, actions = step(hand_off, event, policy)
        if hand_off.phase is Phase.CLOSED:
            assert after == hand_off
            assert all(isinstance(action, Dismiss) for action in actions)
        if after != hand_off:
            assert actions[-1] == Record(after.phase, after.outcome, after.person)
        hand_off = after


def walked(*events: Event, policy: AfterPersonLost = AfterPersonLost.QUEUE) -> tuple[HandOff, list[Action]]:
    """The state after the events, and what the last of them caused, records left out."""
    hand_off, actions = opened()
    for event in events:
        hand_off, actions = step(hand_off, event, policy)
    return hand_off, [action for action in actions if not isinstance(action, Record)]


WRITTEN, GONE = Event(EventKind.BRIEF_WRITTEN), Event(EventKind.CALLER_GONE)
RING_A, RING_B = Event(EventKind.RING, "A"), Event(EventKind.RING, "B")
TAKEN_A, JOINED_A = Event(EventKind.ACCEPTED, "A"), Event(EventKind.JOINED, "A")


def test_a_person_takes_the_call_and_ends_it() -> None:
    hand_off, actions = walked(WRITTEN, RING_A, TAKEN_A)
    assert (hand_off.phase, actions) == (Phase.ACCEPTED, [Connect("A")])
    hand_off, actions = walked(WRITTEN, RING_A, TAKEN_A, JOINED_A, Event(EventKind.PERSON_FINISHED, "A"))
    assert (hand_off.phase, hand_off.outcome) == (Phase.CLOSED, Outcome.SERVED)
    assert actions == [Dismiss("A"), HangUpCaller()]


@pytest.mark.parametrize("kind", [EventKind.DECLINED, EventKind.BUSY, EventKind.NO_ANSWER, EventKind.TRUNK_FAILED])
def test_who_does_not_take_the_call_makes_way_for_the_next(kind: EventKind) -> None:
    hand_off, actions = walked(WRITTEN, RING_A, Event(kind, "A"))
    assert hand_off.phase.value == kind.value
    assert BackToQueue(front=False) in actions
    assert any(isinstance(action, TellCaller) for action in actions), "the caller hears why it takes longer"
    assert walked(WRITTEN, RING_A, Event(kind, "A"), RING_B)[1] == [Ring("B")]


def test_the_caller_hangs_up_while_it_rings_and_it_stops_at_once() -> None:
    hand_off, actions = walked(WRITTEN, RING_A, GONE)
    assert (hand_off.phase, hand_off.hears, actions) == (Phase.CALLER_GONE, Hears.NOTHING, [StopRinging("A")])


def test_who_takes_up_too_late_is_let_go() -> None:
    late = (WRITTEN, RING_A, Event(EventKind.NO_ANSWER, "A"), RING_B)
    hand_off, actions = walked(*late, TAKEN_A)
    assert (hand_off.phase, hand_off.person, actions) == (Phase.RINGING, "B", [Dismiss("A")])


@pytest.mark.parametrize(
    ("policy", "phase", "hears"),
    [
        (AfterPersonLost.QUEUE, Phase.BRIEFED, Hears.WAITING),
        (AfterPersonLost.VOICE_AGENT, Phase.CLOSED, Hears.VOICE_AGENT),
    ],
)
def test_a_person_whose_line_breaks_leaves_nobody_behind(policy: AfterPersonLost, phase: Phase, hears: Hears) -> None:
    lost = (WRITTEN, RING_A, TAKEN_A, JOINED_A, Event(EventKind.PERSON_LOST, "A"))
    hand_off, actions = walked(*lost, policy=policy)
    assert (hand_off.phase, hand_off.hears) == (phase, hears)
    assert (BackToQueue(front=True) in actions) == (policy is AfterPersonLost.QUEUE)


def test_who_was_consulted_goes_on_and_who_asked_is_let_go() -> None:
    talking = (WRITTEN, RING_A, TAKEN_A, JOINED_A)
    hand_off, actions = walked(*talking, Event(EventKind.HANDED_OVER, "B"))
    assert (hand_off.phase, hand_off.person, actions) == (Phase.CONNECTED, "B", [Dismiss("A")])
    hand_off, actions = walked(*talking, Event(EventKind.HANDED_OVER, "B"), Event(EventKind.PERSON_FINISHED, "B"))
    assert (hand_off.outcome, actions) == (Outcome.SERVED, [Dismiss("B"), HangUpCaller()])
    assert walked(*talking, GONE, Event(EventKind.HANDED_OVER, "B"))[1] == [Dismiss("B")], "too late: nobody is there"


def test_where_nobody_is_free_a_callback_is_offered() -> None:
    hand_off, actions = walked(WRITTEN, Event(EventKind.GIVE_UP))
    assert (hand_off.outcome, hand_off.hears) == (Outcome.NOBODY_FREE, Hears.VOICE_AGENT)
    assert OfferCallback() in actions


def test_an_event_about_a_person_says_who() -> None:
    with pytest.raises(ValueError, match="expected a person with declined"):
        Event(EventKind.DECLINED)
    with pytest.raises(ValueError, match="expected no person with caller_gone"):
        Event(EventKind.CALLER_GONE, "A")
