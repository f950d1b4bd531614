"""JSON schemas of the files of a hotline folder, for editors. The checker knows more: it sees all files together."""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter

from dialogs.conversation_model import Conversation
from dialogs.knowledge_model import DistrictsFile, Entry, Fact, KnowledgeEntry, NamesSource
from dialogs.model import Flow, HotlineFile
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
    "districts": DistrictsFile,
    "knowledge": list[KnowledgeEntry],
    "flow": Flow,
    "test": list[Conversation],
}
"""By kind of file: departments.yaml and places.yaml are ``directory``, flows/NAME.test.yaml is ``test``."""

_ALSO_TEXT = frozenset({"Prompt", "Hours"})
"""Parts that may be written as plain text."""


def schemas() -> dict[str, dict[str, Any]]:
    """A schema for each kind of file, by its name."""
    return {name: _schema(name, kind) for name, kind in _FILES.items()}


def _schema(name: str, kind: Any) -> dict[str, Any]:
    found = TypeAdapter(kind).json_schema(by_alias=True)
    definitions = found.get("$defs", {})
    for part in _ALSO_TEXT & definitions.keys():
        definitions[part] = {"anyOf": [{"type": "string", "minLength": 1}, definitions[part]]}
    return {"$schema": DRAFT, **_relaxed(found), "title": f"{name}.yaml"}


def _relaxed(node: Any) -> Any:
    """What the loader takes although the model, strictly read, does not: a number for text, one value in ``when``."""
    if isinstance(node, list):
        return [_relaxed(one) for one in node]
    if not isinstance(node, dict):
        return node
    relaxed = {key: _relaxed(value) for key, value in node.items()}
    if relaxed.get("type") == "string" and "format" not in relaxed and "enum" not in relaxed:
        relaxed["type"] = ["string", "number"]
    values = relaxed.get("additionalProperties")
    if isinstance(values, dict) and values.get("type") == "array":
        relaxed["additionalProperties"] = {"anyOf": [values, values["items"]]}
    return relaxed
