"""A prompt's sentences."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice_agent.pipeline.sentences import sentences


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("안녕하세요. 무엇을 도와드릴까요?", ["안녕하세요.", "무엇을 도와드릴까요?"]),
        ("높이는 3.5미터입니다. 네!", ["높이는 3.5미터입니다.", "네!"]),
        ("031-120번입니다", ["031-120번입니다"]),
        ("  한 문장.  ", ["한 문장."]),
        ("첫째.\n둘째.", ["첫째.", "둘째."]),
        ("", []),
        ("   ", []),
    ],
)
def test_a_prompt_is_split_where_a_speaker_breathes(text: str, parts: list[str]) -> None:
    assert sentences(text) == parts


@given(st.text(alphabet="가나다 .?!3-\n"))
def test_nothing_is_lost_and_nothing_is_empty(text: str) -> None:
    parts = sentences(text)
    assert all(part.strip() for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())
