"""The schema of a reply, and reading it while it streams."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.voice_agent.language_model.model_server import reply
from voice_agent.errors import EngineError
from voice_agent.language_model.reply import complete, schema, so_far

ANSWER = reply("answer", passages=["a", "b"], clauses=["하나입니다.", '둘"이고\n셋입니다.'])


def test_clauses_are_there_as_soon_as_they_are_whole() -> None:
    seen = [so_far(ANSWER[:length]).clauses for length in range(len(ANSWER) + 1)]
    assert sorted({len(clauses) for clauses in seen}) == [0, 1, 2]
    assert seen[-1] == ("하나입니다.", '둘"이고\n셋입니다.')
    assert all(clauses == seen[-1][: len(clauses)] for clauses in seen), "no clause is ever half"


def test_passages_are_known_only_when_none_can_follow() -> None:
    for length in range(len(ANSWER) + 1):
        part = so_far(ANSWER[:length])
        assert part.passages in ((), ("a", "b"))
        assert part.passages or not part.clauses


@given(st.text(max_size=60))
def test_any_text_is_a_reply_or_an_engine_error(text: str) -> None:
    for read in (so_far, complete):
        with suppress(EngineError):
            read(text)


def test_errors_do_not_quote_what_was_written() -> None:
    for read in (so_far, complete):
        with pytest.raises(EngineError) as raised:
            read("비밀번호는 삼사오육")
        assert "삼사" not in str(raised.value)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   \n ",
        "[]",
        '{"kind": "answer"}',
        reply("answer").replace("answer", "tool_call"),
        reply("commands", commands=[("hang_up", "", "")]),
        reply("commands", commands=[("affirm", "", "")]),
        reply("commands", commands=[("escalate", "", "")] * 3),
        reply("answer", clauses=["가"] * 5),
        reply("none")[:-1] + ', "extra": 1}',
    ],
)
def test_what_breaks_the_schema_is_no_reply(text: str) -> None:
    with pytest.raises(EngineError):
        complete(text)


def test_the_schema_names_what_may_be_named_and_nothing_else() -> None:
    form = schema(flows=["callback"], passages=["fee"], slots=["place"])
    command = form["properties"]["commands"]["items"]
    assert command["properties"]["target"]["enum"] == ["", "callback", "fee", "place"]
    assert form["additionalProperties"] is False and command["additionalProperties"] is False
    assert list(form["properties"]).index("passages") < list(form["properties"]).index("clauses")
