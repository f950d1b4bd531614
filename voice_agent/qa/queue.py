"""How long callers wait in the real queue, simulated, against what Erlang C expects of it."""

from __future__ import annotations

import heapq
import itertools
import random
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from voice_agent.handoff.erlang import expected_wait_s, service_level
from voice_agent.handoff.queue import Decision, Offer, PeopleQueue, QueueSettings

WITHIN_S = 20.0
PEOPLE = 5
HANDLING_S = 180.0
LOADS = (1.0, 2.0, 2.5, 3.0, 3.5, 4.0, 4.25, 4.5)
"""Erlangs for five people: from idle to nearly too much."""
_COMES, _FINISHES = 0, 1


@dataclass(frozen=True, slots=True)
class Point:
    """One load."""

    load: float
    """Erlangs."""
    expected_wait_s: float
    simulated_wait_s: float
    expected_within: float
    """0 … 1: the share answered within :data:`WITHIN_S`."""
    simulated_within: float
    longest_wait_s: float


def simulate(people: int, load: float, handling_s: float, calls: int, seed: int) -> list[float]:
    """The wait of each caller in seconds, through :class:`PeopleQueue`, whose people take every offer at once."""
    chance = random.Random(seed)
    queue = PeopleQueue(QueueSettings(most_wait_s=1e12, told_every_s=1e12))
    order = itertools.count()
    events: list[tuple[float, int, int, str]] = []
    came: dict[str, float] = {}
    waits: list[float] = []

    def do(decisions: list[Decision], at_s: float) -> None:
        while decisions:
            offers = [decision for decision in decisions if isinstance(decision, Offer)]
            decisions = []
            for offer in offers:
                waits.append(at_s - came.pop(offer.call_id))
                done_s = at_s + chance.expovariate(1 / handling_s)
                heapq.heappush(events, (done_s, next(order), _FINISHES, offer.person))
                decisions += queue.accepts(offer.person, offer.call_id, at_s)

    for person in range(people):
        do(queue.is_ready(f"person {person}", 0.0), 0.0)
    at_s = 0.0
    for number in range(calls):
        at_s += chance.expovariate(load / handling_s)
        heapq.heappush(events, (at_s, next(order), _COMES, f"call {number}"))
    while events:
        at_s, _, kind, who = heapq.heappop(events)
        if kind == _COMES:
            came[who] = at_s
            do(queue.joins(who, at_s), at_s)
        else:
            do(queue.finishes(who, at_s), at_s)
            do(queue.is_ready(who, at_s), at_s)
    return waits


def points(
    loads: Sequence[float] = LOADS, *, people: int = PEOPLE, handling_s: float = HANDLING_S, calls: int = 20_000
) -> list[Point]:
    """Each load simulated with a seed of its own."""
    found = []
    for number, load in enumerate(loads):
        waits = simulate(people, load, handling_s, calls, seed=120 + number)
        found.append(
            Point(
                load=load,
                expected_wait_s=round(expected_wait_s(people, load, handling_s), 1),
                simulated_wait_s=round(sum(waits) / len(waits), 1),
                expected_within=round(service_level(people, load, handling_s, WITHIN_S), 3),
                simulated_within=round(sum(wait <= WITHIN_S for wait in waits) / len(waits), 3),
                longest_wait_s=round(max(waits), 1),
            )
        )
    return found


def figures(found: Sequence[Point], *, people: int, handling_s: float, calls: int) -> dict[str, Any]:
    """For ``--json``."""
    return {
        "people": people,
        "handling_s": handling_s,
        "calls_a_load": calls,
        "within_s": WITHIN_S,
        "loads": [asdict(point) for point in found],
    }


def draw(found: Sequence[Point], *, people: int, handling_s: float, to: Path) -> None:
    """The expected curve and the simulated points, as the file's ending says (SVG, PNG)."""
    import matplotlib

    matplotlib.use("agg")
    from matplotlib import pyplot

    fine = [found[0].load + step * (found[-1].load - found[0].load) / 200 for step in range(201)]
    figure, (wait, level) = pyplot.subplots(1, 2, figsize=(10, 4))
    wait.plot(fine, [expected_wait_s(people, load, handling_s) for load in fine], label="Erlang C")
    wait.plot([p.load for p in found], [p.simulated_wait_s for p in found], "o", label="queue.py, simulated")
    wait.set_ylabel("mean wait, s")
    level.plot(fine, [100 * service_level(people, load, handling_s, WITHIN_S) for load in fine], label="Erlang C")
    level.plot([p.load for p in found], [100 * p.simulated_within for p in found], "o", label="queue.py, simulated")
    level.axhline(80, color="grey", linewidth=0.8)
    level.set_ylabel(f"answered within {WITHIN_S:g} s, %")
    for axes in (wait, level):
        axes.set_xlabel(f"load, erlangs ({people} people, {handling_s:g} s a call)")
        axes.legend()
        axes.grid(alpha=0.3)
    figure.tight_layout()
    # Without a date and with fixed ids the same figures make the same file.
    matplotlib.rcParams["svg.hashsalt"] = "voice-agent"
    figure.savefig(to, metadata={"Date": None} if to.suffix == ".svg" else None)
    pyplot.close(figure)
