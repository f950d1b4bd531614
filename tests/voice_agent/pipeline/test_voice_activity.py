"""Probabilities of speech on the left; began, is sustained, paused on the right."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice_agent.engines.ports import Samples
from voice_agent.pipeline.voice_activity import Change, SpeechDetector, VoiceActivitySettings

WINDOW = 512
VOICE, QUIET = 0.9, 0.01
SEVEN_WINDOWS = VoiceActivitySettings(pause_windows=7)
"""The tests count windows; how many make a pause is a figure of its own."""


class Ear:
    """A detector fed by counted windows: window n is n everywhere, so that audio can be recognised again."""

    def __init__(self, settings: VoiceActivitySettings = SEVEN_WINDOWS) -> None:
        self.detector = SpeechDetector(settings)
        self.fed = 0

    def hears(self, probability: float, windows: int, *, held: bool = False) -> list[tuple[int, Change]]:
        """The changes, each with the number of the window it came with (from 1) in this stretch."""
        changes = []
        for number in range(1, windows + 1):
            self.fed += 1
            window: Samples = np.full(WINDOW, self.fed, np.float32)
            changes += [(number, change) for change in self.detector.feed(window, probability, held=held)]
        return changes

    @property
    def turn(self) -> list[int]:
        """The numbers of the windows in the turn's audio."""
        return [int(sample) for sample in self.detector.turn_samples[::WINDOW]]


def test_speech_begins_is_sustained_and_pauses() -> None:
    ear = Ear()
    assert ear.hears(QUIET, 30) == []
    assert ear.hears(VOICE, 50) == [(3, Change.STARTED), (42, Change.SUSTAINED)]
    assert ear.detector.speaking
    assert ear.hears(QUIET, 30) == [(7, Change.PAUSED)]
    assert not ear.detector.speaking


def test_who_has_stopped_our_speech_is_heard_at_their_first_pause() -> None:
    ear = Ear()
    ear.hears(QUIET, 30)
    ear.hears(VOICE, 15, held=True)
    assert ear.hears(QUIET, 2, held=True) == []
    assert ear.hears(QUIET, 1, held=True) == [(1, Change.PAUSED)]


def test_it_has_paused_from_the_pause_until_the_turn_is_taken_or_goes_on() -> None:
    ear = Ear()
    assert not ear.detector.paused
    ear.hears(VOICE, 10)
    assert not ear.detector.paused
    ear.hears(QUIET, 7)
    assert ear.detector.paused
    ear.hears(VOICE, 3)
    assert not ear.detector.paused
    ear.hears(QUIET, 7)
    ear.detector.close_turn()
    assert not ear.detector.paused


def test_speech_with_gaps_too_short_for_a_pause_is_sustained_all_the_same() -> None:
    ear = Ear()
    changes = [change for _ in range(12) for _, change in ear.hears(VOICE, 4) + ear.hears(QUIET, 1)]
    assert changes == [Change.STARTED, Change.SUSTAINED]


def test_a_click_is_not_speech() -> None:
    ear = Ear()
    for _ in range(20):
        assert ear.hears(VOICE, 2) == []
        assert ear.hears(QUIET, 3) == []
    assert ear.detector.turn_s == 0


def test_a_cough_begins_but_is_not_sustained() -> None:
    ear = Ear()
    assert ear.hears(VOICE, 5) == [(3, Change.STARTED)]
    assert ear.hears(QUIET, 10) == [(7, Change.PAUSED)]


def test_a_short_gap_within_a_word_is_no_pause_and_a_weaker_voice_goes_on() -> None:
    ear = Ear()
    ear.hears(VOICE, 10)
    assert ear.hears(QUIET, 6) == []
    assert ear.hears(0.4, 5) == []
    assert ear.hears(0.34, 7) == [(7, Change.PAUSED)]


def test_what_was_said_before_speech_was_noticed_is_kept() -> None:
    ear = Ear()
    ear.hears(QUIET, 100)
    ear.hears(VOICE, 3)
    # 0.4 s are twelve windows, the three voiced ones among them.
    assert ear.turn == list(range(92, 104))
    assert ear.detector.turn_s == pytest.approx(12 * 0.032)


def test_a_turn_holds_all_its_speech_and_the_pauses_between() -> None:
    ear = Ear()
    ear.hears(QUIET, 20)
    ear.hears(VOICE, 10)
    ear.hears(QUIET, 15)
    ear.hears(VOICE, 10)
    ear.hears(QUIET, 7)
    assert ear.turn == list(range(12, 63))


def test_a_closed_turn_is_forgotten() -> None:
    ear = Ear()
    ear.hears(VOICE, 10)
    ear.hears(QUIET, 10)
    ear.detector.close_turn()
    ear.hears(QUIET, 30)
    assert ear.turn == []
    ear.hears(VOICE, 10)
    assert ear.turn == list(range(42, 61))


def test_a_turn_closed_while_the_caller_speaks_again_keeps_the_new_speech() -> None:
    ear = Ear()
    ear.hears(QUIET, 20)
    ear.hears(VOICE, 10)
    ear.hears(QUIET, 15)
    ear.hears(VOICE, 5)
    ear.detector.close_turn()
    ear.hears(VOICE, 5)
    ear.hears(QUIET, 7)
    turn = ear.turn
    assert turn[-1] == 62
    # The new speech began with window 46 and was noticed with 48: 0.4 s before that belong to it, no more.
    assert turn == list(range(37, 63))


def test_a_turn_closed_while_the_caller_speaks_again_holds_every_window_once() -> None:
    ear = Ear()
    ear.hears(VOICE, 10)
    ear.hears(QUIET, 15)
    ear.hears(VOICE, 5)
    ear.detector.close_turn()
    ear.hears(VOICE, 20)
    assert len(set(ear.turn)) == len(ear.turn)


def test_who_never_pauses_is_decoded_after_25_seconds_all_the_same() -> None:
    ear = Ear()
    changes = ear.hears(VOICE, 1500)
    assert [change for _, change in changes[:3]] == [Change.STARTED, Change.SUSTAINED, Change.PAUSED]
    # 25 s are 781.25 windows.
    assert changes[2][0] == 782
    assert ear.detector.turn_s >= 25


def test_after_a_forced_pause_the_next_turn_goes_on_where_it_was_cut() -> None:
    ear = Ear()
    ear.hears(VOICE, 782)
    assert not ear.detector.speaking
    ear.detector.close_turn()
    assert ear.hears(VOICE, 1) == [(1, Change.STARTED)]
    assert ear.turn[-1] == 783


def test_a_television_in_the_room_is_decoded_now_and_then_and_does_not_fill_the_memory() -> None:
    ear = Ear()
    changes = [change for _, change in ear.hears(VOICE, 4 * 782)]
    assert changes.count(Change.PAUSED) <= 5
    assert ear.detector.turn_s <= 2 * 25


@given(st.lists(st.tuples(st.sampled_from([VOICE, 0.4, QUIET]), st.integers(1, 12), st.booleans()), max_size=30))
def test_changes_alternate_and_a_turn_is_one_stretch_of_audio(stretches: list[tuple[float, int, bool]]) -> None:
    ear, speaking, sustained = Ear(), False, False
    for probability, windows, close in stretches:
        for _, change in ear.hears(probability, windows):
            if change is Change.STARTED:
                assert not speaking
                speaking, sustained = True, False
            elif change is Change.SUSTAINED:
                assert speaking and not sustained
                sustained = True
            else:
                assert speaking
                speaking = False
        assert ear.detector.speaking is speaking
        if close:
            ear.detector.close_turn()
        turn = ear.turn
        assert turn == list(range(turn[0], turn[-1] + 1)) if turn else True
        assert ear.detector.turn_s == pytest.approx(len(turn) * 0.032)
