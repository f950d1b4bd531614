"""The softphone as a polite caller: it listens, waits its turn, and reports only what it heard.

Its far end is a WAV leg: what the recording says, the softphone hears; what the softphone says, the leg keeps.
"""

from __future__ import annotations

import asyncio

import numpy as np
import pytest

from telephony.audio import Pcm
from telephony.clock import RealBeat
from telephony.leg import CloseReason, LegClosed
from telephony.softphone import Heard, Press, Softphone, Speak, Wait, rms, trailing_silence_s, was_answered
from telephony.wav_leg import WavLeg


def tone(seconds: float, rate: int = 8000) -> Pcm:
    return (np.sin(2 * np.pi * 400 * np.arange(round(seconds * rate)) / rate) * 8000).astype(np.int16)


def silence(seconds: float) -> Pcm:
    return np.zeros(round(seconds * 8000), np.int16)


class KeyedLeg(WavLeg):
    """Remembers what was pressed and how much it had heard by then."""

    def __init__(self, beat: RealBeat, speech: Pcm, *, hangs_up_after_s: float | None = None) -> None:
        super().__init__(beat, speech, hangs_up_after_s=hangs_up_after_s)
        self.pressed: list[tuple[str, float]] = []
        self.was_pressed = asyncio.Event()

    async def send_digits(self, keys: str) -> None:
        self.pressed.append((keys, len(self.heard) / 16000))
        self.was_pressed.set()


async def test_it_hears_the_greeting_out_speaks_and_measures_the_answer() -> None:
    leg = WavLeg(RealBeat(), np.concatenate([silence(0.2), tone(0.4), silence(1.2), tone(0.4)]))
    await leg.answer()
    heard = await Softphone(leg, quiet_s=0.3, patience_s=3).play([Speak(tone(0.2, 16000), 16000)])
    # Greeting from 0.2 to 0.6 s; quiet until 0.9 s; speaks until 1.1 s; the answer begins at 1.8 s.
    assert heard.first_sound_s == pytest.approx(0.2, abs=0.15)
    assert heard.answers_s == [pytest.approx(0.7, abs=0.2)]
    assert heard.closed == LegClosed(CloseReason.WE_HUNG_UP)
    assert was_answered(heard)
    spoken = np.frombuffer(bytes(leg.heard), np.int16)
    assert np.count_nonzero(np.abs(spoken.astype(int)) > 50) / 8000 == pytest.approx(0.2, abs=0.03)
    assert len(heard.pcm) / 16000 == pytest.approx(heard.listened_s, abs=0.01)


async def test_keys_are_pressed_only_after_the_greeting() -> None:
    leg = KeyedLeg(RealBeat(), tone(0.4))
    await leg.answer()
    heard = await Softphone(leg, quiet_s=0.2, patience_s=0.4).play([Press("12#")])
    assert [keys for keys, _ in leg.pressed] == ["12#"]
    assert heard.listened_s > 0.6


async def test_an_impatient_caller_begins_at_once() -> None:
    leg = KeyedLeg(RealBeat(), tone(5.0))
    await leg.answer()
    playing = asyncio.create_task(
        Softphone(leg, quiet_s=0.2, patience_s=0.2).play([Press("0")], listen_first=False, hang_up=False)
    )
    await asyncio.wait_for(leg.was_pressed.wait(), 2)
    assert leg.pressed == [("0", 0.0)]
    leg.caller_hangs_up()
    assert (await playing).closed == LegClosed(CloseReason.CALLER_HUNG_UP)


async def test_a_far_end_that_says_nothing_costs_no_more_than_the_patience() -> None:
    leg = WavLeg(RealBeat(), silence(0))
    await leg.answer()
    heard = await asyncio.wait_for(Softphone(leg, quiet_s=0.2, patience_s=0.3).play([Wait(0.1)]), 5)
    assert heard.first_sound_s is None
    assert heard.answers_s == []
    assert 0.6 < heard.listened_s < 2


async def test_when_the_far_end_hangs_up_no_further_step_is_played() -> None:
    leg = KeyedLeg(RealBeat(), tone(0.2), hangs_up_after_s=0.3)
    await leg.answer()
    heard = await Softphone(leg, quiet_s=1.0, patience_s=5).play([Press("1"), Wait(60), Press("2")])
    assert leg.pressed == []
    assert heard.closed == LegClosed(CloseReason.CALLER_HUNG_UP)


@pytest.mark.parametrize(
    ("reason", "answered"),
    [
        (CloseReason.WE_HUNG_UP, True),
        (CloseReason.CALLER_HUNG_UP, True),
        (CloseReason.TRANSFERRED, True),
        (CloseReason.MEDIA_LOST, False),
        (CloseReason.FAILED, False),
    ],
)
def test_which_ends_are_those_of_a_call(reason: CloseReason, answered: bool) -> None:
    assert was_answered(Heard(8000, closed=LegClosed(reason))) is answered


def test_a_call_that_has_not_ended_was_not_answered() -> None:
    assert not was_answered(Heard(8000))


def test_silence_at_the_end_is_left_out_of_the_measure() -> None:
    assert trailing_silence_s(np.concatenate([tone(0.5), silence(0.3)]), 8000) == pytest.approx(0.3, abs=0.02)
    assert trailing_silence_s(tone(0.5), 8000) == 0
    assert trailing_silence_s(silence(0.5), 8000) == pytest.approx(0.5)
    assert trailing_silence_s(silence(0), 8000) == 0


def test_loudness() -> None:
    assert rms(b"") == 0
    assert rms(np.full(160, -1000, np.int16).tobytes()) == pytest.approx(1000)
