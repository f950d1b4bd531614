"""Both directions of read-back: what is said of a value is understood as the same value, however it was recognised."""

from __future__ import annotations

import re
from datetime import date, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.korean.addresses import parse_address, say_address
from dialogs.korean.amounts import parse_amount, say_amount
from dialogs.korean.counts import UNITS, parse_count, say_count
from dialogs.korean.dates import parse_date, say_date
from dialogs.korean.decimals import parse_decimal, parse_percent, say_decimal, say_percent
from dialogs.korean.letters import LETTERS, parse_letters, say_letters
from dialogs.korean.number_words import sino
from dialogs.korean.numbers import longest_digits, sino_number
from dialogs.korean.plates import USE_SYLLABLES, parse_plate
from dialogs.korean.ranges import parse_range, say_range
from dialogs.korean.receipts import parse_receipt, say_receipt
from dialogs.korean.spoken import spoken
from dialogs.korean.telephone import CALL_LINES, group_telephone, parse_telephone, say_digits, say_telephone
from dialogs.korean.times import parse_time, parse_time_range, say_time

MONDAY = date(2026, 11, 23)

_FILLERS = st.sampled_from(["", "음 ", "어, ", "네 ", "저기 ", "그러니까 "])
_ENDINGS = st.sampled_from(["", "이에요", "입니다", "이요.", "이고요"])
_AREAS = st.sampled_from(["02", "031", "032", "010", "011", "070", "080", "0507", "041", "064"])


@st.composite
def telephones(draw: st.DrawFn) -> str:
    kind = draw(st.integers(0, 3))
    if kind == 0:
        return draw(st.sampled_from(sorted(CALL_LINES)))
    if kind == 1:
        return f"1{draw(st.sampled_from('568'))}{draw(st.from_regex('[0-9]{2}-[0-9]{4}', fullmatch=True))}"
    area = draw(_AREAS)
    if kind == 2:
        return f"{area}-{draw(st.sampled_from(sorted(CALL_LINES)))}"
    exchange = "[0-9]{4}" if area == "010" else "[0-9]{3,4}"
    return f"{area}-{draw(st.from_regex(f'{exchange}-[0-9]{{4}}', fullmatch=True))}"


@given(telephones(), _FILLERS, st.sampled_from(["", "이에요", "입니다"]))
def test_telephone_numbers(number: str, filler: str, ending: str) -> None:
    said = say_telephone(number)
    assert parse_telephone(f"{filler}{said}{ending}") == number
    assert parse_telephone(said.replace("공", "영")) == number
    assert spoken(number) == said
    assert group_telephone(number.replace("-", "")) == number


@given(telephones(), st.from_regex("[0-9]{3,4}", fullmatch=True))
def test_extensions(number: str, line: str) -> None:
    assert parse_telephone(say_telephone(f"{number} 내선 {line}")) == f"{number} 내선 {line}"


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("공일공 일이삼사 오육칠팔", "010-1234-5678"),
        ("01012345678이요", "010-1234-5678"),
        ("010 1234 5678", "010-1234-5678"),
        ("공삼일에팔공공팔에이일일사", "031-8008-2114"),
        ("영삼하나 팔공공팔 이하나하나사", "031-8008-2114"),
        ("공일공 일이삼사 오육칠이요", "010-1234-5672"),
        ("공일공 일이삼사 오육칠팔요", "010-1234-5678"),
        ("제 번호는 공일공에 구천백이십에 삼사오육이에요", "010-9120-3456"),
        ("일오팔팔에 일이삼사", "1588-1234"),
        ("공삼일 국번에 백이십", "031-120"),
        ("글쎄요", None),
        ("일이오일", None),
    ],
)
def test_telephone_numbers_as_recognised(said: str, number: str | None) -> None:
    assert parse_telephone(said) == number


@given(st.from_regex("[0-9]{1,20}", fullmatch=True))
def test_figures_read_back_are_the_same_figures(digits: str) -> None:
    assert longest_digits(say_digits(digits)) == digits


@given(st.integers(0, 10**20 - 1))
def test_cardinal_numbers(number: int) -> None:
    assert sino_number(sino(number)) == number
    assert sino_number(sino(number).replace(" ", "")) == number
    assert sino_number(f"{number:,}") == number


@pytest.mark.parametrize("text", ["일이삼", "십십", "백천", "만억", "", "원", "영십", "천 5000", "삼 사"])
def test_what_is_no_cardinal(text: str) -> None:
    assert sino_number(text) is None


@given(st.integers(0, 10**16 - 1), _FILLERS, _ENDINGS)
def test_amounts(won: int, filler: str, ending: str) -> None:
    said = say_amount(won)
    assert parse_amount(f"{filler}{said}{ending}") == won
    assert parse_amount(said.replace(" ", "")) == won
    assert parse_amount(f"{won:,}원") == won
    assert spoken(f"{won}원") == spoken(f"{won:,}원") == said


@pytest.mark.parametrize(
    ("said", "won"),
    [
        ("천 원이요", 1000), ("일만 원", 10_000), ("만원", 10_000), ("3만 5천원이요", 35_000),
        ("1.5억 원", 150_000_000), ("1억 2천만", 120_000_000), ("금액이 삼만 오천 원인데요", 35_000),
        ("만 원짜리요", 10_000), ("이만이천원", 22_000),
        ("십이만삼천사백오십육 원", 123_456), ("몰라요", None), ("35000", 35_000),
    ],
)  # fmt: skip
def test_amounts_as_recognised(said: str, won: int | None) -> None:
    assert parse_amount(said) == won


_COUNTED_BY_ONES = sorted(set(UNITS) - {"대"})


@given(st.integers(1, 9999), st.sampled_from(_COUNTED_BY_ONES), _FILLERS, _ENDINGS)
def test_counts(value: int, unit: str, filler: str, ending: str) -> None:
    said = say_count(value, unit)
    assert parse_count(f"{filler}{said}{ending}") == (value, unit)
    # "117과" may be the call line with a particle: it is read digit by digit.
    if (unit, str(value)) not in {(ending, line) for line in CALL_LINES for ending in ("번", "과")}:
        assert spoken(f"{value}{unit}").replace(" ", "") == said.replace(" ", "")


@pytest.mark.parametrize(
    ("said", "count"),
    [
        ("세 명이요", (3, "명")), ("3명", (3, "명")), ("스무 살이에요", (20, "살")), ("이십 개월 됐어요", (20, "개월")),
        ("두 건", (2, "건")), ("차 두 대가 있어요", (2, "대")), ("쉰다섯 살", (55, "살")), ("하나도 없어요", None),
        ("첫 번째요", (1, "번째")), ("1,200명", (1200, "명")), ("우리 동네 건물", None),
    ],
)  # fmt: skip
def test_counts_as_recognised(said: str, count: tuple[int, str] | None) -> None:
    assert parse_count(said) == count


@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)), _FILLERS, _ENDINGS)
def test_dates(day: date, filler: str, ending: str) -> None:
    said = say_date(day)
    assert parse_date(f"{filler}{said}{ending}", MONDAY) == day
    assert parse_date(said.replace(" ", ""), MONDAY) == day
    assert spoken(day.isoformat()) == said
    assert spoken(f"{day.year}년 {day.month}월 {day.day}일") == said
    assert parse_date(f"{day.year}. {day.month}. {day.day}.", MONDAY) == day


@given(st.integers(-180, 180))
def test_dates_without_a_year_are_the_nearest(days: int) -> None:
    day = MONDAY + timedelta(days=days)
    assert parse_date(say_date(day, year=False), MONDAY) == day


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("오늘이요", MONDAY), ("내일", date(2026, 11, 24)), ("모레요", date(2026, 11, 25)),
        ("어제", date(2026, 11, 22)),
        ("내일모레", date(2026, 11, 25)), ("이번 주 금요일", date(2026, 11, 27)),
        ("다음 주 월요일에요", date(2026, 11, 30)),
        ("지난주 금요일", date(2026, 11, 20)), ("금요일", date(2026, 11, 27)), ("월요일", MONDAY),
        ("사흘 뒤", date(2026, 11, 26)), ("십 일 전", date(2026, 11, 13)), ("10일 후에요", date(2026, 12, 3)),
        ("육월 십일", date(2026, 6, 10)), ("십월 육일", date(2026, 10, 6)), ("11월 23일", MONDAY), ("11.23.", MONDAY),
        ("1월 2일", date(2027, 1, 2)), ("이십육년 유월 일일", date(2026, 6, 1)),
        ("이월 삼십일", None), ("글쎄요", None),
        ("이공이육년 시월 이십일일", date(2026, 10, 21)), ("2026년 2월 29일", None),
    ],
)  # fmt: skip
def test_dates_as_recognised(said: str, day: date | None) -> None:
    assert parse_date(said, MONDAY) == day


@given(st.times().map(lambda value: value.replace(second=0, microsecond=0, fold=0)), _FILLERS, _ENDINGS)
def test_times(value: time, filler: str, ending: str) -> None:
    said = say_time(value)
    assert parse_time(f"{filler}{said}{ending}") == value
    assert parse_time(said.replace(" ", "")) == value
    assert parse_time(f"{value:%H:%M}") == value
    assert parse_time(spoken(f"{value:%H:%M}")) == value


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("오후 세 시 반이요", time(15, 30)), ("세 시 반", time(3, 30)), ("오후 3시 30분", time(15, 30)),
        ("정오", time(12)),
        ("자정이요", time(0)), ("열두 시", time(12)), ("오전 열두 시", time(0)),
        ("밤 열한 시", time(23)), ("이십사 시", time(0)),
        ("새벽 두 시", time(2)), ("십팔 시 삼십 분", time(18, 30)), ("16:05", time(16, 5)), ("00:30", time(0, 30)),
        ("낮 한 시", time(13)), ("밤 열두 시", time(0)), ("두 시간 걸려요", None), ("파주시", None), ("25:00", None),
    ],
)  # fmt: skip
def test_times_as_recognised(said: str, value: time | None) -> None:
    assert parse_time(said) == value


@given(st.times(), st.times())
def test_ranges_of_times(first: time, last: time) -> None:
    first, last = (value.replace(minute=0, second=0, microsecond=0, fold=0) for value in (first, last))
    assert parse_time_range(say_range(say_time(first), say_time(last))) == (first, last)
    assert parse_time_range(f"{first:%H:%M}~{last:%H:%M}") == (first, last)


def test_ranges_as_recognised() -> None:
    assert parse_time_range("아홉 시부터 여섯 시까지요") == (time(9), time(18))
    assert parse_time_range("오후 두 시에서 다섯 시까지") == (time(14), time(17))
    assert parse_range("3~5일", parse_count) == ((3, "일"), (5, "일"))
    assert parse_range("세 명에서 다섯 명", parse_count) == ((3, "명"), (5, "명"))
    assert parse_range("삼만 원부터 오만 원까지", parse_amount) == (30_000, 50_000)
    assert parse_range("오만 원", parse_amount) is None


@given(st.decimals(0, 10**9, places=2, allow_nan=False), st.sampled_from(["", "요", "이에요"]))
def test_decimals_and_percentages(value: Decimal, ending: str) -> None:
    assert parse_decimal(say_decimal(value)) == value
    assert parse_percent(say_percent(value) + ending) == value
    assert parse_decimal(f"{value:,}") == value
    assert spoken(f"{value}%") == say_percent(value)


_RECEIPTS = st.text("0123456789ABCDFGHIJKLMNPQRSTUVWXYZEO", min_size=1, max_size=6)


@given(_RECEIPTS, st.from_regex("[0-9]{2,6}", fullmatch=True))
def test_receipt_numbers(letters: str, figures: str) -> None:
    for number in (f"{letters}-{figures}", f"{figures}-{letters}", f"{letters}{figures}"):
        said = say_receipt(number)
        assert parse_receipt(said) == number
        assert parse_receipt(f"접수 번호는 {number}") == number
    assert not re.search("[0-9A-Z]", said)


@given(st.text("".join(sorted(LETTERS)), min_size=2, max_size=6))
def test_abbreviations(letters: str) -> None:
    assert parse_letters(say_letters(letters)) == letters
    assert parse_letters(" ".join(say_letters(letter) for letter in letters)) == letters


@pytest.mark.parametrize("name", ["KTX", "LH", "CCTV", "NEIS", "PDF", "GTX"])
def test_abbreviations_of_the_province(name: str) -> None:
    assert parse_letters(say_letters(name)) == name
    assert spoken(name) == say_letters(name)


@given(st.from_regex("[0-9]{2,3}", fullmatch=True), st.sampled_from(sorted(USE_SYLLABLES)), st.integers(0, 9999))
def test_plates(front: str, use: str, back: int) -> None:
    plate = f"{front}{use}{back:04}"
    assert parse_plate(spoken(f"{front}{use} {back:04}")) in (plate, None) or front.startswith("0")
    assert parse_plate(f"{front}{use} {back:04}") == plate


_STREETS = st.sampled_from([
    "화성시 봉담읍 삼천병마로", "수원시 팔달구 효원로", "오산시 오산동", "포천시 일동면 화동로", "구리시 아차산로",
    "이천시 부발읍 무촌리", "안산시 사동", "파주시 문산읍 사목로", "성남시 분당구 구미로", "수원시 장안구 천천동",
])  # fmt: skip


@given(
    _STREETS,
    st.integers(1, 9999),
    st.none() | st.integers(1, 99),
    st.none() | st.tuples(st.integers(100, 999), st.integers(101, 2999)),
    st.booleans(),
)
def test_addresses(street: str, main: int, sub: int | None, room: tuple[int, int] | None, lot: bool) -> None:
    address = f"{street} {main}" + (f"-{sub}" if sub else "") + ("번지" if lot else "")
    address += f" {room[0]}동 {room[1]}호" if room else ""
    said = say_address(address)
    assert not re.search(r"\d", said)
    assert parse_address(said) == address
    if main not in (112, 119):
        assert spoken(address).replace(" ", "") == said.replace(" ", "")


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("봉담읍 삼천병마로 백이십삼 다시 사", "봉담읍 삼천병마로 123-4"),
        ("백이십삼 번지 백일동 천이백삼 호", "123번지 101동 1203호"),
        ("일동면 사동 오산동 이천시", "일동면 사동 오산동 이천시"),
        ("효원로 일 번지 이 층", "효원로 1번지 2층"),
        ("효원로 이 쪽", "효원로 이 쪽"),
        ("수원역 앞", "수원역 앞"),
    ],
)
def test_addresses_as_recognised(said: str, written: str) -> None:
    assert parse_address(said) == written


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("지난 금요일", date(2026, 11, 20)),
        ("지난 월요일", date(2026, 11, 16)),
        ("금요일", date(2026, 11, 27)),
        ("작년 11월 3일", date(2025, 11, 3)),
        ("작년 12월 31일", date(2025, 12, 31)),
        ("3.5퍼센트", None),
        ("십이월 삼십 일일", date(2026, 12, 31)),
        ("십이월 삼십 일", date(2026, 12, 30)),
        ("11월 23일 말고 24일", date(2026, 11, 24)),
        ("십일월 이십삼일이 아니라 이십사일", date(2026, 11, 24)),
        ("11월 23일 말고요 12월 1일이요", date(2026, 12, 1)),
        ("11월 23일 말고 3일 뒤", date(2026, 11, 26)),
        ("오늘 말고 내일", date(2026, 11, 24)),
        ("월요일 아니고 화요일", date(2026, 11, 24)),
        ("내일은 말고요", None),
    ],
)
def test_the_day_that_is_meant(said: str, day: date | None) -> None:
    assert parse_date(said, MONDAY) == day


@pytest.mark.parametrize(
    ("said", "won"),
    [
        ("이만원이 아니라 삼만원", 30_000),
        ("삼만 원 말고 이만 원이요", 20_000),
        ("공원", None),
        ("직원 이 원해요", None),
    ],
)
def test_the_amount_that_is_meant(said: str, won: int | None) -> None:
    assert parse_amount(said) == won


@pytest.mark.parametrize(
    ("said", "meant"), [("세시 말고 네시", time(4)), ("오후 세시 말고 네시", time(16)), ("세 시 아니고요", None)]
)
def test_the_time_that_is_meant(said: str, meant: time | None) -> None:
    assert parse_time(said) == meant


@pytest.mark.parametrize(
    ("said", "first", "last"),
    [
        ("아홉 시부터 여섯 시까지", time(9), time(18)),
        ("오전 아홉 시부터 여섯 시까지", time(9), time(18)),
        ("열두 시부터 한 시까지", time(12), time(13)),
        ("열 시부터 열한 시까지", time(10), time(11)),
        ("밤 열 시부터 오전 여섯 시까지", time(22), time(6)),
    ],
)
def test_an_end_before_its_start_is_in_the_afternoon(said: str, first: time, last: time) -> None:
    assert parse_time_range(said) == (first, last)


def test_the_name_of_a_city_is_no_count() -> None:
    assert parse_count("이천시 오천동") is None
