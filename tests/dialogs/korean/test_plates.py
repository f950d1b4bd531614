from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.korean.plates import USE_SYLLABLES, parse_plate, say_plate


@pytest.mark.parametrize(
    ("said", "plate"),
    [
        ("12가 3456", "12가3456"),
        ("12가3456입니다.", "12가3456"),
        ("십이가 삼사오육", "12가3456"),
        ("일이 가 삼천사백오십육이에요", "12가3456"),
        ("일이삼 허 사오육칠", "123허4567"),
        ("백이십삼 허 4567", "123허4567"),
        ("차 번호는 삼십이 거 공공일이 입니다", "32거0012"),
        ("12오 구천백이십이요", "12오9120"),
        ("경기 12바 3456이요", "경기12바3456"),
        ("음 네 12-가-3456", "12가3456"),
    ],
)
def test_plates_as_they_are_said(said: str, plate: str) -> None:
    assert parse_plate(said) == plate


@pytest.mark.parametrize("said", ["", "네", "1234", "12가 34567", "1가 3456", "12강 3456", "여권을 잃어버렸어요"])
def test_no_plate(said: str) -> None:
    assert parse_plate(said) is None


_NAMES = "공일이삼사오육칠팔구"


@given(
    st.from_regex(r"[0-9]{2,3}", fullmatch=True),
    st.sampled_from(sorted(USE_SYLLABLES - set("오구사"))),
    st.from_regex(r"[0-9]{4}", fullmatch=True),
    st.booleans(),
)
def test_every_plate_written_or_read_out_comes_back(front: str, use: str, back: str, read_out: bool) -> None:
    """오, 구 and 사 are figures too and left out: 일이오삼사오육 may be 12오3456 or nothing."""
    said = f"{_read(front)} {use} {_read(back)}" if read_out else f"{front}{use} {back}"
    assert parse_plate(said) == f"{front}{use}{back}"


def _read(figures: str) -> str:
    return "".join(_NAMES[int(figure)] for figure in figures)


def test_a_plate_is_spoken_with_a_pause() -> None:
    assert say_plate("123허4567") == "123허 4567"
