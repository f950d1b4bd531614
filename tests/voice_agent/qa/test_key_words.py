"""Key words are compared by sound."""

from __future__ import annotations

import pytest

from voice_agent.qa.key_words import missing_words


@pytest.mark.parametrize(
    ("transcript", "wanted"),
    [
        ("여권은 재발급 받으실 수 있습니다.", ["재발급", "여권"]),
        ("여권은 재 발급받으실 수 있습니다", ["재발급받으실 수"]),
        ("53,000원을 내시면 됩니다", ["오만삼천 원"]),
        ("오만 삼천원을 내시면 됩니다", ["53,000원"]),
        ("무엇을 도와드릴까요?", []),
    ],
)
def test_what_sounds_the_same_is_there(transcript: str, wanted: list[str]) -> None:
    assert missing_words(transcript, wanted) == []


def test_what_was_not_said_is_named_in_order() -> None:
    assert missing_words("여권을 말씀하세요", ["재발급", "여권", "수수료"]) == ["재발급", "수수료"]
    assert missing_words("", ["여권"]) == ["여권"]


def test_a_misspelt_word_is_there_where_that_is_allowed_and_another_word_is_not() -> None:
    heard = "여권을 잃어버리셨으면 심본증을 가지고 오세요."
    assert missing_words(heard, ["신분증"]) == ["신분증"]
    assert missing_words(heard, ["신분증", "수수료"], alike=0.75) == ["수수료"]
