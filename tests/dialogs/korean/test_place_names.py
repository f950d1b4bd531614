from __future__ import annotations

import pytest

from dialogs.korean.cities import DISTRICTS
from dialogs.korean.place_names import PlaceNames
from dialogs.korean.places import CITIES, read_clearly
from dialogs.loader import default_library, load_hotline
from dialogs.model import Hotline


@pytest.fixture(scope="module")
def hotline() -> Hotline:
    return load_hotline(default_library())


@pytest.fixture(scope="module")
def names(hotline: Hotline) -> PlaceNames:
    return hotline.place_names


def test_the_data_have_every_city_and_district(hotline: Hotline) -> None:
    """31 cities and counties, 24 districts of eight cities; the rules for their names know the same ones."""
    assert hotline.districts is not None
    assert set(hotline.districts.cities) == set(CITIES)
    districts = {
        city: {name for name in within if name.endswith("구")} for city, within in hotline.districts.cities.items()
    }
    assert {city: found for city, found in districts.items() if found} == {
        city: set(found) for city, found in DISTRICTS.items()
    }
    towns = [town for within in hotline.districts.cities.values() for found in within.values() for town in found]
    assert len(towns) > 700 and all(town[-1] in "동읍면가" for town in towns)
    assert hotline.districts.source and hotline.districts.checked


@pytest.mark.parametrize(
    ("heard", "written"),
    [
        ("수원시 발달구 효원로 1 앞", "수원시 팔달구 효원로 1 앞"),
        ("파달구 효원로 1", "팔달구 효원로 1"),
        ("수언시 팔달구 인게동 1-2", "수원시 팔달구 인계동 1-2"),
        ("융인시 처인구 어 김량장동 우체국 앞", "용인시 처인구 김량장동 우체국 앞"),
        ("성남 뿐당구 야탑동", "성남 분당구 야탑동"),
        ("고양시 일산 동구 백석동", "고양시 일산동구 백석동"),
        ("수원시팔달구 인계동", "수원시 팔달구 인계동"),
        ("수원시 팔 달구 인계동", "수원시 팔달구 인계동"),
        ("안산시 상녹구 사동", "안산시 상록구 사동"),
        ("부천시 언미구 중동", "부천시 원미구 중동"),
        ("용인시 기응구 신갈동", "용인시 기흥구 신갈동"),
        ("수원시 메탄3동", "수원시 매탄3동"),
        ("화성시 동탄 2동", "화성시 동탄2동"),
        ("경기도 수원시 발달구 교동", "경기도 수원시 팔달구 교동"),
    ],
)
def test_a_near_miss_is_put_right(names: PlaceNames, heard: str, written: str) -> None:
    read = names.read(heard)
    assert (read.text, read.doubt) == (written, "")


@pytest.mark.parametrize(
    "heard",
    [
        "수원역 앞", "수원시청 앞", "수원시청역 앞", "수원시 출구 앞", "수원시 팔달구 효얼로 1번지 앞",
        "인천시 남동구 논현동", "혹시 구청 앞", "이천시 창전동 시청 옆", "수원시 행궁동", "우리 집 앞",
        "서울시 강남구 역삼동", "101동 앞",
        "수원시 영통구 신도시", "오산시 신장동", "평택시 팽성읍 안정리", "수원시 버스 정류장", "수원시 야구장 앞",
    ],
)  # fmt: skip
def test_what_is_right_or_not_known_stays_as_heard(names: PlaceNames, heard: str) -> None:
    read = names.read(heard)
    assert (read.text, read.replaced, read.doubt) == (heard, (), "")


@pytest.mark.parametrize(
    ("heard", "doubt", "city"),
    [
        ("수원시 분당구 정자동", "분당구", "수원시"),
        ("김포시 팔달구", "팔달구", "김포시"),
        ("성남시 새누구 어디", "새누구", "성남시"),
    ],
)
def test_a_district_that_the_city_does_not_have_is_a_doubt(
    names: PlaceNames, heard: str, doubt: str, city: str
) -> None:
    read = names.read(heard)
    assert (read.doubt, read.city) == (doubt, city)


def test_every_town_is_read_as_itself(names: PlaceNames, hotline: Hotline) -> None:
    assert hotline.districts is not None
    for city, within in hotline.districts.cities.items():
        for district, towns in within.items():
            for town in towns:
                place = " ".join([city, *([district] if district.endswith("구") else []), town])
                assert names.read(place).text == place


def test_without_districts_places_stay_as_heard() -> None:
    read = PlaceNames({}).read("수원시 발달구 효원로 1")
    assert (read.text, read.doubt, read.city) == ("수원시 발달구 효원로 1", "", "")


def test_what_to_listen_for_in_a_city(names: PlaceNames) -> None:
    words = names.words("수원시")
    assert words[:4] == ("장안구", "권선구", "팔달구", "영통구") and "인계동" in words
    assert names.words("어느시") == ()


@pytest.mark.parametrize(("place", "may"), [("신구", False), ("인계동", True), ("수원역", True), ("수원시", True)])
def test_one_word_unasked_must_be_a_name(names: PlaceNames, place: str, may: bool) -> None:
    assert names.may_be(place) is may


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("수원시 팔달구 효얼로 1번지 앞", "수원시 팔달구, 효얼로 1번지 앞"),
        ("판교역로 23번길 앞", "판교역로 23번길 앞"),
        ("수원역 앞", "수원역 앞"),
        ("시청 앞 골목길", "시청 앞 골목길"),
    ],
)
def test_a_road_is_read_back_after_a_pause(place: str, said: str) -> None:
    assert read_clearly(place) == said
