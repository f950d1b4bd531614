"""The chain as a caller meets it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace

import numpy as np
import pytest

from dialogs.vocabulary import (
    Ask,
    CallerPressed,
    CallerSaid,
    CallerSilent,
    EndCall,
    Expectation,
    Expected,
    HandOff,
    HandOffFailed,
    Say,
)
from telephony.leg import CloseReason, LegClosed
from tests.voice_agent.conversation import BeepSpeaker, ScriptedConversation, TestCall, said
from tests.voice_agent.voices import spoken_question
from voice_agent.engines.ports import Samples, Transcript
from voice_agent.engines.stt.scripted import ScriptedSpeechToText
from voice_agent.pipeline.frames import HandOffNow, SpeechPaused
from voice_agent.pipeline.speech_to_text import SpeechToTextStage
from voice_agent.pipeline.text_to_speech import Spoken

ASK = Ask(Expectation(silence_s=6.0))
GREETING = (Say("안녕하십니까.", interruptible=False), Say("무엇을 도와드릴까요?"), ASK)


async def test_the_caller_is_greeted_heard_and_answered() -> None:
    conversation = ScriptedConversation(GREETING, [(Say("여권은 재발급받으실 수 있습니다."), ASK)])
    hearing = ScriptedSpeechToText(["여권을 잃어버렸어요."])
    async with TestCall(conversation, hearing, spoken_question(), speaks_after_s=2.0) as call:
        await call.passes(1.5)
        assert call.spoken == ["안녕하십니까.", "무엇을 도와드릴까요?"]
        await call.passes(5.0)
        assert said(call) == ["여권을 잃어버렸어요."]
        assert call.spoken[-1] == "여권은 재발급받으실 수 있습니다."
        heard = call.turns[0].heard
        assert heard is not None and heard.speech_s > 1.0


async def test_speech_interrupts_a_prompt_but_not_a_notice() -> None:
    long_notice = Say(" ".join(["공지입니다."] * 6), interruptible=False)
    conversation = ScriptedConversation((long_notice, Say(" ".join(["안내입니다."] * 20)), ASK), [])
    hearing = ScriptedSpeechToText(["잠깐만요."])
    async with TestCall(conversation, hearing, spoken_question(), speaks_after_s=5.0) as call:
        await call.passes(4.5)
        assert call.interrupted == []
        await call.passes(3.0)
        assert len(call.interrupted) == 1 and call.interrupted[0] > 1.0
        before = call.heard_by_caller_s
        await call.passes(1.0)
        assert call.heard_by_caller_s == before
    async with TestCall(conversation, ScriptedSpeechToText(["네."]), spoken_question(), speaks_after_s=0.5) as call:
        await call.passes(3.0)
        assert call.interrupted == []


async def test_keys_interrupt_and_arrive_together() -> None:
    digits = Ask(Expectation(kind=Expected.DIGITS, max_keys=4))
    conversation = ScriptedConversation((Say(" ".join(["긴 안내입니다."] * 20)), digits), [])
    async with TestCall(conversation, ScriptedSpeechToText([])) as call:
        await call.passes(1.0)
        for key in "12":
            call.leg.press(key)
            await call.passes(0.2)
        assert len(call.interrupted) == 1
        assert conversation.taken == []
        call.leg.press("#")
        await call.passes(0.2)
        assert conversation.taken == [CallerPressed("12")]


async def test_silence_is_told_once_after_the_time_asked_for() -> None:
    conversation = ScriptedConversation(GREETING, [])
    async with TestCall(conversation, ScriptedSpeechToText([])) as call:
        await call.passes(6.5)
        assert conversation.taken == []
        await call.passes(2.0)
        assert conversation.taken == [CallerSilent()]
        await call.passes(8.0)
        assert conversation.taken == [CallerSilent()]


async def test_speech_without_words_reaches_the_dialog_as_such() -> None:
    conversation = ScriptedConversation(GREETING, [(Say("잘 못 들었습니다."), ASK)])
    async with TestCall(conversation, ScriptedSpeechToText([""]), spoken_question(), speaks_after_s=2.0) as call:
        await call.passes(8.0)
        assert said(call)[0] == ""
        assert "잘 못 들었습니다." in call.spoken


async def test_an_engine_that_fails_costs_a_repair_not_the_call() -> None:
    conversation = ScriptedConversation(GREETING, [(Say("잘 못 들었습니다."), ASK)])
    hearing = ScriptedSpeechToText(["여권이요."], fail_at={0})
    async with TestCall(conversation, hearing, spoken_question(), speaks_after_s=2.0) as call:
        await call.passes(8.0)
        assert call.failures == ["scripted"]
        assert said(call)[0] == ""


async def test_a_hand_off_waits_for_the_prompt_and_its_failure_comes_back() -> None:
    conversation = ScriptedConversation(
        (Say("상담원에게 연결하겠습니다."), HandOff("caller_asked")), [(Say("연결하지 못했습니다."), ASK)]
    )
    async with TestCall(conversation, ScriptedSpeechToText([]), hand_off_outcome="busy") as call:
        await call.passes(0.3)
        assert call.handed_off == []
        await call.passes(1.0)
        assert [frame.request.reason for frame in call.handed_off] == ["caller_asked"]
        assert conversation.taken == [HandOffFailed("busy")]
        assert call.spoken[-1] == "연결하지 못했습니다."


async def test_the_dialog_can_end_the_call_after_its_last_words() -> None:
    conversation = ScriptedConversation((Say("안녕히 계십시오."), EndCall("done")), [])
    async with TestCall(conversation, ScriptedSpeechToText([])) as call:
        await call.passes(1.0)
        assert await call.pipeline.input.closed == LegClosed(CloseReason.WE_HUNG_UP)
        assert call.heard_by_caller_s > 0.4


async def test_without_any_voice_the_caller_hears_tones_and_gets_a_person() -> None:
    conversation = ScriptedConversation(GREETING, [])
    speaker = BeepSpeaker()
    speaker.broken = True
    async with TestCall(conversation, ScriptedSpeechToText([]), speaker=speaker) as call:
        await call.passes(2.0)
        assert "text_to_speech" in call.failures
        assert call.heard_by_caller_s > 0.3
        assert call.handed_off[0].request.reason == "voice_lost"


async def test_a_dialog_that_breaks_leads_to_a_person() -> None:
    class Broken(ScriptedConversation):
        def take(self, said: object) -> tuple[Say, ...]:
            raise RuntimeError("a mistake in the dialog")

    async with TestCall(Broken(GREETING, []), ScriptedSpeechToText([])) as call:
        await call.passes(10.0)
        assert call.failures == ["dialog"]
        assert call.handed_off[0].request.reason == "dialog_failed"


async def test_a_yes_into_our_speech_is_listening_not_a_turn() -> None:
    conversation = ScriptedConversation((Say(" ".join(["긴 안내입니다."] * 12)), ASK), [])
    hearing = ScriptedSpeechToText(["아, 네."])
    async with TestCall(conversation, hearing, spoken_question("affirm")[4000:7500], speaks_after_s=1.0) as call:
        await call.passes(5.0)
        assert conversation.taken == []
        assert call.interrupted == []


async def test_words_during_a_notice_are_answered_right_after_it() -> None:
    notice = Say(" ".join(["알려 드립니다."] * 12), interruptible=False)
    opening = (notice, Say("무엇을 도와드릴까요?"), ASK)
    conversation = ScriptedConversation(opening, [(Say("소방서는 119입니다.", interruptible=False), ASK)])
    hearing = ScriptedSpeechToText(["불이 났어요."])
    async with TestCall(conversation, hearing, spoken_question(), speaks_after_s=0.5) as call:
        await call.passes(12.0)
        assert said(call) == ["불이 났어요."]
        assert call.spoken == [notice.text, "소방서는 119입니다."]


async def test_nobody_is_called_silent_while_we_owe_the_answer() -> None:
    class Slow(BeepSpeaker):
        async def say(self, sentence: str, *, pace: float = 1.0) -> AsyncIterator[Spoken]:
            await released.wait()
            async for spoken in super().say(sentence, pace=pace):
                yield spoken

    released = asyncio.Event()
    conversation = ScriptedConversation((Say("무엇을 도와드릴까요?"), ASK), [])
    async with TestCall(conversation, ScriptedSpeechToText([]), speaker=Slow()) as call:
        await call.passes(15.0)
        assert conversation.taken == []
        released.set()
        await call.passes(5.0)
        assert conversation.taken == []
        await call.passes(3.0)
        assert conversation.taken == [CallerSilent()]


async def test_an_alarm_is_answered_while_a_person_is_being_called() -> None:
    class Ringing(TestCall):
        async def _hand_off(self, frame: HandOffNow) -> str | None:
            await released.wait()
            return await super()._hand_off(frame)

    released = asyncio.Event()
    conversation = ScriptedConversation(
        (Say("연결하겠습니다."), HandOff("caller_asked")), [(Say("지금 119에 신고해 주세요.", interruptible=False),)]
    )
    hearing = ScriptedSpeechToText(["불이 났어요."])
    async with Ringing(conversation, hearing, spoken_question(), speaks_after_s=1.5) as call:
        await call.passes(7.0)
        assert call.spoken == ["연결하겠습니다.", "지금 119에 신고해 주세요."]
        released.set()
        await call.passes(0.5)
        assert len(call.handed_off) == 1


async def test_both_halves_of_a_turn_cut_in_two_are_answered_as_one() -> None:
    first = (Say("첫 번째 답입니다."), ASK)
    conversation = ScriptedConversation((ASK,), [first, (Say("두 번째 답입니다."), ASK)])
    hearing = ScriptedSpeechToText(["여권을요.", *["잃어버렸어요."] * 9])
    once = np.trim_zeros(spoken_question())
    # The first half is taken for a turn 0.45 s after its end; a moment later the caller goes on.
    caller = np.concatenate([once, np.zeros(5600, np.int16), once])
    async with TestCall(conversation, hearing, caller, speaks_after_s=0.5) as call:
        await call.passes(len(caller) / 8000 + 3.0)
        assert said(call) == ["여권을요.", "여권을요. 잃어버렸어요."]
        assert conversation.undone == [CallerSaid("여권을요.", 1.0)]
        assert call.spoken[-1] == "두 번째 답입니다."


async def test_what_cannot_be_taken_back_is_not_undone() -> None:
    conversation = ScriptedConversation((ASK,), [(Say("연결하겠습니다."), HandOff("caller_asked")), (ASK,)])
    hearing = ScriptedSpeechToText(["상담원이요.", *["바꿔 주세요."] * 9])
    once = np.trim_zeros(spoken_question())
    caller = np.concatenate([once, np.zeros(5600, np.int16), once])
    async with TestCall(conversation, hearing, caller, speaks_after_s=0.5) as call:
        await call.passes(len(caller) / 8000 + 3.0)
        assert said(call) == ["상담원이요.", "상담원이요. 바꿔 주세요."]
        assert conversation.undone == []
        assert len(call.handed_off) == 1


async def test_a_long_answer_made_during_the_call_is_spoken_to_its_end() -> None:
    class Made(BeepSpeaker):
        async def say(self, sentence: str, *, pace: float = 1.0) -> AsyncIterator[Spoken]:
            async for spoken in super().say(sentence, pace=pace):
                yield replace(spoken, cached=False)

    conversation = ScriptedConversation((Say(" ".join(["만든 문장입니다."] * 30)), ASK), [])
    async with TestCall(conversation, ScriptedSpeechToText([]), speaker=Made()) as call:
        await call.passes(30 * 0.68 + 1.0)
        assert call.heard_by_caller_s == pytest.approx(15.0, abs=0.5)
        await call.passes(6.0)
        assert conversation.taken == [CallerSilent()]


async def test_a_filler_is_let_finish_and_the_answer_follows_it() -> None:
    class Prepared(BeepSpeaker):
        async def ready(self, sentence: str, *, pace: float = 1.0) -> Spoken | None:
            return await anext(self.say(sentence))

    class Late(ScriptedSpeechToText):
        async def transcribe(
            self, samples: Samples, *, words: Sequence[str] = (), hurry: bool = False, rivals: Sequence[str] = ()
        ) -> Transcript:
            await released.wait()
            return await super().transcribe(samples, words=words)

    released = asyncio.Event()
    conversation = ScriptedConversation((ASK,), [(Say("여권은 재발급받으실 수 있습니다."), ASK)])
    caller = np.trim_zeros(spoken_question())
    hearing = Late(["여권을 잃어버렸어요."])
    async with TestCall(conversation, hearing, caller, speaker=Prepared(), filler="잠시만요.") as call:
        await call.passes(len(caller) / 8000 + 1.5)
        assert call.spoken == ["잠시만요."]
        released.set()
        await call.passes(3.0)
        assert call.spoken == ["잠시만요.", "여권은 재발급받으실 수 있습니다."]
        assert call.interrupted == []
        assert call.heard_by_caller_s == pytest.approx(1.0, abs=0.05)


async def test_a_sound_model_that_breaks_costs_no_words() -> None:
    class Broken:
        async def complete(self, samples: Samples) -> float:
            raise ValueError("broken on purpose")

    failures: list[str] = []
    stage = SpeechToTextStage(
        ScriptedSpeechToText(["여권을 잃어버렸어요."]), lambda engine, _error: failures.append(engine), sound=Broken()
    )
    pause = SpeechPaused(turn=0, samples=np.zeros(16000, np.float32), speech_s=1.0, last_word_at=0.0)
    heard = await stage._decode(pause)
    assert (heard.text, heard.complete) == ("여권을 잃어버렸어요.", None)
    assert failures == ["smart-turn"]
