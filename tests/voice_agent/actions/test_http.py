"""The operator's system behind actions.url, scripted, over real HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from dialogs.model import RESULTS, TICKET_STATUSES, Action
from dialogs.vocabulary import Act
from tests.voice_agent.engines.speech_server import (
    Handler,
    SpeechServer,
    bytes_answer,
    dying,
    failing,
    in_turn,
    json_answer,
    never,
    trickle,
)
from voice_agent.actions.http import HttpActions
from voice_agent.actions.ports import ActionError
from voice_agent.signing import signature

ACT = Act("1", "create_ticket", "pothole", {"place": "수원역 앞"})
DONE = json_answer({"values": {"number": "A-77"}})
SECRET = "not-for-the-log"


async def performed(handler: Handler, act: Act = ACT, *, deadline_s: float = 2.0) -> tuple[Mapping[str, str], Any]:
    async with SpeechServer({"/api/actions": handler}) as server:
        actions = HttpActions(f"{server.url}/api/", secret=SECRET, deadline_s=deadline_s, clock=lambda: 1_700_000_000.9)
        try:
            return await actions.perform(act, key="call:1"), server
        finally:
            await actions.close()


async def test_an_action_is_asked_for_with_key_and_signature() -> None:
    values, server = await performed(DONE)
    [request] = server.requests
    assert values == {"number": "A-77"}
    assert request.json == {"action": "create_ticket", "kind": "pothole", "arguments": {"place": "수원역 앞"}}
    assert request.headers["idempotency-key"] == "call:1"
    assert request.headers["x-voice-agent-timestamp"] == "1700000000"
    assert request.headers["x-voice-agent-signature"] == signature(SECRET, "1700000000", request.body)


def test_the_signature_is_the_documented_one() -> None:
    # printf '1.{}' | openssl dgst -sha256 -hmac s
    expected = "b253639bcd705ed1cda3073f66104f16988bd40272584dea7d0d345ae93e61cc"
    assert signature("s", "1", b"{}") == f"v1={expected}"


@pytest.mark.parametrize("first", [failing(503), failing(429), failing(502), dying])
async def test_a_passing_failure_is_asked_again_once_with_the_same_key(first: Handler) -> None:
    values, server = await performed(in_turn(first, DONE))
    assert values == {"number": "A-77"}
    assert [request.headers["idempotency-key"] for request in server.requests] == ["call:1", "call:1"]


@pytest.mark.parametrize(
    ("handler", "message"),
    [
        (failing(503), "answered 503"),
        (failing(500), "answered 500"),
        (failing(422), "answered 422"),
        (failing(401), "refused the signature.*VOICE_AGENT_ACTIONS__SECRET"),
        (dying, "cannot be reached"),
        (bytes_answer(b"<html>", "text/html"), "expected values"),
        (bytes_answer(b"[" * 60_000, "application/json"), "expected values"),
        (bytes_answer(b" " * 100_000, "application/json"), "more than 65536 bytes"),
        (json_answer({}), "expected values"),
        (json_answer([]), "expected values"),
        (json_answer({"values": {}}), "expected values"),
        (json_answer({"values": {"number": 7}}), "as a text"),
        (json_answer({"values": {"number": ""}}), "as a text"),
        (json_answer({"values": {"number": "9" * 300}}), "as a text"),
    ],
)
async def test_what_did_not_work_is_an_error_without_a_word_of_the_caller(handler: Handler, message: str) -> None:
    with pytest.raises(ActionError, match=message) as raised:
        await performed(handler)
    assert "수원역" not in str(raised.value) and SECRET not in str(raised.value)


async def test_an_unknown_status_is_not_read_out() -> None:
    values = {"status": "lost", "status_text": "잃어버렸습니다", "number": "A-77"}
    with pytest.raises(ActionError, match="status as one of"):
        await performed(json_answer({"values": values}), Act("1", "look_up_ticket", "", {"number": "77"}))


@pytest.mark.parametrize("handler", [never, trickle])
async def test_a_caller_waits_for_the_deadline_and_no_longer(handler: Handler) -> None:
    started = asyncio.get_running_loop().time()
    with pytest.raises(ActionError, match=r"within 0\.3 s"):
        await performed(handler, deadline_s=0.3)
    assert asyncio.get_running_loop().time() - started < 1.5


def test_the_documented_interface_is_the_one_that_is_used() -> None:
    document = yaml.safe_load(Path("docs/actions.openapi.yaml").read_text(encoding="utf-8"))
    schemas = document["components"]["schemas"]
    values = schemas["Done"]["properties"]["values"]["properties"]
    assert set(schemas["Act"]["properties"]["action"]["enum"]) == {action.value for action in Action}
    assert set(values) == set[str]().union(*RESULTS.values())
    assert set(values["status"]["enum"]) == TICKET_STATUSES
    headers = {parameter["name"] for parameter in document["paths"]["/actions"]["post"]["parameters"]}
    assert headers == {"Idempotency-Key", "X-Voice-Agent-Timestamp", "X-Voice-Agent-Signature"}
