"""Mistakes in prompts: unknown references, figures that are no facts, facts without other wording, two questions."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from dialogs.model import Sourced
from dialogs.problems import did_you_mean
from dialogs.templates import Reference, literal_figure, malformed, references
from dialogs.yaml_source import DataPath, Document

_PROMPT_KEYS = frozenset({"say", "ask", "ask_again"})
_QUESTION = re.compile(r"[?？]")
_MENU_KEYS = frozenset({"key_menu", "which_is_wrong"})


@dataclass(frozen=True, slots=True)
class Names:
    """What prompts may refer to."""

    facts: Mapping[str, Sourced | None]
    """By id; None where the fact itself has a mistake."""
    variables: Mapping[str, str]
    slots: Mapping[str, Any] = field(default_factory=dict)
    """Slots of the flow as written, by name."""


def check_prompts(document: Document, names: Names) -> None:
    """Check every prompt of hotline.yaml or of a flow."""
    for path, value in prompts(document.data, ()):
        written = {"text": value} if isinstance(value, str) else value
        text, otherwise = written.get("text"), written.get("otherwise")
        if isinstance(text, str):
            here = path if isinstance(value, str) else (*path, "text")
            _check_text(document, here, text, names)
            _check_otherwise(document, here, text, otherwise, names)
        if isinstance(written.get("slow"), str):
            _check_text(document, (*path, "slow"), written["slow"], names)
            _check_otherwise(document, (*path, "slow"), written["slow"], otherwise, names)
        for key, wording in written.items():
            if isinstance(wording, str):
                _check_questions(document, path if isinstance(value, str) else (*path, key), wording)
        if isinstance(otherwise, str):
            _check_text(document, (*path, "otherwise"), otherwise, names)
            for reference in _uncertain(otherwise, names):
                document.problems.append(
                    document.problem(
                        (*path, "otherwise"), "wording that is always true", str(reference),
                        "otherwise must not need a fact that may be unverified or expired",
                    )
                )  # fmt: skip


def prompts(data: Any, path: DataPath) -> Iterator[tuple[DataPath, Any]]:
    """Every prompt in raw data with its path: a text, or a mapping with ``text``."""
    if isinstance(data, list):
        for index, item in enumerate(data):
            yield from prompts(item, (*path, index))
        return
    if not isinstance(data, dict):
        return
    for key, value in data.items():
        here = (*path, key)
        is_prompt = key in _PROMPT_KEYS or (path[:1] == ("wording",) and key not in ("text", "otherwise", "slow"))
        if is_prompt and "choices" not in path and (isinstance(value, str) or _has_text(value)):
            yield here, value
        else:
            yield from prompts(value, here)


def _has_text(value: Any) -> bool:
    return isinstance(value, dict) and "text" in value


def _check_text(document: Document, path: DataPath, text: str, names: Names) -> None:
    for reference in references(text):
        problem = _reference_problem(path, reference, names)
        if problem:
            document.problems.append(document.problem(path, problem[0], str(reference), problem[1]))
    brace = malformed(text)
    if brace:
        hint = "write {fact:ID}, {slot:NAME}, {slot:NAME.number} or {var:NAME}"
        document.problems.append(document.problem(path, "a reference", repr(brace), hint))
    figure = literal_figure(text)
    if figure:
        hint = "move it to facts.yaml with its source and write {fact:ID}, or to variables and write {var:NAME}"
        document.problems.append(document.problem(path, "figures only from facts", repr(figure), hint))


def _check_questions(document: Document, path: DataPath, text: str) -> None:
    """One question a prompt; and what is said before a question asks nothing itself."""
    asked = len(_QUESTION.findall(text))
    states = path[:1] == ("steps",) and "say" in path
    if asked > (0 if states else 1):
        hint = "what is said here is followed by a question" if states else "ask one thing at a time"
        expected = "no question" if states else "at most one question"
        document.problems.append(document.problem(path, expected, f"{asked} question marks", hint))


def _reference_problem(path: DataPath, reference: Reference, names: Names) -> tuple[str, str] | None:
    if reference.kind == "menu":
        if _MENU_KEYS.intersection(map(str, path)):
            return None
        return "no {menu} here", "only key_menu and which_is_wrong have a menu"
    known: Collection[str] = names.slots
    if reference.kind in ("fact", "var"):
        known = names.facts if reference.kind == "fact" else names.variables
    if reference.name not in known:
        what = {"fact": "a known fact", "var": "a known variable"}.get(reference.kind, "a slot of this flow")
        return what, did_you_mean(reference.name, known)
    slot = names.slots.get(reference.name)
    if reference.kind == "slot_number" and isinstance(slot, dict) and slot.get("type") != "entry":
        return "a slot of type entry", "only entries of departments.yaml and places.yaml have a number"
    return None


def _check_otherwise(document: Document, path: DataPath, text: str, otherwise: Any, names: Names) -> None:
    if otherwise is not None:
        return
    for reference in _uncertain(text, names):
        document.problems.append(
            document.problem(
                path, "the key 'otherwise'", f"only text with {reference}",
                "this fact is unverified or expires: write text: … and otherwise: … with wording that needs no fact",
            )
        )  # fmt: skip


def _uncertain(text: str, names: Names) -> Iterator[Reference]:
    """References that may have nothing to say on some day."""
    for reference in references(text):
        fact = names.facts.get(reference.name) if reference.kind == "fact" else None
        if reference.kind == "slot_number" or (fact is not None and fact.may_become_unspeakable):
            yield reference
