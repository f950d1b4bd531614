"""The event log of a replayed call: JSON lines with virtual times, the same byte for byte for the same call.

No ids, no dates: ``t`` is seconds since the call began. What is in it: what the caller did (``caller``), what was
heard (``heard``), what the dialog made of it (``decided``), what was said (``said``), what was done (``action``,
``hand_off``, ``transfer``), what failed, and how it ended.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from dialogs.engine import DialogEngine
from dialogs.state import DialogState
from dialogs.vocabulary import Act, Ask, CallerPressed, CallerSaid, DialogInput, DialogOutput, EndCall, HandOff
from voice_agent import events
from voice_agent.event_bus import EventBus

Entry = dict[str, Any]
_Step = tuple[DialogState, tuple[DialogOutput, ...]]


class Journal:
    """Collects entries in order."""

    def __init__(self, clock: Callable[[], float]) -> None:
        """``clock``: seconds since the call began."""
        self._clock = clock
        self.entries: list[Entry] = []

    def note(self, what: str, **fields: Any) -> None:
        """Something happened now."""
        self.entries.append({"t": round(self._clock(), 3), "what": what, **fields})


def as_lines(entries: list[Entry]) -> str:
    """JSON lines, keys in the order they were noted in."""
    return "".join(json.dumps(entry, ensure_ascii=False) + "\n" for entry in entries)


class JournalBus(EventBus):
    """Writes down what is published."""

    def __init__(self, journal: Journal) -> None:
        super().__init__()
        self._journal = journal

    def publish(self, event: events.CallEvent) -> None:
        """See :class:`EventBus`."""
        entry = told(event)
        if entry is not None:
            self._journal.note(entry.pop("what"), **entry)
        super().publish(event)


def told(event: events.CallEvent) -> Entry | None:
    """What a log says of an event, without its time; None where it says nothing."""
    match event:
        case events.CallAnswered():
            return {"what": "answered"}
        case events.CallerHeard():
            return {
                "what": "heard",
                "text": event.text,
                "confidence": round(event.confidence, 3),
                "speech_s": round(event.speech_s, 2),
                "decode_ms": round(event.decode_ms),
            }
        case events.CallerPressedKeys():
            return {"what": "pressed", "keys": event.keys}
        case events.CallerWasSilent():
            return {"what": "silent"}
        case events.AgentSaid():
            waited = event.voice_to_voice_ms
            return {
                "what": "said",
                "text": event.text,
                "cached": event.cached,
                "waited_ms": None if waited is None else round(waited),
            }
        case events.AgentInterrupted():
            return {"what": "interrupted", "unsaid_s": round(event.unsaid_s, 2)}
        case events.HandOffRequested():
            return {"what": "hand_off", "reason": event.reason, "topic": event.topic}
        case events.HandOffEnded():
            return {"what": "hand_off_ended", "outcome": event.outcome}
        case events.ActionEnded():
            return {"what": "action", "action": event.action, "kind": event.kind, "done": event.done}
        case events.EngineFailed():
            return {"what": "failed", "engine": event.engine, "error": event.error}
        case events.CallEnded():
            return {
                "what": "ended",
                "outcome": event.outcome,
                "reason": event.reason,
                "duration_s": round(event.duration_s, 2),
            }
    return None


class JournalledDialog(DialogEngine):
    """Another engine's dialog, with every step written down. Shares all that is dear to make."""

    def __init__(
        self,
        engine: DialogEngine,
        journal: Journal,
        now: Callable[[], datetime],
        on_step: Callable[[DialogState, tuple[DialogOutput, ...]], None] = lambda _state, _outputs: None,
    ) -> None:
        """``now``: when the call comes, in Korean time. ``on_step`` is told of every step."""
        self.__dict__.update(engine.__dict__)
        self._now = now
        self._journal = journal
        self._on_step = on_step

    def start(self) -> _Step:
        """See :class:`DialogEngine`."""
        return self._noted("start", super().start())

    def step(self, state: DialogState, event: DialogInput) -> _Step:
        """See :class:`DialogEngine`."""
        after, outputs = super().step(state, event)
        if outputs or after != state:
            self._noted(_input(event), (after, outputs))
        return after, outputs

    def _noted(self, came: str, step: _Step) -> _Step:
        state, outputs = step
        self._journal.note(
            "decided",
            on=came,
            flow=state.flow,
            awaiting=state.awaiting.value,
            asking=state.asking,
            slots=_slots(state),
            done=list(state.done),
            answered=list(state.answered),
            outputs=[name for output in outputs if (name := _output(output))],
        )
        self._on_step(state, outputs)
        return step


def _slots(state: DialogState) -> dict[str, str]:
    """Every slot known by now, of whatever flow."""
    frames = (*state.finished, *state.stack, *state.unserved, state.frame)
    return {name: value.value for frame in frames for name, value in sorted(frame.slots.items())}


def _input(event: DialogInput) -> str:
    match event:
        case CallerSaid():
            return "said"
        case CallerPressed():
            return "pressed"
    return type(event).__name__


def _output(output: DialogOutput) -> str:
    match output:
        case Ask(expectation):
            return f"Ask {expectation.kind.value} {expectation.silence_s:g}s"
        case HandOff(reason):
            return f"HandOff {reason}"
        case EndCall(reason):
            return f"EndCall {reason}"
        case Act(_, action, kind):
            return f"Act {action} {kind}".strip()
    return type(output).__name__
