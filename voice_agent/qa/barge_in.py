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
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from dialogs.loader import default_library
from telephony.audio import Pcm, from_ulaw, resample
from telephony.ports import free_port
from telephony.wav_leg import read_wav, write_wav
from voice_agent.engines.tts.kokoro import KokoroKorean
from voice_agent.errors import EngineNotAvailable, VoiceAgentError
from voice_agent.qa.latency import SCENARIO, percentiles
from voice_agent.qa.rtp_probe import ClipProbe, RtpEnd
from voice_agent.qa.served import ServedHotline

LISTENING = ("네.", "예.", "음.", "아.", "응.", "네네.", "아, 네.", "그렇군요.", "아, 그래요.", "네, 알겠습니다.")
"""Backchannels: whoever says them wants us to go on."""
TAKING_THE_TURN = (
    "그만.", "잠깐만요.", "아니요.", "아니, 그게 아니라.", "됐어요.", "여권이 아니라 주차요.",
    "저기요, 여권 재발급은 어떻게 해요?", "잠시만요.", "그만하세요.", "그거 말고요.",
)  # fmt: skip
"""Stop words, corrections, questions: we must stop."""
_CALLERS = tuple((voice, speed) for voice in ("jf_alpha", "jf_tebukuro", "jm_kumo") for speed in (0.9, 1.1))
"""None of them is a voice of the hotline's own."""
_QUESTION = "무엇을 도와드릴까요? 여권을 잃어버리셨거나 부서의 전화번호가 궁금하시면 천천히 편하게 말씀해 주세요."
_SHORT_QUESTION = "무엇을 도와드릴까요? 궁금하신 것을 천천히 편하게 말씀해 주세요. 듣고 있습니다."
"""For a quick look."""
_RATE = 8000
_FRAME = 160
_FRAME_S = 0.02
_AUDIBLE = 100.0
"""RMS of a packet that sounds."""
_ONSET = 200.0
"""RMS of the first 10 ms of a clip that count as the caller's first sound."""
_STOPPED_FRAMES = 3
"""Silent packets in a row that mean our speech has stopped, where the question itself has no such pause."""
_LEFT_OVER_S = 0.3
"""What sounds so soon after that is left over; going on takes longer."""
_LONGEST_WAIT_S = 0.7
_LIKE = 0.8
"""Correlation with the question's recording from which a stretch is taken for part of it."""
_APART_S = 2.0
"""Between the beginnings of two calls: several run at once, but no two clips fall together."""
_AFTER_CLIP_S = 3.5
_SIPP_S = 600
_LISTEN_S = 18.0
"""Longer than the question and the notices before it."""
_NO_SUCH_PAUSE_S = 1.2
_TRIES = 6
_OPENING_S = 3.5
"""The notices, which cannot be interrupted, are over by then."""
_ENDING_S = 1.5


@dataclass(frozen=True, slots=True)
class Clip:
    """One caller's words, from just before the first sound."""

    text: str
    listening: bool
    pcm: Pcm
    """8 kHz, shape (n,)."""
    onset: int
    """Sample of the first sound."""

    @property
    def speech_s(self) -> float:
        """From the first to the last audible 10 ms."""
        loud = np.flatnonzero(_tens(self.pcm) >= _ONSET)
        return int(loud[-1] - loud[0] + 1) / 100 if len(loud) else 0.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a clip did to our speech."""

    clip: Clip
    stop_ms: float | None
    """From the caller's first sound to the first silent packet, whether or not we went on for a moment after it; None
    where we spoke on."""
    left_over_ms: float
    pause_ms: float
    """Our silence after the clip began, beyond the question's own pauses."""
    went_on: bool
    """Whether the question was taken up again after the stop."""
    finished: bool
    """Whether the question was heard to its end."""

    @property
    def wait_ms(self) -> float:
        """The part of the pause in which the caller was not speaking: to be quiet while somebody speaks is polite."""
        return max(0.0, self.pause_ms - self.clip.speech_s * 1000)

    @property
    def counts_as_stopped(self) -> bool:
        """Whether the clip broke the question off for good; a listener's also where it cost them more than 0.7 s."""
        if self.clip.listening:
            return not self.finished or self.wait_ms > _LONGEST_WAIT_S * 1000
        return self.stop_ms is not None and not self.finished


def measure_barge_in(
    cache_dir: Path, model_dir: Path, *, clips: int, report: Callable[[int, int], None], quick: bool = False
) -> dict[str, Any]:
    """``clips`` of listeners and as many of people who take the turn, each spoken into a call of its own.

    ``quick``: a shorter question and less time between the calls; for a look, not for figures.
    """
    if shutil.which("sipp") is None:
        raise EngineNotAvailable("bench barge-in needs sipp: apt-get install sip-tester")
    spoken = asyncio.run(callers_clips(model_dir, cache_dir / "bench" / "barge-in", clips))
    with tempfile.TemporaryDirectory(prefix="voice-agent-bench-") as folder:
        library = _library_asking(_SHORT_QUESTION if quick else _QUESTION, Path(folder) / "dialogs")
        settings = {"VOICE_AGENT_DIALOGS": str(library), "VOICE_AGENT_STORAGE__RECORD_AUDIO": "false"}
        with ServedHotline(Path(folder) / "data", cache_dir, settings) as hotline:
            question = _question(hotline, Path(folder))
            report(0, len(spoken))
            outcomes = _calls(hotline, spoken, question, Path(folder), _APART_S / 2 if quick else _APART_S)
            report(len(outcomes), len(spoken))
    return figures(outcomes)


def figures(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """The shares and times of a run."""
    listeners = [outcome for outcome in outcomes if outcome.clip.listening]
    others = [outcome for outcome in outcomes if not outcome.clip.listening]
    # Whoever did not stop us counts among true_stops; the pause that came next in the question is no stop.
    stopped = [outcome for outcome in others if outcome.counts_as_stopped]
    stops = [outcome.stop_ms for outcome in stopped if outcome.stop_ms is not None]
    pauses = percentiles([outcome.pause_ms for outcome in listeners])
    waits = percentiles([outcome.wait_ms for outcome in listeners])
    return {
        "stop_ms": {key: value for key, value in percentiles(stops).items() if key != "p95"},
        "left_over_ms": max((outcome.left_over_ms for outcome in stopped), default=None),
        "false_stops": round(sum(outcome.counts_as_stopped for outcome in listeners) / len(listeners), 3),
        "true_stops": round(sum(outcome.counts_as_stopped for outcome in others) / len(others), 3),
        "backchannel_pause_ms": {"p50": pauses["p50"], "p95": pauses["p95"]},
        "backchannel_wait_ms": {"p50": waits["p50"], "p95": waits["p95"]},
        "clips": {
            "backchannels": len(listeners),
            "others": len(others),
            "backchannels_unfinished": sum(not outcome.finished for outcome in listeners),
            "backchannels_waited_long": sum(outcome.wait_ms > _LONGEST_WAIT_S * 1000 for outcome in listeners),
            "others_spoken_to_again": sum(outcome.went_on and not outcome.finished for outcome in others),
            "stopped_by": _texts(listeners, stopped=True),
            "not_stopped_by": _texts(others, stopped=False),
        },
    }


def _texts(outcomes: Sequence[Outcome], *, stopped: bool) -> dict[str, int]:
    counts: dict[str, int] = {}
    for outcome in outcomes:
        if outcome.counts_as_stopped is stopped:
            counts[outcome.clip.text] = counts.get(outcome.clip.text, 0) + 1
    return counts


# ── clips ──────────


async def callers_clips(model_dir: Path, folder: Path, most: int) -> list[Clip]:
    """Up to ``most`` clips of each kind by voices that are not the hotline's, made once and kept in ``folder``."""
    clips: list[Clip] = []
    wanted = [(text, caller) for texts in (LISTENING, TAKING_THE_TURN) for text, caller in _spread(texts, most)]
    for voice, speed in _CALLERS:
        engine = KokoroKorean(model_dir, speed=speed, voices=(voice,))
        loaded = False
        for text, caller in wanted:
            if caller != (voice, speed):
                continue
            path = folder / f"{voice}_{speed:g}_{(LISTENING + TAKING_THE_TURN).index(text)}.wav"
            if not path.is_file():
                if not loaded:
                    await engine.load()
                    loaded = True
                speech = await engine.synthesize(text)
                write_wav(path, resample(speech.pcm, speech.sample_rate, _RATE).tobytes(), _RATE)
            clips.append(from_first_sound(text, read_wav(path, _RATE), early=len(clips) * 37 % _FRAME))
        await engine.close()
    return clips


def _spread(texts: Sequence[str], most: int) -> list[tuple[str, tuple[str, float]]]:
    """Pairs of text and caller, every text before any a second time."""
    pairs = [(text, _CALLERS[(row + column) % len(_CALLERS)])
             for row in range(len(_CALLERS)) for column, text in enumerate(texts)]  # fmt: skip
    return pairs[:most]


def from_first_sound(text: str, pcm: Pcm, *, early: int) -> Clip:
    """The clip cut ``early`` samples (below 160) before its first audible 10 ms. ``pcm``: 8 kHz, shape (n,)."""
    step = _RATE // 100
    loud = np.flatnonzero(_tens(pcm) >= _ONSET)
    if not len(loud):
        raise VoiceAgentError(f"the clip of {text} is silent")
    first = int(loud[0]) * step
    padded = np.concatenate([np.zeros(early, np.int16), pcm])
    return Clip(text, text in LISTENING, padded[first:], early)


# ── the hotline and its question ──────────


def _library_asking(question: str, folder: Path) -> Path:
    """The shipped dialogs, with short notices and a question long enough to be spoken into."""
    shutil.copytree(default_library(), folder)
    path = folder / "hotline.yaml"
    hotline = yaml.safe_load(path.read_text(encoding="utf-8"))
    hotline["wording"] |= {"ai_notice": "안녕하세요.", "recording_notice": "녹음됩니다.", "open_question": question}
    path.write_text(yaml.safe_dump(hotline, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return folder


@dataclass(frozen=True, slots=True)
class Question:
    """The hotline's opening, as heard when nobody interrupts."""

    pcm: Pcm
    """8 kHz, from the first audible packet, shape (n,)."""
    levels: np.ndarray[Any, np.dtype[np.float32]]
    """RMS of each packet."""

    @property
    def seconds(self) -> float:
        """Its length."""
        return len(self.levels) * _FRAME_S

    def moments(self, count: int) -> list[float]:
        """Moments in seconds after the first sound, after the notices and well before the end, from which it sounds
        for half a second without a pause."""
        audible = self.levels >= _AUDIBLE
        need = round(0.5 / _FRAME_S)
        first, last = round(_OPENING_S / _FRAME_S), len(audible) - round(_ENDING_S / _FRAME_S)
        good = [at for at in range(first, last) if _longest_silence(audible[at : at + need]) < _STOPPED_FRAMES]
        if not good:
            raise VoiceAgentError("the hotline's question has no half second without a pause")
        return [good[number * 7919 % len(good)] * _FRAME_S for number in range(count)]


def _question(hotline: ServedHotline, folder: Path) -> Question:
    """As soon as it sounds the same twice: until all of it is in the prompt cache it has gaps."""
    before = _listened(hotline, folder)
    for _ in range(_TRIES):
        question = _listened(hotline, folder)
        if len(question.pcm) == len(before.pcm) and _contains(question.pcm, before.pcm):
            return question
        before = question
    raise VoiceAgentError("the hotline's question never sounded the same twice")


def _listened(hotline: ServedHotline, folder: Path) -> Question:
    silence = np.zeros(_FRAME, np.int16)
    [end] = _dial(hotline, [(silence, 1e9)], folder, call_s=_LISTEN_S, apart_s=_APART_S)
    heard, _ = _since_first_sound(end)
    levels = _levels(heard)
    # It ends where the caller's silence is waited for, which is longer than any pause in it.
    tail = round(_NO_SUCH_PAUSE_S / _FRAME_S)
    length = next((at for at in range(len(levels)) if not (levels[at : at + tail] >= _AUDIBLE).any()), len(levels))
    return Question(heard[: length * _FRAME], levels[:length])


def _calls(
    hotline: ServedHotline, clips: Sequence[Clip], question: Question, folder: Path, apart_s: float
) -> list[Outcome]:
    moments = question.moments(len(clips))
    speech = [(clip.pcm, at) for clip, at in zip(clips, moments, strict=True)]
    ends = _dial(hotline, speech, folder, call_s=question.seconds + _AFTER_CLIP_S, apart_s=apart_s)
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


# ── what was heard ──────────


def judged(clip: Clip, end: RtpEnd, question: Question) -> Outcome:
    """What the clip did, from the packets of its call."""
    heard, arrivals = _since_first_sound(end)
    if not end.sent_s:
        raise VoiceAgentError("a clip was never spoken: the hotline's question did not sound")
    spoke_at = end.sent_s[clip.onset // _FRAME] + clip.onset % _FRAME / _RATE
    levels = _levels(heard)
    begin = int(np.searchsorted(arrivals, spoke_at))
    audible = levels[begin:] >= _AUDIBLE
    stop = _first_silence(audible[: round(_AFTER_CLIP_S / _FRAME_S)])
    finished = _contains(heard[begin * _FRAME :], question.pcm[-round(0.5 * _RATE) :])
    until = _last_of_question(heard, question) - begin if finished else len(audible)
    own = int((question.levels[begin:] < _AUDIBLE).sum()) if finished else 0
    pause_ms = max(0, int((~audible[: max(0, until)]).sum()) - own) * _FRAME_S * 1000
    if stop is None:
        return Outcome(clip, None, 0.0, pause_ms, went_on=False, finished=finished)
    left_over = int(audible[stop : stop + round(_LEFT_OVER_S / _FRAME_S)].sum())
    return Outcome(
        clip,
        (float(arrivals[begin + stop]) - spoke_at) * 1000,
        left_over * _FRAME_S * 1000,
        pause_ms,
        went_on=_goes_on(heard, begin + stop + round(0.1 / _FRAME_S), question),
        finished=finished,
    )


def _since_first_sound(end: RtpEnd) -> tuple[Pcm, np.ndarray[Any, np.dtype[np.float64]]]:
    if end.heard_since is None:
        raise VoiceAgentError("the hotline was never heard")
    packets = [(at, data) for at, data in zip(end.arrivals_s, end.heard, strict=True)
               if at >= end.heard_since and len(data) == _FRAME]  # fmt: skip
    return np.concatenate([from_ulaw(data) for _, data in packets]), np.array([at for at, _ in packets])


def _tens(pcm: Pcm) -> np.ndarray[Any, np.dtype[np.float32]]:
    """RMS of each 10 ms. ``pcm``: 8 kHz, shape (n,)."""
    step = _RATE // 100
    tens = pcm[: len(pcm) // step * step].reshape(-1, step).astype(np.float32)
    rms: np.ndarray[Any, np.dtype[np.float32]] = np.sqrt((tens * tens).mean(axis=1))
    return rms


def _levels(pcm: Pcm) -> np.ndarray[Any, np.dtype[np.float32]]:
    frames = pcm.reshape(-1, _FRAME).astype(np.float32)
    rms: np.ndarray[Any, np.dtype[np.float32]] = np.sqrt((frames * frames).mean(axis=1))
    return rms


def _first_silence(audible: np.ndarray[Any, np.dtype[np.bool_]]) -> int | None:
    """Where the first stretch of silence begins that is long enough for a stop."""
    for at in range(len(audible) - _STOPPED_FRAMES + 1):
        if not audible[at : at + _STOPPED_FRAMES].any():
            return at
    return None


def _longest_silence(audible: np.ndarray[Any, np.dtype[np.bool_]]) -> int:
    longest = run = 0
    for sounds in audible:
        run = 0 if sounds else run + 1
        longest = max(longest, run)
    return longest


def _goes_on(heard: Pcm, after: int, question: Question) -> bool:
    """Whether the first 0.3 s of sound after a stop are part of the question."""
    rest = heard[after * _FRAME :]
    sounding = np.flatnonzero(_levels(rest) >= _AUDIBLE)
    if not len(sounding):
        return False
    first = rest[int(sounding[0]) * _FRAME :][: round(0.3 * _RATE)]
    return _contains(question.pcm, first)


def _last_of_question(heard: Pcm, question: Question) -> int:
    """The packet in which the question's last sound ends."""
    tail = question.pcm[-round(0.5 * _RATE) :]
    return int((np.argmax(_correlation(heard, tail)) + len(tail)) // _FRAME)


def _contains(pcm: Pcm, part: Pcm) -> bool:
    return len(part) <= len(pcm) and float(_correlation(pcm, part).max(initial=0.0)) >= _LIKE


def _correlation(pcm: Pcm, part: Pcm) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Normalised correlation of ``part`` with every place in ``pcm``, shape (len(pcm) - len(part) + 1,)."""
    whole, piece = pcm.astype(np.float64), part.astype(np.float64)
    size = 1 << (len(whole) + len(piece) - 1).bit_length()
    products = np.fft.irfft(np.fft.rfft(whole, size) * np.conj(np.fft.rfft(piece, size)), size)
    places = len(whole) - len(piece) + 1
    sums = np.concatenate([[0.0], np.cumsum(whole * whole)])
    energy = np.maximum(sums[len(piece) :] - sums[: -len(piece)], 1.0) * max(float((piece * piece).sum()), 1.0)
    found: np.ndarray[Any, np.dtype[np.float64]] = products[:places] / np.sqrt(energy)
    return found
