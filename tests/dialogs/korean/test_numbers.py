from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.korean.numbers import digits_of, longest_digits, native_number, plain_digits, sino_number


@pytest.mark.parametrize(
    ("said", "figures"),
    [("공삼일", "031"), ("영 일 이", "012"), ("12 삼사", "1234"), ("하나 둘 삼", "123"), ("공일공-1234", "0101234")],
)
def test_digits_read_one_by_one(said: str, figures: str) -> None:
    assert plain_digits(said) == figures


@pytest.mark.parametrize("said", ["", "삼십이", "수원", "일이삼요"])
def test_not_only_digits(said: str) -> None:
    assert plain_digits(said) is None


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("삼십이", 32),
        ("구천백이십", 9120),
        ("십", 10),
        ("백", 100),
        ("만 이천", 12000),
        ("이십삼만 사천오", 234005),
        ("칠", 7),
    ],
)
def test_sino_korean_numbers(said: str, number: int) -> None:
    assert sino_number(said) == number


@pytest.mark.parametrize("said", ["", "십백", "일이", "열둘", "백천"])
def test_no_sino_korean_number(said: str) -> None:
    assert sino_number(said) is None


@pytest.mark.parametrize(
    ("said", "number"), [("하나", 1), ("열두", 12), ("스물", 20), ("서른다섯", 35), ("아흔아홉", 99)]
)
def test_native_numbers(said: str, number: int) -> None:
    assert native_number(said) == number
    assert digits_of(said) == str(number)


def test_digits_however_read() -> None:
    assert digits_of("삼사오육") == digits_of("3456") == digits_of("삼천사백오십육") == "3456"
    assert digits_of("여권") is None


@pytest.mark.parametrize(
    ("said", "figures"),
    [
        ("제 번호는 공일공 일이삼사 오육칠팔", "01012345678"),
        ("공일공에 일이삼사에 오육칠팔", "01012345678"),
        ("031-120", "031120"),
        ("모르겠어요", None),
    ],
)
def test_the_longest_row_in_a_sentence(said: str, figures: str | None) -> None:
    assert longest_digits(said) == figures


@given(st.integers(0, 99_999_999))
def test_every_number_read_in_sino_korean_comes_back(number: int) -> None:
    assert sino_number(_read(number)) == number


def _read(number: int) -> str:
    if number >= 10_000:
        rest = number % 10_000
        return f"{_read(number // 10_000)}만{_read(rest) if rest else ''}"
    names = "영일이삼사오육칠팔구"
    if number < 10:
        return names[number]
    parts = [(number // unit % 10, name) for unit, name in ((1000, "천"), (100, "백"), (10, "십"), (1, ""))]
    return "".join((names[digit] if digit > 1 or not name else "") + name for digit, name in parts if digit)
