from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.korean.misheard_digits import mended_digits, mended_plate
from dialogs.korean.number_words import digit_by_digit


@pytest.mark.parametrize(
    ("heard", "digits"),
    [
        ("이공이육 구구그구구구", "2026999999"),
        ("이공이육 구구쿠구구구", "2026999999"),
        ("콩 일 콩 일이삼사 오륙 칠 발", "01012345678"),
        ("공일공, 이삼사오, 유칠팔구요.", "01023456789"),
        ("2026 바칠구이일칠", "2026879217"),
        ("번호는 공일공 일이삼사 오육칠발이에요", "01012345678"),
        ("이건이 육삼삼구곤칠어", "2026339075"),
    ],
)
def test_misspelt_figures_are_read(heard: str, digits: str) -> None:
    assert mended_digits(heard, 10, 11) == digits


@pytest.mark.parametrize(
    "heard",
    ["", "네", "여권을 잃어버렸어요", "콩 고기 건어물", "공일공 일이삼사", "건검권겅 건검권겅 건검권"],
)
def test_what_is_hardly_figures_stays_unread(heard: str) -> None:
    assert mended_digits(heard, 10, 11) is None


@given(st.from_regex("[0-9]{10,11}", fullmatch=True))
def test_what_was_heard_rightly_is_never_changed(digits: str) -> None:
    assert mended_digits(digit_by_digit(digits), 10, 11) == digits
    assert mended_digits(digits, 10, 11) == digits


@pytest.mark.parametrize(
    ("heard", "plate"),
    [
        ("십이가 삼사오육", None), ("이삼가 샴사오육", "23가3456"), ("삼이러 콩구육칠", "32러0967"),
        ("일이삼허 사오육질이요", "123허4567"), ("이삼 삼사오육", None), ("이삼가 삼사오", None), ("네 맞아요", None),
        ("시비가 삼사오육이요", "12가3456"), ("심뉵나 3456", "16나3456"), ("시비가 붙었어요", None),
    ],
)  # fmt: skip
def test_misspelt_plates(heard: str, plate: str | None) -> None:
    assert mended_plate(heard) == plate
