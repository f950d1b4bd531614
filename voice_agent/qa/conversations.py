"""Whether conversations reach their end although the caller is misheard: in text, or spoken over a telephone line.

Compared is where a conversation ends, not what is said on the way: outcome, reason, flow, what was done, and the slots
whose values are canonical. A place or a name is kept as it was heard, so that its letters cannot be compared.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dialogs.conversation_model import Conversation
from dialogs.conversations import Verdict, run_conversation
from dialogs.model import Hotline
from dialogs.problems import Problem
from dialogs.raw import items
from dialogs.schema import validate
from dialogs.vocabulary import CallerSaid
from dialogs.yaml_source import read_document
from voice_agent.errors import ConfigError
from voice_agent.qa.misheard_caller import AS_SAID, Hearing, MisheardCaller
from voice_agent.qa.recognition_errors import RecognitionErrors

_TEST_FILES = "*.test.yaml"
_ANOTHER_TIME = 1000
"""Between the seed of a turn and that of its repetition."""


@dataclass(frozen=True, slots=True)
class Script:
    """One conversation, and the file it stands in."""

    file: str
    """Without its endings: the flow's id, where it stands beside one."""
    conversation: Conversation


def read_scripts(folder: Path) -> list[Script]:
    """Every conversation of the folder's *.test.yaml, or of its *.yaml where there is none. Raises ConfigError."""
    paths = sorted(folder.glob(_TEST_FILES)) or sorted(folder.glob("*.yaml"))
    scripts: list[Script] = []
    problems: list[Problem] = []
    for path in paths:
        document = read_document(path, path.name)
        for index, raw in enumerate(items(document.data)):
            conversation = validate(document, raw, Conversation, (index,))
            if conversation:
                scripts.append(Script(path.name.removesuffix(".yaml").removesuffix(".test"), conversation))
        problems += document.problems
    if problems:
        raise ConfigError("--conversations: " + "\n".join(map(str, problems)))
    if not scripts:
        raise ConfigError(f"--conversations: expected a folder with conversations in *.test.yaml, got {folder}")
    return scripts


def misheard(rate: float, seed: int) -> Hearing:
    """Recognition errors in text; the same for the same text, seed and repetition."""

    def hear(text: str, words: tuple[str, ...], again: int) -> CallerSaid:
        return CallerSaid(RecognitionErrors(rate, seed + _ANOTHER_TIME * again)(text))

    return hear


def measure_conversations(
    caller: MisheardCaller,
    scripts: Sequence[Script],
    hearings: Sequence[Hearing],
    report: Callable[[int, int], None] = lambda done, total: None,
) -> dict[str, Any]:
    """Every conversation once with each hearing: the share that reaches its end, by flow, and what failed and why."""
    runs: list[tuple[Script, int, Verdict]] = []
    misheard: list[list[str]] = []
    for number, hear in enumerate(hearings):
        caller.hear = hear
        for script in scripts:
            conversation = _comparable(script.conversation, caller.hotline)
            runs.append((script, number, run_conversation(caller, conversation, _unchanged)))
            misheard.append([f"{said} → {heard}" for said, heard in caller.heard if said != heard])
            report(len(runs), len(scripts) * len(hearings))
    flows = dict.fromkeys(script.file for script in scripts)
    return {
        "conversations": len(runs),
        "reached": _share([verdict.right for _, _, verdict in runs]),
        "turns": caller.turns,
        "said_again": caller.repeated,
        "pressed": caller.pressed,
        "by_flow": {
            flow: _share([verdict.right for script, _, verdict in runs if script.file == flow]) for flow in flows
        },
        "failed": [
            {
                "flow": script.file,
                "name": verdict.name,
                "run": number,
                "failures": list(verdict.failures),
                "heard": list(verdict.heard),
                "misheard": wrong,
            }
            for (script, number, verdict), wrong in zip(runs, misheard, strict=True)
            if not verdict.right
        ],
    }


def _unchanged(text: str) -> str:
    """The caller of this module is misheard already; it only says that answers are not to be compared."""
    return text


def _comparable(conversation: Conversation, hotline: Hotline) -> Conversation:
    """Without the slots that are kept as they were said."""
    types = {name: slot.type for flow in hotline.flows for name, slot in flow.slots.items()}
    slots = {name: value for name, value in conversation.end.slots.items() if types.get(name) not in AS_SAID}
    return conversation.model_copy(update={"end": conversation.end.model_copy(update={"slots": slots})})


def _share(right: Sequence[bool]) -> float:
    return round(sum(right) / len(right), 4)
