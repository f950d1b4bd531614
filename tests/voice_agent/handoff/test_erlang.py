"""Erlang C against values worked out by hand, and against a simulated queue."""

from __future__ import annotations

import heapq
import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice_agent.handoff.erlang import (
    expected_wait_s,
    people_needed,
    probability_of_wait,
    service_level,
    wait_behind_s,
)


@pytest.mark.parametrize(
    ("people", "load", "probability"),
    [(1, 0.3, 0.3), (2, 1.0, 1 / 3), (3, 2.0, 4 / 9), (5, 0.0, 0.0), (0, 0.0, 1.0), (2, 2.0, 1.0), (2, 9.0, 1.0)],
)
def test_the_share_who_wait_is_erlangs(people: int, load: float, probability: float) -> None:
    assert probability_of_wait(people, load) == pytest.approx(probability)


def test_a_simulated_queue_waits_as_long_as_expected() -> None:
    chance, people, load, handling_s = random.Random(120), 5, 4.0, 180.0
    free = [0.0] * people
    now, waits = 0.0, []
    for _ in range(200_000):
        now += chance.expovariate(load / handling_s)
        begins = max(now, heapq.heappop(free))
        heapq.heappush(free, begins + chance.expovariate(1 / handling_s))
        waits.append(begins - now)
    assert sum(waits) / len(waits) == pytest.approx(expected_wait_s(people, load, handling_s), rel=0.1)
    within = sum(wait <= 20 for wait in waits) / len(waits)
    assert within == pytest.approx(service_level(people, load, handling_s, 20), abs=0.02)


@given(st.floats(0, 60), st.floats(1, 900))
def test_the_fewest_people_who_reach_the_level(load: float, handling_s: float) -> None:
    people = people_needed(load, handling_s)
    assert service_level(people, load, handling_s, 20) >= 0.8
    assert people == 1 or service_level(people - 1, load, handling_s, 20) < 0.8


def test_too_much_load_is_waited_for_without_end() -> None:
    assert expected_wait_s(3, 3.0, 180) == math.inf
    assert service_level(3, 3.0, 180, 20) == 0.0
    assert service_level(3, 1.0, 0, 20) == 1.0


def test_whoever_stands_further_behind_waits_longer() -> None:
    assert [wait_behind_s(place, 3, 180) for place in (1, 2, 5)] == [60, 120, 300]


def test_what_makes_no_sense_is_refused() -> None:
    with pytest.raises(ValueError, match="people and load of 0 or more"):
        probability_of_wait(-1, 1)
    with pytest.raises(ValueError, match="a share from 0 to less than 1"):
        people_needed(1, 180, share=1.0)
    with pytest.raises(ValueError, match="position and people of 1 or more"):
        wait_behind_s(0, 1, 180)
