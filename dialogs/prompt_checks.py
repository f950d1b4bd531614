"""Mistakes in prompts: unknown references, figures that are no facts, facts without other wording, two questions.

And prompts that are too long for the ear, which is a warning.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from dialogs.flow_model import ENTRY_TYPES, RESULTS, Action
from dialogs.korean.spoken import spoken
from dialogs.parts import Sourced
from dialogs.problems import did_you_mean
from dialogs.templates import OWN, Reference, fill, literal_figure, malformed, references
from dialogs.yaml_source import DataPath, Document

FLOW_PROMPTS = frozenset({"say", "ask", "ask_again", "failed"})
"""Keys of a flow that hold a prompt."""
WORDING_PROMPTS = frozenset({"say"})
"""Those of hotline.yaml, beside everything in ``wording``."""
SAFETY_PROMPTS = frozenset({"say", "ask", "warnings", "ending", "notice", "end"})
MOST_SYLLABLES = 75
"""Of a prompt, facts and variables filled in: a quarter of a minute at the pace of an announcement, five a second."""
MOST_SLOW_SYLLABLES = 60
_SLOT_SYLLABLES = 6
"""What a caller's own words are taken for."""
_QUESTION = re.compile(r"[?？]")
_OWN_KEYS = {
    "menu": frozenset({"key_menu", "which_is_wrong"}),
    "topic": frozenset({
        "clarify", "clarify_one", "resuming", "next_topic", "first_this", "offer_flow", "knowledge_unverified",
        "redirect",
    }),
    "other": frozenset({"clarify"}),
    "number": frozenset({"redirect", "position", "wait"}),
}  # fmt: skip
"""The wording in which each of the engine's own references has something to stand for."""


@dataclass(frozen=True, slots=True)
class Names:
    """What prompts may refer to."""

    facts: Mapping[str, Sourced | None]
    """By id; None where the fact itself has a mistake."""
    variables: Mapping[str, str]
    slots: Mapping[str, Any] = field(default_factory=dict)
    """Slots of the flow as written, by name."""
    results: Mapping[str, Collection[str]] = field(default_factory=dict)
    """What the flow's acts save, by name."""

    def of_flow(self, flow: Mapping[str, Any]) -> Names:
        """With the slots and results of a flow as written."""
        slots, steps = flow.get("slots"), flow.get("steps")
        acts = [step.get("act") for step in steps if isinstance(step, dict)] if isinstance(steps, list) else []
        results = {
            str(act["save"]): RESULTS[Action(act["action"])]
            for act in acts
            if isinstance(act, dict) and act.get("save") and act.get("action") in {str(action) for action in Action}
        }
        return Names(self.facts, self.variables, slots if isinstance(slots, dict) else {}, results)


def check_prompts(document: Document, names: Names, keys: Collection[str]) -> None:
    """Check every prompt of a file; ``keys`` are those that hold one."""
    for path, value in prompts(document.data, (), keys):
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
                here = path if isinstance(value, str) else (*path, key)
                _check_questions(document, here, wording)
                _check_length(document, here, wording, names, slow=key == "slow")
        if isinstance(otherwise, str):
            _check_text(document, (*path, "otherwise"), otherwise, names)
            for reference in _uncertain(otherwise, names):
                document.problems.append(
                    document.problem(
                        (*path, "otherwise"), "wording that is always true", str(reference),
                        "otherwise must not need a fact that may be unverified or expired",
                    )
                )  # fmt: skip


def prompts(data: Any, path: DataPath, keys: Collection[str]) -> Iterator[tuple[DataPath, Any]]:
    """Every prompt in raw data with its path: a text, or a mapping with ``text``."""
    if isinstance(data, list):
        for index, item in enumerate(data):
            if path and path[-1] in keys and (isinstance(item, str) or _has_text(item)):
                yield (*path, index), item
            else:
                yield from prompts(item, (*path, index), keys)
        return
    if not isinstance(data, dict):
        return
    for key, value in data.items():
        here = (*path, key)
        is_prompt = key in keys or (path[:1] == ("wording",) and key not in ("text", "otherwise", "slow"))
        if is_prompt and "choices" not in path and (isinstance(value, str) or _has_text(value)):
            yield here, value
        else:
            yield from prompts(value, here, keys)


def _has_text(value: Any) -> bool:
    return isinstance(value, dict) and "text" in value


def _check_text(document: Document, path: DataPath, text: str, names: Names) -> None:
    for reference in references(text):
        problem = _reference_problem(path, reference, names)
        if problem:
            document.problems.append(document.problem(path, problem[0], str(reference), problem[1]))
    brace = malformed(text)
    if brace:
        hint = "write {fact:ID}, {slot:NAME}, {slot:NAME.number}, {result:NAME.FIELD} or {var:NAME}"
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


def _check_length(document: Document, path: DataPath, text: str, names: Names, *, slow: bool) -> None:
    most = MOST_SLOW_SYLLABLES if slow else MOST_SYLLABLES
    syllables = _syllables(text, names)
    if syllables > most:
        hint = "split it, or leave something out: nobody remembers more"
        document.warn(path, f"at most {most} syllables", str(syllables), hint)


def _syllables(text: str, names: Names) -> int:
    """As many as are spoken, figures in words."""

    def said(reference: Reference) -> str:
        if reference.kind == "fact":
            fact = names.facts.get(reference.name)
            return str(getattr(fact, "say", ""))
        if reference.kind == "var":
            return names.variables.get(reference.name, "")
        return "가" * _SLOT_SYLLABLES

    return len(re.findall(r"[가-힣]", spoken(fill(text, said))))


def _reference_problem(path: DataPath, reference: Reference, names: Names) -> tuple[str, str] | None:
    if reference.kind in OWN:
        known_in = _OWN_KEYS[reference.kind]
        if path[:1] == ("wording",) and known_in.intersection(map(str, path)):
            return None
        return f"no {reference} here", f"only {' and '.join(sorted(known_in))} of the wording may have it"
    if reference.kind == "result":
        return _result_problem(reference, names)
    known: Collection[str] = names.slots
    if reference.kind in ("fact", "var"):
        known = names.facts if reference.kind == "fact" else names.variables
    if reference.name not in known:
        what = {"fact": "a known fact", "var": "a known variable"}.get(reference.kind, "a slot of this flow")
        return what, did_you_mean(reference.name, known)
    slot = names.slots.get(reference.name)
    if reference.kind == "slot_number" and isinstance(slot, dict) and slot.get("type") not in ENTRY_TYPES:
        return "a slot of type entry", "only entries of departments.yaml and places.yaml have a number"
    return None


def _result_problem(reference: Reference, names: Names) -> tuple[str, str] | None:
    name, part = reference.name.split(".")
    if name not in names.results:
        return "a result of this flow", did_you_mean(name, names.results)
    if part not in names.results[name]:
        return f"a field of {name}", did_you_mean(part, names.results[name])
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
