"""A summary for the human agent: there in time, or not at all."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from typing import Any

import pytest

from voice_agent.errors import EngineError
from voice_agent.language_model.breaker import CircuitBreaker
from voice_agent.language_model.summary import Summariser


class ScriptedModel:
    """Replies in pieces; an exception is raised, None hangs."""

    def __init__(self, reply: str | Exception | None) -> None:
        self._reply = reply
        self.asked: list[str] = []

    async def stream(self, messages: Sequence[dict[str, str]], schema: dict[str, Any]) -> AsyncGenerator[str]:
        self.asked.append(messages[-1]["content"])
        if self._reply is None:
            await asyncio.Event().wait()
        if isinstance(self._reply, Exception):
            raise self._reply
        for piece in self._reply or "":
            yield piece

    async def close(self) -> None:
        """Nothing to close."""


async def test_what_was_said_goes_in_and_a_summary_comes_out() -> None:
    model = ScriptedModel('{"summary": " 여권을 다시 만들고 싶어 함 "}')
    assert await Summariser(model).summarise({"asked": "여권"}) == "여권을 다시 만들고 싶어 함"
    assert model.asked == ['{"asked": "여권"}']


@pytest.mark.parametrize("reply", ["{", "[]", '{"summary": 3}', "{}", EngineError("refused"), None])
async def test_whatever_goes_wrong_there_is_none(reply: str | Exception | None) -> None:
    assert await Summariser(ScriptedModel(reply), deadline_s=0.05).summarise({}) == ""


async def test_a_model_that_keeps_failing_is_left_alone() -> None:
    model = ScriptedModel(EngineError("refused"))
    summariser = Summariser(model, breaker=CircuitBreaker(failures=2, retry_s=60), clock=lambda: 0.0)
    for _ in range(5):
        assert await summariser.summarise({}) == ""
    assert len(model.asked) == 2
