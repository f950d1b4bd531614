"""Whether a replayed call went as its fixture expects. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from voice_agent.qa.fixture import Expected
from voice_agent.qa.journal import Entry

_NO_PERSON = "none"


def failures(expected: Expected, entries: Sequence[Entry]) -> list[str]:
    """What was not as it should be, in words; empty where everything was."""
    return [
        *_end(expected, entries),
        *_understood(expected, entries),
        *_said(expected, entries),
        *_in_time(expected, entries),
    ]


def intents_of(entries: Sequence[Entry]) -> list[str]:
    """Flows entered and knowledge entries answered, each when it first came up."""
    found: dict[str, None] = {}
    for entry in of(entries, "decided"):
        names = [*entry["done"], *entry["answered"], *([entry["flow"]] if entry["flow"] else [])]
        found.update(dict.fromkeys(names))
    return list(found)


def slots_of(entries: Sequence[Entry]) -> dict[str, str]:
    """Every slot with its last value."""
    slots: dict[str, str] = {}
    for entry in of(entries, "decided"):
        slots.update(entry["slots"])
    return slots


def of(entries: Sequence[Entry], what: str) -> list[Entry]:
    """The entries of one kind."""
    return [entry for entry in entries if entry["what"] == what]


def _end(expected: Expected, entries: Sequence[Entry]) -> Iterator[str]:
    ended = next(iter(of(entries, "ended")), {"outcome": "none", "reason": ""})
    if expected.outcome not in (None, ended["outcome"]):
        yield f"outcome: expected {expected.outcome}, got {ended['outcome']}"
    if expected.reason not in (None, ended["reason"]):
        yield f"reason: expected {expected.reason}, got {ended['reason']}"
    reasons = [entry["reason"] for entry in of(entries, "hand_off")]
    if expected.hand_off == _NO_PERSON and reasons:
        yield f"hand_off: expected none, got {reasons[0]}"
    elif expected.hand_off not in (None, _NO_PERSON, *reasons):
        yield f"hand_off: expected {expected.hand_off}, got {', '.join(reasons) or 'none'}"
    acted = tuple(entry["action"] for entry in of(entries, "action"))
    if expected.acted is not None and acted != expected.acted:
        yield f"acted: expected {list(expected.acted)}, got {list(acted)}"
    for entry in of(entries, "failed"):
        yield f"failed: {entry['engine']} ({entry['error']})"


def _understood(expected: Expected, entries: Sequence[Entry]) -> Iterator[str]:
    intents = intents_of(entries)
    wanted = [*expected.intents, *([expected.flow] if expected.flow and expected.flow not in expected.intents else [])]
    following = iter(intents)
    if not all(intent in following for intent in wanted):
        yield f"intents: expected {wanted}, got {intents}"
    slots = slots_of(entries)
    for name, value in {**expected.slots, **expected.ticket}.items():
        if _bare(slots.get(name, "")) != _bare(value):
            yield f"slot {name}: expected {value}, got {slots.get(name, 'nothing')}"
    for name, part in expected.ticket_holds.items():
        if _bare(part) not in _bare(slots.get(name, "")):
            yield f"slot {name}: expected something with {part}, got {slots.get(name, 'nothing')}"
    turns = len([entry for entry in of(entries, "decided") if entry["on"] in ("said", "pressed")])
    if not expected.turns.least <= turns <= expected.turns.most:
        yield f"turns: expected {expected.turns.least} to {expected.turns.most}, got {turns}"


def _said(expected: Expected, entries: Sequence[Entry]) -> Iterator[str]:
    said = "\n".join(entry["text"] for entry in of(entries, "said"))
    for piece in (*expected.must_say, *expected.must_hear):
        if piece not in said:
            yield f"must_say: {piece!r} was not said"
    for piece in expected.never_say:
        if piece in said:
            yield f"never_say: {piece!r} was said"


def _in_time(expected: Expected, entries: Sequence[Entry]) -> Iterator[str]:
    waits = sorted(entry["waited_ms"] for entry in of(entries, "said") if entry["waited_ms"] is not None)
    if not waits:
        return
    sounded = sorted(_first_sounds_ms(entries))
    median = sounded[(len(sounded) - 1) // 2]
    if median > expected.latency.p50_ms:
        yield f"latency: expected a median of {expected.latency.p50_ms:g} ms at most, got {median}"
    if waits[-1] > expected.latency.most_ms:
        yield f"latency: expected {expected.latency.most_ms:g} ms at most, got {waits[-1]}"


def _first_sounds_ms(entries: Sequence[Entry]) -> Iterator[int]:
    """Of each answer that was waited for: until anything sounded, "one moment please" included."""
    announced_s: float | None = None
    for entry in entries:
        if entry["what"] in ("heard", "pressed", "silent"):
            announced_s = None
        elif entry["what"] == "said" and entry["waited_ms"] is None:
            announced_s = entry["t"] if announced_s is None else announced_s
        elif entry["what"] == "said":
            earlier_s = 0.0 if announced_s is None else entry["t"] - announced_s
            yield max(0, round(entry["waited_ms"] - 1000 * earlier_s))
            announced_s = None


def _bare(value: str) -> str:
    return value.replace("-", "").replace(" ", "")
