"""The two ends of the chain, as the line meets them: what sounds when, what is taken back, what ends a call."""

from __future__ import annotations

import asyncio

import numpy as np
import pytest

from dialogs.vocabulary import Ask, EndCall, Expectation, Expected, HandOff, Say
from telephony.leg import CloseReason, LegClosed
from tests.voice_agent.conversation import NoRecorder, ScriptedConversation, TestCall
from voice_agent.engines.stt.scripted import ScriptedSpeechToText

ASK = Ask(Expectation(silence_s=60))


def silent() -> ScriptedSpeechToText:
    return ScriptedSpeechToText([])


def heard_at(call: TestCall, second: float) -> bool:
    """Whether the caller hears sound at a moment of the line."""
    samples = np.frombuffer(bytes(call.leg.heard), np.int16)
    here = samples[int(second * 8000) : int((second + 0.1) * 8000)].astype(int)
    return bool(np.abs(here).max(initial=0) > 1000)


async def test_a_prompt_of_many_sentences_sounds_without_a_hole() -> None:
    conversation = ScriptedConversation((Say("하나. 둘. 셋."), ASK), [])
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
