"""More than one thing on one call: questions in between, other topics, two wishes in one breath, two candidates."""

from __future__ import annotations

from pathlib import Path

import pytest

from dialogs.loader import load_hotline
from dialogs.model import Hotline
from dialogs.state import Awaiting
from dialogs.vocabulary import ActionDone, ActionFailed, CallerPressed, CallerSaid, EndCall
from tests.dialogs.phone_call import PhoneCall

PROVINCE = Path(__file__).parent / "other_province"


@pytest.fixture(scope="module")
def province() -> Hotline:
    return load_hotline(PROVINCE)


@pytest.fixture
def lamp(province: Hotline) -> PhoneCall:
    """A call in which a street lamp is being reported and its place is asked for."""
    call = PhoneCall(province)
    call.says("가로등 고장 신고요")
    call.says("하나시요")
    call.hears("곳이 어디인가요")
    return call


def test_ten_files_of_yaml_are_a_hotline(province: Hotline) -> None:
    files = [path for path in PROVINCE.rglob("*.yaml") if not path.name.endswith(".test.yaml")]
    assert len(files) <= 10
    assert province.name == "가람도 상담전화"
    assert "가람도 상담전화" in PhoneCall(province).heard[0]


def test_a_question_in_between_is_answered_and_the_flow_goes_on(lamp: PhoneCall) -> None:
    lamp.says("근데 재활용은 무슨 요일에 버려요")
    assert lamp.heard == ["재활용품은 화요일과 금요일에 내놓으시면 됩니다.", "가로등이 있는 곳이 어디인가요?"]
    assert lamp.state.answered == ("recycling_day",) and lamp.state.slots["city"].value == "first_city"


def test_another_topic_in_between_comes_back_to_the_first(lamp: PhoneCall) -> None:
    lamp.says("접수 확인도 해 주세요")
    assert lamp.state.flow == "ticket_status"
    lamp.says("칠칠이요")
    lamp.says("네")
    lamp.happens(ActionDone({"status": "done", "status_text": "처리되었습니다", "number": "77"}))
    lamp.hears("그 신고는 처리되었습니다", "하시던 가로등 고장 신고", "곳이 어디인가요")
    assert lamp.state.slots["city"].value == "first_city"


def test_too_many_open_topics_come_one_after_the_other(lamp: PhoneCall) -> None:
    lamp.says("접수 확인도 해 주세요")
    lamp.says("전화 예약도 할게요")
    lamp.hears("접수 확인부터 마치고", "접수 번호를")
    lamp.says("칠칠이요")
    lamp.says("네")
    lamp.happens(ActionDone({"status": "received", "status_text": "접수되어 있습니다", "number": "77"}))
    lamp.hears("다음으로 전화 예약", "번호를 말씀해 주세요")


def test_two_wishes_in_one_breath_are_both_served(province: Hotline) -> None:
    call = PhoneCall(province)
    call.says("재활용은 무슨 요일에 버리는지 궁금하고요 그리고 가로등 고장 신고도 하려고요")
    call.hears("화요일과 금요일", "다음으로 가로등 고장 신고", "어느 시인가요")
    assert call.state.answered == ("recycling_day",)


def test_the_same_topic_again_goes_on_where_it_stood(lamp: PhoneCall) -> None:
    lamp.says("접수 확인도 해 주세요")
    lamp.says("아니 가로등 고장 신고부터요")
    assert lamp.state.flow == "street_lamp" and lamp.state.slots["city"].value == "first_city"
    lamp.hears("곳이 어디인가요")


def test_back_to_the_beginning_leaves_everything(lamp: PhoneCall) -> None:
    lamp.says("접수 확인도 해 주세요")
    lamp.says("처음으로")
    assert (lamp.state.flow, lamp.state.stack, lamp.state.pending) == ("", (), ())


def test_an_answer_offers_the_flow_that_does_more(province: Hotline) -> None:
    call = PhoneCall(province)
    call.says("가로등 고치는 데 며칠 걸려요")
    call.hears("닷새", "가로등 고장 신고, 지금 도와드릴까요?")
    call.says("네")
    assert call.state.flow == "street_lamp"


def test_an_answer_that_is_not_verified_is_not_spoken(province: Hotline) -> None:
    call = PhoneCall(province)
    call.says("버스 요금 할인돼요?")
    call.hears("확인된 내용이 없어", "상담원에게 연결해 드릴까요?")
    call.does_not_hear("깎아 드립니다")
    call.says("네")
    assert call.hand_off.reason == "caller_asked"


def test_what_is_not_ours_is_sent_on_with_its_number(province: Hotline) -> None:
    call = PhoneCall(province)
    call.says("정전이 됐는데 어디에 전화해요")
    call.hears("전기 회사에서 맡고", "전기 회사 전화번호는 000-123입니다")


@pytest.mark.parametrize(
    ("answer", "flow"),
    [("첫 번째요", "street_lamp"), ("2번이요", "ticket_status"), ("접수 확인이요", "ticket_status")],
)
def test_one_of_two_candidates(province: Hotline, answer: str, flow: str) -> None:
    call = PhoneCall(province)
    candidates = ("flow:street_lamp", "flow:ticket_status")
    call.state = call.state.but(awaiting=Awaiting.CLARIFICATION, before=Awaiting.REQUEST, candidates=candidates)
    call.says(answer)
    assert call.state.flow == flow and call.state.candidates == ()


def test_neither_candidate_is_a_misunderstanding_like_any_other(province: Hotline) -> None:
    call = PhoneCall(province)
    call.state = call.state.but(
        awaiting=Awaiting.CLARIFICATION, before=Awaiting.REQUEST, candidates=("recycling_day", "power_cut")
    )
    call.says("아니요")
    assert (call.state.awaiting, call.state.no_match, call.state.candidates) == (Awaiting.REQUEST, 1, ())


# ── acting ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def confirmed(lamp: PhoneCall) -> PhoneCall:
    """A call that waits for the ticket of a dark street lamp."""
    lamp.says("역 앞 사거리요")
    lamp.presses("1")
    lamp.hears("하나시청, 역 앞 사거리, 꺼짐")
    lamp.says("네")
    return lamp


def test_an_act_waits_and_its_result_is_spoken(confirmed: PhoneCall) -> None:
    act = confirmed.act
    assert (act.action, act.kind) == ("create_ticket", "street_lamp")
    assert act.arguments == {"city": "first_city", "place": "역 앞 사거리", "state": "dark"}
    confirmed.says("여보세요?")
    assert confirmed.outputs == ()
    confirmed.happens(ActionDone({"number": "2026-7"}))
    confirmed.hears("번호는 2026-7입니다", "더 궁금하신")
    confirmed.says("상담원")
    assert "접수 번호 2026-7" in confirmed.hand_off.summary


def test_a_failed_act_is_told_and_loses_nothing(confirmed: PhoneCall) -> None:
    confirmed.happens(ActionFailed("timeout"))
    confirmed.hears("처리하지 못했습니다")
    assert confirmed.hand_off.reason == "action_failed"
    assert "역 앞 사거리" in confirmed.hand_off.summary
    confirmed.reaches_nobody("busy")
    assert confirmed.state.unserved[0].slots["place"].value == "역 앞 사거리"
    confirmed.says("상담원")
    assert "처리하지 못한 용건: 가로등 고장 신고" in confirmed.hand_off.summary


def test_danger_does_not_wait_for_an_act_and_the_ticket_is_kept(confirmed: PhoneCall) -> None:
    confirmed.says("여기 불이 났어요")
    assert confirmed.hand_off.reason == "emergency"
    confirmed.happens(ActionDone({"number": "2026-7"}))
    assert confirmed.outputs == () and confirmed.state.results == {"ticket.number": "2026-7"}


@pytest.mark.parametrize("asked", [CallerPressed("0"), CallerSaid("상담원 바꿔 주세요")])
def test_a_person_asked_for_during_an_act_comes_after_it(
    confirmed: PhoneCall, asked: CallerPressed | CallerSaid
) -> None:
    confirmed.happens(asked)
    assert confirmed.outputs == ()
    confirmed.happens(ActionDone({"number": "2026-7"}))
    confirmed.hears("번호는 2026-7입니다")
    assert confirmed.hand_off.reason == "caller_asked" and "접수 번호: 2026-7" in confirmed.hand_off.summary
    confirmed.reaches_nobody("busy")
    confirmed.hears("더 궁금하신")


def test_the_same_act_is_asked_for_again_under_its_own_id(confirmed: PhoneCall) -> None:
    """What failed may have been done all the same: whoever does it knows the key, and files nothing twice."""
    first = confirmed.act
    confirmed.happens(ActionFailed("timeout"))
    confirmed.reaches_nobody("busy")
    confirmed.says("가로등 고장 신고요")
    confirmed.says("네")
    assert confirmed.act == first and confirmed.state.acted == ("create_ticket",)
    confirmed.happens(ActionFailed("timeout"))
    confirmed.reaches_nobody("busy")
    confirmed.says("가로등 고장 신고요")
    confirmed.says("아니 하나시가 아니라 두리시요")
    confirmed.says("네")
    assert confirmed.act.id != first.id


def test_a_redirect_without_a_number_offers_a_person(province: Hotline) -> None:
    directory = tuple(entry.model_copy(update={"number": None}) for entry in province.directory)
    call = PhoneCall(province.model_copy(update={"directory": directory}))
    call.says("정전이 됐어요 어디에 전화해요")
    call.hears("전기 회사 전화번호는 확인된 것이 없어")
    assert call.state.offer == "person"


def test_a_branch_asks_only_where_it_leads(lamp: PhoneCall) -> None:
    lamp.says("역 앞 사거리요")
    lamp.says("기울었어요")
    lamp.hears("전선이")
    lamp.says("아니요")
    lamp.does_not_hear("손대지")
    lamp.says("아니 고장이 부서진 게 아니라 꺼졌어요")
    assert lamp.state.slots["state"].value == "dark"
    lamp.hears("꺼짐. 맞으신가요?")


def test_the_call_ends_with_the_flow(province: Hotline) -> None:
    call = PhoneCall(province)
    call.says("재활용은 언제 버려요")
    call.says("아니요 됐어요")
    assert isinstance(call.outputs[-1], EndCall)
