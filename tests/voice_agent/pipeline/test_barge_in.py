"""The caller on the left (``#`` voiced, ``~`` perhaps speech, ``!`` only loud, ``.`` quiet), our moves on the right."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice_agent.pipeline.barge_in import BargeIn, BargeInSettings, Move

SETTINGS = BargeInSettings()
LONG = "#" * (SETTINGS.syllable_windows + 1)


class Line:
    """A machine and the speech it steers: holdable unless it is held or has stopped."""

    def __init__(self, *, answer_due: bool = False, holdable: bool = True) -> None:
        self.barge_in = BargeIn()
        self.held = False
        self.holdable = holdable
        self.answer_due = answer_due
        self.moves: list[tuple[int, Move]] = []
        self.now = 0

    def hears(self, windows: str) -> Line:
        for window in windows:
            self.now += 1
            move = self.barge_in.window(
                probability={"#": 0.9, "~": 0.3}.get(window, 0.01),
                voiced=window == "#",
                loud=window in "#!",
                holdable=self.holdable and not self.held,
                held=self.held,
                answer_due=self.answer_due,
            )
            if move is not None:
                self.moves.append((self.now, move))
            self.held = move is Move.HOLD or (self.held and move is not Move.GO_ON)
        return self

    def held_and_let_go(self) -> list[tuple[int, Move]]:
        return [(at, move) for at, move in self.moves if move is not Move.LISTEN]


@pytest.mark.parametrize(
    ("windows", "moves"),
    [
        ("." * 50, []),
        (".....#....", []),
        (".....#.#.#.", []),
        (".....##", [(7, Move.HOLD)]),
        (".....######....", [(7, Move.HOLD), (14, Move.GO_ON)]),
        ("....." + "#" * 13 + "...", [(7, Move.HOLD), (21, Move.GO_ON)]),
        ("....." + "#" * 6 + ".." + "#" * 5 + "...", [(7, Move.HOLD), (21, Move.GO_ON)]),
        ("....." + LONG + "." * 30, [(7, Move.HOLD)]),
        ("....." + LONG + "." * 60, [(7, Move.HOLD), (63, Move.GO_ON)]),
        ("....." + "#" * 80, [(7, Move.HOLD), (63, Move.GO_ON)]),
        (".....####....####....", [(7, Move.HOLD), (12, Move.GO_ON), (15, Move.HOLD), (20, Move.GO_ON)]),
        (".....~~~..~.~..~...~###" + LONG, [(7, Move.HOLD)]),
        (".....~~......", [(7, Move.HOLD), (13, Move.GO_ON)]),
        ("....." + LONG + "." * 60 + "~~......", [(7, Move.HOLD), (63, Move.GO_ON), (83, Move.HOLD), (89, Move.GO_ON)]),
    ],
)
def test_one_short_syllable_is_a_listeners_and_nothing_is_held_for_ever(
    windows: str, moves: list[tuple[int, Move]]
) -> None:
    assert Line().hears(windows).held_and_let_go() == moves


@pytest.mark.parametrize(
    ("windows", "moves"),
    [
        ("." * 8 + "!!!" + "." * 9, []),
        ("." * 8 + "!!!!!!" + LONG, [(12, Move.HOLD)]),
        ("." * 8 + "!!!!" + "." * 8, [(12, Move.HOLD), (18, Move.GO_ON)]),
        ("." * 8 + "!" * 60, [(12, Move.HOLD), (18, Move.GO_ON)]),
        ("." * 7 + "!!!!" + "." * 8, []),
        (("." * 8 + "!!!!" + "." * 8) * 3, [(12, Move.HOLD), (18, Move.GO_ON), (32, Move.HOLD), (38, Move.GO_ON)]),
    ],
)
def test_what_is_loud_out_of_quiet_is_yielded_to_before_it_is_known_for_speech_but_noise_only_twice(
    windows: str, moves: list[tuple[int, Move]]
) -> None:
    assert Line().hears(windows).held_and_let_go() == moves


def test_where_a_short_word_is_an_answer_it_is_waited_for() -> None:
    line = Line(answer_due=True).hears("....." + "####" + "." * 20)
    assert line.held_and_let_go() == [(7, Move.HOLD)]
    assert line.hears("." * 50).held_and_let_go()[1:] == [(63, Move.GO_ON)]


def test_what_may_not_be_interrupted_is_not_held() -> None:
    line = Line(holdable=False).hears("....." + LONG)
    assert line.moves == []
    line.holdable = True
    assert line.hears("#").held_and_let_go() == [(line.now, Move.HOLD)], "speech that lasts into the next prompt"


def test_words_that_let_us_go_on_are_not_overruled_by_the_end_of_the_same_word() -> None:
    line = Line().hears(".....##########")
    line.held = False  # by its words
    line.hears("##########....")
    assert line.held_and_let_go() == [(7, Move.HOLD)]
    assert line.hears("##").held_and_let_go()[1:] == [(line.now, Move.HOLD)]


def test_who_speaks_on_and_on_after_we_went_on_holds_us_again() -> None:
    line = Line().hears(".....##########")
    line.held = False  # by half a word
    line.hears("#" * 40)
    assert line.held_and_let_go() == [(7, Move.HOLD), (15 + SETTINGS.again_windows, Move.HOLD)]


def test_who_is_still_a_listener_after_that_does_not_hold_us_again_at_once() -> None:
    line = Line().hears(".....##########")
    line.held = False  # by half a word
    line.hears("#" * (SETTINGS.again_windows + 2))
    line.held = False  # by the whole of it
    line.hears("#" * 10 + "....")
    assert line.held_and_let_go() == [(7, Move.HOLD), (15 + SETTINGS.again_windows, Move.HOLD)]


def test_the_words_so_far_are_asked_for_while_speech_lasts() -> None:
    line = Line().hears("....." + "#" * 30)
    assert [at for at, move in line.moves if move is Move.LISTEN] == [19, 29]
    assert Line(holdable=False).hears("#" * 40).moves == []


def test_the_words_are_asked_for_as_well_where_we_went_on_after_the_first_syllable() -> None:
    line = Line().hears("....." + "#" * 4 + "~~~" + "#" * 14)
    assert line.moves == [(7, Move.HOLD), (12, Move.GO_ON), (26, Move.LISTEN)]


def test_likely_speech_holds_before_the_detector_is_sure() -> None:
    barge_in = BargeIn()
    state = {"voiced": False, "holdable": True, "held": False, "answer_due": False}
    assert barge_in.window(probability=0.3, **state) is None
    assert barge_in.window(probability=0.3, **state) is Move.HOLD
    state |= {"held": True}
    assert [barge_in.window(probability=0.1, **state) for _ in range(6)] == [*[None] * 5, Move.GO_ON]


@given(st.lists(st.tuples(st.booleans(), st.booleans(), st.booleans()), max_size=400))
def test_no_hold_outlasts_its_limit_and_only_what_is_holdable_is_held(
    windows: list[tuple[bool, bool, bool]],
) -> None:
    barge_in, held_for = BargeIn(), 0
    for voiced, holdable, answer_due in windows:
        held = held_for > 0
        move = barge_in.window(
            probability=float(voiced), voiced=voiced, holdable=holdable and not held, held=held, answer_due=answer_due
        )
        assert move is not Move.HOLD or (holdable and not held)
        assert move is not Move.GO_ON or held
        if move is Move.HOLD or (held and move is not Move.GO_ON):
            held_for += 1
        else:
            held_for = 0
        assert held_for <= SETTINGS.most_hold_windows
