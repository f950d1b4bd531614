"""The assistant against a scripted model server over real HTTP: what helps, and everything that goes wrong."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from dialogs.commands import Digress, Escalate, SetSlot, StartFlow
from dialogs.vocabulary import ModelClause, ModelDone, ModelProposed
from tests.voice_agent.engines.speech_server import Exchange, Handler, dying, failing, in_turn, json_answer, never
from tests.voice_agent.language_model.model_server import cut, garbage, reply, serving, stall, streaming
from voice_agent.language_model.assistant import Assistant
from voice_agent.language_model.breaker import CircuitBreaker
from voice_agent.language_model.client import OpenAIChatModel
from voice_agent.language_model.messages import PassageText, Question

FEE = PassageText("parking_fine", "불법 주정차 과태료", "승용차는 4만 원, 승합차는 5만 원입니다.")
WHERE = PassageText("passport_where", "여권 접수 기관", "전국 어느 여권 접수 기관에서나 신청하실 수 있습니다.")
QUESTION = Question(
    caller="딱지가 날아왔는데 그게 얼마나 하나요",
    asked="place",
    passages=(FEE, WHERE),
    topics=(("illegal_parking", "불법 주정차 신고"), ("callback", "전화 예약")),
    slots=("place",),
)
GOOD = reply("answer", passages=["parking_fine"], clauses=["승용차는 4만 원입니다.", "승합차는 5만 원이에요."])
OWN_WORDS = ModelProposed((Digress("parking_fine"),))
NO_HELP = ModelDone(ok=False)


async def helped(
    handler: Handler, question: Question = QUESTION, *, deadline_s: float = 0.4, breaker: CircuitBreaker | None = None
) -> list[Any]:
    async with serving(handler) as server:
        assistant = Assistant(
            OpenAIChatModel(server.url, "korean-8b", api_key="sk-not-for-the-log"),
            deadline_s=deadline_s,
            breaker=breaker,
        )
        try:
            return [piece async for piece in assistant.help(question)]
        finally:
            await assistant.close()


def clause(text: str) -> ModelClause:
    return ModelClause(text, ("parking_fine",))


# ── what helps ──────────


async def test_an_answer_comes_clause_by_clause_and_is_done() -> None:
    assert await helped(streaming(GOOD)) == [
        clause("승용차는 4만 원입니다."),
        clause("승합차는 5만 원이에요."),
        ModelDone(ok=True),
    ]


async def test_the_first_clause_is_there_before_the_second_is_written() -> None:
    release = asyncio.Event()

    async def wait_then_finish(exchange: Exchange) -> None:
        await release.wait()
        exchange.cut()

    half = GOOD[: GOOD.index("승합차는 5만 원이에요")]
    async with serving(streaming(half, then=wait_then_finish)) as server:
        assistant = Assistant(OpenAIChatModel(server.url, "m"), deadline_s=5)
        pieces = assistant.help(QUESTION)
        assert await anext(pieces) == clause("승용차는 4만 원입니다.")
        release.set()
        assert [piece async for piece in pieces] == [OWN_WORDS]
        await assistant.close()


@pytest.mark.parametrize(
    ("command", "proposed"),
    [
        (("start_flow", "callback", ""), StartFlow("callback")),
        (("answer_passage", "passport_where", ""), Digress("passport_where")),
        (("escalate", "", ""), Escalate()),
        (("set_slot", "place", "딱지가 날아왔는데"), SetSlot("place", "딱지가 날아왔는데", "딱지가 날아왔는데")),
    ],
)
async def test_commands_are_proposed(command: tuple[str, str, str], proposed: Any) -> None:
    assert await helped(streaming(reply("commands", commands=[command]))) == [ModelProposed((proposed,))]


@pytest.mark.parametrize(
    "command",
    [
        ("start_flow", "delete_everything", ""),
        ("answer_passage", "unknown", ""),
        ("set_slot", "plate", "딱지가"),
        ("set_slot", "place", "수원역 앞"),
        ("set_slot", "place", " "),
    ],
)
async def test_a_command_that_names_what_was_not_offered_or_not_said_is_none(command: tuple[str, str, str]) -> None:
    assert await helped(streaming(reply("commands", commands=[command]))) == [NO_HELP]


async def test_what_is_asked_is_json_with_a_schema_and_the_key_stays_in_its_header() -> None:
    async with serving(streaming(GOOD)) as server:
        assistant = Assistant(OpenAIChatModel(f"{server.url}/v1/", "korean-8b", api_key="sk-1"))
        async for _ in assistant.help(QUESTION):
            pass
        await assistant.close()
    [request] = server.requests
    body = request.json
    told = json.loads(body["messages"][1]["content"])
    assert request.headers["authorization"] == "Bearer sk-1"
    assert (body["model"], body["stream"], body["temperature"]) == ("korean-8b", True, 0)
    assert body["response_format"]["json_schema"]["strict"] is True
    assert "tools" not in body
    assert told["caller"] == QUESTION.caller
    assert [passage["id"] for passage in told["passages"]] == ["parking_fine", "passport_where"]
    assert b"sk-1" not in request.body


async def test_a_long_turn_is_cut() -> None:
    async with serving(streaming(GOOD)) as server:
        assistant = Assistant(OpenAIChatModel(server.url, "m"))
        question = Question("가" * 5000, "", (FEE,), ())
        async for _ in assistant.help(question):
            pass
        await assistant.close()
    assert len(json.loads(server.requests[0].json["messages"][1]["content"])["caller"]) == 300


# ── what is not said ──────────


@pytest.mark.parametrize(
    "clauses",
    [
        ["승용차는 6만 원입니다."],
        ["승합차는 4만 원입니다."],
        ["승용차는 무료입니다."],
        ["전국 어느 여권 접수 기관에서나 신청하실 수 있습니다."],
        ["김 과장에게 전화하세요."],
        [" "],
        [""],
    ],
)
async def test_what_its_passage_does_not_say_is_replaced_by_the_passage(clauses: list[str]) -> None:
    assert await helped(streaming(reply("answer", passages=["parking_fine"], clauses=clauses))) == [OWN_WORDS]


async def test_an_invented_second_clause_is_not_said() -> None:
    told = reply("answer", passages=["parking_fine"], clauses=["승용차는 4만 원입니다.", "자전거는 1만 원입니다."])
    assert await helped(streaming(told)) == [clause("승용차는 4만 원입니다."), OWN_WORDS]


@pytest.mark.parametrize("passages", [[], ["not_offered"]])
async def test_an_answer_that_rests_on_nothing_is_no_help(passages: list[str]) -> None:
    told = reply("answer", passages=passages, clauses=["승용차는 4만 원입니다."])
    assert await helped(streaming(told)) == [NO_HELP]


# ── what goes wrong ──────────


@pytest.mark.parametrize(
    "handler",
    [
        failing(429, retry_after="1"),
        failing(500),
        failing(401),
        failing(404),
        dying,
        streaming("   \n  "),
        streaming(""),
        streaming("네, 알겠습니다! 과태료는 4만 원입니다."),
        streaming('{"kind": "answer", "passages": ["parking_fine"], "clauses": ["승용차는'),
        streaming(reply("none")),
        streaming("[" * 3000),
        streaming(reply("none") + "그리고 또"),
        streaming("가" * 50_000, piece=1000),
        garbage("not json"),
        garbage('{"choices": "odd"}'),
        garbage('{"choices": [{"delta": null}]}'),
        garbage('{"error": {"message": "scripted"}}'),
        json_answer({"choices": [{"message": {"content": GOOD}}]}),
        streaming("", then=cut),
    ],
)
async def test_whatever_a_server_does_the_call_goes_on_without_help(handler: Handler) -> None:
    ended = (await helped(handler))[-1]
    assert ended in (NO_HELP, OWN_WORDS)


async def test_a_silent_server_costs_the_deadline_and_no_more() -> None:
    started = asyncio.get_running_loop().time()
    assert await helped(never, deadline_s=0.2) == [NO_HELP]
    assert asyncio.get_running_loop().time() - started < 1.0


async def test_a_stall_in_the_middle_ends_with_the_passage_itself() -> None:
    half = GOOD[: GOOD.index("승합차는 5만 원이에요") + 4]
    assert await helped(streaming(half, then=stall), deadline_s=0.2) == [clause("승용차는 4만 원입니다."), OWN_WORDS]


async def test_a_trickle_without_a_clause_is_late_too() -> None:
    async def drip(exchange: Exchange) -> None:
        while True:
            await asyncio.sleep(0.02)
            await exchange.send(b"7\r\n: keep\n\r\n")

    assert await helped(streaming('{"kind": "answer", ', then=drip), deadline_s=0.2) == [NO_HELP]


async def test_nobody_asks_twice_and_a_failing_server_is_left_alone() -> None:
    now = [0.0]
    async with serving(in_turn(failing(500), failing(500), streaming(GOOD))) as server:
        breaker = CircuitBreaker(failures=2, retry_s=30)
        assistant = Assistant(OpenAIChatModel(server.url, "m"), breaker=breaker, clock=lambda: now[0])
        for _ in range(4):
            assert [piece async for piece in assistant.help(QUESTION)] == [NO_HELP]
        assert len(server.requests) == 2, "one attempt each, then none"
        now[0] = 31.0
        assert [piece async for piece in assistant.help(QUESTION)][-1] == ModelDone(ok=True)
        await assistant.close()


async def test_a_server_that_is_not_there_is_no_help() -> None:
    assistant = Assistant(OpenAIChatModel("http://127.0.0.1:9", "m"))
    assert [piece async for piece in assistant.help(QUESTION)] == [NO_HELP]
    await assistant.close()


async def test_a_caller_who_hangs_up_ends_the_asking() -> None:
    asked = asyncio.Event()

    async def say_nothing(exchange: Exchange) -> None:
        asked.set()
        await never(exchange)

    async with serving(say_nothing) as server:
        assistant = Assistant(OpenAIChatModel(server.url, "m"), deadline_s=30)
        asking = asyncio.create_task(anext(assistant.help(QUESTION)))
        async with asyncio.timeout(5):
            await asked.wait()
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        await assistant.close()
