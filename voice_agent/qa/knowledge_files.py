"""Reads what a knowledge bench is given: passages (YAML) and questions (TSV), every mistake with file and line."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dialogs.retrieval import Passage
from dialogs.yaml_source import Document, read_document
from voice_agent.errors import ConfigError

OUT_OF_DOMAIN = "-"


@dataclass(frozen=True, slots=True)
class Question:
    """A question and the id of the passage that answers it; ``-``: none does."""

    text: str
    expected: str


def read_passages(path: Path) -> list[Passage]:
    """A YAML list of passages: id, title, answer, and questions if you like; a folder: all its ``*.yaml``.

    Other keys are ignored. Raises ConfigError.
    """
    files = sorted(path.glob("*.yaml")) if path.is_dir() else [path]
    passages: dict[str, Passage] = {}
    for file in files:
        document = read_document(file, str(file))
        if document.problems:
            raise ConfigError(f"--passages: {document.problems[0]}")
        if not isinstance(document.data, list):
            raise _mistake(document, (), "a list of passages (- id: …, title: …, answer: …)", document.data)
        for index, raw in enumerate(document.data):
            passage = _passage(document, index, raw)
            if passage.id in passages:
                raise _mistake(document, (index, "id"), "an id of its own", passage.id)
            passages[passage.id] = passage
    if not passages:
        raise ConfigError(f"--passages: expected at least one passage, got none in {path}")
    return list(passages.values())


def read_questions(path: Path, passages: list[Passage], part: str = "") -> list[Question]:
    """A header line, then a text and the expected id (or ``-``), between them a tab; other columns are ignored.

    ``part``: only lines with this third column. Raises ConfigError.
    """
    try:
        lines = path.read_bytes().decode("utf-8-sig").splitlines()
    except OSError as error:
        raise ConfigError(f"--questions: expected a readable TSV file, got {path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ConfigError(
            f"--questions: {path}: expected UTF-8 text, got byte 0x{error.object[error.start]:02x}"
        ) from error
    known = {passage.id for passage in passages} | {OUT_OF_DOMAIN}
    questions = []
    for number, line in enumerate(lines[1:], start=2):
        if not line.strip():
            continue
        text, *rest = (cell.strip() for cell in line.split("\t"))
        if not text or not rest or not rest[0]:
            raise ConfigError(f"--questions: {path}:{number}: expected a text, a tab and an id (or -), got {line!r}")
        if rest[0] not in known:
            raise ConfigError(f"--questions: {path}:{number}: expected the id of a passage or -, got {rest[0]!r}")
        if not part or rest[1:2] == [part]:
            questions.append(Question(text, rest[0]))
    if not questions:
        raise ConfigError(f"--questions: {path}: expected a header line and questions below it, got {len(lines)} lines")
    return questions


def _passage(document: Document, index: int, raw: Any) -> Passage:
    if not isinstance(raw, dict):
        raise _mistake(document, (index,), "a passage (id, title, answer)", raw)
    fields = {}
    for key in ("id", "title", "answer"):
        value = raw.get(key)
        if not isinstance(value, str | int | float) or isinstance(value, bool) or not str(value).strip():
            raise _mistake(document, (index, key), f"a text as {key}", value)
        fields[key] = str(value).strip()
    questions = raw.get("questions") or []
    if not isinstance(questions, list) or not all(isinstance(question, str) for question in questions):
        raise _mistake(document, (index, "questions"), "a list of texts", questions)
    return Passage(fields["id"], fields["title"], fields["answer"], tuple(questions))


def _mistake(document: Document, path: tuple[int | str, ...], expected: str, got: object) -> ConfigError:
    shown = "nothing" if got is None else repr(got)[:80]
    return ConfigError(f"--passages: {document.problem(path, expected, shown)}")
