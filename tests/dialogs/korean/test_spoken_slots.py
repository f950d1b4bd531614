"""Both directions of the slots that a dialog asks for: what is read back is understood as the same value."""

from __future__ import annotations

from datetime import date, datetime, time

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from dialogs.korean.addresses import say_address
from dialogs.korean.amounts import parse_amount, say_amount
from dialogs.korean.cities import DISTRICTS, parse_city, parse_district, say_city, say_district
from dialogs.korean.corrections import meant
from dialogs.korean.date_times import parse_date_time, say_date_time
from dialogs.korean.dates import is_lunar, parse_date, say_date
from dialogs.korean.names import parse_name, say_name
from dialogs.korean.places import CITIES
from dialogs.korean.plates import USE_SYLLABLES, parse_plate, say_plate
from dialogs.korean.postal_addresses import parse_postal_address
from dialogs.korean.requests import split_requests
from dialogs.korean.telephone import CALL_LINES, parse_digits, parse_telephone, say_digits, say_telephone
from dialogs.korean.times import parse_time, say_time
from dialogs.korean.whole_numbers import parse_number, say_number
from dialogs.korean.yes_no import Answer, parse_answer, parse_yes_no

MONDAY = date(2026, 11, 23)
_ENDINGS = st.sampled_from(["", "입니다", "이에요"])
_TAKEN_BACK = st.sampled_from([" 아니 ", " 아니 아니 ", " 말고 ", " 아니라 ", " 아 참 ", "이 아니고 "])
_DATES = st.dates(date(1930, 1, 1), date(2100, 12, 31))
_TIMES = st.times().map(lambda value: value.replace(second=0, microsecond=0, fold=0))
_FIGURES = st.from_regex("[0-9]{4}", fullmatch=True)
_PLATES = st.builds(
    lambda front, use, back: f"{front}{use}{back}",
    st.from_regex("[0-9]{2,3}", fullmatch=True), st.sampled_from(sorted(USE_SYLLABLES - set("오구사"))), _FIGURES,
)  # fmt: skip
_OLD_PLATES = st.builds(
    lambda region, front, use, back: f"{region}{front}{use}{back}",
    st.sampled_from(["경기", "서울", "인천", "충남", "강원"]), st.integers(1, 99),
    st.sampled_from("가나다라마바자"), _FIGURES,
)  # fmt: skip
_GIVEN = st.text("길동순영철수미호진석경민현", min_size=2, max_size=2)


@given(st.sampled_from(CITIES), st.sampled_from(["", "요", "입니다", "인데요"]))
def test_cities(city: str, ending: str) -> None:
    assert parse_city(f"{say_city(city)}{ending}") == city
    assert parse_city(f"{city[:-1]}에 살아요") == city


@given(st.sampled_from(CITIES), st.sampled_from(CITIES), _TAKEN_BACK)
def test_the_city_said_last(first: str, last: str, taken_back: str) -> None:
    assert parse_city(f"{first}{taken_back}{last}요") == last


@given(st.sampled_from([f"{city} {name}" for city, names in DISTRICTS.items() for name in names]))
def test_districts(district: str) -> None:
    assert parse_district(say_district(district)) == district
    assert parse_district(f"{district.split()[1]}요") == district


@given(
    st.sampled_from([
        "수원시 팔달구 효원로", "화성시 봉담읍 삼천병마로", "성남시 분당구 판교로23번길", "이천시 부발읍 무촌리",
        "안산시 상록구 사동", "오산시 오산동", "포천시 일동면 화동로", "구리시 아차산로", "용인시 기흥구 구갈로60번길",
    ]),
    st.integers(1, 9999),
    st.none() | st.integers(1, 99),
    st.none() | st.tuples(st.integers(100, 999), st.integers(101, 2999)),
)  # fmt: skip
def test_postal_addresses(street: str, main: int, sub: int | None, flat: tuple[int, int] | None) -> None:
    address = f"{street} {main}" + (f"-{sub}" if sub else "") + (f" {flat[0]}동 {flat[1]}호" if flat else "")
    assert parse_postal_address(say_address(address)) == address
    assert parse_postal_address(f"경기도 {address}입니다") == address


@given(_PLATES | _OLD_PLATES, _ENDINGS)
def test_plates(plate: str, ending: str) -> None:
    assert parse_plate(f"{say_plate(plate)}{ending}") == plate
    region = plate[:2] if not plate[0].isdecimal() else ""
    use = len(plate) - 5
    said = f"{region} {say_digits(plate[len(region) : use])} {plate[use]} {say_digits(plate[-4:])}"
    assert parse_plate(said) == plate


@given(_PLATES, _PLATES, _TAKEN_BACK)
def test_the_plate_said_last(first: str, last: str, taken_back: str) -> None:
    assert parse_plate(f"{say_plate(first)}{taken_back}{say_plate(last)}") == last
    assert parse_plate(f"{say_plate(first)}{taken_back}{last[-4:]}") == f"{first[:-4]}{last[-4:]}"


@given(_DATES, _DATES, _TAKEN_BACK)
def test_the_day_said_last(first: date, last: date, taken_back: str) -> None:
    assert parse_date(f"{say_date(first)}{taken_back}{say_date(last)}이요", MONDAY) == last
    assert parse_date(f"음력 {say_date(first)}", MONDAY) is None
    assert is_lunar(f"음력 {say_date(first)}")


@given(_DATES, _TIMES, _ENDINGS)
def test_days_with_times(day: date, clock: time, ending: str) -> None:
    value = datetime.combine(day, clock)
    assert parse_date_time(f"{say_date_time(value)}{ending}", MONDAY) == value
    assert parse_date_time(say_date(day), MONDAY) is None


@given(_TIMES, _TIMES, _TAKEN_BACK)
def test_the_time_said_last(first: time, last: time, taken_back: str) -> None:
    assume(last.hour not in (0, 12))
    assert parse_time(f"{say_time(first)}{taken_back}{say_time(last)}") == last


@given(st.integers(0, 10**12), st.integers(1, 10**12), _TAKEN_BACK)
def test_numbers_and_amounts(first: int, last: int, taken_back: str) -> None:
    assert parse_number(say_number(first)) == first
    assert parse_amount(f"{say_amount(first)}{taken_back}{say_amount(last)}") == last


@given(st.from_regex(r"010-[0-9]{4}-[0-9]{4}", fullmatch=True), _FIGURES, _TAKEN_BACK)
def test_a_last_group_said_anew(number: str, last: str, taken_back: str) -> None:
    assume(last not in CALL_LINES)  # 1330 is a whole number of its own
    assert parse_telephone(f"{say_telephone(number)}{taken_back}{say_digits(last)}") == f"{number[:-4]}{last}"


@given(st.from_regex(r"[0-9]{1,20}", fullmatch=True))
def test_rows_of_figures(digits: str) -> None:
    assert parse_digits(say_digits(digits)) == digits
    assert parse_digits(say_digits(digits), len(digits) + 1) is None


@given(st.sampled_from("홍김이박최임성심"), _GIVEN, st.sampled_from(["", "입니다", "이라고 합니다", "인데요"]))
def test_names(surname: str, given_name: str, ending: str) -> None:
    name = f"{surname}{given_name}"
    assert parse_name(f"제 이름은 {say_name(name)}{ending}") == name
    assert parse_name(" ".join(f"{syllable} 자" for syllable in name)) == name
    assert parse_name(f"성은 {surname}이고 이름은 {given_name}입니다") == name


@given(st.text(max_size=40))
def test_whatever_is_heard_is_read_or_left(text: str) -> None:
    for parse in (parse_city, parse_district, parse_postal_address, parse_plate, parse_telephone, parse_digits):
        assert parse(text) is None or parse(text)
    assert parse_name(text) is None or parse_name(text)
    assert parse_answer(text) in {None, *Answer}
    assert parse_yes_no(text) in {None, True, False}
    assert parse_date_time(text, MONDAY) is None or parse_date(text, MONDAY)
    assert "".join("".join(split_requests(text)).split()) in "".join(text.split()) or len(split_requests(text)) > 1


@given(st.text("공일이삼사오육칠팔구십백천만원월일시분년동호로길에의다시아니말고요 0123456789", max_size=30))
def test_rows_of_numerals_are_read_or_left(text: str) -> None:
    for parse in (parse_city, parse_postal_address, parse_plate, parse_telephone):
        assert parse(text) is None or parse(text)
    assert (parse_amount(text) or 0) >= 0
    assert (parse_number(text) or 0) >= 0
    assert isinstance(parse_time(text), time | None)
    assert isinstance(parse_date(text, MONDAY), date | None)


@pytest.mark.parametrize(
    ("said", "last"),
    [("수원 아니 성남", "성남"), ("수원이 아니에요", ""), ("수원", "수원"), ("세 시 아 참 네 시", "네 시")],
)
def test_what_is_meant(said: str, last: str) -> None:
    assert meant(said) == last
