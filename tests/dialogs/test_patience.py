"""Silence, noise and callers who need it slowly: asked once, then offered keys, then a person; never a dead line."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dialogs.model import Hotline, SlotType
from dialogs.vocabulary import (
    Ask,
    CallerCutOff,
    CallerSaid,
    CallerSilent,
    DialogInput,
    EndCall,
    Expected,
    HandOff,
    Say,
    SlowDown,
)
from tests.dialogs.phone_call import PhoneCall

WAYS = {
    "request": (),
    "choice": ("여권 재발급이요",),
    "place": ("불법 주정차 신고",),
    "plate": ("수원역 앞에 불법 주정차 신고하려고요",),
    "confirmation": ("수원역 앞에 불법 주정차 신고하려고요", "12가 3456"),
    "which_is_wrong": ("수원역 앞에 불법 주정차 신고하려고요", "12가 3456", "아니요"),
    "entry": ("전화번호 안내",),
    "yes_no": ("전화번호 안내", "수원시청"),
    "anything_else": ("여권을 잃어버렸어요",),
}
WITHOUT_KEYS = {"place", "plate", "entry", "which_is_wrong"}


def there(hotline: Hotline, way: str) -> PhoneCall:
    call = PhoneCall(hotline)
    for said in WAYS[way]:
        call.says(said)
    return call


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("event", [CallerSilent(), CallerSaid("")])
def test_asked_once_then_keys_then_a_person(gyeonggi: Hotline, way: str, event: DialogInput) -> None:
    call = there(gyeonggi, way)
    question = call.heard[-1]
    call.happens(event)
    first = call.heard
    assert isinstance(call.outputs[-1], Ask)
    assert "번을 눌러" not in first[-1] or way == "which_is_wrong"
    call.happens(event)
    assert isinstance(call.outputs[-1], Ask)
    assert ("번을 눌러" in call.heard[-1]) == (way not in WITHOUT_KEYS)
    assert call.heard != first
    call.happens(event)
    if way == "anything_else" and isinstance(event, CallerSilent):
        assert call.end.reason == "completed"
    else:
        assert call.hand_off.reason == ("no_input" if isinstance(event, CallerSilent) else "no_match")
    assert question not in call.heard


def test_at_the_open_question_the_first_repair_is_in_other_words(call: PhoneCall) -> None:
    call.stays_silent()
    call.hears("짧게 말씀해 주세요")
    call.does_not_hear("무엇을 도와드릴까요")


_QUIET: st.SearchStrategy[DialogInput] = st.sampled_from(
    [CallerSilent(), CallerSaid(""), CallerSaid("  "), CallerSaid("…"), CallerSaid("쿵"), CallerCutOff()]
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(way=st.sampled_from(sorted(WAYS)), events=st.lists(_QUIET, min_size=30, max_size=30), slow=st.booleans())
def test_silence_and_noise_always_end_with_a_person_or_the_goodbye(
    gyeonggi: Hotline, way: str, events: list[DialogInput], slow: bool
) -> None:
    call = there(gyeonggi, way)
    if slow:
        call.happens(CallerCutOff())
    heard: list[str] = []
    turns = 0
    for event in events:
        call.happens(event)
        if isinstance(event, CallerCutOff):
            continue
        turns += 1
        heard += call.heard
        if not isinstance(call.outputs[-1], Ask):
            break
    policies = gyeonggi.policies
    if (
        sum(not isinstance(event, CallerCutOff) for event in events)
        > 3 * policies.no_input_limit + policies.no_match_limit
    ):
        assert isinstance(call.outputs[-1], HandOff | EndCall)
    most = policies.no_input_limit * (policies.no_match_limit + 1) + policies.no_match_limit
    assert turns <= most + 1
    assert all(heard.count(text) <= most for text in heard)


def test_noise_is_no_sign_that_somebody_is_there(call: PhoneCall) -> None:
    for event in (CallerSilent(), CallerSaid(""), CallerSilent(), CallerSaid(""), CallerSilent()):
        assert isinstance(call.outputs[-1], Ask)
        call.happens(event)
    assert call.hand_off.reason == "no_input"


def test_words_forget_the_silences(call: PhoneCall) -> None:
    call.stays_silent()
    call.stays_silent()
    call.says("웅얼웅얼")
    call.stays_silent()
    assert isinstance(call.outputs[-1], Ask)


# ── slowly ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "words", ["천천히 말씀해 주세요", "더 크게요", "잘 안 들려요", "너무 빨라요", "또박또박 말해 주세요"]
)
@pytest.mark.parametrize("way", WAYS)
def test_slower_says_so_and_repeats(gyeonggi: Hotline, way: str, words: str) -> None:
    call = there(gyeonggi, way)
    last = call.state.last_prompts
    patience = call.listens_for.silence_s
    call.says(words)
    assert call.outputs[0] == SlowDown()
    assert call.heard == ["네, 천천히 말씀드리겠습니다.", *last]
    assert call.state.slow and call.listens_for.silence_s == patience * 1.5


def test_again_is_slow_too_and_told_once(call: PhoneCall) -> None:
    call.says("다시 말씀해 주세요")
    assert call.outputs[0] == SlowDown()
    call.says("뭐라고요?")
    assert not any(isinstance(output, SlowDown) for output in call.outputs)
    call.says("천천히 말씀해 주세요")
    assert [type(output) for output in call.outputs] == [Say, Say, Ask]


def test_a_caller_cut_off_is_not_told_anything(call: PhoneCall) -> None:
    call.happens(CallerCutOff())
    assert call.outputs == () and call.state.slow
    call.says("다시요")
    assert isinstance(call.outputs[0], Say)


def test_a_slow_call_asks_in_short_and_offers_keys_at_once(call: PhoneCall) -> None:
    call.happens(CallerCutOff())
    call.says("여권 재발급이요")
    assert call.heard == ["분실, 기간 만료, 훼손 가운데 어느 것인가요?"]
    call.says("웅얼웅얼")
    assert call.heard[1:] == [
        "번호를 누르셔도 됩니다. 분실은 1번, 기간 만료는 2번, 훼손은 3번, 상담원 연결은 0번을 눌러 주세요."
    ]


def test_a_slow_caller_hears_a_number_twice(call: PhoneCall) -> None:
    call.happens(CallerCutOff())
    call.says("파주시청 전화번호요")
    assert call.heard[0].count("031-940-4114") == 2


def test_yes_is_a_yes_in_a_slow_call(gyeonggi: Hotline) -> None:
    call = there(gyeonggi, "confirmation")
    call.happens(CallerCutOff())
    call.says("네")
    assert call.hand_off.reason == "flow"


# ── what is listened for ──────────────────────────────────────────────────────────────────────────────────────────


def test_likely_words_come_first(gyeonggi: Hotline) -> None:
    assert there(gyeonggi, "request").listens_for.words[0] == "상담원"
    assert {"분실", "기간 만료", "훼손"} <= set(there(gyeonggi, "choice").listens_for.words[:5])
    assert {"네", "아니요"} <= set(there(gyeonggi, "confirmation").listens_for.words[:3])
    assert {"장소", "차량 번호"} <= set(there(gyeonggi, "which_is_wrong").listens_for.words[:3])
    assert {"수원시", "고양시"} <= set(there(gyeonggi, "place").listens_for.words)
    assert {"파주시청", "수원시청", "고양시청"} <= set(there(gyeonggi, "entry").listens_for.words)
    assert {"허", "가", "공", "일"} <= set(there(gyeonggi, "plate").listens_for.words)


def test_a_plate_has_six_or_seven_digits(gyeonggi: Hotline) -> None:
    assert there(gyeonggi, "plate").listens_for.digits == (6, 7)
    assert there(gyeonggi, "confirmation").listens_for.digits is None


def test_digits_of_a_known_number_are_expected(gyeonggi: Hotline) -> None:
    flow = gyeonggi.flow("passport_reissue")
    number = flow.slots["reason"].model_copy(
        update={"type": SlotType.DIGITS, "choices": (), "words": (), "min_digits": 8, "max_digits": 8}
    )
    changed = flow.model_copy(update={"slots": {"reason": number}})
    flows = tuple(changed if other.id == flow.id else other for other in gyeonggi.flows)
    call = PhoneCall(gyeonggi.model_copy(update={"flows": flows}))
    call.presses("2")
    assert call.listens_for.kind is Expected.DIGITS and call.listens_for.digits == (8, 8)
    assert call.listens_for.words[:4] == ("공", "일", "이", "삼")
    call.says("일이삼")
    assert call.state.no_match == 1
