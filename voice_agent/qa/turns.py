"""When is it our turn? False cut-offs against delay: our rule beside Smart Turn alone and silence alone.

A clip is one turn of a caller: *inner pauses*, after which the caller goes on, and one *end*, followed by quiet. A
strategy looks at a pause and says how long to wait before the turn is taken for over; a false cut-off is an inner pause
that lasts longer than the wait; the delay is the wait at the ends, counted from the last word. One factor on all waits
of a strategy trades the one for the other:

* ``false_cutoffs_at_300ms``: the share of inner pauses cut off when the factor makes the median delay 300 ms;
* ``delay_at_5pct_ms``, ``delay_at_10pct_ms``: the least median delay with at most that share cut off;
* ``mean``: the same three with the mean delay in place of the median, which a strategy pays for its long waits.

``ours`` decides from what the recogniser makes of the audio up to 160 ms after the pause began, from what was
expected, and from Smart Turn where it can change that; ``ours_words_only`` never asks it. ``vad`` waits alike
everywhere. ``smart_turn`` waits its makers' 0.2 s where it is sure enough, 3 s where not; each of its figures is the
best of nine thresholds. Decoding runs while the line is quiet and is not in the delay; its time is told apart as
``decode_ms``. ``ours.as_configured`` is the rule as it is set, its delay the later of the wait and the moment at which
words and sound are known.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from dialogs.vocabulary import Expectation
from telephony.audio import Pcm, resample, through_g711
from voice_agent.engines.ports import STT_RATE, Samples, SpeechToText, as_samples
from voice_agent.engines.smart_turn import SmartTurn
from voice_agent.engines.voice_activity import SileroModel, VoiceActivity
from voice_agent.errors import ConfigError
from voice_agent.pipeline.end_of_turn import TurnSettings, quiet_needed, smart_turn_helps
from voice_agent.qa.turn_clips import LINE_RATE, Pause, TurnClip

_SHORTEST_PAUSE_S = 0.2
_PAUSE_NOTICED_S = 0.16
_SMART_TURN_WAITS_S = (0.2, 3.0)
_THRESHOLDS = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
_VOICED, _STILL_VOICED = 0.5, 0.35
_TARGET_S = 0.3

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Decided:
    """A moment of quiet, and what each strategy had to decide from."""

    length_s: float | None
    """How long the caller was quiet; None at the end."""
    text: str
    expectation: Expectation
    complete: float
    decode_s: float
    smart_turn_s: float
    smart_turn_cpu_s: float


async def measure_turns(
    hearing: SpeechToText,
    smart_turn: SmartTurn,
    clips: list[TurnClip],
    report: Callable[[int, int], None],
    settings: TurnSettings | None = None,
) -> dict[str, Any]:
    """All strategies over all clips, through G.711 at 8 kHz. Raises ConfigError where no clip has an inner pause."""
    silero = SileroModel()
    moments: list[Decided] = []
    for index, clip in enumerate(clips):
        moments += await _listen(hearing, smart_turn, silero, clip)
        report(index + 1, len(clips))
    given = {clip.pauses is not None for clip in clips}
    inner = sum(moment.length_s is not None for moment in moments)
    if inner == 0:
        raise ConfigError("--clips: expected at least one inner pause of 0.2 s or more, got none")
    return {
        **figures(moments, settings or TurnSettings()),
        "clips": len(clips),
        "inner_pauses": inner,
        "ends": len(moments) - inner,
        "pauses": "given" if given == {True} else "detected" if given == {False} else "given and detected",
        "decode_ms": _ms(float(np.median([moment.decode_s for moment in moments]))),
    }


def figures(moments: list[Decided], settings: TurnSettings) -> dict[str, Any]:
    """The strategies' figures. At least one moment is an inner pause and one an end."""
    lengths = np.array([moment.length_s for moment in moments if moment.length_s is not None])
    started = time.process_time()
    ours = _waits(moments, lambda it: quiet_needed(it.text, it.expectation, settings, complete=it.complete))
    rule_s = (time.process_time() - started) / len(moments)
    words_only = _waits(moments, lambda it: quiet_needed(it.text, it.expectation, settings))
    smart = [_waits(moments, _smart_turn_alone(threshold)) for threshold in _THRESHOLDS]
    smart_s = float(np.median([moment.smart_turn_cpu_s for moment in moments]))
    asked = float(np.mean([smart_turn_helps(moment.text, moment.expectation) for moment in moments]))
    return {
        "ours": _strategy([ours], lengths)
        | {"cpu_ms": _ms(rule_s + asked * smart_s), "asked_smart_turn": round(asked, 4)}
        | {"as_configured": _as_configured(moments, ours, lengths)},
        "ours_words_only": _strategy([words_only], lengths) | {"cpu_ms": _ms(rule_s)},
        "smart_turn": _strategy(smart, lengths) | {"cpu_ms": _ms(smart_s)},
        "vad": _strategy([_waits(moments, lambda _: 1.0)], lengths) | {"cpu_ms": 0.0},
    }


# ── what is heard at each pause ──────────


async def _listen(hearing: SpeechToText, smart_turn: SmartTurn, silero: SileroModel, clip: TurnClip) -> list[Decided]:
    line = through_g711(np.concatenate([clip.pcm, np.zeros(LINE_RATE, np.int16)]))
    found, end_s = _pauses(silero, line)
    pauses = found if clip.pauses is None else clip.pauses
    ends = end_s if clip.pauses is None else min(end_s or np.inf, len(clip.pcm) / LINE_RATE)
    stops = [(pause.start_s, pause.length_s) for pause in pauses] + [(ends, None)]
    samples = as_samples(resample(line, LINE_RATE, STT_RATE))
    return [await _decided(hearing, smart_turn, clip, samples, at_s, length_s) for at_s, length_s in stops]


async def _decided(
    hearing: SpeechToText, smart_turn: SmartTurn, clip: TurnClip, samples: Samples, at_s: float, length_s: float | None
) -> Decided:
    so_far = samples[: round((at_s + _PAUSE_NOTICED_S) * STT_RATE)]
    heard = await hearing.transcribe(so_far, words=clip.expectation.words)
    wall_start, cpu_start = time.perf_counter(), time.process_time()
    complete = await smart_turn.complete(so_far)
    return Decided(
        length_s=length_s,
        text=heard.text,
        expectation=clip.expectation,
        complete=complete,
        decode_s=heard.decode_s,
        smart_turn_s=time.perf_counter() - wall_start,
        smart_turn_cpu_s=time.process_time() - cpu_start,
    )


def _pauses(silero: SileroModel, line: Pcm) -> tuple[tuple[Pause, ...], float]:
    """The quiet of 0.2 s and more between voiced windows, and where the last of them ends."""
    ear = VoiceActivity(silero, LINE_RATE)
    window_s = ear.window / LINE_RATE
    voiced: list[int] = []
    for index, probability in enumerate(ear.feed(as_samples(line))):
        still = bool(voiced) and voiced[-1] == index - 1
        if probability >= (_STILL_VOICED if still else _VOICED):
            voiced.append(index)
    gaps = [(a + 1, b) for a, b in pairwise(voiced) if (b - a - 1) * window_s >= _SHORTEST_PAUSE_S]
    return tuple(Pause(a * window_s, b * window_s) for a, b in gaps), (voiced[-1] + 1) * window_s if voiced else 0.0


# ── figures ──────────


@dataclass(frozen=True, slots=True)
class _Waits:
    inner: Numbers
    ends: Numbers


def _waits(moments: list[Decided], wait: Callable[[Decided], float]) -> _Waits:
    return _Waits(
        np.array([wait(moment) for moment in moments if moment.length_s is not None]),
        np.array([wait(moment) for moment in moments if moment.length_s is None]),
    )


def _smart_turn_alone(threshold: float) -> Callable[[Decided], float]:
    sure_s, unsure_s = _SMART_TURN_WAITS_S
    return lambda moment: sure_s if moment.complete >= threshold else unsure_s


def _strategy(variants: list[_Waits], lengths: Numbers) -> dict[str, Any]:
    return _trade_off(variants, lengths, np.median) | {"mean": _trade_off(variants, lengths, np.mean)}


def _trade_off(variants: list[_Waits], lengths: Numbers, average: Callable[[Numbers], Any]) -> dict[str, float]:
    cut_off = [np.mean(lengths > waits.inner * _TARGET_S / float(average(waits.ends))) for waits in variants]
    return {
        "false_cutoffs_at_300ms": round(float(min(cut_off)), 4),
        **{
            f"delay_at_{share:.0%}_ms".replace("%", "pct"): _ms(
                min(_least_factor(waits, lengths, share) * float(average(waits.ends)) for waits in variants)
            )
            for share in (0.05, 0.1)
        },
    }


def _least_factor(waits: _Waits, lengths: Numbers, share: float) -> float:
    """The least factor on the waits with which at most ``share`` of the inner pauses are cut off."""
    factors = np.sort(lengths / waits.inner)[::-1]
    may_be_cut = int(share * len(factors))
    return float(factors[may_be_cut]) if may_be_cut < len(factors) else 0.0


def _as_configured(moments: list[Decided], waits: _Waits, lengths: Numbers) -> dict[str, float]:
    known = np.array([_known_after_s(moment) for moment in moments if moment.length_s is None])
    delays = np.maximum(waits.ends, known)
    return {
        "false_cutoffs": round(float(np.mean(lengths > waits.inner)), 4),
        "delay_median_ms": _ms(float(np.median(delays))),
        "delay_mean_ms": _ms(float(np.mean(delays))),
    }


def _known_after_s(moment: Decided) -> float:
    asked = smart_turn_helps(moment.text, moment.expectation)
    return _PAUSE_NOTICED_S + moment.decode_s + (moment.smart_turn_s if asked else 0.0)


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 2)
