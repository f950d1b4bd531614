"""The dialog stage's errands: actions and a language model, fetched beside the conversation."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from dialogs.vocabulary import (
    Act,
    ActionDone,
    ActionFailed,
    Ask,
    CallerPressed,
    CallLasted,
    Consult,
    EndCall,
    Expectation,
    Expected,
    HandOff,
    ModelClause,
    ModelDone,
    Say,
)
from tests.voice_agent.conversation import ScriptedConversation, TestCall
from voice_agent.engines.stt.scripted import ScriptedSpeechToText
from voice_agent.pipeline.dialog_stage import Errands, Help

ASK = Ask(Expectation(kind=Expected.ANYTHING, silence_s=60.0))
ACT = Act("1", "create_ticket", "pothole", {"place": "수원역 앞"})
CONSULT = Consult("딱지가 얼마예요", ("fine",), "request")
FILLER = "잠시만요."


def asked(*answers: tuple[object, ...]) -> ScriptedConversation:
    return ScriptedConversation((ASK,), list(answers))  # type: ignore[arg-type]


async def pressed(call: TestCall, key: str = "1") -> None:
    call.leg.press(key)
    await call.passes(0.3)


async def test_an_action_is_done_and_its_end_goes_back_into_the_dialog() -> None:
    acts: list[Act] = []

    async def act(wanted: Act) -> ActionDone:
        acts.append(wanted)
        return ActionDone({"number": "7"})

    conversation = asked((Say("접수하겠습니다."), ACT), (Say("접수됐습니다."), ASK))
    async with TestCall(conversation, ScriptedSpeechToText([]), errands=Errands(act=act)) as call:
        await pressed(call)
        await call.passes(3.0)
        assert acts == [ACT]
        assert conversation.taken == [CallerPressed("1"), ActionDone({"number": "7"})]
        assert call.spoken == ["접수하겠습니다.", "접수됐습니다."]


async def test_an_action_that_breaks_is_one_that_failed() -> None:
    async def act(_wanted: Act) -> ActionDone:
        raise RuntimeError("broken on purpose")

    conversation = asked((ACT,), (HandOff("action_failed"),))
    async with TestCall(conversation, ScriptedSpeechToText([]), errands=Errands(act=act)) as call:
        await pressed(call)
        await call.passes(1.0)
        assert conversation.taken[-1] == ActionFailed("RuntimeError")
        assert call.failures == ["action"]
        assert [frame.request.reason for frame in call.handed_off] == ["action_failed"]


async def test_without_anybody_to_act_the_dialog_is_told_so() -> None:
    conversation = asked((ACT,), (Say("상담원에게 연결하겠습니다."), HandOff("action_failed")))
    async with TestCall(conversation, ScriptedSpeechToText([])) as call:
        await pressed(call)
        await call.passes(1.5)
        assert conversation.taken[-1] == ActionFailed("not_configured")


async def test_a_danger_is_heard_while_an_action_hangs() -> None:
    hanging = asyncio.Event()

    async def act(_wanted: Act) -> ActionDone:
        await hanging.wait()
        return ActionDone({})

    safety = (Say("위급하시면 119에 신고해 주세요.", interruptible=False), HandOff("emergency"))
    conversation = asked((ACT,), safety)
    async with TestCall(conversation, ScriptedSpeechToText([]), errands=Errands(act=act)) as call:
        await pressed(call)
        await pressed(call, "9")
        await call.passes(1.0)
        assert call.spoken == ["위급하시면 119에 신고해 주세요."]
        hanging.set()
        await call.passes(0.5)
        assert conversation.taken[-1] == ActionDone({})


async def test_who_waits_for_an_action_hears_the_filler_once() -> None:
    async def act(_wanted: Act) -> ActionDone:
        await asyncio.sleep(1.6)
        return ActionDone({})

    class ReadySpeaker(type(TestCall(asked(), ScriptedSpeechToText([])).speaker)):  # type: ignore[misc]
        async def ready(self, sentence: str, *, pace: float = 1.0) -> object:
            return await anext(self.say(sentence, pace=pace))

    conversation = asked((ACT,), (Say("접수됐습니다."), ASK))
    call = TestCall(
        conversation, ScriptedSpeechToText([]), errands=Errands(act=act), filler=FILLER, speaker=ReadySpeaker()
    )
    async with call:
        await pressed(call)
        for _ in range(25):
            await asyncio.sleep(0.1)
            await call.passes(0.1)
        assert call.spoken == [FILLER, "접수됐습니다."]


async def test_a_grounded_answer_is_said_clause_by_clause() -> None:
    second = asyncio.Event()

    async def consult(wanted: Consult) -> AsyncIterator[Help]:
        assert wanted == CONSULT
        yield ModelClause("승용차는 4만 원입니다.", ("fine",))
        await second.wait()
        yield ModelClause("승합차는 5만 원입니다.", ("fine",))
        yield ModelDone(ok=True)

    clauses = [(Say("승용차는 4만 원입니다."),), (Say("승합차는 5만 원입니다."),)]
    conversation = asked((CONSULT,), *clauses, (Say("더 궁금하신 점이 있으신가요?"), ASK))
    async with TestCall(conversation, ScriptedSpeechToText([]), errands=Errands(consult=consult)) as call:
        await pressed(call)
        await call.passes(0.5)
        assert call.spoken == ["승용차는 4만 원입니다."], "before the second is written"
        second.set()
        await call.passes(2.5)
        assert call.spoken[1:] == ["승합차는 5만 원입니다.", "더 궁금하신 점이 있으신가요?"]


async def test_a_caller_who_says_something_else_ends_the_asking() -> None:
    async def consult(_wanted: Consult) -> AsyncIterator[Help]:
        await asyncio.Event().wait()
        yield ModelDone(ok=True)

    conversation = asked((CONSULT,), (Say("여권 말씀이시군요."), ASK))
    async with TestCall(conversation, ScriptedSpeechToText([]), errands=Errands(consult=consult)) as call:
        await pressed(call)
        await pressed(call, "2")
        await call.passes(1.0)
        assert call.spoken == ["여권 말씀이시군요."]
        assert conversation.taken == [CallerPressed("1"), CallerPressed("2")]


async def test_a_language_model_that_breaks_is_no_help() -> None:
    async def consult(_wanted: Consult) -> AsyncIterator[Help]:
        raise RuntimeError("broken on purpose")
        yield ModelDone(ok=True)

    conversation = asked((CONSULT,), (Say("다시 말씀해 주세요."), ASK))
    async with TestCall(conversation, ScriptedSpeechToText([]), errands=Errands(consult=consult)) as call:
        await pressed(call)
        await call.passes(1.0)
        assert conversation.taken[-1] == ModelDone(ok=False)
        assert call.failures == ["language_model"]


async def test_how_long_a_call_lasts_is_usually_no_news_and_sometimes_the_end() -> None:
    conversation = asked((), (Say("통화를 마치겠습니다.", interruptible=False), EndCall("long_call")))
    async with TestCall(conversation, ScriptedSpeechToText([])) as call:
        await call.pipeline.lasted(600.0)
        await call.passes(0.5)
        assert call.spoken == []
        await call.pipeline.lasted(1200.0)
        await call.passes(2.0)
        assert conversation.taken == [CallLasted(600.0), CallLasted(1200.0)]
        assert call.spoken == ["통화를 마치겠습니다."]
        assert call.pipeline.ended_because == "long_call"


async def test_an_errand_does_not_outlive_its_call() -> None:
    ended = asyncio.Event()

    async def act(_wanted: Act) -> ActionDone:
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()
        return ActionDone({})

    async with TestCall(asked((ACT,)), ScriptedSpeechToText([]), errands=Errands(act=act)) as call:
        await pressed(call)
        assert not ended.is_set()
    async with asyncio.timeout(2):
        await ended.wait()
