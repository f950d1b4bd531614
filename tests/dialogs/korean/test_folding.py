from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.korean.folding import fold, name_score, phrase_score, said_in, similarity, word_starts


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("여권", "역권"),
        ("재발급", "제발급"),
        ("불이 났어요", "부리 나써요"),
        ("국민", "궁민"),
        ("좋다", "조타"),
        ("입학", "이팍"),
        ("않고", "안코"),
        ("신라", "실라"),
        ("값이", "갑시"),
        ("119", "일일구"),
        ("주차, 신고.", "주차신고"),
    ],
)
def test_what_sounds_alike_looks_alike(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), [("차", "자"), ("가", "하"), ("주차", "주사"), ("동", "돈")])
def test_what_sounds_different_stays_different(one: str, other: str) -> None:
    assert fold(one) != fold(other)


def test_similarity_is_a_share_of_the_word() -> None:
    assert similarity("ㅈㅜㅈㅓㅇㅊㅏ", "ㅂㅜㄹㅂㅓㅂㅈㅜㅈㅓㅇㅊㅏ") == 1.0
    assert similarity("ㅈㅜㅈㅓㅇㅊㅏ", "ㅂㅜㄹㅂㅓㅂㅈㅜㅈㅓㅇㅈㅏ") == pytest.approx(6 / 7)
    assert similarity("", "ㅏ") == 0.0


@pytest.mark.parametrize("heard", ["불법 주정자", "불볍 주정차 신고", "불법주정차요", "주정차 불법으로 한 차"])
def test_a_phrase_survives_recognition_errors(heard: str) -> None:
    assert phrase_score("불법 주정차", fold(heard)) >= 0.75


@pytest.mark.parametrize("heard", ["여권 재발급", "불빛이 밝아요", "주차장이 어디예요"])
def test_another_phrase_is_not_taken_for_it(heard: str) -> None:
    assert phrase_score("불법 주정차", fold(heard)) < 0.75


@pytest.mark.parametrize("heard", ["불이 났어요", "불이 났다", "불이 났는데요", "집에 부리 나써요"])
def test_a_stem_is_heard_before_any_ending(heard: str) -> None:
    assert said_in("불이 났", fold(heard))


def test_names_begin_where_words_begin() -> None:
    assert name_score("여주", word_starts("여주 전화번호")) == 1.0
    assert name_score("여주", word_starts("번호 알려 주세요")) == 0.0
    assert name_score("양주시청", word_starts("남양주시청")) < 0.95
    assert name_score("양주시청", word_starts("")) == 0.0


@given(st.text(max_size=40))
def test_folding_takes_any_text(text: str) -> None:
    folded = fold(text)
    assert " " not in folded
    assert said_in(text, folded) or not folded
