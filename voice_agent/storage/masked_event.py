"""From an event in the clear to what may be stored of it. Pure: data in, data out."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from voice_agent.events import AgentSaid, CallerHeard, CallEvent
from voice_agent.privacy.masking import Masker, mask_keys, mask_remote

_OWN_COLUMNS = frozenset({"call_id", "at"})
_OUR_WORDS = frozenset(
    {"reason", "topic", "outcome", "engine", "error", "voice", "action", "kind"}
    | {"who", "part", "flow", "entry", "command", "phase"}
)
"""String fields that hold this project's own vocabulary, or the account of one of our own people, which an audit needs
in the clear. Every other string is taken for the caller's and masked."""


def masked_fields(event: CallEvent, masker: Masker) -> dict[str, Any]:
    """The event's own fields, ready for JSON, with everything personal masked."""
    return {name: _masked(name, value, masker) for name, value in asdict(event).items() if name not in _OWN_COLUMNS}


def turn_values(event: CallEvent, fields: dict[str, Any]) -> dict[str, Any] | None:
    """The turn's columns for an event that is a turn, from its masked fields; None for every other event."""
    if isinstance(event, CallerHeard):
        return {
            "speaker": "caller",
            "text_masked": fields["text"],
            "confidence": event.confidence,
            "speech_s": event.speech_s,
            "latency_ms": event.decode_ms,
        }
    if isinstance(event, AgentSaid):
        return {
            "speaker": "voice_agent",
            "text_masked": fields["text"],
            "voice": event.voice,
            "cached": event.cached,
            "latency_ms": event.voice_to_voice_ms,
        }
    return None


def _masked(name: str, value: Any, masker: Masker) -> Any:
    if not isinstance(value, str):
        return value if isinstance(value, bool | int | float) or value is None else type(value).__name__
    if name in _OUR_WORDS:
        return value
    if name == "keys":
        return mask_keys(value)
    if name == "remote":
        return mask_remote(value)
    return masker.mask(value)
