"""A caller who acts on what they hear."""

from __future__ import annotations

import numpy as np

from telephony.caller_script import Beat, Move, ScriptedCaller

FRAME = np.ones(160, np.int16)


def play(caller: ScriptedCaller, sounding: str) -> list[Beat]:
    """One beat a character: ``x`` while the hotline speaks, ``.`` while it is quiet."""
    return [caller.beat(one == "x") for one in sounding]


def began(beats: list[Beat]) -> dict[int, int]:
    return {beat.began: at for at, beat in enumerate(beats) if beat.began is not None}


def test_the_caller_waits_until_the_prompt_is_over() -> None:
    caller = ScriptedCaller([Move(FRAME, after_s=0.1)], 8000)
    assert began(play(caller, "....xxxxx.........")) == {0: 13}


def test_a_caller_who_has_heard_nothing_does_not_speak_before_their_patience_ends() -> None:
    caller = ScriptedCaller([Move(FRAME, after_s=0.1)], 8000, patience_s=1.0)
    assert began(play(caller, "." * 60)) == {0: 49}


def test_a_barge_in_comes_so_long_into_the_prompt() -> None:
    caller = ScriptedCaller([Move(FRAME, into_s=0.2)], 8000)
    assert began(play(caller, "..." + "x" * 20)) == {0: 12}


def test_the_second_move_waits_for_another_answer() -> None:
    caller = ScriptedCaller([Move(FRAME, after_s=0.1), Move(FRAME, after_s=0.1)], 8000)
    beats = play(caller, "xx......" + "." * 20 + "xxx......")
    assert began(beats) == {0: 6, 1: 35}


def test_keys_are_pressed_one_by_one() -> None:
    caller = ScriptedCaller([Move(keys="12#", after_s=0.1)], 8000)
    beats = play(caller, "x" + "." * 60)
    assert [beat.key for beat in beats if beat.key] == ["1", "2", "#"]
    assert [at for at, beat in enumerate(beats) if beat.key] == [5, 18, 31]


def test_speech_is_played_to_its_end_and_the_caller_hangs_up() -> None:
    speech = np.arange(1, 401, dtype=np.int16)
    caller = ScriptedCaller([Move(speech, after_s=0.02), Move(hangs_up=True, after_s=0.1)], 8000)
    beats = play(caller, "x........x........")
    said = np.concatenate([beat.speech for beat in beats if beat.speech is not None])
    assert said.tolist() == speech.tolist()
    assert [at for at, beat in enumerate(beats) if beat.hangs_up] == [14]


def test_one_who_is_silent_lets_a_prompt_pass() -> None:
    caller = ScriptedCaller([Move(after_s=0.1), Move(FRAME, after_s=0.1)], 8000)
    assert began(play(caller, "xx" + "." * 20 + "xx" + "." * 20)) == {0: 6, 1: 28}
    assert caller.position[0] == 1


def test_who_was_not_understood_does_it_again_before_they_go_on() -> None:
    asked: list[tuple[int, int]] = []

    def again(move: int, times: int) -> Move | None:
        asked.append((move, times))
        return Move(keys="7") if times < 2 else None

    caller = ScriptedCaller([Move(FRAME, after_s=0.1), Move(hangs_up=True, after_s=0.1)], 8000, again=again)
    beats = play(caller, "x" + "." * 9 + "x" + "." * 9 + "x" + "." * 9 + "x" + "." * 9)
    assert asked == [(0, 0), (0, 1), (0, 2)]
    assert [beat.key for beat in beats if beat.key] == ["7", "7"]
    assert list(began(beats)) == [0, 1000, 2000, 1] and beats[-5].hangs_up


def test_who_expects_more_waits_for_it() -> None:
    more = [True]
    caller = ScriptedCaller([Move(FRAME, after_s=0.1)], 8000, expects_more=lambda: more[0])
    assert began(play(caller, "xx" + "." * 30)) == {}
    more[0] = False
    assert list(began(play(caller, "xx" + "." * 8))) == [0]
