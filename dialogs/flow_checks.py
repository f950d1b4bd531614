"""Mistakes in a flow that its schema cannot see: choices that clash, slots nobody asks for, keys that are missing."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from dialogs.problems import did_you_mean
from dialogs.raw import items, mapping
from dialogs.step_checks import check_steps
from dialogs.yaml_source import DataPath, Document


def check_flow(document: Document, taken_keys: Collection[str], knowledge: Collection[str] = ()) -> None:
    """Check one flow as written. ``taken_keys``: of the person and of repetition; ``knowledge``: ids of entries."""
    flow = mapping(document.data)
    slots = mapping(flow.get("slots"))
    triggers = mapping(flow.get("triggers"))
    if "triggers" in flow and not any(triggers.get(way) for way in ("key", "phrases", "entries")):
        hint = "give it phrases, a key, or both: else no caller can reach it"
        document.problems.append(document.problem(("triggers",), "a trigger", "none", hint))
    for name, slot in slots.items():
        _check_slot(document, name, mapping(slot), taken_keys)
    for index, entry in enumerate(items(triggers.get("entries"))):
        if isinstance(entry, str) and entry not in knowledge:
            hint = did_you_mean(entry, knowledge)
            path: DataPath = ("triggers", "entries", index)
            document.problems.append(document.problem(path, "a knowledge entry", repr(entry), hint))
    check_steps(document, [mapping(step) for step in items(flow.get("steps"))], slots)


def _check_slot(document: Document, name: str, slot: dict[str, Any], taken_keys: Collection[str]) -> None:
    path: DataPath = ("slots", name)
    choices = [mapping(choice) for choice in items(slot.get("choices"))]
    if slot.get("type") == "choice" and len(choices) < 2:
        document.problems.append(document.problem(path, "at least two choices", f"{len(choices)}"))
    if slot.get("type") not in ("choice", None) and choices:
        document.problems.append(
            document.problem((*path, "choices"), "no choices", f"choices in a {slot['type']} slot", "use type: choice")
        )
    silent = [choice for choice in choices if choice.get("key") is None]
    if slot.get("type") == "choice" and silent:
        hint = "whom the recogniser does not understand needs a key"
        document.warn(path, "a key for every choice", f"{len(silent)} without", hint)
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
