"""Which decodes are kept."""

from __future__ import annotations

import pytest

from voice_agent.engines.stt.guards import Decoded, confidence, is_loop, rejection


def decoded(text: str = "네", tokens: int = 2, log_probability: float = -0.2, no_speech: float = 0.0) -> Decoded:
    return Decoded(text, tokens, log_probability, no_speech)


@pytest.mark.parametrize(
    ("text", "tokens", "seconds"),
    [
        ("네", 1, 0.3),
        ("아니요", 4, 0.4),
        ("네 네 네 네", 8, 1.2),
        ("공일공 일이삼사 오육칠팔", 16, 4.0),
        ("불법 주정차 신고를 하려고 전화드렸는데요 저희 집 앞에 차가 계속 서 있어서요", 38, 5.0),
    ],
)
def test_what_people_say_is_no_loop(text: str, tokens: int, seconds: float) -> None:
    assert not is_loop(decoded(text, tokens), seconds)


@pytest.mark.parametrize(
    ("text", "tokens", "seconds"),
    [("감사합니다. " * 8, 40, 20.0), ("아" * 60, 60, 10.0), ("여러 가지 다른 말이 아주 많이", 30, 2.0)],
)
def test_going_round_in_circles_is_a_loop(text: str, tokens: int, seconds: float) -> None:
    assert is_loop(decoded(text, tokens), seconds)


def test_rejections_carry_their_reason() -> None:
    assert rejection(decoded()) == ""
    assert rejection(decoded(no_speech=0.7)) == "no_speech"
    assert rejection(decoded(log_probability=-2.8)) == "low_probability"


def test_an_improbable_word_is_kept_where_it_is_clearly_speech() -> None:
    assert rejection(decoded("다시", 2, log_probability=-2.3, no_speech=0.05)) == ""
    assert rejection(decoded("오오오오", 4, log_probability=-2.3, no_speech=0.35)) == "low_probability"
    assert rejection(decoded("상담원", 5, log_probability=-0.5, no_speech=0.48)) == ""


def test_confidence_stays_between_zero_and_one() -> None:
    assert confidence(0.3) == 1.0
    assert confidence(-0.7) == pytest.approx(0.4966, abs=1e-4)
    assert confidence(-50.0) == pytest.approx(0.0, abs=1e-9)
