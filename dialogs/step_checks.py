"""Mistakes in the steps of a flow: dead ones, slots and results used before they are there, acts nobody confirmed."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from dialogs.flow_model import ENTRY_TYPES, TICKET_STATUSES
from dialogs.problems import did_you_mean
from dialogs.raw import items, mapping
from dialogs.step_graph import Condition, Known, condition, known_before, reached
from dialogs.templates import references
from dialogs.yaml_source import DataPath, Document

_KINDS = ("collect", "say", "confirm", "act", "branch", "hand_off", "end")
_Steps = Sequence[dict[str, Any]]


def check_steps(document: Document, steps: _Steps, slots: dict[str, Any]) -> None:
    """Check the steps of one flow as written."""
    results = {str(save) for step in steps if (save := mapping(step.get("act")).get("save"))}
    for name in sorted(results & set(slots)):
        hint = "prompts and conditions must tell them apart"
        document.problems.append(document.problem(("slots", name), "a name that no act saves", repr(name), hint))
    for index, step in enumerate(steps):
        _check_step(document, index, step, slots, results)
    _check_branches(document, steps)
    _check_ways(document, steps)
    _check_known(document, steps, slots, results)
    _check_slots_used(document, steps, slots)


def _check_step(
    document: Document, index: int, step: dict[str, Any], slots: dict[str, Any], results: Collection[str]
) -> None:
    path: DataPath = ("steps", index)
    kinds = [kind for kind in _KINDS if kind in step]
    if len(kinds) != 1:
        got = ", ".join(kinds) or "none"
        document.problems.append(document.problem(path, f"exactly one of {', '.join(_KINDS)}", got))
    named: list[tuple[DataPath, Any]] = [((*path, "collect"), step["collect"])] if "collect" in step else []
    confirm = mapping(step.get("confirm"))
    named += [((*path, "confirm", "slots", i), name) for i, name in enumerate(items(confirm.get("slots")))]
    arguments = mapping(mapping(step.get("act")).get("with"))
    named += [((*path, "act", "with", name), slot) for name, slot in arguments.items()]
    for here, name, values in _conditions(index, step):
        if name.split(".")[0] in results:
            _check_result_condition(document, here, name, values)
            continue
        named.append((here, name.removesuffix(".number")))
        _check_condition(document, here, name, values, slots)
    for here, name in named:
        if isinstance(name, str) and name not in slots:
            hint = did_you_mean(name, slots)
            document.problems.append(document.problem(here, "a slot of this flow", repr(name), hint))


def _conditions(index: int, step: dict[str, Any]) -> Iterator[tuple[DataPath, str, Any]]:
    """Every condition of a step, with its path: its own and those of its branches."""
    for name, values in mapping(step.get("when")).items():
        yield ("steps", index, "when", name), str(name), values
    for number, case in enumerate(items(step.get("branch"))):
        for name, values in mapping(mapping(case).get("when")).items():
            yield ("steps", index, "branch", number, "when", name), str(name), values


def _check_condition(document: Document, path: DataPath, name: str, values: Any, slots: dict[str, Any]) -> None:
    slot = mapping(slots.get(name.removesuffix(".number")))
    if not slot:
        return
    if name.endswith(".number"):
        known = {"known", "unknown"} if slot.get("type") in ENTRY_TYPES else set()
    elif slot.get("type") in ("choice", "yes_no"):
        known = _values_of(slot)
    else:
        return
    _check_values(document, path, name, values, known)


def _check_result_condition(document: Document, path: DataPath, name: str, values: Any) -> None:
    if name.endswith(".status"):
        _check_values(document, path, name, values, set(TICKET_STATUSES))
    elif "." not in name:
        document.problems.append(document.problem(path, "a field of a result", repr(name), f"write {name}.status"))


def _check_values(document: Document, path: DataPath, name: str, values: Any, known: set[str]) -> None:
    for value in values if isinstance(values, list) else [values]:
        if str(value) not in known:
            hint = did_you_mean(str(value), known)
            document.problems.append(document.problem(path, f"a value of {name}", repr(value), hint))


def _check_branches(document: Document, steps: _Steps) -> None:
    """Ids are unique, and branches go forward: every flow ends."""
    names: dict[str, int] = {}
    for index, step in enumerate(steps):
        name = step.get("id")
        if isinstance(name, str):
            if name in names:
                document.problems.append(
                    document.problem(("steps", index, "id"), "an id of its own", f"{name!r} again")
                )
            names.setdefault(name, index)
    for index, step in enumerate(steps):
        for number, case in enumerate(items(step.get("branch"))):
            to = mapping(case).get("to")
            path: DataPath = ("steps", index, "branch", number, "to")
            if isinstance(to, str) and to not in names:
                document.problems.append(document.problem(path, "the id of a step", repr(to), did_you_mean(to, names)))
            elif isinstance(to, str) and names[to] <= index:
                hint = "branches only go forward, so that every flow ends"
                document.problems.append(document.problem(path, "a later step", repr(to), hint))


def _check_ways(document: Document, steps: _Steps) -> None:
    """Every step is reached, and no way runs out of steps."""
    found = reached(steps)
    if len(steps) in found:
        hint = "close with {end: anything_else}, {end: goodbye} or a hand_off, without when"
        path: DataPath = ("steps", len(steps) - 1)
        document.problems.append(document.problem(path, "a last step that always ends the flow", "none", hint))
    for index in range(len(steps)):
        if index not in found:
            leaves = next(i for i in range(index - 1, -1, -1) if i in found)
            what = "ends the flow" if "branch" not in steps[leaves] else "goes elsewhere"
            hint = f"step {leaves} always {what}; give it a when"
            problem = document.problem(("steps", index), "a step that is reached", "one that is not", hint)
            document.problems.append(problem)


def _check_known(document: Document, steps: _Steps, slots: dict[str, Any], results: Collection[str]) -> None:
    """A slot or result may be used only where every way there has made it, and sent only where it was confirmed."""
    collected = set()
    for index, (step, known) in enumerate(zip(steps, known_before(steps), strict=True)):
        here = condition(step.get("when"))
        for path, name in _used(index, step, slots, results):
            what = f"result:{name}" if name in results else f"slot:{name}"
            if (name in slots or name in results) and not _is_known(known, what, here, slots):
                needed = f"put a step 'collect: {name}' before it" if name in slots else "put the act before it"
                expected = "a slot asked for before" if name in slots else "a result that is there"
                problem = document.problem(path, expected, repr(name), f"{needed}, under the same when or none")
                document.problems.append(problem)
        for argument, name in mapping(mapping(step.get("act")).get("with")).items():
            if isinstance(name, str) and name in slots and not _is_known(known, f"confirmed:{name}", here, slots):
                hint = "what is done outside the call is read back first: put it into a confirm before it"
                where: DataPath = ("steps", index, "act", "with", argument)
                if mapping(slots[name]).get("type") == "text":
                    document.warn(where, "a slot confirmed before", repr(name), hint)
                else:
                    document.problems.append(document.problem(where, "a slot confirmed before", repr(name), hint))
        if isinstance(step.get("collect"), str):
            collected.add(step["collect"])
    for name in slots:
        if name not in collected:
            hint = f"add a step 'collect: {name}' or remove the slot"
            document.problems.append(document.problem(("slots", name), "a slot that is asked for", repr(name), hint))


def _is_known(known: Known, what: str, here: Condition, slots: dict[str, Any]) -> bool:
    """Whether it was done on every way, or on each for another value of one slot until no value is left."""
    ways = [when - here for name, when in known if name == what]
    if frozenset() in ways:
        return True
    for slot in slots:
        values = {value for way in ways for name, chosen in way if len(way) == 1 and name == slot for value in chosen}
        if values and values >= _values_of(mapping(slots[slot])):
            return True
    return False


def _values_of(slot: dict[str, Any]) -> set[str]:
    """Every value that a slot may have; for most types nobody knows."""
    if slot.get("type") == "yes_no":
        return {"yes", "no"}
    values = {str(mapping(choice).get("value")) for choice in items(slot.get("choices"))}
    return values if slot.get("type") == "choice" else {""}


def _used(
    index: int, step: dict[str, Any], slots: dict[str, Any], results: Collection[str]
) -> Iterator[tuple[DataPath, str]]:
    """Slots and results that a step needs already, each with where it is named."""
    path: DataPath = ("steps", index)
    for here, name, _ in _conditions(index, step):
        yield here, name.split(".")[0]
    confirm, act = mapping(step.get("confirm")), mapping(step.get("act"))
    for i, name in enumerate(items(confirm.get("slots"))):
        if isinstance(name, str):
            yield (*path, "confirm", "slots", i), name
    spoken: list[tuple[DataPath, Any]] = [((*path, "say"), step.get("say"))]
    spoken.append(((*path, "confirm", "ask"), confirm.get("ask")))
    spoken.append(((*path, "act", "failed"), act.get("failed")))
    spoken.append(((*path, "hand_off", "say"), mapping(step.get("hand_off")).get("say")))
    slot = mapping(slots.get(str(step.get("collect"))))
    for key in ("ask", "ask_again"):
        spoken.append((("slots", str(step.get("collect")), key), slot.get(key)))
    for where, prompt in spoken:
        for name in sorted(_spoken_names(prompt)):
            yield where, name


def _spoken_names(prompt: Any) -> set[str]:
    """Slots and results that a prompt refers to."""
    texts = [text for text in (prompt, *mapping(prompt).values()) if isinstance(text, str)]
    found = {reference for text in texts for reference in references(text)}
    return {one.name.split(".")[0] for one in found if one.kind == "result" or one.kind.startswith("slot")}


def _check_slots_used(document: Document, steps: _Steps, slots: dict[str, Any]) -> None:
    """A slot that nothing depends on is a question for nothing; a person who takes over sees every slot."""
    if any("hand_off" in step or "act" in step for step in steps):
        return
    used = {name for index, step in enumerate(steps) for _, name in _used(index, step, slots, ())}
    for name in slots:
        if name not in used:
            hint = "do not ask for what nothing depends on"
            document.warn(("slots", name), "a slot that is used", repr(name), hint)
