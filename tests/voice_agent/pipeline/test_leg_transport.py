"""The two ends of the chain, as the line meets them: what sounds when, what is taken back, what ends a call."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import numpy as np
import pytest

from dialogs.vocabulary import Ask, EndCall, Expectation, Expected, HandOff, Say
from telephony.leg import CloseReason, LegClosed
from tests.voice_agent.conversation import BeepSpeaker, NoRecorder, ScriptedConversation, TestCall
from tests.voice_agent.voices import spoken_question
from voice_agent.engines.ports import Speech
from voice_agent.engines.stt.scripted import ScriptedSpeechToText
from voice_agent.pipeline.text_to_speech import Spoken

ASK = Ask(Expectation(silence_s=60))


def silent() -> ScriptedSpeechToText:
    return ScriptedSpeechToText([])


def heard_at(call: TestCall, second: float) -> bool:
    """Whether the caller hears sound at a moment of the line."""
    samples = np.frombuffer(bytes(call.leg.heard), np.int16)
    here = samples[int(second * 8000) : int((second + 0.1) * 8000)].astype(int)
    return bool(np.abs(here).max(initial=0) > 1000)


async def test_a_prompt_of_many_sentences_sounds_without_a_hole() -> None:
    conversation = ScriptedConversation(
        (Say("첫째 안내를 드립니다. 둘째 안내를 드립니다. 셋째 안내를 드립니다."), ASK), []
    )
    async with TestCall(conversation, silent()) as call:
        await call.passes(3.0)
        samples = np.abs(np.frombuffer(bytes(call.leg.heard), np.int16).astype(int))
        sounding = np.flatnonzero(samples > 500)
        # Three tones of half a second with 0.18 s between them, and nothing else.
        assert (sounding[-1] - sounding[0]) / 8000 == pytest.approx(3 * 0.5 + 2 * 0.18, abs=0.05)


async def test_only_a_little_speech_is_on_the_leg_at_a_time() -> None:
    conversation = ScriptedConversation((Say(" ".join(["긴 안내입니다."] * 20)), ASK), [])
    async with TestCall(conversation, silent()) as call:
        for _ in range(10):
            await call.passes(0.3)
            assert call.leg.pending_s <= 0.5 + 0.18 + 0.06


async def test_an_interruption_tells_all_that_was_not_heard() -> None:
    conversation = ScriptedConversation((Say(" ".join(["안내입니다."] * 10)), ASK), [])
    async with TestCall(conversation, silent()) as call:
        await call.passes(1.0)
        call.leg.press("1")
        await call.passes(0.5)
        whole_s = 10 * 0.5 + 9 * 0.18
        [unsaid_s] = call.interrupted
        assert unsaid_s == pytest.approx(whole_s - 1.0, abs=0.25)
        assert not heard_at(call, 1.3)


async def test_keys_nobody_has_are_ignored() -> None:
    conversation = ScriptedConversation((Say("네."), Ask(Expectation(kind=Expected.DIGITS, max_keys=1))), [])
    async with TestCall(conversation, silent()) as call:
        await call.passes(1.0)
        call.leg.press("A")
        call.leg.press("D")
        await call.passes(0.5)
        assert call.turns == []


async def test_the_call_is_hung_up_only_after_the_last_word() -> None:
    conversation = ScriptedConversation((Say("안녕히. 가십시오."), EndCall("done")), [])
    async with TestCall(conversation, silent()) as call:
        await call.passes(1.0)
        assert not call.pipeline.input.closed.done()
        await call.passes(1.0)
        assert call.pipeline.input.closed.result() == LegClosed(CloseReason.WE_HUNG_UP)
        assert call.heard_by_caller_s == pytest.approx(1.0, abs=0.1)


async def test_a_caller_who_hangs_up_in_our_sentence_ends_the_call() -> None:
    conversation = ScriptedConversation((Say(" ".join(["안내입니다."] * 10)), HandOff("caller_asked")), [])
    async with TestCall(conversation, silent()) as call:
        await call.passes(1.0)
        call.leg.caller_hangs_up()
        closed = await asyncio.wait_for(call.pipeline.input.closed, 1)
        assert closed == LegClosed(CloseReason.CALLER_HUNG_UP)
        assert call.handed_off == []


async def test_a_farewell_takes_the_place_of_whatever_is_being_said() -> None:
    conversation = ScriptedConversation((Say(" ".join(["긴 안내입니다."] * 30)), ASK), [])
    async with TestCall(conversation, silent()) as call:
        await call.passes(1.0)
        await call.pipeline.end("안녕히 계십시오.", "closing")
        await call.passes(2.0)
        assert call.spoken[-1] == "안녕히 계십시오."
        assert call.pipeline.input.closed.done()
        assert call.heard_by_caller_s < 2.2


async def test_a_farewell_interrupts_a_notice_too() -> None:
    conversation = ScriptedConversation((Say(" ".join(["공지입니다."] * 30), interruptible=False), ASK), [])
    async with TestCall(conversation, silent()) as call:
        await call.passes(1.0)
        await call.pipeline.end("안녕히 계십시오.", "closing")
        await call.passes(2.0)
        assert call.pipeline.input.closed.done()


async def test_a_recorder_that_breaks_ends_the_call_instead_of_leaving_it_dead() -> None:
    class Broken(NoRecorder):
        def write(self, left: bytes, right: bytes) -> None:
            raise RuntimeError("a mistake in the recorder")

    conversation = ScriptedConversation((Say("네."), ASK), [])
    call = TestCall(conversation, silent())
    call.pipeline.input._recorder = Broken()
    async with call:
        await call.passes(1.0)
        call.leg.caller_hangs_up()
        await call.passes(0.5)
        assert call.pipeline.input.closed.done()


async def test_a_pipeline_can_be_stopped_twice_and_before_it_began() -> None:
    call = TestCall(ScriptedConversation((ASK,), []), silent())
    await call.pipeline.stop()
    await call.pipeline.start()
    await call.pipeline.stop()
    await call.pipeline.stop()


# ── yielding to the caller ──────────

LONG = Say(" ".join(["긴 안내를 말씀드립니다."] * 10))


def loud(seconds: float) -> np.ndarray:
    """A caller's voice: the beginning of a recorded sentence, from its first sound."""
    return np.trim_zeros(spoken_question())[: round(seconds * 8000)]


def silent_s(call: TestCall, begin: float, end: float) -> float:
    """Seconds in which the caller hears nothing, between two moments of the line; the prompt's own gaps included."""
    samples = np.frombuffer(bytes(call.leg.heard), np.int16)[round(begin * 8000) : round(end * 8000)]
    tens = np.abs(samples[: len(samples) // 80 * 80].astype(int)).reshape(-1, 80).max(axis=1)
    return float((tens < 50).sum()) / 100


async def test_speech_stops_us_within_a_fifth_of_a_second_and_nothing_is_left_over() -> None:
    async with TestCall(ScriptedConversation((LONG, ASK), []), silent(), loud(2.0), speaks_after_s=2.2) as call:
        await call.passes(3.2)
        assert silent_s(call, 2.4, 3.2) == pytest.approx(0.8, abs=0.03)
        assert heard_at(call, 2.0)


async def test_a_syllable_and_quiet_let_us_go_on_before_any_words() -> None:
    hearing = ScriptedSpeechToText(["네."])
    async with TestCall(ScriptedConversation((LONG, ASK), []), hearing, loud(0.25), speaks_after_s=2.2) as call:
        await call.passes(9.5)
        assert silent_s(call, 2.42, 2.62) == pytest.approx(0.2, abs=0.02)
        assert heard_at(call, 2.8) or heard_at(call, 3.0)
        assert call.turns == [] and call.interrupted == []
        # All of it was said, and what had broken off a second time.
        assert 5.0 <= call.heard_by_caller_s <= 5.5


async def test_a_cough_without_words_costs_a_pause_and_nothing_else() -> None:
    async with TestCall(ScriptedConversation((LONG, ASK), []), silent(), loud(0.5), speaks_after_s=2.2) as call:
        await call.passes(10.0)
        assert call.turns == [] and call.interrupted == []
        assert call.heard_by_caller_s >= 5.0


async def test_a_notice_is_not_held() -> None:
    notice = Say(LONG.text, interruptible=False)
    async with TestCall(ScriptedConversation((notice, ASK), []), silent(), loud(2.0), speaks_after_s=2.2) as call:
        await call.passes(7.5)
        assert call.heard_by_caller_s == pytest.approx(5.0, abs=0.1)
        assert silent_s(call, 0.2, 6.5) <= 10 * 0.2


async def test_what_is_said_over_a_notice_holds_the_prompt_after_it() -> None:
    notice = Say("먼저 안내를 드립니다.", interruptible=False)
    hearing = ScriptedSpeechToText(["여권이요."])
    async with TestCall(ScriptedConversation((notice, LONG, ASK), []), hearing, loud(2.0), speaks_after_s=0.2) as call:
        await call.passes(2.0)
        assert 0.4 <= call.heard_by_caller_s <= 0.7
        await call.passes(2.0)
        assert len(call.turns) == 1


async def test_our_own_echo_does_not_stop_us() -> None:
    ours = np.trim_zeros(spoken_question("illegal_parking"))

    class Talking(BeepSpeaker):
        async def say(self, sentence: str) -> AsyncIterator[Spoken]:
            yield Spoken(Speech(ours, 8000), "recorded", cached=True)

    echo = np.concatenate([np.zeros(1600, np.int16), (ours * 0.2).astype(np.int16)])
    conversation = ScriptedConversation((Say("긴 안내를 말씀드립니다."), ASK), [])
    async with TestCall(conversation, silent(), echo, speaker=Talking()) as call:
        await call.passes(len(ours) / 8000 + 2.0)
        assert call.turns == [] and call.interrupted == []
        heard = np.trim_zeros(np.frombuffer(bytes(call.leg.heard), np.int16))
        assert len(heard) == pytest.approx(len(ours), abs=400), "spoken in one go"


async def test_a_held_prompt_is_dropped_by_the_farewell() -> None:
    async with TestCall(ScriptedConversation((LONG, ASK), []), silent(), loud(2.0), speaks_after_s=1.0) as call:
        await call.passes(1.5)
        await call.pipeline.end("안녕히 계십시오.", "closing")
        await call.passes(1.5)
        assert call.spoken[-1] == "안녕히 계십시오."
        assert call.pipeline.input.closed.done()
