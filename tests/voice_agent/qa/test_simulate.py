"""Simulated callers, driven by rules and by a server."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from functools import cache
from http.server import BaseHTTPRequestHandler, HTTPServer
from random import Random

import pytest

from dialogs.engine import DialogEngine
from dialogs.state import DialogState
from tests import shipped
from voice_agent.errors import EngineError
from voice_agent.qa.model_caller import ModelCaller
from voice_agent.qa.persona import Manner, Persona, in_manner, read_personas
from voice_agent.qa.simulate import RuleCaller, run, simulate, text_engine


@cache
def engine() -> DialogEngine:
    return text_engine(shipped.dialog())


PASSPORT = next(persona for persona in read_personas() if persona.id == "lost_passport")


def test_the_same_seed_gives_the_same_conversation() -> None:
    first, second = (list(run(engine(), read_personas(), 20, errors=0.1, seed=5)) for _ in range(2))
    assert first == second
    assert len({one.persona for one in first}) == 20


def test_a_caller_whose_wish_is_not_met_has_not_succeeded() -> None:
    lost = PASSPORT.model_copy(update={"asks": ("달나라에 가고 싶어요",), "manner": Manner.PLAIN})
    ended = simulate(engine(), lost, RuleCaller(lost, engine(), 0), mishear=str)
    assert not ended.success and ended.end in ("person", "ended")


def test_a_dialog_that_breaks_is_a_crash_not_the_end_of_the_run() -> None:
    def broken(_text: str) -> str:
        raise RuntimeError("on purpose")

    ended = simulate(engine(), PASSPORT, RuleCaller(PASSPORT, engine(), 0), mishear=broken)
    assert ended.end == "crash" and "on purpose" in ended.reason


def test_a_caller_who_never_says_what_they_want_comes_to_a_person_or_an_end() -> None:
    class Silent:
        def next(self, state: DialogState, said: object) -> str | None:
            return None

    assert simulate(engine(), PASSPORT, Silent(), mishear=str).end == "person"


@pytest.mark.parametrize("manner", list(Manner))
def test_every_manner_keeps_the_sense(manner: Manner) -> None:
    said = {in_manner("여권을 잃어버려서 재발급하려고요", manner, Random(seed)) for seed in range(30)}
    assert all("재발급" in one or "잃어버려서" in one for one in said)
    assert (len(said) > 1) == (manner not in (Manner.PLAIN, Manner.ELDERLY, Manner.OFF_TOPIC))


@contextmanager
def chat_server(answers: list[str]) -> Iterator[tuple[str, list[dict[str, object]]]]:
    """An OpenAI-compatible server that gives one answer after another, then errors; its URL and what it was asked."""
    asked: list[dict[str, object]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            if not answers:
                self.send_error(500)
                return
            message = {"role": "assistant", "content": answers.pop(0)}
            choice = {"index": 0, "message": message, "finish_reason": "stop"}
            told = {"id": "1", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice]}
            body = json.dumps(told).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *arguments: object) -> None:
            """Quietly."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1", asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_server_plays_a_persona() -> None:
    with chat_server(["여권을 잃어버려서 재발급하려고요", "아니요 없어요"]) as (url, asked):
        ended = simulate(engine(), PASSPORT, ModelCaller(PASSPORT, url, "m"), mishear=str)
    assert ended.success and ended.end == "done"
    brief = str(asked[0]["messages"])
    assert "잃어버렸어요" in brief and "무엇을 도와드릴까요" in brief


def test_a_server_that_fails_is_told() -> None:
    persona = Persona(id="a", goal="person", asks=("네",))
    with chat_server([]) as (url, _), pytest.raises(EngineError, match="did not answer"):
        ModelCaller(persona, url, "m").next(DialogState(day=date(2026, 11, 23)), ["안녕하세요"])
