"""Erlang C: how long callers wait for one of several human agents.

The model (M/M/n): calls come independently of each other, handling times are exponential, nobody hangs up, and who
comes first is served first. Callers who give up make the real wait shorter than this, never longer.
Source: A. K. Erlang, "Solution of some problems in the theory of probabilities of significance in automatic telephone
exchanges" (1917); the recursion is the usual one for Erlang B.

``load`` is in erlangs: calls a second times the mean handling time in seconds.
"""

from __future__ import annotations

import math


def probability_of_wait(people: int, load: float) -> float:
    """0 … 1: the share of callers who find everybody busy. 1 where the load is more than the people can carry.

    Raises ValueError for a negative number of people or a negative load.
    """
    if people < 0 or load < 0:
        raise ValueError(f"expected people and load of 0 or more, got {people} and {load}")
    if load == 0:
        return 0.0 if people else 1.0
    if load >= people:
        return 1.0
    blocked = 1.0  # Erlang B, one more person a step
    for count in range(1, people + 1):
        blocked = load * blocked / (count + load * blocked)
    return people * blocked / (people - load * (1 - blocked))


def expected_wait_s(people: int, load: float, handling_s: float) -> float:
    """Mean wait over all callers in seconds, those answered at once included; infinite where the load is too much."""
    if load >= people:
        return math.inf
    return probability_of_wait(people, load) * handling_s / (people - load)


def service_level(people: int, load: float, handling_s: float, within_s: float) -> float:
    """0 … 1: the share of callers answered within so many seconds (80/20: at least 0.8 within 20 s)."""
    if load >= people:
        return 0.0
    if handling_s <= 0:
        return 1.0
    return 1 - probability_of_wait(people, load) * math.exp(-(people - load) * within_s / handling_s)


def people_needed(load: float, handling_s: float, *, share: float = 0.8, within_s: float = 20.0) -> int:
    """The fewest human agents with that service level. Raises ValueError where ``share`` is not 0 … 1, 1 excluded."""
    if not 0 <= share < 1:
        raise ValueError(f"expected a share from 0 to less than 1, got {share}")
    people = max(1, math.floor(load) + 1)
    while service_level(people, load, handling_s, within_s) < share:
        people += 1
    return people


def wait_behind_s(position: int, people: int, handling_s: float) -> float:
    """Expected wait in seconds of who is ``position``-th (1 is next) while all ``people`` are busy.

    With exponential handling times somebody becomes free every ``handling_s / people`` on average, so this is exact in
    the model, whatever the load. Raises ValueError where nobody is there or the position is not 1 or more.
    """
    if people < 1 or position < 1:
        raise ValueError(f"expected a position and people of 1 or more, got {position} and {people}")
    return position * handling_s / people
