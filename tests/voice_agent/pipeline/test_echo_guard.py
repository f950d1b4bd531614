"""Our own voice coming back is no caller; a caller over it is one. Speech of two people, echoes made by code."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from telephony.audio import through_g711
from tests.voice_agent.voices import spoken_question
from voice_agent.engines.ports import Samples, as_samples
from voice_agent.pipeline.echo_guard import EchoGuard

RATE, FRAME = 8000, 160


def ours() -> Samples:
    """What we say."""
    return as_samples(np.trim_zeros(spoken_question("illegal_parking")))[: 3 * RATE]


def theirs() -> Samples:
    """What the caller says."""
    return as_samples(np.trim_zeros(spoken_question("passport_lost")))[: 3 * RATE]


def echo(spoken: Samples, *, decibels: float, delay_s: float) -> Samples:
    """It comes back later, softer, through a small loudspeaker and a codec, with line noise."""
    delay = round(delay_s * RATE)
    late = np.concatenate([np.zeros(delay, np.float32), spoken])[: len(spoken)]
    room = 0.8 * late + 0.25 * np.roll(late, 9) - 0.15 * np.roll(late, 23)
    noise = np.random.default_rng(1).normal(0, 3e-4, len(late))
    pcm = (np.clip(10 ** (decibels / 20) * room + noise, -1, 1) * 32767).astype(np.int16)
    return as_samples(through_g711(pcm))


def verdicts(heard: Samples, spoken: Samples, caller: Samples | None = None) -> Iterator[tuple[float, bool]]:
    """(level of the caller, or of all that was heard, whether it is an echo) for each audible 60 ms."""
    voice = heard if caller is None else caller
    guard = EchoGuard(RATE)
    for at in range(0, min(len(heard), len(spoken)) - FRAME, FRAME):
        guard.feed(heard[at : at + FRAME], spoken[at : at + FRAME])
        level = float(np.sqrt(np.mean(np.square(voice[max(0, at - 2 * FRAME) : at + FRAME]))))
        if level > 0.004:
            yield level, guard.is_echo()


@pytest.mark.parametrize("decibels", [-12, -18, -25])
@pytest.mark.parametrize("delay_s", [0.04, 0.12, 0.25])
def test_our_own_voice_is_recognised(decibels: float, delay_s: float) -> None:
    found = [is_echo for _, is_echo in verdicts(echo(ours(), decibels=decibels, delay_s=delay_s), ours())]
    assert len(found) > 20
    assert sum(found) / len(found) >= 0.95


@pytest.mark.parametrize("decibels", [-12, -18, -25])
def test_a_caller_over_the_echo_passes(decibels: float) -> None:
    both = echo(ours(), decibels=decibels, delay_s=0.12) + theirs()[: len(ours())]
    # 0.06 is a caller clearly louder than the loudest of these echoes.
    loud = [is_echo for level, is_echo in verdicts(both, ours(), theirs()) if level > 0.06]
    assert len(loud) > 30
    assert sum(loud) / len(loud) <= 0.1


def test_a_caller_without_any_echo_passes() -> None:
    found = [is_echo for _, is_echo in verdicts(theirs(), ours())]
    assert sum(found) / len(found) <= 0.02


def test_while_we_are_silent_nothing_is_an_echo() -> None:
    silence = np.zeros(3 * RATE, np.float32)
    assert not any(is_echo for _, is_echo in verdicts(theirs(), silence))
