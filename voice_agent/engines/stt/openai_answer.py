"""What an OpenAI-compatible transcription server answered → a transcript, or why it is none. Pure."""

from __future__ import annotations

import json
from typing import Any

from voice_agent.engines.ports import Transcript
from voice_agent.engines.stt.guards import Decoded, confidence, is_loop, rejection
from voice_agent.errors import EngineError

_CERTAIN = 1.0
"""Where the server tells no probability: nothing speaks against the words."""


def transcript_of(content_type: str, body: bytes, *, audio_s: float, decode_s: float) -> Transcript:
    """The body of ``response_format`` ``json`` or ``verbose_json``. Raises EngineError for anything else.

    Segments that carry ``avg_logprob`` and ``no_speech_prob`` are judged by the rules of the embedded engines.
    The messages never quote the body: it may hold the caller's words.
    """
    answer = _parsed(content_type, body)
    text = answer["text"].strip()
    segments = _segments(answer.get("segments"))
    if is_loop(_whole(text, segments), audio_s):
        return Transcript("", 0.0, decode_s, "loop")
    if not text or not segments:
        return Transcript(text, _CERTAIN if text else 0.0, decode_s)
    kept = [segment for segment in segments if not rejection(segment)]
    if not kept:
        return Transcript("", confidence(segments[0].mean_log_probability), decode_s, rejection(segments[0]))
    if len(kept) < len(segments):
        text = " ".join(segment.text for segment in kept if segment.text)
    return Transcript(text, _mean_confidence(kept), decode_s)


def _parsed(content_type: str, body: bytes) -> dict[str, Any]:
    kind = content_type.partition(";")[0].strip().lower()
    if kind and kind != "application/json" and not kind.endswith("+json"):
        raise EngineError(f"expected JSON from the server, got {kind[:40]!r}")
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise EngineError(f"expected JSON from the server, got something else ({type(error).__name__})") from None
    if not isinstance(answer, dict) or not isinstance(answer.get("text"), str):
        raise EngineError("expected a JSON object with a text from the server, got another one")
    return answer


def _segments(found: Any) -> list[Decoded]:
    if not isinstance(found, list):
        return []
    return [
        Decoded(
            text=str(segment.get("text") or "").strip(),
            tokens=len(segment["tokens"]) if isinstance(segment.get("tokens"), list) else 0,
            mean_log_probability=_number(segment.get("avg_logprob")),
            no_speech=_number(segment.get("no_speech_prob")),
        )
        for segment in found
        if isinstance(segment, dict)
    ]


def _whole(text: str, segments: list[Decoded]) -> Decoded:
    return Decoded(text, sum(segment.tokens for segment in segments), 0.0, 0.0)


def _number(value: Any) -> float:
    """0, which speaks for the words, where a server leaves it out."""
    return float(value) if isinstance(value, int | float) else 0.0


def _mean_confidence(segments: list[Decoded]) -> float:
    """Weighted by length of text: one token more or less counts as much wherever it stands."""
    weights = [max(1, len(segment.text)) for segment in segments]
    certainties = [confidence(segment.mean_log_probability) for segment in segments]
    return sum(map(float.__mul__, certainties, map(float, weights))) / sum(weights)
