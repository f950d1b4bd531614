"""A number and what it counts are one breath; the groups of a telephone number are not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.korean.phrasing import phrased
from dialogs.korean.pronunciation import pronounce
from dialogs.korean.spoken import spoken


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("수수료는 10년 여권 58면이 5만 2천 원입니다.", "수수료는 십년 여권 오십팔면이 오만 이천원입니다."),
        ("60일 안에 1번을 눌러 주세요.", "육십일 안에 일번을 눌러 주세요."),
        ("오후 2시 30분까지 3명이 옵니다.", "오후 두시 삼십분까지 세명이 옵니다."),
        ("2층 5번 창구입니다.", "이층 오번 창구입니다."),
        ("031-987-6543입니다.", "공삼일에, 구팔칠에, 육오사삼입니다."),
        ("두 분실물, 이 시장, 우리 개", "두 분실물, 이 시장, 우리 개"),
    ],
)
def test_a_number_and_its_counter_are_one_breath(written: str, said: str) -> None:
    assert phrased(spoken(written)) == said


def test_sounds_change_between_a_number_and_its_counter() -> None:
    assert pronounce(phrased("십 년, 육십 일, 백 명")) == "심년, 육씨빌, 뱅명"


@given(st.text(alphabet="공일이십만열두한시분년번에, .가나", max_size=30))
def test_only_spaces_and_commas_change(text: str) -> None:
    assert phrased(text).replace(" ", "").replace(",", "") == text.replace(" ", "").replace(",", "")
