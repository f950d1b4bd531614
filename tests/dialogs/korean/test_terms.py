"""Terms put right by their sound, and everything else left alone."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.korean.places import CITIES as CITIES_OF_GYEONGGI
from dialogs.korean.terms import Correction, correct_terms

CITIES = ("수원시", "고양시", "용인시", "화성시", "남양주시", "평택시", "의정부시", "여주시", "가평군")
TOPICS = (
    "상담원",
    "불법 주정차",
    "여권 재발급",
    "전화번호 안내",
    "재산세",
    "가족관계증명서",
    "주민등록등본",
    "전입신고",
)
OFFICES = ("건축과", "세무과", "보건소", "경기도청", "국민건강보험공단", "상하수도사업소")
ANSWERS = ("분실", "훼손", "도난", "상담원", "다시", "네", "아니요", "취소", "처음으로")
EVERYTHING = (*CITIES, *TOPICS, *OFFICES, *ANSWERS)


@pytest.mark.parametrize(
    ("heard", "words", "meant"),
    [
        ("집 앞에 불법 주전자 신고요", TOPICS, "집 앞에 불법 주정차 신고요"),
        ("가족관계중 명소도 되나요?", TOPICS, "가족관계증명서도 되나요?"),
        ("이사를 했는데 전입친구 어떻게 합니까?", TOPICS, "이사를 했는데 전입신고 어떻게 합니까?"),
        ("병 택시 쪽이에요", CITIES, "평택시 쪽이에요"),
        ("의전 부시에 있는 집이에요.", CITIES, "의정부시에 있는 집이에요."),
        ("복원소에서 예방 접종 하나요", OFFICES, "보건소에서 예방 접종 하나요"),
        ("장하수도 사업소, 연결해 주세요", OFFICES, "상하수도사업소, 연결해 주세요"),
        ("본실입니다.", ANSWERS, "분실입니다."),
        ("호원로 쪽이에요", ("효원로", "팔달로"), "효원로 쪽이에요"),
    ],
)
def test_what_the_recogniser_misspelt_is_put_right(heard: str, words: tuple[str, ...], meant: str) -> None:
    assert correct_terms(heard, words).text == meant


@pytest.mark.parametrize(
    "text",
    [
        "네",
        "아니요",
        "아니요 그게 아니고요",
        "그만",
        "잠깐만요",
        "네 알겠습니다",
        "공일공 일이삼사 오육칠팔",
        "12가 3456",
        "재산에 따라 받는 금액이 달라집니다",
        "의정부역이요",
        "길고양이가 다쳐서 움직이지를 못해요",
        "무료로 법률 상담을 받고 싶은데요",
        "전화번호는 031-123-4567입니다",
        "집 앞에 불법 주차된 차가 있어요",
        "번호를 알려 주세요",
        "열두 달 동안 받을 수 있나요",
        "주민등록증은 언제 나오나요",
        "",
        " ",
    ],
)
def test_what_was_not_said_is_not_put_in(text: str) -> None:
    assert correct_terms(text, EVERYTHING) == Correction(text)


def test_a_term_that_is_there_is_not_turned_into_its_neighbour() -> None:
    assert correct_terms("양주시청이요", ("양주시", "남양주시")) == Correction("양주시청이요")
    assert correct_terms("남양주시요", ("양주시", "남양주시")) == Correction("남양주시요")


ALL_OFFICES = (*CITIES_OF_GYEONGGI, *(f"{city}청" for city in CITIES_OF_GYEONGGI))


@pytest.mark.parametrize(
    "text",
    [
        "인천시청이요",
        "인천 시청이요",
        "부산시청이요",
        "경주시청",
        "청주시청이요",
        "공주시",
        "공주시요",
        "양산시 쪽이요",
        "강원도청이요",
    ],
)
def test_a_city_that_was_named_is_not_turned_into_one_that_is_offered(text: str) -> None:
    assert correct_terms(text, ALL_OFFICES) == Correction(text)


def test_nothing_inside_a_word_is_replaced() -> None:
    assert correct_terms("우리본실입니다", ("분실",)) == Correction("우리본실입니다")


def test_what_was_heard_is_kept_beside_what_was_put_in() -> None:
    correction = correct_terms("병 택시하고 와송 씨요", CITIES)
    assert correction.text == "평택시하고 화성시요"
    assert [(heard, term) for heard, term, _ in correction.replaced] == [("병 택시", "평택시"), ("와송 씨", "화성시")]
    assert all(0.8 < score < 1 for _, _, score in correction.replaced)


def test_another_reading_that_has_the_term_speaks_for_it() -> None:
    heard, words = "매탄도 우리 집 앞이요", ("매탄동", "인계동")
    assert correct_terms(heard, words).text == heard
    assert correct_terms(heard, words, ["매탄동 우리 집 앞이요"]).text == "매탄동 우리 집 앞이요"


def test_a_long_sentence_and_thirty_words_take_little_time() -> None:
    text = "어제 이사를 했는데 전입친구 어떻게 합니까 그리고 자동 사세도 내야 하는지 궁금합니다 " * 2
    started = time.process_time()
    correct_terms(text, EVERYTHING)
    assert time.process_time() - started < 0.25


SYLLABLES = st.text(st.characters(min_codepoint=0xAC00, max_codepoint=0xD7A3), max_size=14)
MISHEARD = st.lists(
    st.one_of(
        st.sampled_from(EVERYTHING), SYLLABLES, st.sampled_from(["병 택시", "복원소", "전입친구", "네", "7번", ", "])
    ),
    max_size=6,
).map(" ".join)


@given(MISHEARD, st.lists(MISHEARD, max_size=2))
def test_a_corrected_text_is_left_as_it_is(text: str, alternatives: list[str]) -> None:
    once = correct_terms(text, EVERYTHING, alternatives)
    assert correct_terms(once.text, EVERYTHING, alternatives) == Correction(once.text)


@given(MISHEARD)
def test_only_what_is_listed_changes(text: str) -> None:
    correction = correct_terms(text, EVERYTHING)
    grown = sum(len(term) - len(heard) for heard, term, _ in correction.replaced)
    assert len(correction.text) == len(text) + grown
    assert all(term in correction.text and term in EVERYTHING for _, term, _ in correction.replaced)
    assert [c for c in correction.text if c.isdigit()] == [c for c in text if c.isdigit()]
    if not correction.replaced:
        assert correction.text == text


@given(st.text(max_size=60), st.lists(st.text(max_size=12), max_size=5))
def test_any_text_and_any_words_are_taken(text: str, words: list[str]) -> None:
    correction = correct_terms(text, words)
    assert bool(correction.replaced) == (correction.text != text)
