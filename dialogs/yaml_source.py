"""One YAML file as plain data that remembers where every key stands."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from dialogs.problems import Problem

DataPath = tuple[str | int, ...]
"""Keys and list indices from the top of a file."""

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
MOST_DEPTH = 40
"""Levels of keys and lists in one file."""
_INT = re.compile(r"-?(?:0|[1-9][0-9]*)")


@dataclass(frozen=True, slots=True)
class Mark:
    """A place in a file; both count from 1."""

    line: int
    column: int


@dataclass(slots=True)
class Document:
    """One YAML file: its data, where everything stands, and the mistakes found while reading."""

    file: str
    data: Any = None
    marks: dict[DataPath, Mark] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def mark(self, path: DataPath) -> Mark:
        """Where a path stands, or the nearest path above it that exists."""
        while path and path not in self.marks:
            path = path[:-1]
        return self.marks.get(path, Mark(0, 0))

    def problem(self, path: DataPath, expected: str, got: str, hint: str = "") -> Problem:
        """A mistake at a path of this file."""
        mark = self.mark(path)
        return Problem(self.file, mark.line, mark.column, spell(path), expected, got, hint)

    def warn(self, path: DataPath, expected: str, got: str, hint: str = "") -> None:
        """Note a warning at a path of this file."""
        mark = self.mark(path)
        self.problems.append(Problem(self.file, mark.line, mark.column, spell(path), expected, got, hint, warning=True))


def spell(path: DataPath) -> str:
    """A path as people write it: ``steps[2].say``."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return text.removeprefix(".")


def read_document(path: Path, name: str) -> Document:
    """Read one file. Never raises for what is in it: mistakes stand in ``problems``, ``data`` is None or partial."""
    document = Document(name)
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        got = f"byte 0x{error.object[error.start]:02x}"
        document.problems.append(Problem(name, line, 1, "", "UTF-8 text", got, "save the file as UTF-8"))
        return document
    except OSError as error:
        document.problems.append(Problem(name, 0, 0, "", "a readable file", error.strerror or "an error"))
        return document
    try:
        refused = _refused(name, text)
        if refused:
            document.problems.append(refused)
            return document
        root = yaml.compose(text, Loader=_Loader)
    except yaml.YAMLError as error:
        document.problems.append(_syntax_problem(name, text, error))
        return document
    if root is None:
        document.problems.append(Problem(name, 1, 1, "", "content", "an empty file"))
        return document
    document.data = _Reader(document).read(root, ())
    return document


def _refused(name: str, text: str) -> Problem | None:
    """The first anchor or alias, or what is nested too deeply. Aliases let a small file grow without bound."""
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        anchor = getattr(event, "anchor", None)
        if anchor is not None:
            got = f"{'*' if isinstance(event, yaml.AliasEvent) else '&'}{anchor}"
            return _at(event, name, "no anchors and no aliases", got, "write the value out, or put it in quotes")
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > MOST_DEPTH:
                return _at(event, name, f"at most {MOST_DEPTH} levels", "more", "check the indentation and brackets")
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
    return None


def _at(event: yaml.Event, name: str, expected: str, got: str, hint: str) -> Problem:
    mark = event.start_mark
    line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
    return Problem(name, line, column, "", expected, got, hint)


def _syntax_problem(name: str, text: str, error: yaml.YAMLError) -> Problem:
    mark = getattr(error, "problem_mark", None)
    got = str(getattr(error, "problem", None) or getattr(error, "reason", None) or "unreadable text")
    lines = text.splitlines()
    around = lines[max(0, mark.line - 1) : mark.line + 1] if mark else []
    hint = ""
    if any(re.match(r"[ ]*\t", line) for line in around):
        hint = "indent with spaces, not tabs"
    elif any(re.search(r"[:-]\s+[{\[](?:fact|slot|var):|[:-]\s+\{menu", line) for line in around):
        hint = "put text that begins with { in quotes"
    elif "mapping values are not allowed" in got or "expected <block end>" in got or "expected key" in got:
        hint = "check the indentation, and put text that holds ': ' in quotes"
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    return Problem(name, line, column, "", "valid YAML", got, hint)


class _Reader:
    """Turns YAML nodes into plain data and notes where each stands."""

    def __init__(self, document: Document) -> None:
        self.document = document

    def read(self, node: yaml.Node, path: DataPath) -> Any:
        self.document.marks.setdefault(path, _mark(node))
        if isinstance(node, yaml.MappingNode):
            return self.mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.read(item, (*path, index)) for index, item in enumerate(node.value)]
        return self.scalar(node, path)

    def mapping(self, node: yaml.MappingNode, path: DataPath) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value) if isinstance(key_node, yaml.ScalarNode) else ""
            here = (*path, key)
            if not key:
                mark = _mark(key_node)
                where = spell(path)
                self.document.problems.append(
                    Problem(self.document.file, mark.line, mark.column, where, "a plain key", "something else")
                )
                continue
            if key in found:
                first = self.document.mark(here).line
                mark = _mark(key_node)
                self.document.problems.append(
                    Problem(
                        self.document.file, mark.line, mark.column, spell(here),
                        "each key once", "the same key again", f"first on line {first}",
                    )
                )  # fmt: skip
                continue
            self.document.marks[here] = _mark(key_node)
            found[key] = self.read(value_node, here)
        return found

    def scalar(self, node: yaml.Node, path: DataPath) -> Any:
        text, tag = str(node.value), node.tag.rsplit(":", 1)[-1]
        if not node.tag.startswith("tag:yaml.org,2002:"):
            self.document.problems.append(self.document.problem(path, "a plain value", f"the tag {node.tag}"))
        if tag == "null":
            return None
        if tag == "bool" and text.lower() in ("true", "false"):
            return text.lower() == "true"
        if tag == "int" and _INT.fullmatch(text):
            return int(text)
        if tag == "float" and re.fullmatch(r"-?[0-9]+\.[0-9]+", text):
            return float(text)
        return text


def _mark(node: yaml.Node) -> Mark:
    return Mark(node.start_mark.line + 1, node.start_mark.column + 1)
