"""A person who listens says what the caller is on about; and gives back a caller they had taken over."""

from __future__ import annotations

import pytest

from dialogs.loader import default_library, load_hotline
from dialogs.state import Awaiting
from dialogs.vocabulary import Ask, EndCall, GivenBack, HandOff, HandOffFailed, Hinted, Say
from tests.dialogs.phone_call import PhoneCall

HOTLINE = load_hotline(default_library())
MUMBLED = "그 뭐시기 그거 있잖아요 그거"
"""Nothing that is understood."""


def call() -> PhoneCall:
    return PhoneCall(HOTLINE)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("bulky_waste", Hinted(flow="bulky_waste")),
        ("대형폐기물 버리는 거예요", Hinted(flow="bulky_waste")),
        ("passport_kinds", Hinted(entry="passport_kinds")),
        ("그렇게 하시면 됩니다", None),
        ("  ", None),
    ],
)
def test_a_hint_is_resolved_by_id_by_phrase_or_not_at_all(text: str, expected: Hinted | None) -> None:
    assert call().engine.find_hint(text) == expected


def test_a_hint_says_nothing_and_decides_the_next_words_that_are_not_understood() -> None:
    phone = call()
    phone.happens(Hinted(flow="bulky_waste"))
    assert phone.outputs == ()
    phone.says(MUMBLED)
    assert phone.state.flow == "bulky_waste"
    assert phone.state.hint is None


def test_it_decides_against_what_was_understood_wrongly() -> None:
    phone = call()
    phone.happens(Hinted(flow="bulky_waste"))
    phone.says("여권을 다시 만들고 싶어요")
    assert phone.state.flow == "bulky_waste"


def test_without_it_the_caller_is_asked_again() -> None:
    phone = call()
    phone.says(MUMBLED)
    assert phone.state.flow == "" and phone.state.no_match == 1


def test_an_entry_is_answered() -> None:
    phone = call()
    phone.happens(Hinted(entry="passport_kinds"))
    phone.says(MUMBLED)
    assert phone.state.answered == ("passport_kinds",) or phone.state.flow


def test_it_is_used_once() -> None:
    phone = call()
    phone.happens(Hinted(flow="bulky_waste"))
    phone.says(MUMBLED)
    phone.says("취소할게요")
    phone.says(MUMBLED)
    assert phone.state.flow == ""


def test_danger_comes_first_and_a_person_who_is_asked_for_comes() -> None:
    phone = call()
    phone.happens(Hinted(flow="bulky_waste"))
    phone.says("사람이 숨을 안 쉬어요")
    assert phone.state.alarm and isinstance(phone.outputs[-1], HandOff)
    other = call()
    other.happens(Hinted(flow="bulky_waste"))
    other.says("상담원 바꿔 주세요")
    assert isinstance(other.outputs[-1], HandOff)


def test_an_answer_stays_an_answer_and_the_hint_comes_next() -> None:
    phone = call()
    phone.says("여권을 다시 만들고 싶어요")
    assert phone.state.awaiting is Awaiting.SLOT
    phone.happens(Hinted(flow="bulky_waste"))
    phone.says("분실이요")
    phone.hears("분실 신고", "다음으로", HOTLINE.flow("bulky_waste").title)
    assert (phone.state.done, phone.state.flow) == (("passport_reissue",), "bulky_waste")


def test_who_asks_to_hear_it_again_hears_it_and_the_hint_waits() -> None:
    phone = call()
    phone.happens(Hinted(flow="bulky_waste"))
    phone.says("다시 말씀해 주세요")
    assert phone.state.hint is not None


def test_a_hint_for_what_the_hotline_does_not_have_any_more_is_forgotten() -> None:
    phone = call()
    phone.happens(Hinted(flow="gone"))
    phone.says(MUMBLED)
    assert phone.state.flow == "" and phone.state.hint is None


def test_given_back_the_last_question_is_asked_once_more() -> None:
    phone = call()
    phone.says("여권을 다시 만들고 싶어요")
    asked = [output.text for output in phone.outputs if isinstance(output, Say)][-1]
    phone.happens(GivenBack())
    said = [output.text for output in phone.outputs if isinstance(output, Say)]
    assert said[0] == HOTLINE.wording.given_back.text and said[-1] == asked
    assert isinstance(phone.outputs[-1], Ask)


def test_given_back_while_a_person_was_to_come_the_conversation_goes_on() -> None:
    phone = call()
    phone.says("상담원 바꿔 주세요")
    phone.happens(GivenBack())
    assert isinstance(phone.outputs[-1], Ask) and phone.state.awaiting is Awaiting.REQUEST
    phone.happens(HandOffFailed("busy"))
    assert not any(isinstance(output, EndCall) for output in phone.outputs)


def test_given_back_a_question_about_danger_is_asked_again() -> None:
    phone = call()
    phone.state = phone.state.but(awaiting=Awaiting.DANGER_CHECK, checking="suicide", interrupted=Awaiting.REQUEST)
    phone.happens(GivenBack())
    assert phone.state.awaiting is Awaiting.DANGER_CHECK
    phone.hears(HOTLINE.safety.category(phone.state.checking).ask.text)


def test_after_the_end_nothing_is_said() -> None:
    phone = call()
    phone.says("수고하세요")
    assert isinstance(phone.outputs[-1], EndCall)
    phone.happens(GivenBack())
    assert phone.outputs == ()
