from __future__ import annotations

import pytest

from dialogs.korean.backchannels import is_backchannel, is_stop


@pytest.mark.parametrize(
    "said", ["네", "네.", "음", "아 그렇군요", "네 네", "아, 네", "그래요?", "네 알겠습니다", "아그렇구나"]
)
def test_backchannels_go_on(said: str) -> None:
    assert is_backchannel(said)
    assert not is_stop(said)


@pytest.mark.parametrize("said", ["그만", "잠깐만요", "아니요", "아니 아니요", "잠시만요 그게 아니라", "됐어요"])
def test_stops_stop(said: str) -> None:
    assert is_stop(said)
    assert not is_backchannel(said)


@pytest.mark.parametrize(
    "said", ["", "여권을 잃어버렸어요", "네 여권이요", "상담원", "그만두고 싶은데 그 전에 하나만 더 물어볼게요"]
)
def test_turns_are_neither(said: str) -> None:
    assert not is_backchannel(said)
    assert not is_stop(said)
