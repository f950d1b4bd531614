"""Danger that is not certain, abuse, very long calls, opening hours, and states that were saved."""

from __future__ import annotations

import json
from datetime import date, datetime, time
from pathlib import Path

import pytest

from dialogs.commands import Affirm, Alarm, Digress, SetSlot, StartFlow
from dialogs.hours import is_holiday, is_open
from dialogs.loader import load_hotline
from dialogs.model import Hotline, OpeningHours
from dialogs.state import Awaiting, DialogState
from dialogs.vocabulary import (
    Ask,
    CallerPressed,
    CallerSaid,
    CallerSilent,
    CallLasted,
    DialogInput,
    ModelClause,
    ModelDone,
    ModelProposed,
    Say,
)
from tests.dialogs.phone_call import NOW, PhoneCall, engine_of

PROVINCE = Path(__file__).parent / "other_province"
HOLIDAY = date(2026, 12, 25)


@pytest.fixture(scope="module")
def province() -> Hotline:
    return load_hotline(PROVINCE)


@pytest.fixture
def call(province: Hotline) -> PhoneCall:
    return PhoneCall(province)


# ── danger ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "event", [CallerSaid("네"), CallerSaid("글쎄요"), CallerSaid(""), CallerSilent(), CallerPressed("1")]
)
def test_anything_but_a_no_is_danger(call: PhoneCall, event: DialogInput) -> None:
    call.says("연기가 나요")
    assert call.heard == ["지금 불이 난 상황인가요?"]
    call.happens(event)
    call.hears("119")
    assert call.hand_off.reason == "emergency" and "위험: 화재" in call.hand_off.summary


@pytest.mark.parametrize("event", [CallerSaid("아니요"), CallerPressed("2")])
def test_a_no_leads_back_to_exactly_where_we_were(call: PhoneCall, event: DialogInput) -> None:
    call.says("가로등 고장 신고요")
    before, question = call.state, call.heard[-1]
    call.says("연기가 나요")
    call.happens(event)
    assert call.heard == [question]
    counters = {"turns": before.turns, "asked": before.asked}
    assert call.state.but(**counters) == before


def test_what_was_said_beside_the_danger_is_answered_after_the_no(call: PhoneCall) -> None:
    call.says("연기가 나는데 재활용은 무슨 요일에 버려요")
    assert call.state.awaiting is Awaiting.DANGER_CHECK
    call.says("아니요")
    call.hears("화요일과 금요일")


def test_only_sure_danger_is_urgent(call: PhoneCall) -> None:
    assert call.engine.urgent(call.state, "여기 불이 났어")
    assert not call.engine.urgent(call.state, "연기가 나요")


# ── abuse and long calls ──────────────────────────────────────────────────────────────────────────────────────────


def test_abuse_is_warned_of_twice_and_ends_with_the_reason(call: PhoneCall) -> None:
    for warning in ("상담을 이어 갈 수 없습니다", "통화를 마치겠습니다"):
        call.says("이 개새끼야")
        call.hears(warning)
        assert isinstance(call.outputs[-1], Ask)
    call.says("이 개새끼야")
    call.hears("욕설이 이어져")
    assert call.end.reason == "abuse"


def test_a_warning_does_not_keep_a_request_from_being_served(call: PhoneCall) -> None:
    call.says("개새끼야 재활용은 무슨 요일에 버려요")
    call.hears("욕설을 하시면", "화요일과 금요일")


def test_a_long_call_is_told_so_once_and_then_ended(call: PhoneCall) -> None:
    call.happens(CallLasted(600))
    assert call.outputs == ()
    call.happens(CallLasted(900))
    call.hears("통화가 길어졌습니다", "무엇을 도와드릴까요")
    call.happens(CallLasted(910))
    assert call.outputs == ()
    call.happens(CallLasted(1200))
    assert call.end.reason == "too_long"


def test_neither_in_a_crisis(call: PhoneCall) -> None:
    call.says("불이 났어요")
    call.reaches_nobody("busy")
    for _ in range(4):
        call.says("이 개새끼야")
        call.does_not_hear("욕설")
    call.happens(CallLasted(5000))
    assert call.outputs == ()


# ── opening hours ─────────────────────────────────────────────────────────────────────────────────────────────────

HOURS = OpeningHours.model_validate({"weekdays": ["09:00-12:00", "13:00-18:00"], "closed": ["2026-11-25"]})


@pytest.mark.parametrize(
    ("at", "opened"),
    [
        (datetime(2026, 11, 23, 9), True),
        (datetime(2026, 11, 23, 12, 30), False),
        (datetime(2026, 11, 23, 18), False),
        (datetime(2026, 11, 22, 10), False),
        (datetime(2026, 11, 25, 10), False),
        (datetime.combine(HOLIDAY, time(10)), False),
    ],
)
def test_opening_hours(at: datetime, opened: bool) -> None:
    assert is_open(HOURS, at) is opened
    assert is_open(None, at)


@pytest.mark.parametrize("day", [date(2026, 2, 17), date(2026, 9, 25), date(2026, 10, 5), date(2027, 1, 1)])
def test_korean_holidays_the_lunar_and_the_substitute_ones_included(day: date) -> None:
    assert is_holiday(day)
    assert not is_holiday(date(2026, 11, 23))


def test_outside_the_hours_a_call_back_is_offered(province: Hotline) -> None:
    call = PhoneCall(province, at=time(20))
    call.says("상담원")
    call.hears("상담 시간이 아닙니다", "예약해 드릴까요?")
    call.says("네")
    assert call.state.flow == "callback"
    call.says("상담원")
    call.hears("상담 시간이 아닙니다", "번호를 말씀해 주세요")


def test_danger_is_never_kept_from_a_person_by_opening_hours(province: Hotline) -> None:
    call = PhoneCall(province, at=time(3))
    call.says("불이 났어요")
    assert call.hand_off.reason == "emergency"


def test_silence_at_night_ends_honestly(province: Hotline) -> None:
    call = PhoneCall(province, day=HOLIDAY)
    for _ in range(20):
        if not isinstance(call.outputs[-1], Ask):
            break
        call.stays_silent()
    call.hears("잠시 뒤에 다시 전화해 주세요")
    assert call.end.reason == "no_input"


# ── a language model ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def asking(province: Hotline) -> PhoneCall:
    """A call in which a language model is being asked what a sentence means."""
    call = PhoneCall(province, engine=engine_of(province, consults=True))
    call.says("거시기 그 뭐냐 있잖아")
    consult = call.consult
    assert consult.text == "거시기 그 뭐냐 있잖아" and consult.asked == "request"
    return call


def test_a_proposal_is_obeyed(asking: PhoneCall) -> None:
    asking.happens(ModelProposed((StartFlow("street_lamp"),)))
    assert asking.state.flow == "street_lamp"


@pytest.mark.parametrize(
    "commands",
    [(), (Affirm(),), (StartFlow("gone"),), (Digress("gone"),), (SetSlot("city", "first_city", "하나시"),)],
)
def test_a_proposal_that_may_not_be_is_a_misunderstanding(asking: PhoneCall, commands: tuple[object, ...]) -> None:
    asking.happens(ModelProposed(commands))  # type: ignore[arg-type]
    assert asking.state.no_match == 1 and asking.state.awaiting is Awaiting.REQUEST


def test_an_alarm_of_the_model_alone_does_nothing(asking: PhoneCall) -> None:
    asking.happens(ModelProposed((Alarm("fire", sure=True),)))
    assert asking.state.alarm == ""


def test_clauses_are_spoken_as_they_come(asking: PhoneCall) -> None:
    asking.happens(ModelClause("재활용품은 화요일에 내놓습니다.", ("recycling_day",)))
    assert asking.outputs == (Say("재활용품은 화요일에 내놓습니다."),)
    asking.happens(ModelDone(ok=True))
    asking.hears("더 궁금하신 점이")
    assert asking.state.answered == ("recycling_day",)
    asking.says("다시 말씀해 주세요")
    asking.hears("재활용품은 화요일에 내놓습니다.")


def test_a_model_that_does_not_help_is_a_misunderstanding(asking: PhoneCall) -> None:
    asking.happens(ModelDone(ok=False))
    asking.hears("알아듣지 못했습니다")
    asking.happens(ModelClause("늦은 말"))
    assert asking.outputs == ()


def test_a_caller_who_goes_on_is_heard(asking: PhoneCall) -> None:
    asking.says("가로등 고장 신고요")
    assert asking.state.flow == "street_lamp"
    asking.happens(ModelProposed((StartFlow("callback"),)))
    assert asking.outputs == () and asking.state.flow == "street_lamp"


def test_a_model_never_says_yes_and_sets_only_what_the_caller_said(province: Hotline) -> None:
    call = PhoneCall(province, engine=engine_of(province, consults=True))
    call.says("접수 확인이요")
    call.says("칠칠이요")
    call.says("그게 말이여 거시기")
    call.happens(ModelProposed((Affirm(),)))
    assert call.state.awaiting is Awaiting.CONFIRMATION and not call.state.acted


# ── saved states ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("saved", ["", "{}", "[1]", '{"version": 1, "day": "2026-11-23"}', '{"version": 3}'])
def test_what_is_no_state_of_ours_is_the_open_question(province: Hotline, saved: str) -> None:
    state = engine_of(province).restore(saved)
    assert (state.awaiting, state.day) == (Awaiting.REQUEST, NOW.date())


@pytest.mark.parametrize(
    "changes",
    [
        {"flow": "gone"},
        {"flow": "street_lamp", "step": 99},
        {"flow": "street_lamp", "awaiting": "slot", "asking": "gone"},
        {"flow": "street_lamp", "awaiting": "confirmation", "step": 0},
        {"flow": "street_lamp", "slots": {"gone": {"value": "1", "said": "1"}}},
        {"awaiting": "slot"},
        {"awaiting": "offer", "offer": "gone"},
        {"awaiting": "clarification", "candidates": ["gone"]},
        {"awaiting": "danger_check", "checking": "gone"},
        {"stack": [{"flow": "gone"}], "pending": [{"flow": "gone"}], "done": ["gone"], "answered": ["gone"]},
    ],
)
def test_a_state_of_another_folder_is_never_an_exception(call: PhoneCall, changes: dict[str, object]) -> None:
    saved = json.dumps({**json.loads(call.state.model_dump_json()), **changes})
    state = call.engine.restore(saved)
    for event in (CallerSaid("가로등 고장 신고요"), CallerSaid("네"), CallerPressed("1"), CallerSilent()):
        state, outputs = call.engine.step(state, event)
        assert outputs
    raw = DialogState.model_validate_json(saved)
    for event in (CallerSaid("네"), CallerSilent(), CallerPressed("2")):
        _, outputs = call.engine.step(raw, event)
        assert outputs
