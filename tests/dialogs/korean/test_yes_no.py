from __future__ import annotations

import pytest

from dialogs.korean.yes_no import parse_yes_no


@pytest.mark.parametrize(
    "said", ["네", "예.", "네 맞습니다", "맞아요", "네네", "그렇습니다", "응", "네맞아요", "네, 있어요", "내"]
)
def test_yes(said: str) -> None:
    assert parse_yes_no(said) is True


@pytest.mark.parametrize(
    "said",
    [
        "아니요",
        "아뇨.",
        "아닙니다",
        "네 아니에요",
        "틀렸어요",
        "차 번호가 틀렸어요",
        "안 맞아요",
        "없어요",
        "아니 그게 아니고",
        "괜찮아요",
    ],
)
def test_no(said: str) -> None:
    assert parse_yes_no(said) is False


@pytest.mark.parametrize("said", ["", "동네", "여권이요", "글쎄요", "예산이 궁금해요", "12가 3456"])
def test_neither(said: str) -> None:
    assert parse_yes_no(said) is None
