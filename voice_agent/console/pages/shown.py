"""Live calls and lines as the scripts in the browser draw them. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from voice_agent.console.application.live_calls import CallRow
from voice_agent.console.live.call_state import Line, LiveCall
from voice_agent.console.pages.words import PARTICIPATIONS, PHASES, moment, number, step
from voice_agent.storage.calls import Turn

_TONES = {"waiting": "warn", "with_person": "good", "taken_over": "good"}
_NAMES = {"caller": "시민", "voice_agent": "음성봇", "human_agent": "상담원"}
SLOW_MS = 1200.0
UNSURE = 0.6


def row(call: CallRow, titles: Mapping[str, str]) -> dict[str, Any]:
    """One line of the list of live calls."""
    return {
        "id": call.call_id,
        "phase": PHASES[call.phase],
        "tone": "bad" if call.urgent else _TONES.get(call.phase, ""),
        "urgent": call.urgent,
        "topic": call.topic,
        "step": step(call.step, "", titles),
        "remote": number(call.remote),
        "began": epoch_ms(call.answered_at or call.accepted_at),
        "waiting": epoch_ms(call.waiting_since) if call.waiting_since else 0,
        "repairs": call.repairs,
        "latency": seconds(call.latency_ms),
        "told": epoch_ms(call.changed_at or call.accepted_at),
        "people": ", ".join(f"{who} {PARTICIPATIONS.get(part, part)}" for who, part in call.people),
    }


def lines(call: LiveCall) -> list[dict[str, Any]]:
    """Everything said on a live call."""
    return [_line(line) for line in call.lines]


def _line(line: Line) -> dict[str, Any]:
    return {
        "who": line.speaker,
        "name": _NAMES.get(line.speaker, ""),
        "at": moment(line.at, day=False),
        "text": line.text or "(알아듣지 못함)",
        **_sure(line.confidence),
        "latency": seconds(line.latency_ms),
    }


def played(turn: Turn, began: datetime) -> dict[str, Any]:
    """One turn of a call that is over, placed in its recording."""
    # A caller's turn is told when it is over, an answer when it begins.
    from_s = (turn.at - began).total_seconds() - (turn.speech_s or 0.0)
    spoken_ms = turn.latency_ms if turn.speaker == "voice_agent" else None
    return {
        "who": turn.speaker,
        "name": _NAMES.get(turn.speaker, turn.speaker),
        "from": max(0.0, from_s),
        "text": turn.text_masked or "(알아듣지 못함)",
        **_sure(turn.confidence),
        "latency": seconds(spoken_ms),
        "slow": spoken_ms is not None and spoken_ms > SLOW_MS,
    }


def _sure(confidence: float | None) -> dict[str, Any]:
    if confidence is None:
        return {"sure": "", "unsure": False}
    return {"sure": f"{round(confidence * 100)}%", "unsure": confidence < UNSURE}


def seconds(ms: float | None) -> str:
    """``0.8초``."""
    return "" if ms is None else f"{ms / 1000:.1f}초"


def epoch_ms(at: datetime) -> float:
    """As the browser counts."""
    return at.timestamp() * 1000
