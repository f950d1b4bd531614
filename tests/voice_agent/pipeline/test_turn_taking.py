"""Whose turn is it: what happened on the line on the left, what was decided on the right."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialogs.vocabulary import Ask, Expectation, Expected, Say
from telephony.audio import Pcm
from tests.voice_agent.conversation import ScriptedConversation, TestCall, said
from tests.voice_agent.voices import spoken_question
from voice_agent.engines.ports import Samples, Transcript
from voice_agent.pipeline.end_of_turn import TurnSettings, quiet_needed
from voice_agent.pipeline.frames import SpeechHeard
from voice_agent.pipeline.turn_taker import (
    Decision,
    KeysComplete,
    Signal,
    TurnOver,
    TurnTaker,
)

TICK_S = 0.1


def words(text: str, turn: int = 0) -> SpeechHeard:
    return SpeechHeard(turn=turn, text=text, confidence=0.9, decode_s=0.3, speech_s=1.0, last_word_at=0.0)


@dataclass
class Line:
    """A taker with its line time; keeps every decision with the time it was made."""

    expects: Expectation = field(default_factory=Expectation)
    now: float = 0.0
    decided: list[tuple[float, Decision]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.taker = TurnTaker()
        self.taker.expect(self.expects)

    def passes(self, seconds: float) -> Line:
        for _ in range(round(seconds / TICK_S)):
            self.now = round(self.now + TICK_S, 3)
            self.note(self.taker.tick(self.now))
        return self

    def note(self, decisions: Sequence[Decision]) -> Line:
        self.decided += [(self.now, decision) for decision in decisions]
        return self

    def speaks(self, seconds: float, text: str | None, turn: int = 0) -> Line:
        """Speech, its pause, and the recogniser's answer at once; None: the answer is not there yet."""
        self.taker.speech_started()
        self.note(self.taker.speech_sustained())
        self.passes(seconds)
        self.taker.speech_paused()
        return self if text is None else self.note(self.taker.heard(words(text, turn)))

    def presses(self, keys: str) -> Line:
        for key in keys:
            self.note(self.taker.key(key))
        return self

    @property
    def decisions(self) -> list[Decision]:
        return [decision for _, decision in self.decided]

    @property
    def turns(self) -> list[str]:
        return [decision.heard.text for decision in self.decisions if isinstance(decision, TurnOver)]


# ── how long a turn takes to end ──────────


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        (Expected.YES_NO, "네."),
        (Expected.ANYTHING, "여권을 잃어버렸어요."),
        (Expected.ANYTHING, "여권을 잃어버렸는데"),
        (Expected.PLACE, "수원시 팔달구"),
        (Expected.ANYTHING, ""),
    ],
)
@pytest.mark.parametrize("slow", [False, True])
def test_what_was_said_decides_how_much_quiet_ends_the_turn(expected: Expected, text: str, slow: bool) -> None:
    expects = Expectation(kind=expected, silence_s=60)
    line = Line(expects).passes(1.0)
    if slow:
        line.taker.slow_down()
    line.speaks(1.0, text).passes(4.0)
    assert line.turns == [text]
    [(at, _)] = line.decided
    quiet_s = quiet_needed(text, expects, TurnSettings(), patience=1.5 if slow else 1.0)
    # Quiet began 0.16 s before the pause was noticed, at 2.0 s; decisions come with ticks, ten a second.
    assert quiet_s - 0.16 - 1e-6 <= at - 2.0 <= max(0.0, quiet_s - 0.16) + TICK_S + 1e-6


def test_who_goes_on_in_time_is_heard_to_the_end() -> None:
    line = Line().passes(1).speaks(1.0, "여권을 잃어버렸는데").passes(0.4)
    assert line.speaks(1.0, "여권을 잃어버렸는데 어떻게 하나요?").passes(2).turns == [
        "여권을 잃어버렸는데 어떻게 하나요?"
    ]


def test_words_that_come_while_the_caller_has_gone_on_end_nothing() -> None:
    line = Line().passes(1).speaks(1.0, None)
    line.taker.speech_started()
    line.note(line.taker.heard(words("여권이요."))).passes(3)
    assert line.turns == []
    line.taker.speech_paused()
    line.passes(1)
    assert line.turns == []
    line.note(line.taker.heard(words("여권이요. 잃어버렸어요.")))
    assert line.turns == ["여권이요. 잃어버렸어요."]


def test_a_late_answer_of_the_recogniser_ends_the_turn_at_once() -> None:
    line = Line().passes(1).speaks(1.0, None).passes(2.0)
    assert line.turns == []
    line.note(line.taker.heard(words("여권을 잃어버렸어요.")))
    assert line.turns == ["여권을 잃어버렸어요."]


def test_a_recogniser_that_never_answers_makes_a_turn_without_words() -> None:
    line = Line().passes(1).speaks(1.0, None).passes(6.9)
    assert line.turns == []
    line.passes(0.3)
    assert line.turns == [""]
    assert line.decided[-1][0] - 2.0 == pytest.approx(7.0, abs=0.2)


def test_what_comes_late_of_a_closed_turn_is_forgotten() -> None:
    line = Line().passes(1).speaks(1.0, None).passes(9.2)
    line.note(line.taker.heard(words("너무 늦은 말이요.", turn=0))).passes(2)
    assert line.turns == [""]
    line.taker.expect(Expectation())
    line.speaks(1.0, "다음 말이요.", turn=1).passes(2)
    assert line.turns == ["", "다음 말이요."]


# ── keys ──────────


@pytest.mark.parametrize(
    ("most", "presses", "complete"),
    [(1, "2", ["2"]), (1, "#", ["#"]), (1, "*", ["*"]), (4, "1234", ["1234"]), (4, "12#", ["12"]), (4, "#", ["#"])],
)
def test_keys_that_belong_together_arrive_together(most: int, presses: str, complete: list[str]) -> None:
    line = Line(Expectation(kind=Expected.DIGITS, max_keys=most)).presses(presses)
    assert line.decisions == [KeysComplete(keys) for keys in complete]


def test_a_pause_ends_the_keys_and_each_key_begins_it_anew() -> None:
    line = Line(Expectation(kind=Expected.DIGITS, max_keys=8)).presses("1").passes(1.5).presses("2").passes(1.9)
    assert line.decisions == []
    assert line.passes(0.2).decisions == [KeysComplete("12")]
    assert line.passes(20).decisions == [KeysComplete("12")]


def test_a_new_question_forgets_half_an_answer_in_keys() -> None:
    line = Line(Expectation(kind=Expected.DIGITS, max_keys=4)).presses("12")
    line.taker.expect(Expectation(kind=Expected.DIGITS, max_keys=2))
    assert line.presses("34").decisions == [KeysComplete("34")]


def test_keys_drop_what_is_being_said() -> None:
    line = Line().passes(1)
    line.taker.speech_started()
    line.presses("2").passes(1)
    line.taker.speech_paused()
    line.note(line.taker.heard(words("이번이요."))).passes(3)
    assert line.decisions == [KeysComplete("2"), Signal.DROP_TURN]


def test_keys_drop_words_that_wait_for_their_quiet() -> None:
    line = Line().passes(1).speaks(1.0, "여권을 잃어버렸는데").presses("2").passes(3)
    assert line.decisions == [KeysComplete("2"), Signal.DROP_TURN]
    line.taker.expect(Expectation())
    assert line.speaks(1.0, "다음 말이요.", turn=1).passes(2).turns == ["다음 말이요."]


def test_words_after_keys_are_a_turn_again() -> None:
    line = Line().passes(1).presses("2")
    line.taker.expect(Expectation())
    assert line.speaks(1.0, "여권이요.").passes(2).turns == ["여권이요."]


# ── listening, or taking the turn ──────────


def into_our_speech(expects: Expectation | None = None, *, question_out: bool = False) -> Line:
    """A line on which our prompt sounds and the caller has begun to speak."""
    line = Line(expects or Expectation()).passes(1)
    line.taker.expect(line.expects, prompts_follow=True)
    line.note(line.taker.agent_speaks(notice=False))
    if question_out:
        line.taker.last_stretch()
    line.taker.speech_started()
    return line


YES_NO = Expectation(kind=Expected.YES_NO)


@pytest.mark.parametrize(
    ("text", "expects", "question_out", "decision"),
    [
        ("네.", Expectation(), False, Signal.GO_ON),
        ("아 네 그렇군요.", Expectation(), True, Signal.GO_ON),
        ("", Expectation(), False, Signal.GO_ON),
        ("그만.", Expectation(), False, Signal.INTERRUPT),
        ("아니 그게 아니라", Expectation(), False, Signal.INTERRUPT),
        ("네, 그런데 여권이요.", Expectation(), False, Signal.INTERRUPT),
        ("네?", Expectation(), False, Signal.GO_ON),
        ("뭐라고요?", Expectation(), False, Signal.INTERRUPT),
        ("네.", YES_NO, False, Signal.GO_ON),
        ("네.", YES_NO, True, Signal.INTERRUPT),
        ("아니요.", YES_NO, True, Signal.INTERRUPT),
        ("음.", YES_NO, True, Signal.GO_ON),
        ("", YES_NO, True, Signal.GO_ON),
        ("네.", Expectation(kind=Expected.CHOICE), True, Signal.GO_ON),
        ("분실이요.", Expectation(kind=Expected.CHOICE), True, Signal.INTERRUPT),
    ],
)
def test_words_into_our_speech_let_it_go_on_or_end_it(
    text: str, expects: Expectation, question_out: bool, decision: Signal
) -> None:
    line = into_our_speech(expects, question_out=question_out).passes(0.5)
    line.taker.speech_paused()
    line.note(line.taker.heard(words(text)))
    assert line.decisions[0] is decision
    assert line.passes(3).turns == ([] if decision is Signal.GO_ON else [text])


@pytest.mark.parametrize(
    ("text", "expects", "decision"),
    [
        ("온다.", Expectation(), Signal.GO_ON),
        ("Help me.", Expectation(), Signal.INTERRUPT),
        ("그만.", Expectation(), Signal.INTERRUPT),
        ("불이야!", Expectation(), Signal.INTERRUPT),
        ("차.", Expectation(kind=Expected.CHOICE, words=("차", "집")), Signal.INTERRUPT),
    ],
)
def test_of_a_hum_only_words_that_stop_or_answer_are_believed(
    text: str, expects: Expectation, decision: Signal
) -> None:
    line = into_our_speech(expects).passes(0.3)
    line.taker.speech_paused()
    line.note(line.taker.heard(replace(words(text), speech_s=0.9)))
    assert line.decisions[0] is decision


def test_words_into_a_notice_end_nothing() -> None:
    line = Line().passes(1)
    line.note(line.taker.agent_speaks(notice=True))
    line.speaks(0.5, "잠깐만요.")
    assert Signal.INTERRUPT not in line.decisions


@pytest.mark.parametrize(
    ("text", "still_speaking", "decisions"),
    [
        ("네 알겠", True, [Signal.GO_ON]),
        ("네", True, []),
        ("네", False, [Signal.GO_ON]),
        ("그만", True, []),
        ("그만", False, []),
        ("", True, []),
    ],
)
def test_half_a_word_may_let_us_go_on_but_never_ends_anything(
    text: str, still_speaking: bool, decisions: list[Signal]
) -> None:
    line = into_our_speech()
    if not still_speaking:
        line.taker.speech_paused()
    line.note(line.taker.heard(replace(words(text), partial=True))).passes(3)
    assert [decision for decision in line.decisions if decision is not Signal.FILLER] == decisions


def test_a_listener_so_far_who_pauses_is_not_made_to_wait_for_the_rest_of_the_words() -> None:
    line = into_our_speech()
    assert line.note(line.taker.heard(replace(words("네"), partial=True))).decisions == []
    assert line.note(line.taker.speech_paused()).decisions == [Signal.GO_ON]
    line.note(line.taker.heard(words("네, 그만."))).passes(2)
    assert line.decisions[1] is Signal.INTERRUPT
    assert line.turns == ["네, 그만."]


def test_half_a_word_is_no_answer_where_one_is_due() -> None:
    line = into_our_speech(YES_NO, question_out=True)
    assert line.note(line.taker.heard(replace(words("네네"), partial=True))).decisions == []


def test_speech_that_lasts_ends_our_prompt_unless_its_words_are_a_listeners() -> None:
    assert into_our_speech().taker.speech_sustained() == [Signal.INTERRUPT]
    line = into_our_speech()
    line.taker.heard(replace(words("네 알겠"), partial=True))
    assert line.taker.speech_sustained() == []


def test_a_short_answer_begun_just_before_our_prompt_ends_is_a_turn() -> None:
    line = into_our_speech(YES_NO, question_out=True).passes(0.2)
    line.taker.agent_stopped()
    line.taker.speech_paused()
    line.note(line.taker.heard(words("네."))).passes(1)
    assert line.turns == ["네."]


# ── cut off ──────────


def cut_off(line: Line, first: str, rest: str, turn: int, *, after_s: float = 0.3, heard_s: float = 0.0) -> Line:
    """``first`` is taken for a turn; ``after_s`` later, with ``heard_s`` of our answer heard, the caller goes on."""
    line.taker.expect(Expectation(silence_s=60))
    line.speaks(1.0, first, turn)
    while first and not (line.turns and line.turns[-1].endswith(first)):
        line.passes(TICK_S)
    line.taker.expect(Expectation(silence_s=60), prompts_follow=True)
    line.passes(after_s - heard_s)
    if heard_s:
        line.note(line.taker.agent_speaks(notice=False)).passes(heard_s)
    line.speaks(1.0, rest, turn + 1).passes(3)
    line.taker.agent_stopped()
    return line


def overs(line: Line) -> list[TurnOver]:
    return [decision for decision in line.decisions if isinstance(decision, TurnOver)]


@pytest.mark.parametrize(
    ("after_s", "heard_s", "joined"), [(0.3, 0.0, True), (1.0, 0.3, True), (1.0, 0.8, False), (1.6, 0.0, False)]
)
def test_who_goes_on_at_once_had_been_cut_off(after_s: float, heard_s: float, joined: bool) -> None:
    line = cut_off(Line().passes(1), "여권을요.", "잃어버렸어요.", 0, after_s=after_s, heard_s=heard_s)
    first, second = overs(line)
    assert not first.reopens
    assert second.reopens is joined
    assert second.heard.text == ("여권을요. 잃어버렸어요." if joined else "잃어버렸어요.")
    assert second.heard.speech_s == (2.0 if joined else 1.0)


def test_a_listeners_word_right_after_a_turn_reopens_nothing() -> None:
    line = cut_off(Line().passes(1), "여권을 잃어버렸어요.", "네.", 0)
    assert [over.heard.text for over in overs(line)] == ["여권을 잃어버렸어요."]


def test_a_turn_cut_off_twice_comes_together_whole() -> None:
    line = cut_off(Line().passes(1), "하나요.", "둘이요.", 0)
    line.taker.expect(Expectation(silence_s=60), prompts_follow=True)
    line.now -= 2.0  # the second half was taken just now
    line.taker.tick(line.now)
    line.speaks(1.0, "셋이요.", 2).passes(3)
    assert overs(line)[-1].heard.text == "하나요. 둘이요. 셋이요."


def test_after_two_cut_offs_we_slow_down_once_and_before_the_turn_is_told() -> None:
    line = Line().passes(1)
    for number in range(4):
        cut_off(line, "여권을요.", "잃어버렸어요.", 2 * number).passes(3)
    assert line.decisions.count(Signal.SLOW_DOWN) == 1
    at = line.decisions.index(Signal.SLOW_DOWN)
    assert sum(over.reopens for over in overs(line)) == 4
    turns_before = [over for over in line.decisions[:at] if isinstance(over, TurnOver)]
    assert sum(over.reopens for over in turns_before) == 1


# ── a sign of life ──────────


def test_a_filler_is_due_once_when_the_words_are_long_in_coming() -> None:
    line = Line().passes(1).speaks(1.0, None).passes(4.5)
    assert [decision for _, decision in line.decided] == [Signal.FILLER]
    assert line.decided[0][0] - 2.0 == pytest.approx(1.2 - 0.16, abs=0.15)
    line.note(line.taker.heard(words("여권이요."))).passes(1)
    line.taker.expect(Expectation())
    assert line.speaks(1.0, None, 1).passes(3).decisions.count(Signal.FILLER) == 2


@pytest.mark.parametrize("why_not", ["speaking", "our speech", "keys", "words are there"])
def test_no_filler_into_anything_else(why_not: str) -> None:
    line = Line(Expectation(kind=Expected.DIGITS, max_keys=9)).passes(1).speaks(1.0, None)
    if why_not == "speaking":
        line.taker.speech_started()
    elif why_not == "our speech":
        line.note(line.taker.agent_speaks(notice=True))
    elif why_not == "keys":
        line.presses("1")
    else:
        line.note(line.taker.heard(words("여권을")))
    assert Signal.FILLER not in line.passes(1.9).decisions


def test_words_after_a_filler_are_a_turn_whatever_they_are() -> None:
    line = Line().passes(1).speaks(1.0, None).passes(1.5)
    line.note(line.taker.agent_speaks(notice=False))
    line.note(line.taker.heard(words("네."))).passes(2)
    assert line.turns == ["네."]


# ── interrupting ──────────


def test_only_speech_that_lasts_interrupts_and_only_our_speech() -> None:
    line = Line()
    line.taker.speech_started()
    assert line.note(line.taker.speech_sustained()).decisions == []
    line.taker.speech_paused()
    line.note(line.taker.agent_speaks(notice=False))
    line.taker.speech_started()
    assert line.passes(1).decisions == []
    assert line.note(line.taker.speech_sustained()).decisions == [Signal.INTERRUPT]


def test_a_notice_is_heard_out_and_the_next_prompt_is_not() -> None:
    line = Line()
    line.note(line.taker.agent_speaks(notice=True))
    line.taker.speech_started()
    line.note(line.taker.speech_sustained()).presses("2")
    assert line.decisions == [KeysComplete("2")]
    line.note(line.taker.agent_speaks(notice=False))
    assert line.decisions == [KeysComplete("2"), Signal.INTERRUPT]


def test_a_key_interrupts_at_once() -> None:
    line = Line()
    line.note(line.taker.agent_speaks(notice=False)).presses("2")
    assert line.decisions == [Signal.INTERRUPT, KeysComplete("2")]
    line.taker.agent_stopped()
    line.taker.expect(Expectation())
    assert line.presses("3").decisions[2:] == [KeysComplete("3")]


# ── silence ──────────


def test_silence_is_told_once_and_again_only_after_a_new_question() -> None:
    line = Line(Expectation(silence_s=6.0)).passes(20)
    assert line.decided == [(6.0, Signal.SILENCE)]
    line.taker.expect(Expectation(silence_s=3.0))
    line.passes(20)
    assert line.decided[1:] == [(pytest.approx(23.0), Signal.SILENCE)]


def test_patience_begins_when_we_have_finished_speaking() -> None:
    line = Line(Expectation(silence_s=6.0))
    line.note(line.taker.agent_speaks(notice=False)).passes(30)
    line.taker.agent_stopped()
    assert line.passes(5.9).decisions == []
    assert line.passes(0.2).decisions == [Signal.SILENCE]


@pytest.mark.parametrize("busy", ["speaking", "decoding", "keys", "nothing expected"])
def test_nobody_who_is_doing_something_is_called_silent(busy: str) -> None:
    line = Line(Expectation(silence_s=1.0, max_keys=9)).passes(0.5)
    if busy == "speaking":
        line.taker.speech_started()
    elif busy == "decoding":
        line.speaks(0.2, None)
    elif busy == "keys":
        line.presses("1")
    else:
        line.taker.expect(Expectation(kind=Expected.NOTHING))
    line.passes(1.9)
    assert Signal.SILENCE not in line.decisions


def test_a_click_that_is_no_speech_begins_the_patience_anew_but_tells_nothing() -> None:
    line = Line(Expectation(silence_s=6.0)).passes(5).speaks(0.2, "").passes(5)
    assert line.turns == [""]
    assert Signal.SILENCE not in line.decisions


# ── whatever happens ──────────

EVENTS = st.lists(
    st.one_of(
        st.tuples(st.just("tick"), st.floats(0.02, 3.0)),
        st.tuples(st.just("key"), st.sampled_from("0123456789*#")),
        st.tuples(st.just("expect"), st.sampled_from(list(Expected)), st.integers(1, 5), st.floats(0.5, 8.0)),
        st.tuples(st.just("agent_speaks"), st.booleans()),
        st.tuples(st.sampled_from(["agent_stopped", "last_stretch", "slow_down", "started", "sustained", "paused"])),
        st.tuples(st.just("heard"), st.sampled_from(["", "네.", "여권을 잃어버렸는데", "그래요"]), st.integers(0, 1)),
        st.tuples(st.just("partly_heard"), st.sampled_from(["", "네", "네네", "그만"])),
    ),
    max_size=80,
)


@settings(max_examples=300)
@given(EVENTS)
def test_no_order_of_events_confuses_the_taker(events: list[tuple[object, ...]]) -> None:
    taker, now, speaking, turn = TurnTaker(), 0.0, False, 0
    told: list[SpeechHeard] = []
    agent_speaking = is_notice = False
    for event in events:
        decisions: list[Decision] = []
        match event:
            case ("tick", float(seconds)):
                now += seconds
                decisions = taker.tick(now)
            case ("key", str(key)):
                decisions = taker.key(key)
            case ("expect", Expected() as kind, int(most), float(patience_s)):
                taker.expect(Expectation(kind=kind, max_keys=most, silence_s=patience_s))
            case ("agent_speaks", bool(notice)):
                decisions = taker.agent_speaks(notice=notice)
                agent_speaking, is_notice = True, notice
            case ("agent_stopped",):
                taker.agent_stopped()
                agent_speaking = False
            case ("last_stretch",):
                taker.last_stretch()
            case ("slow_down",):
                taker.slow_down()
            case ("partly_heard", str(text)):
                decisions = taker.heard(replace(words(text, turn), partial=True))
                assert set(decisions) <= ({Signal.GO_ON, Signal.INTERRUPT} if text else {Signal.GO_ON})
            case ("started",):
                speaking = True
                taker.speech_started()
            case ("sustained",):
                decisions = taker.speech_sustained()
            case ("paused",):
                speaking = False
                taker.speech_paused()
            case ("heard", str(text), int(ago)):
                decisions = taker.heard(words(text, turn - ago))
            case _:
                raise AssertionError(event)
        if Signal.INTERRUPT in decisions:
            assert agent_speaking and not is_notice
        for decision in decisions:
            if isinstance(decision, TurnOver):
                assert not speaking
                assert decision.heard.turn == turn
                assert all(decision.heard is not before for before in told)
                told.append(decision.heard)
            elif isinstance(decision, KeysComplete):
                assert decision.keys
            turn += isinstance(decision, TurnOver) or decision is Signal.DROP_TURN
        assert sum(isinstance(decision, TurnOver | KeysComplete) for decision in decisions) <= 1


# ── in the chain ──────────


class SlowHearing:
    """Answers each stretch only when the test lets it; the answer tells how long the stretch was."""

    name = "slow"

    def __init__(self) -> None:
        self.asked: list[tuple[float, asyncio.Future[str]]] = []

    async def load(self) -> None:
        """Nothing to load."""

    async def transcribe(
        self, samples: Samples, *, words: Sequence[str] = (), hurry: bool = False, rivals: Sequence[str] = ()
    ) -> Transcript:
        answer = asyncio.get_running_loop().create_future()
        self.asked.append((len(samples) / 16000, answer))
        return Transcript(await answer, 0.9, 1.0)

    async def close(self) -> None:
        """Nothing to close."""


async def test_words_of_half_a_turn_do_not_end_it_while_the_rest_is_being_recognised() -> None:
    conversation = ScriptedConversation((Say("네?"), Ask(Expectation(silence_s=60))), [])
    hearing = SlowHearing()
    async with TestCall(conversation, hearing, _two_halves(), speaks_after_s=2.0) as call:
        await call.passes(2.0 + _seconds(_two_halves()) + 1.0)
        # The recogniser is slow: it had not answered for the first half when the whole took its place.
        assert [answer.cancelled() for _, answer in hearing.asked] == [True, False]
        assert said(call) == []
        assert hearing.asked[1][0] > hearing.asked[0][0] + 0.5
        hearing.asked[1][1].set_result("앞의 반이요. 뒤의 반이요.")
        await call.passes(1.0)
        assert said(call) == ["앞의 반이요. 뒤의 반이요."]


def _two_halves() -> Pcm:
    once = np.trim_zeros(spoken_question())
    return np.concatenate([once, np.zeros(4000, np.int16), once])


def _seconds(pcm: Pcm) -> float:
    return len(pcm) / 8000


@pytest.mark.parametrize(("text", "decision"), [("자살", Signal.INTERRUPT), ("등장", Signal.GO_ON)])
def test_a_short_word_that_means_something_to_the_dialog_is_believed(text: str, decision: Signal) -> None:
    taker = TurnTaker(heeds=lambda words: words == "자살")
    taker.expect(Expectation())
    taker.agent_speaks(notice=False)
    taker.speech_started()
    taker.speech_paused()
    assert taker.heard(replace(words(text, 0), speech_s=0.9)) == [decision]


def test_the_end_of_speech_that_answered_an_older_turn_starts_nobodys_patience() -> None:
    line = Line(Expectation(silence_s=6))
    line.taker.agent_speaks(notice=False)
    line.taker.expect(Expectation(silence_s=6), prompts_follow=True)
    line.taker.agent_stopped()
    assert line.passes(9).decisions == []
    line.taker.agent_speaks(notice=False)
    line.taker.agent_stopped()
    assert line.passes(6.1).decisions == [Signal.SILENCE]


def answered(line: Line, *, before_the_question: bool) -> TurnOver:
    """A yes, so long that it stops us, said before the question sounds or right after it."""
    line.taker.expect(YES_NO, prompts_follow=True)
    line.note(line.taker.agent_speaks(notice=False)).passes(1)
    if not before_the_question:
        line.taker.last_stretch()
        line.passes(1)
        line.taker.agent_stopped()
    line.taker.speech_started()
    line.note(line.taker.speech_sustained())
    if before_the_question:
        assert line.decisions[-1] is Signal.INTERRUPT
        line.taker.agent_stopped()
    line.passes(1.5)
    line.taker.speech_paused()
    line.note(line.taker.heard(words("네, 맞아요."))).passes(3)
    return next(decision for decision in line.decisions if isinstance(decision, TurnOver))


def test_a_yes_that_breaks_the_question_off_is_told_as_such() -> None:
    assert answered(Line(Expectation(silence_s=60)).passes(1), before_the_question=True).question_unheard
    assert not answered(Line(Expectation(silence_s=60)).passes(1), before_the_question=False).question_unheard


def test_the_end_of_speech_before_is_not_the_end_of_the_question() -> None:
    line = Line(Expectation(silence_s=60)).passes(1)
    line.taker.agent_speaks(notice=False)
    line.taker.expect(YES_NO, prompts_follow=True)
    line.taker.last_stretch()
    line.taker.speech_started()
    line.passes(0.5)
    line.taker.speech_paused()
    line.note(line.taker.heard(words("네."))).passes(3)
    assert line.decisions == [Signal.GO_ON, Signal.DROP_TURN]


def test_prompts_that_never_come_do_not_leave_the_line_dead() -> None:
    line = Line(Expectation(silence_s=6))
    line.taker.expect(Expectation(silence_s=6), prompts_follow=True)
    assert line.passes(15.9).decisions == []
    assert line.passes(0.3).decisions == [Signal.SILENCE]


def test_a_listeners_yes_over_the_last_word_of_a_question_is_no_turn_after_it() -> None:
    line = Line(Expectation(silence_s=60)).passes(1)
    line.taker.agent_speaks(notice=False)
    line.taker.speech_started()
    line.passes(0.4)
    line.taker.speech_paused()
    line.note(line.taker.heard(replace(words("네.", 0), speech_s=0.9)))
    line.taker.agent_stopped()
    line.passes(3)
    assert line.decisions == [Signal.GO_ON, Signal.DROP_TURN]


def test_words_of_a_burst_before_do_not_let_us_speak_over_the_caller() -> None:
    line = Line().passes(1)
    line.taker.agent_speaks(notice=False)
    line.taker.speech_started()
    line.taker.speech_paused()
    line.taker.speech_started()
    assert line.taker.heard(replace(words("네.", 0), speech_s=0.9)) == []
