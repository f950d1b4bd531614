"""Speaking into our speech, measured at the far end of real SIP calls: how soon we stop, and for whom.

A hotline is served whose open question is a long one. Each call speaks one clip into it, at a moment when it sounds for
certain: the question's own recording, made in a call where nobody spoke, says when. That recording also tells speech
that was taken up again from an answer. Times are those of packets: ours as they were sent, the hotline's as the kernel
received them.
"""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from dialogs.loader import default_library
from telephony.audio import Pcm
from telephony.ports import free_port
from voice_agent.errors import EngineNotAvailable, VoiceAgentError
from voice_agent.qa.barge_in_clips import Clip, callers_clips
from voice_agent.qa.barge_in_outcome import (
    AFTER_CLIP_S,
    AUDIBLE,
    FRAME,
    FRAME_S,
    LONGEST_WAIT_S,
    Outcome,
    Question,
    contains,
    judged,
    levels,
    since_first_sound,
)
from voice_agent.qa.latency import SCENARIO, percentiles
from voice_agent.qa.rtp_probe import ClipProbe, RtpEnd
from voice_agent.qa.served import ServedHotline

_QUESTION = "무엇을 도와드릴까요? 여권을 잃어버리셨거나 부서의 전화번호가 궁금하시면 천천히 편하게 말씀해 주세요."
_SHORT_QUESTION = "무엇을 도와드릴까요? 궁금하신 것을 천천히 편하게 말씀해 주세요. 듣고 있습니다."
"""For a quick look."""
_APART_S = 2.0
"""Between the beginnings of two calls: several run at once, but no two clips fall together."""
_SIPP_S = 600
_LISTEN_S = 18.0
"""Longer than the question and the notices before it."""
_NO_SUCH_PAUSE_S = 1.2
_TRIES = 6


def measure_barge_in(
    cache_dir: Path,
    model_dir: Path,
    *,
    clips: int,
    report: Callable[[int, int], None],
    only: Sequence[str] = (),
    quick: bool = False,
) -> list[Outcome]:
    """``clips`` of listeners and as many of people who take the turn, each spoken into a call of its own.

    ``only``: clips whose text holds one of these. ``quick``: a shorter question and less time between the calls; for a
    look, not for figures.
    """
    if shutil.which("sipp") is None:
        raise EngineNotAvailable("bench barge-in needs sipp: apt-get install sip-tester")
    spoken = asyncio.run(callers_clips(model_dir, cache_dir / "bench" / "barge-in", clips, only))
    with tempfile.TemporaryDirectory(prefix="voice-agent-bench-") as folder:
        library = _library_asking(_SHORT_QUESTION if quick else _QUESTION, Path(folder) / "dialogs")
        settings = {"VOICE_AGENT_DIALOGS": str(library), "VOICE_AGENT_STORAGE__RECORD_AUDIO": "false"}
        with ServedHotline(Path(folder) / "data", cache_dir, settings) as hotline:
            question = _question(hotline, Path(folder))
            report(0, len(spoken))
            outcomes = _calls(hotline, spoken, question, Path(folder), _APART_S / 2 if quick else _APART_S)
            report(len(outcomes), len(spoken))
    return outcomes


def figures(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """The shares and times of a run; None for a kind of which there was no clip."""
    listeners = [outcome for outcome in outcomes if outcome.clip.listening]
    others = [outcome for outcome in outcomes if not outcome.clip.listening]
    # Whoever did not stop us counts among true_stops; the pause that came next in the question is no stop.
    stopped = [outcome for outcome in others if outcome.counts_as_stopped]
    stops = [outcome.stop_ms for outcome in stopped if outcome.stop_ms is not None]
    stop_ms = percentiles(stops) if stops else {}
    return {
        "stop_ms": {key: stop_ms.get(key) for key in ("p50", "p99", "n")},
        "left_over_ms": max((outcome.left_over_ms for outcome in stopped), default=None),
        "false_stops": _stopped_share(listeners),
        "true_stops": _stopped_share(others),
        "backchannel_pause_ms": _middle_and_most([outcome.pause_ms for outcome in listeners]),
        "backchannel_wait_ms": _middle_and_most([outcome.wait_ms for outcome in listeners]),
        "clips": {
            "backchannels": len(listeners),
            "others": len(others),
            "backchannels_unfinished": sum(not outcome.finished for outcome in listeners),
            "backchannels_waited_long": sum(outcome.wait_ms > LONGEST_WAIT_S * 1000 for outcome in listeners),
            "others_spoken_to_again": sum(outcome.went_on and not outcome.finished for outcome in others),
            "stopped_by": _texts(listeners, stopped=True),
            "not_stopped_by": _texts(others, stopped=False),
        },
    }


def _stopped_share(outcomes: Sequence[Outcome]) -> float | None:
    return round(sum(outcome.counts_as_stopped for outcome in outcomes) / len(outcomes), 3) if outcomes else None


def _middle_and_most(values_ms: Sequence[float]) -> dict[str, float] | None:
    if not values_ms:
        return None
    found = percentiles(values_ms)
    return {"p50": found["p50"], "p95": found["p95"]}


def _texts(outcomes: Sequence[Outcome], *, stopped: bool) -> dict[str, int]:
    counts: dict[str, int] = {}
    for outcome in outcomes:
        if outcome.counts_as_stopped is stopped:
            counts[outcome.clip.text] = counts.get(outcome.clip.text, 0) + 1
    return counts


# ── the hotline and its question ──────────


def _library_asking(question: str, folder: Path) -> Path:
    """The shipped dialogs, with short notices and a question long enough to be spoken into."""
    shutil.copytree(default_library(), folder)
    path = folder / "hotline.yaml"
    hotline = yaml.safe_load(path.read_text(encoding="utf-8"))
    hotline["wording"] |= {"ai_notice": "안녕하세요.", "recording_notice": "녹음됩니다.", "open_question": question}
    path.write_text(yaml.safe_dump(hotline, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return folder


def _question(hotline: ServedHotline, folder: Path) -> Question:
    """As soon as it sounds the same twice: until all of it is in the prompt cache it has gaps."""
    before = _listened(hotline, folder)
    for _ in range(_TRIES):
        question = _listened(hotline, folder)
        if len(question.pcm) == len(before.pcm) and contains(question.pcm, before.pcm):
            return question
        before = question
    raise VoiceAgentError("the hotline's question never sounded the same twice")


def _listened(hotline: ServedHotline, folder: Path) -> Question:
    silence = np.zeros(FRAME, np.int16)
    [end] = _dial(hotline, [(silence, 1e9)], folder, call_s=_LISTEN_S, apart_s=_APART_S)
    heard, _ = since_first_sound(end)
    loudness = levels(heard)
    # It ends where the caller's silence is waited for, which is longer than any pause in it.
    tail = round(_NO_SUCH_PAUSE_S / FRAME_S)
    length = next((at for at in range(len(loudness)) if not (loudness[at : at + tail] >= AUDIBLE).any()), len(loudness))
    return Question(heard[: length * FRAME], loudness[:length])


def _calls(
    hotline: ServedHotline, clips: Sequence[Clip], question: Question, folder: Path, apart_s: float
) -> list[Outcome]:
    moments = question.moments(len(clips))
    speech = [(clip.pcm, at) for clip, at in zip(clips, moments, strict=True)]
    ends = _dial(hotline, speech, folder, call_s=question.seconds + AFTER_CLIP_S, apart_s=apart_s)
    return [judged(clip, end, question) for clip, end in zip(clips, ends, strict=True)]


def _dial(
    hotline: ServedHotline, speech: Sequence[tuple[Pcm, float]], folder: Path, *, call_s: float, apart_s: float
) -> list[RtpEnd]:
    """One call for each piece of speech, a new one every ``apart_s``."""
    with ClipProbe(speech) as probe:
        ports = folder / "ports.csv"
        ports.write_text("SEQUENTIAL\n" + "".join(f"{end.port};\n" for end in probe.ends))
        command = [
            *("sipp", f"127.0.0.1:{hotline.sip_port}", "-sf", str(SCENARIO), "-inf", str(ports), "-s", "120"),
            *("-i", "127.0.0.1", "-p", str(free_port()), "-m", str(len(speech)), "-l", str(len(speech))),
            *("-r", "1", "-rp", str(round(apart_s * 1000)), "-d", str(round(call_s * 1000)), "-nostdin"),
        ]
        done = subprocess.run(command, capture_output=True, cwd=folder, timeout=_SIPP_S, check=False)
        if done.returncode != 0:
            raise VoiceAgentError(f"sipp: not all of {len(speech)} calls succeeded (exit code {done.returncode})")
        return probe.ends
