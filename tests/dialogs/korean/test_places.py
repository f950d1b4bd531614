from __future__ import annotations

import pytest

from dialogs.korean.places import CITIES, find_place, place_as_said


def test_there_are_31_cities_and_counties() -> None:
    assert len(set(CITIES)) == 31
    assert sum(city.endswith("군") for city in CITIES) == 3


@pytest.mark.parametrize(
    ("said", "place"),
    [
        ("수원역 앞에 불법 주정차 신고하려고요", "수원역 앞"),
        ("성남시 분당구 판교로 23번길 앞이에요", "성남시 분당구 판교로 23번길 앞"),
        ("음 수원시 팔달구 인계동 123-4 앞", "수원시 팔달구 인계동 123-4 앞"),
        ("의정부 시청에서요", "의정부 시청"),
        ("초등학교 정문이요", "초등학교"),
    ],
)
def test_a_place_in_a_sentence(said: str, place: str) -> None:
    assert find_place(said) == place


@pytest.mark.parametrize(
    "said",
    ["불법 주정차 신고하려고요", "여권을 잃어버렸는데 다시 만들려면", "네", "", "휴대폰으로 신고하면 되나요", "앞이요"],
)
def test_no_place_in_a_sentence(said: str) -> None:
    assert find_place(said) is None


def test_an_answer_is_kept_as_said() -> None:
    assert place_as_said("음 어 우리 집 앞 골목이에요.") == "우리 집 앞 골목"
    assert place_as_said("음.") is None
