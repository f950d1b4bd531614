"""References in prompts: ``{fact:ID}``, ``{slot:NAME}``, ``{slot:NAME.number}``, ``{result:NAME.FIELD}``,
``{var:NAME}``.

The hotline's own wording also has ``{menu}``, ``{topic}``, ``{other}`` and ``{number}``, each where it says so.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

_REFERENCE = re.compile(
    r"\{(?:(?P<kind>fact|slot|var):(?P<name>[a-z][a-z0-9_]*)(?P<number>\.number)?"
    r"|result:(?P<result>[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*)|(?P<own>menu|topic|other|number))\}"
)
_FIGURES = re.compile(r"\d(?:[-,. ]?\d){2,}")
_WON = re.compile(
    r"(?:\d[\d,]*\s?[십백천만억]*|[일이삼사오육칠팔구십백천만억]{2,}|[일이삼사오육칠팔구십백천만억]+\s)\s?원"
    r"(?=$|[^가-힣]|입니다|이에요|이고|이며|을|은|에|씩|짜리|까지|부터|정도)"
)


OWN = frozenset({"menu", "topic", "other", "number"})
"""References that only the hotline's wording has, filled by the engine."""


@dataclass(frozen=True, slots=True)
class Reference:
    """One reference in a prompt."""

    kind: str
    """``fact``, ``slot``, ``slot_number``, ``result``, ``var``, or one of :data:`OWN`."""
    name: str = ""
    """Of a result ``NAME.FIELD``; empty for those of :data:`OWN`."""

    def __str__(self) -> str:
        if self.kind in OWN:
            return f"{{{self.kind}}}"
        return f"{{slot:{self.name}.number}}" if self.kind == "slot_number" else f"{{{self.kind}:{self.name}}}"


def _reference(match: re.Match[str]) -> Reference:
    if match["own"]:
        return Reference(match["own"])
    if match["result"]:
        return Reference("result", match["result"])
    kind = match["kind"]
    return Reference("slot_number" if kind == "slot" and match["number"] else kind, match["name"])


def references(text: str) -> Iterator[Reference]:
    """Every well-formed reference, from left to right."""
    for match in _REFERENCE.finditer(text):
        yield _reference(match)


def fill(text: str, value: Callable[[Reference], str]) -> str:
    """The text with every reference replaced."""
    return _REFERENCE.sub(lambda match: value(_reference(match)), text)


def malformed(text: str) -> str:
    """The first brace that is no reference, with what follows it; empty where there is none."""
    rest = _REFERENCE.sub("", text)
    found = re.search(r"[{}][^{}]*\}?", rest)
    return found.group() if found else ""


def literal_figure(text: str) -> str:
    """Three or more figures in a row, or an amount of money, in the prompt itself; empty where none is."""
    rest = _REFERENCE.sub(" ", text)
    found = _WON.search(rest) or _FIGURES.search(rest)
    return found.group() if found else ""
