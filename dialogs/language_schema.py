"""JSON schemas of the files of a hotline folder, for editors. The checker knows more: it sees all files together."""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter

from dialogs.conversation_model import Conversation
from dialogs.knowledge_model import Entry, Fact, KnowledgeEntry, NamesSource
from dialogs.model import Flow, HotlineFile
from dialogs.parts import Prompt
from dialogs.safety_model import SafetyFile

DRAFT = "https://json-schema.org/draft/2020-12/schema"


class _Directory(NamesSource):
    """departments.yaml or places.yaml with the source of their names."""

    entries: tuple[Entry, ...]


_FILES: dict[str, Any] = {
    "hotline": HotlineFile,
    "facts": list[Fact],
    "safety": SafetyFile,
    "directory": list[Entry] | _Directory,
    "knowledge": list[KnowledgeEntry],
    "flow": Flow,
    "test": list[Conversation],
}
"""By kind of file: departments.yaml and places.yaml are ``directory``, flows/NAME.test.yaml is ``test``."""


def schemas() -> dict[str, dict[str, Any]]:
    """A schema for each kind of file, by its name."""
    return {name: _schema(name, kind) for name, kind in _FILES.items()}


def _schema(name: str, kind: Any) -> dict[str, Any]:
    found = TypeAdapter(kind).json_schema(by_alias=True)
    definitions = found.get("$defs", {})
    if "Prompt" in definitions:
        definitions["Prompt"] = _as_written(definitions["Prompt"])
    return {"$schema": DRAFT, **_relaxed(found), "title": f"{name}.yaml"}


def _as_written(prompt: dict[str, Any]) -> dict[str, Any]:
    """A prompt may be plain text."""
    return {"title": Prompt.__name__, "anyOf": [{"type": "string", "minLength": 1}, prompt]}


def _relaxed(node: Any) -> Any:
    """What the loader takes although the model, strictly read, does not: a number for text, one value for a list."""
    if isinstance(node, list):
        return [_relaxed(one) for one in node]
    if not isinstance(node, dict):
        return node
    relaxed = {key: _relaxed(value) for key, value in node.items()}
    if relaxed.get("type") == "string" and "format" not in relaxed and "enum" not in relaxed:
        relaxed["type"] = ["string", "number"]
    if relaxed.get("type") == "array" and relaxed.get("items", {}).get("type") == ["string", "number"]:
        bounds = {key: relaxed.pop(key) for key in ("title", "description", "default") if key in relaxed}
        return {**bounds, "anyOf": [relaxed, {"type": ["string", "number"]}]}
    return relaxed
