"""Mistakes in a flow that its schema cannot see: slots nobody asks for, choices that clash, a flow that never ends."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from dialogs.problems import did_you_mean
from dialogs.templates import references
from dialogs.yaml_source import DataPath, Document

_ACTIONS = ("collect", "say", "confirm", "hand_off", "end")


def mapping(value: Any) -> dict[str, Any]:
    """The value where it is a mapping, else an empty one: mistakes of type are the schema's to tell."""
    return value if isinstance(value, dict) else {}


def items(value: Any) -> list[Any]:
    """The value where it is a list, else an empty one."""
    return value if isinstance(value, list) else []


def check_flow(document: Document, taken_keys: Collection[str]) -> None:
    """Check one flow as written. ``taken_keys`` are those of the person and of repetition."""
    flow = mapping(document.data)
    slots = mapping(flow.get("slots"))
    triggers = mapping(flow.get("triggers"))
    if "triggers" in flow and not triggers.get("key") and not triggers.get("phrases"):
        hint = "give it phrases, a key, or both: else no caller can reach it"
        document.problems.append(document.problem(("triggers",), "a trigger", "none", hint))
    for name, slot in slots.items():
        _check_slot(document, name, mapping(slot), taken_keys)
    steps = [mapping(step) for step in items(flow.get("steps"))]
    for index, step in enumerate(steps):
        _check_step(document, index, step, slots)
    _check_end(document, steps)
    _check_collected(document, steps, slots)


def _check_slot(document: Document, name: str, slot: dict[str, Any], taken_keys: Collection[str]) -> None:
    path: DataPath = ("slots", name)
    choices = [mapping(choice) for choice in items(slot.get("choices"))]
    if slot.get("type") == "choice" and len(choices) < 2:
        document.problems.append(document.problem(path, "at least two choices", f"{len(choices)}"))
    if slot.get("type") not in ("choice", None) and choices:
        document.problems.append(
            document.problem((*path, "choices"), "no choices", f"choices in a {slot['type']} slot", "use type: choice")
        )
    for what in ("value", "key"):
        seen: dict[str, int] = {}
        for index, choice in enumerate(choices):
            value = choice.get(what)
            here = (*path, "choices", index, what)
            if value is None:
                continue
            if str(value) in seen:
                first = document.mark((*path, "choices", seen[str(value)], what)).line
                document.problems.append(
                    document.problem(here, f"a {what} of its own", f"{value!r} again", f"first on line {first}")
                )
            seen.setdefault(str(value), index)
            if what == "key" and str(value) in taken_keys:
                hint = "this key means a person or a repetition at any time"
                document.problems.append(document.problem(here, "a free key", repr(str(value)), hint))


def _check_step(document: Document, index: int, step: dict[str, Any], slots: dict[str, Any]) -> None:
    path: DataPath = ("steps", index)
    actions = [action for action in _ACTIONS if action in step]
    if len(actions) != 1:
        got = ", ".join(actions) or "none"
        document.problems.append(document.problem(path, f"exactly one of {', '.join(_ACTIONS)}", got))
    named: list[tuple[DataPath, Any]] = [((*path, "collect"), step["collect"])] if "collect" in step else []
    confirm = mapping(step.get("confirm"))
    named += [((*path, "confirm", "slots", i), name) for i, name in enumerate(items(confirm.get("slots")))]
    named += [((*path, "when", name), name.removesuffix(".number")) for name in mapping(step.get("when"))]
    for here, name in named:
        if isinstance(name, str) and name not in slots:
            hint = did_you_mean(name, slots)
            document.problems.append(document.problem(here, "a slot of this flow", repr(name), hint))
    for name, values in mapping(step.get("when")).items():
        _check_condition(document, (*path, "when", name), name, values, slots)


def _check_condition(document: Document, path: DataPath, name: str, values: Any, slots: dict[str, Any]) -> None:
    slot = mapping(slots.get(name.removesuffix(".number")))
    if not slot:
        return
    if name.endswith(".number"):
        known = {"known", "unknown"} if slot.get("type") == "entry" else set()
    elif slot.get("type") == "choice":
        known = {str(mapping(choice).get("value")) for choice in items(slot.get("choices"))}
    elif slot.get("type") == "yes_no":
        known = {"yes", "no"}
    else:
        return
    for value in values if isinstance(values, list) else [values]:
        if str(value) not in known:
            hint = did_you_mean(str(value), known)
            document.problems.append(document.problem(path, f"a value of {name}", repr(value), hint))


def _check_end(document: Document, steps: list[dict[str, Any]]) -> None:
    ends = [i for i, step in enumerate(steps) if ("hand_off" in step or "end" in step) and "when" not in step]
    if steps and not ends:
        hint = "close with {end: anything_else}, {end: goodbye} or a hand_off, without when"
        path: DataPath = ("steps", len(steps) - 1)
        document.problems.append(document.problem(path, "a last step that always ends the flow", "none", hint))
    for index in range(ends[0] + 1 if ends else len(steps), len(steps)):
        hint = f"step {ends[0]} always ends the flow; give it a when"
        document.problems.append(document.problem(("steps", index), "a step that is reached", "one that is not", hint))


def _check_collected(document: Document, steps: list[dict[str, Any]], slots: dict[str, Any]) -> None:
    """A slot may be used only where every way there has asked for it, and must be asked for somewhere."""
    collected: dict[str, list[dict[str, Any]]] = {}
    for index, step in enumerate(steps):
        condition = mapping(step.get("when"))
        for path, name in _used(document, index, step, slots):
            ways = collected.get(name, [])
            if name in slots and not any(way.items() <= condition.items() for way in ways):
                hint = f"put a step 'collect: {name}' before it, under the same when or none"
                document.problems.append(document.problem(path, "a slot asked for before", repr(name), hint))
        if isinstance(step.get("collect"), str):
            collected.setdefault(step["collect"], []).append(condition)
    for name in slots:
        if name not in collected:
            hint = f"add a step 'collect: {name}' or remove the slot"
            document.problems.append(document.problem(("slots", name), "a slot that is asked for", repr(name), hint))


def _used(
    document: Document, index: int, step: dict[str, Any], slots: dict[str, Any]
) -> Iterator[tuple[DataPath, str]]:
    """Slots that a step needs to be filled already, each with where it is named."""
    path: DataPath = ("steps", index)
    for name in mapping(step.get("when")):
        yield (*path, "when", name), name.removesuffix(".number")
    confirm = mapping(step.get("confirm"))
    for i, name in enumerate(items(confirm.get("slots"))):
        if isinstance(name, str):
            yield (*path, "confirm", "slots", i), name
    spoken: list[tuple[DataPath, Any]] = [((*path, "say"), step.get("say"))]
    spoken.append(((*path, "confirm", "ask"), confirm.get("ask")))
    spoken.append(((*path, "hand_off", "say"), mapping(step.get("hand_off")).get("say")))
    slot = mapping(slots.get(str(step.get("collect"))))
    for key in ("ask", "ask_again"):
        spoken.append((("slots", str(step.get("collect")), key), slot.get(key)))
    for where, prompt in spoken:
        for text in (prompt, *mapping(prompt).values()):
            if isinstance(text, str):
                for name in {r.name for r in references(text) if r.kind.startswith("slot")}:
                    yield where, name
