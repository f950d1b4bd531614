"""What a language model may answer: a JSON schema, and the reading of it while it still streams.

    {"kind": "answer", "passages": ["passport_fee"], "clauses": ["수수료는 …", "…"], "commands": []}
    {"kind": "commands", …, "commands": [{"command": "start_flow", "target": "callback", "words": ""}]}
    {"kind": "none", …}

The order matters: passages come before the clauses that rest on them, so that each clause can be checked as it comes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import jiter
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from voice_agent.errors import EngineError

MOST_CHARACTERS = 4_000
"""Of a whole reply; more is no answer for the ear."""
_MOST_CLAUSES = 4
_MOST_COMMANDS = 2

CommandName = Literal["start_flow", "answer_passage", "set_slot", "escalate", "repeat", "slower"]
"""No yes, no no and no cancel: a model confirms nothing in a caller's place and throws nothing away."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Proposed(_Strict):
    """One command."""

    command: CommandName
    target: str
    """A flow, a passage or a slot by id; empty for the others."""
    words: str
    """For ``set_slot``: the caller's words that answer."""


class Reply(_Strict):
    """A complete reply."""

    kind: Literal["answer", "commands", "none"]
    passages: tuple[str, ...]
    clauses: tuple[str, ...] = Field(max_length=_MOST_CLAUSES)
    commands: tuple[Proposed, ...] = Field(max_length=_MOST_COMMANDS)


@dataclass(frozen=True, slots=True)
class SoFar:
    """What of a streaming reply is complete."""

    kind: str
    passages: tuple[str, ...]
    clauses: tuple[str, ...]


def schema(*, flows: Sequence[str], passages: Sequence[str], slots: Sequence[str]) -> dict[str, Any]:
    """The JSON schema of a reply in a form that strict servers take: every key required, none beside them."""
    command = {
        "command": {"type": "string", "enum": list(CommandName.__args__)},  # type: ignore[attr-defined]
        "target": {"type": "string", "enum": ["", *flows, *passages, *slots]},
        "words": {"type": "string"},
    }
    return _object(
        {
            "kind": {"type": "string", "enum": ["answer", "commands", "none"]},
            "passages": {"type": "array", "items": {"type": "string", "enum": list(passages) or [""]}},
            "clauses": {"type": "array", "items": {"type": "string"}},
            "commands": {"type": "array", "items": _object(command)},
        }
    )


def so_far(text: str) -> SoFar:
    """The complete parts of a reply that is still coming; empty where nothing is yet. Raises EngineError: no JSON."""
    if not text.strip():
        return SoFar("", (), ())
    try:
        value = jiter.from_json(text.strip().encode(), partial_mode=True)
    except ValueError as error:
        raise EngineError("the language model's reply is not JSON") from error
    if not isinstance(value, dict):
        raise EngineError("the language model's reply is not a JSON object")
    kind = value.get("kind")
    # A list that is followed by another key is complete; until then the passages may still grow.
    passages = _texts(value.get("passages")) if "clauses" in value else ()
    return SoFar(kind if isinstance(kind, str) else "", passages, _texts(value.get("clauses")))


def complete(text: str) -> Reply:
    """The whole reply. Raises EngineError where it is not what the schema asks for."""
    try:
        return Reply.model_validate_json(text.strip())
    except ValidationError as error:
        raise EngineError(f"the language model's reply breaks the schema in {error.error_count()} places") from None


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(item for item in value if isinstance(item, str)) if isinstance(value, list) else ()


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }
