"""Places as they are heard in a call: put right, doubted once, read back, listened for; misspelt figures and advice."""

from __future__ import annotations

import pytest

from dialogs.expectations import named_city
from dialogs.loader import default_library, load_hotline
from dialogs.model import Hotline
from dialogs.vocabulary import Ask
from tests.dialogs.phone_call import PhoneCall


@pytest.fixture(scope="module")
def library() -> Hotline:
    """The shipped library without what it knows: retrieval has no part in this."""
    return load_hotline(default_library()).model_copy(update={"knowledge": ()})


@pytest.fixture
def call(library: Hotline) -> PhoneCall:
    return PhoneCall(library)


@pytest.fixture
def parking(call: PhoneCall) -> PhoneCall:
    call.says("불법 주정차 신고요")
    return call


def _words(call: PhoneCall) -> tuple[str, ...]:
    ask = call.outputs[-1]
    assert isinstance(ask, Ask)
    return ask.expectation.words


def test_a_district_that_only_sounds_like_one_is_put_right_and_read_back(parking: PhoneCall) -> None:
    parking.says("수원시, 발달구, 효얼로 1번지 앞이에요")
    assert parking.state.slots["place"].value == "수원시 팔달구 효얼로 1번지 앞"
    parking.says("12가 3456")
    parking.presses("1")
    parking.hears("장소는 수원시 팔달구, 효얼로 1번지 앞")
    assert {"팔달구", "권선구", "소화전"} <= set(_words(parking))


def test_a_district_that_cannot_be_is_asked_for_once_more(parking: PhoneCall) -> None:
    parking.says("수원시 분당구 정자동이요")
    parking.hears("구 이름을 다시 확인하겠습니다", "도로 이름이나")
    assert "place" not in parking.state.slots
    assert _words(parking)[:5] == ("수원시", "장안구", "권선구", "팔달구", "영통구")
    parking.says("수원시 장안구 정자동이요")
    assert parking.state.slots["place"].value == "수원시 장안구 정자동"


def test_the_second_time_it_is_taken_as_heard(parking: PhoneCall) -> None:
    """The list may be wrong, and nobody is asked the same for ever."""
    parking.says("수원시 분당구 정자동이요")
    parking.says("수원시 분당구 정자동이요")
    assert parking.state.slots["place"].value == "수원시 분당구 정자동"


def test_a_denied_place_is_asked_for_with_the_districts_of_its_city(parking: PhoneCall) -> None:
    parking.says("안산시 단원구청 앞이요")
    assert named_city(parking.engine.hotline, parking.state) == "안산시"


def test_a_request_whose_last_word_was_misspelt_is_no_place(call: PhoneCall) -> None:
    call.says("불법 주정차 신구")
    assert call.state.flow == "illegal_parking" and "place" not in call.state.slots


def test_what_stands_before_the_denial_names_the_slot(parking: PhoneCall) -> None:
    parking.says("수원역 앞이요")
    parking.says("12가 3456")
    parking.says("소화전이요")
    parking.says("아니 소화전이 아니나 인도예요")
    assert parking.state.slots["blocked"].value == "sidewalk"
    assert parking.state.slots["place"].value == "수원역 앞"


def test_a_misspelt_plate_is_read_back_before_anything_is_done_with_it(parking: PhoneCall) -> None:
    parking.says("수원역 앞이요")
    parking.says("일이삼허 사오육질이요")
    assert parking.state.slots["plate"].value == "123허4567"
    parking.presses("1")
    parking.hears("차량 번호는 123허 4567", "맞으신가요")


def test_figures_that_nobody_reads_back_are_not_guessed(library: Hotline) -> None:
    flow = library.flow("complaint_status")
    unread = flow.model_copy(update={"steps": tuple(step for step in flow.steps if not step.confirm)})
    flows = tuple(unread if other.id == flow.id else other for other in library.flows)
    for one, filled in ((library, True), (library.model_copy(update={"flows": flows}), False)):
        status = PhoneCall(one)
        status.says("처리 상태 알려 주세요")
        status.says("이공이육 구구쿠구구구")
        assert ("number" in status.state.slots) is filled


def test_advice_misheard_as_a_person_stays_what_it_was_about(call: PhoneCall) -> None:
    call.says("외국인 상담원 되나요")
    assert call.state.flow == "foreigner_help"


@pytest.mark.parametrize("said", ["상담원 되나요", "외국인 상담원 바꿔 주세요", "여권 때문에 상담원 연결해 주세요"])
def test_who_asks_for_a_person_gets_one(call: PhoneCall, said: str) -> None:
    call.says(said)
    assert call.hand_off.reason == "caller_asked"
