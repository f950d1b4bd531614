from __future__ import annotations

import pytest

from dialogs.korean.endings import after_correction, bare_answer, without_marks


def test_marks_go() -> None:
    assert without_marks(" 네,  맞아요… ") == "네 맞아요"


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("음 수원역 앞이에요.", "수원역 앞"),
        ("어, 그게 파주시청이요", "파주시청"),
        ("성남입니다", "성남"),
        ("네", ""),
        ("음악당", "음악당"),
    ],
)
def test_the_bare_answer(said: str, answer: str) -> None:
    assert bare_answer(said) == answer


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("아니 12가 3456이 아니라 12가 3457이요", "12가 3457이요"),
        ("수원 말고 성남이요", "성남이요"),
        ("아니요", ""),
        ("네 맞아요", ""),
    ],
)
def test_what_follows_a_correction(said: str, value: str) -> None:
    assert after_correction(said) == value
