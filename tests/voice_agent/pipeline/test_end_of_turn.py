"""How much quiet ends a turn: by the words, by what was asked for, by the sound."""

from __future__ import annotations

import pytest

from dialogs.vocabulary import Expectation, Expected
from voice_agent.pipeline.end_of_turn import TurnSettings, quiet_needed, smart_turn_helps

SETTINGS = TurnSettings()
ANYTHING = Expectation()
YES_NO = Expectation(kind=Expected.YES_NO)
CHOICE = Expectation(kind=Expected.CHOICE, words=("분실", "재발급", "주정차 신고"))
PLACE = Expectation(kind=Expected.PLACE)
PLATE = Expectation(kind=Expected.PLATE)
NAME = Expectation(kind=Expected.NAME)
TELEPHONE = Expectation(kind=Expected.DIGITS, digits=(10, 11))
DIGITS = Expectation(kind=Expected.DIGITS)


def quiet(text: str, expectation: Expectation = ANYTHING, complete: float | None = None) -> float:
    return quiet_needed(text, expectation, SETTINGS, complete=complete)


@pytest.mark.parametrize(
    ("expectation", "text", "quiet_s"),
    [
        (YES_NO, "네.", SETTINGS.short_s),
        (YES_NO, "아니요", SETTINGS.short_s),
        (YES_NO, "네, 맞습니다.", SETTINGS.short_s),
        (YES_NO, "어", SETTINGS.short_s),
        (YES_NO, "네, 그런데", SETTINGS.hesitating_s),
        (YES_NO, "그게", SETTINGS.hesitating_s),
        (YES_NO, "아니요, 그게 아니고요", SETTINGS.leads_on_s),
        (CHOICE, "분실했어요.", SETTINGS.short_s),
        (CHOICE, "3번", SETTINGS.short_s),
        (CHOICE, "삼", SETTINGS.short_s),
        (CHOICE, "두 번째", SETTINGS.short_s),
        (CHOICE, "주정차신고", SETTINGS.short_s),
        (CHOICE, "여권", SETTINGS.fragment_s),
        (CHOICE, "음", SETTINGS.hesitating_s),
        (ANYTHING, "여권을 잃어버렸어요.", SETTINGS.finished_s),
        (ANYTHING, "상담원", SETTINGS.finished_s),
        (ANYTHING, "수원이요", SETTINGS.finished_s),
        (ANYTHING, "네", SETTINGS.finished_s),
        (ANYTHING, "여권", SETTINGS.fragment_s),
        (ANYTHING, "여권을 잃어버렸는데요.", SETTINGS.leads_on_s),
        (ANYTHING, "여권을 잃어버렸는데", SETTINGS.unfinished_s),
        (ANYTHING, "010", SETTINGS.patient_s),
        (ANYTHING, "어", SETTINGS.hesitating_s),
        (ANYTHING, "", SETTINGS.nothing_s),
        (PLACE, "수원시 팔달구", SETTINGS.patient_s),
        (PLACE, "수원시청 앞이요.", SETTINGS.finished_s),
        (PLACE, "", SETTINGS.nothing_s),
        (NAME, "홍", SETTINGS.patient_s),
        (PLATE, "십이 가", SETTINGS.patient_s),
        (PLATE, "십이 가 삼사오육", SETTINGS.short_s),
        (PLATE, "12가 3456이요", SETTINGS.short_s),
        (PLATE, "십이 삼사오육이요", SETTINGS.fragment_s),
        (TELEPHONE, "공일공", SETTINGS.patient_s),
        (TELEPHONE, "공일공 이삼사오", SETTINGS.patient_s),
        (TELEPHONE, "공일공 이삼사오 육칠팔구", SETTINGS.short_s),
        (TELEPHONE, "010-2345-6789요", SETTINGS.short_s),
        (TELEPHONE, "031 228 1234입니다", SETTINGS.fragment_s),
        (TELEPHONE, "잠깐만요", SETTINGS.hesitating_s),
        (DIGITS, "공일공", SETTINGS.patient_s),
        (DIGITS, "공일공 이삼사오 육칠팔구요", SETTINGS.finished_s),
    ],
)
def test_words_and_expectation_decide(expectation: Expectation, text: str, quiet_s: float) -> None:
    assert quiet(text, expectation) == quiet_s


def test_patience_lengthens_every_wait() -> None:
    for text in ("", "네", "여권을", "어", "여권"):
        assert quiet_needed(text, ANYTHING, SETTINGS, patience=1.5) == pytest.approx(1.5 * quiet(text))


@pytest.mark.parametrize(
    ("expectation", "text", "helps"),
    [
        (ANYTHING, "여권 재발급", True),
        (ANYTHING, "여권을 잃어버렸어요.", True),
        (ANYTHING, "여권을 잃어버렸는데요", True),
        (ANYTHING, "여권을 잃어버렸는데", False),
        (ANYTHING, "어", False),
        (ANYTHING, "네.", False),
        (ANYTHING, "상담원", False),
        (ANYTHING, "", False),
        (YES_NO, "네", False),
        (YES_NO, "여권", True),
        (PLACE, "수원시 팔달구", True),
        (PLATE, "십이 가 삼사오육", False),
        (TELEPHONE, "공일공", False),
        (TELEPHONE, "공일공 이삼사오 육칠팔구", False),
    ],
)
def test_the_sound_is_asked_about_only_where_it_can_change_something(
    expectation: Expectation, text: str, helps: bool
) -> None:
    assert smart_turn_helps(text, expectation) is helps
    answers = {quiet(text, expectation, complete) for complete in (None, 0.0, 0.3, 0.6, 0.9)}
    assert (len(answers) > 1) is helps


@pytest.mark.parametrize(
    ("text", "complete", "quiet_s"),
    [
        ("여권을 잃어버렸어요.", 0.9, SETTINGS.certain_s),
        ("여권을 잃어버렸어요.", 0.4, SETTINGS.finished_s),
        ("여권을 잃어버렸어요.", 0.1, SETTINGS.fragment_s),
        ("여권 재발급", 0.9, SETTINGS.sounds_finished_s),
        ("여권 재발급", 0.6, SETTINGS.fragment_s),
        ("여권 재발급", 0.1, SETTINGS.unfinished_s),
        ("여권을 잃어버렸는데요.", 0.99, SETTINGS.leads_on_s),
        ("여권을 잃어버렸는데요.", 0.1, SETTINGS.unfinished_s),
    ],
)
def test_the_sound_shortens_or_lengthens(text: str, complete: float, quiet_s: float) -> None:
    assert quiet(text, complete=complete) == quiet_s
