"""Callers who wait and people who may be offered to them, with times written out and with random days."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voice_agent.errors import VoiceAgentError
from voice_agent.handoff.queue import (
    Decision,
    GiveUp,
    Offer,
    PeopleQueue,
    Presence,
    QueueSettings,
    Tell,
    Withdraw,
)
from voice_agent.handoff.skills import Needs, Skills


def offers(decisions: list[Decision]) -> list[tuple[str, str]]:
    return [(each.call_id, each.person) for each in decisions if isinstance(each, Offer)]


def waiting(*calls: str) -> PeopleQueue:
    queue = PeopleQueue()
    for at, call in enumerate(calls):
        queue.joins(call, float(at))
    return queue


def test_who_has_waited_longest_is_offered_first_to_who_has_been_ready_longest() -> None:
    queue = PeopleQueue()
    queue.is_ready("A", 0)
    queue.is_ready("B", 1)
    assert offers(queue.joins("first", 2)) == [("first", "A")]
    assert offers(queue.joins("second", 3)) == [("second", "B")]
    assert offers(queue.joins("third", 4)) == []
    queue.accepts("A", "first", 5)
    queue.finishes("A", 60)
    assert queue.presence("A") is Presence.WRAP_UP
    assert offers(queue.is_ready("A", 90)) == [("third", "A")]


def test_danger_goes_first_then_who_had_a_person_already() -> None:
    queue = waiting("old", "older danger comes later")
    queue.joins("again", 10, front=True)
    queue.joins("danger", 20, crisis=True)
    assert queue.order == ["danger", "again", "old", "older danger comes later"]
    queue.joins("older danger comes later", 30, crisis=True)
    assert queue.order[0] == "older danger comes later", "of two in danger, who has waited longer"


def test_who_is_refused_keeps_their_place_and_the_person_a_moments_peace() -> None:
    queue = waiting("first", "second")
    assert offers(queue.is_ready("A", 5)) == [("first", "A")]
    assert offers(queue.refuses("A", "first", 6)) == []
    assert queue.order == ["first", "second"]
    assert offers(queue.tick(25.9)) == []
    assert offers(queue.tick(26)) == [("first", "A")]


def test_who_lets_it_ring_out_twice_is_away() -> None:
    queue = waiting("first")
    queue.is_ready("A", 1)
    queue.refuses("A", "first", 20, rang_out=True)
    assert offers(queue.tick(40)) == [("first", "A")]
    queue.refuses("A", "first", 60, rang_out=True)
    assert queue.presence("A") is Presence.AWAY
    assert offers(queue.tick(500)) == []
    assert offers(queue.is_ready("A", 501)) == [("first", "A")]


def test_a_caller_who_leaves_stops_the_ringing_and_frees_the_person() -> None:
    queue = waiting("first", "second")
    queue.is_ready("A", 2)
    decisions = queue.leaves("first", 3)
    assert decisions[0] == Withdraw("first", "A")
    assert offers(decisions) == [("second", "A")]
    assert "first" not in queue


def test_a_person_who_goes_away_while_it_rings_gives_the_caller_back() -> None:
    queue = waiting("first")
    queue.is_ready("A", 1)
    assert queue.is_away("A", 2, "lunch")[0] == Withdraw("first", "A")
    assert offers(queue.is_ready("B", 3)) == [("first", "B")]
    assert queue.accepts("A", "first", 4) == [], "it is no longer theirs to take"
    assert queue.order == ["first"]


def test_skills_count_until_the_caller_has_waited_for_them() -> None:
    queue = PeopleQueue()
    queue.is_ready("A", 0, Skills(cities=frozenset({"suwon"}), languages=frozenset({"ko"})))
    assert offers(queue.joins("gimpo", 0, needs=Needs(city="gimpo"))) == []
    assert offers(queue.joins("vietnamese", 1, needs=Needs(language="vi"))) == []
    assert offers(queue.tick(59)) == []
    assert offers(queue.tick(60)) == [("gimpo", "A")]
    queue.leaves("gimpo", 61)
    assert offers(queue.tick(500)) == [], "a language never widens"


def test_the_wait_is_told_seldom_and_only_where_it_is_known() -> None:
    queue = PeopleQueue()
    assert queue.joins("nobody there", 0) == [Tell("nobody there", 1, None)]
    queue.leaves("nobody there", 1)
    queue.is_ready("A", 2, Skills(languages=frozenset({"ko"})))
    for number in range(3):
        queue.joins(f"served {number}", number * 100 + 10)
        queue.accepts("A", f"served {number}", number * 100 + 10)
        queue.finishes("A", number * 100 + 70)
        queue.is_ready("A", number * 100 + 90)
    queue.joins("talks", 400)
    queue.accepts("A", "talks", 400)
    assert queue.joins("waits", 401) == [Tell("waits", 1, 60.0)]
    assert queue.tick(445) == []
    assert queue.tick(446) == [Tell("waits", 1, 60.0)]
    assert queue.joins("vietnamese", 447, needs=Needs(language="vi")) == [Tell("vietnamese", 2, None)], "nobody can"


def test_who_waits_too_long_is_given_up_once_but_never_in_danger() -> None:
    queue = waiting("long")
    queue.joins("danger", 1, crisis=True)
    assert [each for each in queue.tick(601) if isinstance(each, GiveUp)] == [GiveUp("long")]
    assert not [each for each in queue.tick(2000) if isinstance(each, GiveUp)]
    assert offers(queue.is_ready("A", 2001)) == [("danger", "A")]
    assert offers(queue.is_ready("B", 2002)) == [], "they are being told of the call-back"
    assert offers(queue.joins("long", 2003)) == [("long", "B")], "they would rather wait on"
    queue.refuses("B", "long", 2004)
    assert not [each for each in queue.tick(2600) if isinstance(each, GiveUp)]
    queue.is_away("B", 2601, "break")
    assert GiveUp("long") in queue.tick(2603)


def test_after_a_restart_open_offers_are_withdrawn_and_made_again() -> None:
    queue = PeopleQueue()
    queue.is_ready("A", 0)
    assert offers(queue.joins("first", 1)) == [("first", "A")], "the first is never told a place"
    queue.joins("second", 1.5)
    queue.is_ready("A", 2, Skills(topics=frozenset({"passport"})))
    again, withdrawn = PeopleQueue.restored(queue.saved())
    assert withdrawn == [Withdraw("first", "A")]
    assert again.order == ["first", "second"]
    assert offers(again.tick(3)) == [("first", "A")]
    with pytest.raises(VoiceAgentError, match="saved queue cannot be read"):
        PeopleQueue.restored(b'{"callers": 3}')


def test_after_a_restart_nobody_is_taken_to_be_there() -> None:
    queue = waiting("first", "second")
    queue.is_ready("A", 2)
    queue.is_ready("B", 2)
    queue.accepts("A", "first", 3)
    again, _ = PeopleQueue.restored(queue.saved())
    again.nobody_is_there(10)
    assert [again.presence(person) for person in "AB"] == [Presence.AWAY, Presence.AWAY]
    assert offers(again.is_ready("A", 11)) == [], "their line may be gone"
    assert offers(again.joins("third", 12)) == [("third", "A")]
    assert again.joins("second", 13) == [], "told their place a moment ago"
    assert again.order == ["second", "third"]


@settings(deadline=None)
@given(st.integers(0, 10_000))
def test_on_any_day_nobody_is_lost_nobody_served_twice_and_the_order_kept(seed: int) -> None:
    """100 callers, 5 people, and a restart in the middle."""
    day, people = random.Random(seed), [f"person {number}" for number in range(5)]
    settings = QueueSettings(most_wait_s=1e9)
    queue = PeopleQueue(settings)
    ringing: dict[str, str] = {}
    served: list[str] = []
    gone: set[str] = set()
    joined: list[str] = []

    def do(decisions: list[Decision]) -> None:
        for each in decisions:
            if isinstance(each, Offer):
                assert each.person not in ringing, "two callers are offered to one person"
                assert each.call_id not in ringing.values(), "one caller is offered to two people"
                ringing[each.person] = each.call_id
            elif isinstance(each, Withdraw):
                assert ringing.pop(each.person) == each.call_id

    for at in range(2000):
        now, person = float(at), day.choice(people)
        chance = day.random()
        if chance < 0.1 and len(joined) < 100:
            joined.append(f"call {len(joined)}")
            do(queue.joins(joined[-1], now))
        elif chance < 0.12 and queue.order:
            gone.add(left := day.choice(queue.order))
            do(queue.leaves(left, now))
        elif chance < 0.2:
            do(queue.is_away(person, now, "break"))
        elif chance < 0.5:
            do(queue.is_ready(person, now))
        elif chance < 0.7 and person in ringing:
            call = ringing.pop(person)
            served.append(call)
            do(queue.accepts(person, call, now))
        elif chance < 0.8 and person in ringing:
            do(queue.refuses(person, ringing.pop(person), now, rang_out=day.random() < 0.5))
        elif chance < 0.95:
            do(queue.finishes(person, now))
        if at == 1000:
            queue, withdrawn = PeopleQueue.restored(queue.saved(), settings)
            do(withdrawn)
        do(queue.tick(now))
        assert [call for call in joined if call in queue] == queue.order, "first come, first in the queue"
        assert set(ringing) == {name for name in people if queue.presence(name) is Presence.OFFERED}
    assert len(served) == len(set(served))
    assert sorted([*served, *gone, *queue.order]) == sorted(joined)
