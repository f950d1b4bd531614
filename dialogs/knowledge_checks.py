"""Mistakes in knowledge/*.yaml that its schema cannot see, and answers that are hard to listen to."""

from __future__ import annotations

import re
from collections.abc import Collection

from dialogs.problems import did_you_mean
from dialogs.raw import items, mapping
from dialogs.templates import literal_figure
from dialogs.yaml_source import DataPath, Document

MOST_CHARACTERS = 130
"""Of an answer: about half a minute at the pace of a public announcement."""
_MOST_SENTENCES = 3
_FEWEST_QUESTIONS = 3
_SENTENCE = re.compile(r"[^.?!]+[.?!]?")
_UNSPEAKABLE = re.compile(r"[()\[\]{}<>]|https?:|www\.|^\s*[-•*]", re.MULTILINE)


def check_knowledge(document: Document, flows: Collection[str], directory: Collection[str]) -> None:
    """Check one file of knowledge as written, given the ids of the flows and of the directory."""
    for index, raw in enumerate(items(document.data)):
        entry = mapping(raw)
        for key, known, what in (("flow", flows, "a known flow"), ("redirect", directory, "an entry of the directory")):
            name = entry.get(key)
            if isinstance(name, str) and name not in known:
                document.problems.append(document.problem((index, key), what, repr(name), did_you_mean(name, known)))
        for key in ("answer", "slow"):
            if isinstance(entry.get(key), str):
                _check_answer(document, (index, key), entry[key])
        if len(items(entry.get("questions"))) < _FEWEST_QUESTIONS:
            hint = "residents ask the same thing in very different words"
            document.warn((index, "questions"), f"at least {_FEWEST_QUESTIONS} questions", "fewer", hint)
        figure = literal_figure(str(entry.get("answer", "")))
        if figure and entry.get("verified") is True and "valid_until" not in entry:
            hint = "figures change: say until when this one may be spoken"
            document.warn((index, "answer"), "the key 'valid_until'", repr(figure), hint)


def _check_answer(document: Document, path: DataPath, text: str) -> None:
    found = _UNSPEAKABLE.search(text)
    if found:
        hint = "write it as one says it on the telephone"
        document.problems.append(document.problem(path, "text that can be spoken", repr(found.group()), hint))
    if "?" in text:
        hint = "what is said here is followed by a question"
        document.problems.append(document.problem(path, "no question", "a question mark", hint))
    if len(text) > MOST_CHARACTERS:
        document.warn(path, f"at most {MOST_CHARACTERS} characters", str(len(text)), "too long for the ear")
    sentences = len([part for part in _SENTENCE.findall(text) if part.strip()])
    if sentences > _MOST_SENTENCES:
        document.warn(path, f"at most {_MOST_SENTENCES} sentences", str(sentences), "too much for one answer")
