"""What a clip did to our speech, told from the packets that the far end got."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from telephony.audio import Pcm, from_ulaw
from voice_agent.errors import VoiceAgentError
from voice_agent.qa.barge_in_clips import Clip
from voice_agent.qa.rtp_probe import RtpEnd

RATE = 8000
"""Hz."""
FRAME = 160
"""Samples of a packet."""
FRAME_S = 0.02
AUDIBLE = 100.0
"""RMS of a packet that sounds."""
AFTER_CLIP_S = 3.5
"""A call lasts so much longer than the question."""
_STOPPED_FRAMES = 3
"""Silent packets in a row that mean our speech has stopped, where the question itself has no such pause."""
_LEFT_OVER_S = 0.3
"""What sounds so soon after that is left over; going on takes longer."""
LONGEST_WAIT_S = 0.7
_LIKE = 0.8
"""Correlation with the question's recording from which a stretch is taken for part of it."""
_OPENING_S = 3.5
"""The notices, which cannot be interrupted, are over by then."""
_ENDING_S = 1.5


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
        return len(self.levels) * FRAME_S

    def moments(self, count: int) -> list[float]:
        """Moments in seconds after the first sound, after the notices and well before the end, from which it sounds
        for half a second without a pause."""
        audible = self.levels >= AUDIBLE
        need = round(0.5 / FRAME_S)
        first, last = round(_OPENING_S / FRAME_S), len(audible) - round(_ENDING_S / FRAME_S)
        good = [at for at in range(first, last) if _longest_silence(audible[at : at + need]) < _STOPPED_FRAMES]
        if not good:
            raise VoiceAgentError("the hotline's question has no half second without a pause")
        return [good[number * 7919 % len(good)] * FRAME_S for number in range(count)]


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
    sounded_ms: tuple[tuple[int, int], ...] = ()
    """From when to when our speech was heard, since the caller's first sound."""

    @property
    def wait_ms(self) -> float:
        """The part of the pause in which the caller was not speaking: to be quiet while somebody speaks is polite."""
        return max(0.0, self.pause_ms - self.clip.speech_s * 1000)

    @property
    def counts_as_stopped(self) -> bool:
        """Whether the clip broke the question off for good; a listener's also where it cost them more than 0.7 s."""
        if self.clip.listening:
            return not self.finished or self.wait_ms > LONGEST_WAIT_S * 1000
        return self.stop_ms is not None and not self.finished

    def details(self) -> dict[str, Any]:
        """The clip and all that became of it, for a look at a single one."""
        return {
            "text": self.clip.text,
            "caller": self.clip.caller,
            "listening": self.clip.listening,
            "counts_as_stopped": self.counts_as_stopped,
            "speech_ms": round(self.clip.speech_s * 1000),
            "stop_ms": None if self.stop_ms is None else round(self.stop_ms),
            "left_over_ms": round(self.left_over_ms),
            "pause_ms": round(self.pause_ms),
            "wait_ms": round(self.wait_ms),
            "went_on": self.went_on,
            "finished": self.finished,
            "sounded_ms": self.sounded_ms,
        }


def judged(clip: Clip, end: RtpEnd, question: Question) -> Outcome:
    """What the clip did, from the packets of its call."""
    heard, arrivals = since_first_sound(end)
    if not end.sent_s:
        raise VoiceAgentError("a clip was never spoken: the hotline's question did not sound")
    spoke_at = end.sent_s[clip.onset // FRAME] + clip.onset % FRAME / RATE
    begin = int(np.searchsorted(arrivals, spoke_at))
    audible = levels(heard)[begin:] >= AUDIBLE
    stop = _first_silence(audible[: round(AFTER_CLIP_S / FRAME_S)])
    finished = contains(heard[begin * FRAME :], question.pcm[-round(0.5 * RATE) :])
    until = _last_of_question(heard, question) - begin if finished else len(audible)
    own = int((question.levels[begin:] < AUDIBLE).sum()) if finished else 0
    pause_ms = max(0, int((~audible[: max(0, until)]).sum()) - own) * FRAME_S * 1000
    sounded_ms = _stretches(audible, arrivals[begin:] - spoke_at)
    if stop is None:
        return Outcome(clip, None, 0.0, pause_ms, went_on=False, finished=finished, sounded_ms=sounded_ms)
    left_over = int(audible[stop : stop + round(_LEFT_OVER_S / FRAME_S)].sum())
    return Outcome(
        clip,
        (float(arrivals[begin + stop]) - spoke_at) * 1000,
        left_over * FRAME_S * 1000,
        pause_ms,
        went_on=_goes_on(heard, begin + stop + round(0.1 / FRAME_S), question),
        finished=finished,
        sounded_ms=sounded_ms,
    )


def _stretches(
    audible: np.ndarray[Any, np.dtype[np.bool_]], at_s: np.ndarray[Any, np.dtype[np.float64]]
) -> tuple[tuple[int, int], ...]:
    """Where what is audible begins and ends, in milliseconds; ``at_s``: when each packet came, in seconds."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], audible, [False]]).astype(np.int8)))
    last = len(at_s) - 1
    return tuple(
        (round(float(at_s[first]) * 1000), round(float(at_s[min(after, last)]) * 1000))
        for first, after in edges.reshape(-1, 2)
    )


def since_first_sound(end: RtpEnd) -> tuple[Pcm, np.ndarray[Any, np.dtype[np.float64]]]:
    """What the far end heard from the first audible packet on, and when each packet of it came."""
    if end.heard_since is None:
        raise VoiceAgentError("the hotline was never heard")
    packets = [(at, data) for at, data in zip(end.arrivals_s, end.heard, strict=True)
               if at >= end.heard_since and len(data) == FRAME]  # fmt: skip
    return np.concatenate([from_ulaw(data) for _, data in packets]), np.array([at for at, _ in packets])


def levels(pcm: Pcm) -> np.ndarray[Any, np.dtype[np.float32]]:
    """RMS of each packet."""
    frames = pcm.reshape(-1, FRAME).astype(np.float32)
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
    rest = heard[after * FRAME :]
    sounding = np.flatnonzero(levels(rest) >= AUDIBLE)
    if not len(sounding):
        return False
    first = rest[int(sounding[0]) * FRAME :][: round(0.3 * RATE)]
    return contains(question.pcm, first)


def _last_of_question(heard: Pcm, question: Question) -> int:
    """The packet in which the question's last sound ends."""
    tail = question.pcm[-round(0.5 * RATE) :]
    return int((np.argmax(_correlation(heard, tail)) + len(tail)) // FRAME)


def contains(pcm: Pcm, part: Pcm) -> bool:
    """Whether a recording holds another, wherever."""
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
