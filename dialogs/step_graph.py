"""The steps of a flow as written, as a graph: which follows which, and what is certain on every way there.

Steps only lead forward, so that one pass over them in order is enough.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Condition = frozenset[tuple[str, tuple[str, ...]]]
Known = frozenset[tuple[str, Condition]]
"""What was done for certain, each with the condition under which it was: ``slot:NAME``, ``confirmed:NAME``,
``result:NAME``."""
ALWAYS: Condition = frozenset()


@dataclass(frozen=True, slots=True)
class Edge:
    """One way on."""

    to: int
    """Index of a step; as many as there are steps where the flow runs out of them."""
    when: Condition = ALWAYS


def condition(written: Any) -> Condition:
    """A ``when`` as written, to be compared with others."""
    found = written if isinstance(written, Mapping) else {}
    return frozenset(
        (str(name), tuple(map(str, values)) if isinstance(values, list) else (str(values),))
        for name, values in found.items()
    )


def edges(steps: Sequence[Mapping[str, Any]]) -> list[list[Edge]]:
    """The ways on from each step. A branch to a step that is not there, or not later, leads nowhere."""
    names = {step["id"]: index for index, step in enumerate(steps) if isinstance(step.get("id"), str)}
    return [list(_ways_on(index, step, names)) for index, step in enumerate(steps)]


def _ways_on(index: int, step: Mapping[str, Any], names: Mapping[str, int]) -> Iterator[Edge]:
    if step.get("when"):
        yield Edge(index + 1)
    if "end" in step or "hand_off" in step:
        return
    cases = step.get("branch")
    for case in cases if isinstance(cases, list) else []:
        when = condition(case.get("when")) if isinstance(case, Mapping) else ALWAYS
        to = names.get(str(case.get("to")), -1) if isinstance(case, Mapping) else -1
        if to > index:
            yield Edge(to, when)
        if when == ALWAYS:
            return
    if not step.get("when"):
        yield Edge(index + 1)


def reached(steps: Sequence[Mapping[str, Any]]) -> set[int]:
    """The steps that some way leads to; their number among them where the flow may run out of steps."""
    ways = edges(steps)
    found = {0} if steps else set()
    for index in range(len(steps)):
        if index in found:
            found.update(edge.to for edge in ways[index])
    return found


def known_before(steps: Sequence[Mapping[str, Any]]) -> list[Known]:
    """What is known for certain before each step, whichever way led there."""
    ways = edges(steps)
    before: list[Known | None] = [None] * (len(steps) + 1)
    if steps:
        before[0] = frozenset()
    for index, step in enumerate(steps):
        here = before[index]
        if here is None:
            continue
        after = here | {(what, condition(step.get("when"))) for what in _done_by(step)}
        for edge in ways[index]:
            through = frozenset((what, ALWAYS if when <= edge.when else when) for what, when in after)
            earlier = before[edge.to]
            before[edge.to] = through if earlier is None else earlier & through
    return [found or frozenset() for found in before[:-1]]


def _done_by(step: Mapping[str, Any]) -> Iterator[str]:
    if isinstance(step.get("collect"), str):
        yield f"slot:{step['collect']}"
    confirm, act = step.get("confirm"), step.get("act")
    if isinstance(confirm, Mapping) and isinstance(confirm.get("slots"), list):
        yield from (f"confirmed:{name}" for name in confirm["slots"])
    if isinstance(act, Mapping) and isinstance(act.get("save"), str):
        yield f"result:{act['save']}"
