"""Mistakes in flows/NAME.test.yaml: turns that say nothing, and names of what is not there."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import PurePosixPath

from dialogs.conversation_model import Conversation
from dialogs.flow_model import Action
from dialogs.problems import did_you_mean
from dialogs.schema import describe, validate
from dialogs.yaml_source import DataPath, Document


def check_conversations(
    document: Document, flows: Mapping[str, Collection[str]], knowledge: Collection[str]
) -> list[Conversation]:
    """The test conversations of one file that have no mistake of form. ``flows``: the slots of each, by id."""
    name = PurePosixPath(document.file).name.removesuffix(".test.yaml")
    if document.data is None:
        return []
    if name not in flows:
        hint = did_you_mean(name, flows)
        document.problems.append(document.problem((), "a flow of that name beside it", repr(name), hint))
    if not isinstance(document.data, list):
        hint = "begin each conversation with '- name: …'"
        document.problems.append(document.problem((), "a list", describe(document.data), hint))
        return []
    found = []
    for index, raw in enumerate(document.data):
        conversation = validate(document, raw, Conversation, (index,))
        if conversation:
            found.append(conversation)
            _check_names(document, (index, "end"), conversation, flows, knowledge)
    return found


def _check_names(
    document: Document,
    path: DataPath,
    conversation: Conversation,
    flows: Mapping[str, Collection[str]],
    knowledge: Collection[str],
) -> None:
    end = conversation.end
    slots = {name for names in flows.values() for name in names}
    named: list[tuple[str, Collection[str], Collection[str]]] = [
        ("flow", [end.flow] if end.flow else [], flows),
        ("done", end.done or (), flows),
        ("slots", end.slots, slots),
        ("acted", end.acted or (), [str(action) for action in Action]),
        ("answered", end.answered or (), knowledge),
    ]
    for key, names, known in named:
        for name in names:
            if name not in known:
                hint = did_you_mean(name, known)
                document.problems.append(document.problem((*path, key), f"a known name in {key}", repr(name), hint))
