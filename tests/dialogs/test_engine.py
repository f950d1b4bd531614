"""Conversations, each read as a phone call."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from dialogs.model import Hotline, Prompt
from dialogs.state import Awaiting, DialogState
from dialogs.vocabulary import Ask, CallerCutOff, CallerSaid, CallerSilent, CallStarted, Expected, Say
from tests.dialogs.phone_call import PhoneCall


def test_the_greeting_holds_both_notices_and_the_open_question(call: PhoneCall) -> None:
    ai_notice, recording_notice, question, ask = call.outputs
    assert isinstance(ai_notice, Say) and "인공지능" in ai_notice.text and not ai_notice.interruptible
    assert isinstance(recording_notice, Say) and "녹음" in recording_notice.text
    assert not recording_notice.interruptible
    assert question == Say("무엇을 도와드릴까요?")
    assert isinstance(ask, Ask) and ask.expectation.kind is Expected.ANYTHING
    assert 10 <= len(ask.expectation.words) <= 30


def test_a_lost_passport_is_answered_at_once(call: PhoneCall) -> None:
    call.says("여권을 잃어버렸는데 재발급하려면 어떻게 해야 돼요?")
    call.hears("분실 신고", "신분증", "5만 2천 원", "더 궁금하신 점이")
    call.says("아니요 없어요")
    call.hears("감사합니다")
    assert call.end.reason == "completed"


def test_a_passport_without_a_reason_is_asked_for_one(call: PhoneCall) -> None:
    call.says("역권 제발급 받고 싶어요.")
    call.hears("이유가 무엇인가요")
    assert call.listens_for.kind is Expected.CHOICE
    call.says("물에 젖어서 찢어졌어요")
    call.hears("훼손된 여권도")


def test_a_choice_by_key(call: PhoneCall) -> None:
    call.presses("2")
    call.presses("2")
    call.hears("유효기간이 끝난 여권은")


def test_an_illegally_parked_car_reaches_a_person_with_everything_said(call: PhoneCall) -> None:
    call.says("불볍 주정자 신고하려고요.")
    assert call.listens_for.kind is Expected.PLACE
    call.says("음 수원시 팔달구 인계동 수원시청역 앞이에요")
    assert call.listens_for.kind is Expected.PLATE
    call.says("십이가 삼사오육이요")
    call.hears("수원시 팔달구 인계동 수원시청역 앞", "12가 3456", "맞으신가요")
    call.says("네 맞습니다")
    call.hears("안전신문고", "상담원에게 연결")
    assert call.hand_off.reason == "flow" and call.hand_off.topic == "illegal_parking"
    for line in ("용건: 불법 주정차 신고", "장소: 수원시 팔달구 인계동 수원시청역 앞", "차량 번호: 12가 3456"):
        assert line in call.hand_off.summary.splitlines()


def test_the_place_in_the_first_sentence_is_not_asked_for_again(call: PhoneCall) -> None:
    call.says("수원역 앞에 불법 주정차 신고하려고요")
    assert call.listens_for.kind is Expected.PLATE
    assert call.state.slots["place"].value == "수원역 앞"


@pytest.fixture
def read_back(call: PhoneCall) -> PhoneCall:
    """A call in which place and plate have just been read back."""
    call.says("수원역 앞에 불법 주정차 신고하려고요")
    call.says("12가 3456")
    call.hears("수원역 앞", "12가 3456")
    return call


def test_a_correction_replaces_the_slot_and_is_read_back(read_back: PhoneCall) -> None:
    read_back.says("아니 12가 3456이 아니라 12가 3457이요")
    read_back.hears("수원역 앞", "12가 3457", "맞으신가요")


def test_a_no_with_the_right_value_replaces_the_slot(read_back: PhoneCall) -> None:
    read_back.says("아니요 12가 3457이에요")
    read_back.hears("12가 3457", "맞으신가요")


def test_a_yes_to_what_was_not_heard_confirms_nothing(read_back: PhoneCall) -> None:
    said = read_back.heard
    read_back.happens(CallerSaid("네, 맞아요.", question_unheard=True))
    assert read_back.heard == said
    assert read_back.listens_for.kind is Expected.YES_NO
    read_back.says("네, 맞아요.")
    assert read_back.hand_off.reason == "flow"


def test_who_corrects_what_was_not_heard_yet_is_believed(read_back: PhoneCall) -> None:
    read_back.happens(CallerSaid("아니 12가 3456이 아니라 12가 3457이요", question_unheard=True))
    read_back.hears("12가 3457", "맞으신가요")


def test_a_place_is_corrected_while_the_plate_is_asked_for(call: PhoneCall) -> None:
    call.says("수원역 앞에 불법 주정차 신고하려고요")
    call.says("아니 수원역이 아니라 수원시청역 앞이요")
    assert call.state.slots["place"].value == "수원시청역 앞"
    assert call.listens_for.kind is Expected.PLATE


def test_a_plain_no_asks_which_is_wrong(read_back: PhoneCall) -> None:
    read_back.says("아니요")
    read_back.hears("장소는 1번", "차량 번호는 2번")
    read_back.says("차량 번호가 틀렸어요")
    read_back.hears("차량 번호를 말씀해 주세요")
    read_back.says("일이삼 허 사오육칠")
    read_back.hears("수원역 앞", "123허 4567")


def test_which_is_wrong_by_key_and_both_by_voice(read_back: PhoneCall) -> None:
    read_back.presses("2")
    read_back.presses("1")
    assert read_back.listens_for.kind is Expected.PLACE
    read_back.says("성남시 분당구 판교역")
    read_back.says("아니요")
    read_back.says("둘 다요")
    assert read_back.state.slots == {}


def test_denied_three_times_a_person_takes_over(read_back: PhoneCall) -> None:
    for place in ("수원시청 앞", "화성시청 앞"):
        read_back.says("아니요")
        read_back.says("장소요")
        read_back.says(place)
    read_back.says("아니요")
    assert read_back.hand_off.reason == "no_match"


def test_a_known_number_is_said_and_repeated(call: PhoneCall) -> None:
    call.says("파주시청 전화번호 알려주세요")
    call.hears("031-940-4114")
    answer = call.heard
    call.says("다시 말씀해 주세요")
    call.hears("다시 말씀드리겠습니다")
    assert call.heard[1:] == answer
    call.presses("*")
    call.hears("한 번 더 말씀드리겠습니다")
    assert call.heard[1:] == answer


def test_repeating_leaves_the_notices_out(call: PhoneCall) -> None:
    call.says("뭐라고요?")
    call.hears("무엇을 도와드릴까요?")
    call.does_not_hear("인공지능", "녹음")


def test_an_unverified_number_is_never_said(call: PhoneCall) -> None:
    call.says("전화번호 좀 알려주세요")
    call.says("수원시청이요")
    call.hears("확인된 것이 없어", "상담원에게 연결해 드릴까요?")
    call.says("네")
    assert call.hand_off.reason == "flow" and "수원시청" in call.hand_off.summary


def test_a_fact_that_has_expired_gives_way_to_other_wording(gyeonggi: Hotline) -> None:
    fact = gyeonggi.facts["parking_app"].model_copy(update={"valid_until": date(2026, 12, 31)})
    flow = gyeonggi.flow("illegal_parking")
    steps = tuple(
        step.model_copy(update={"say": Prompt(text="{fact:parking_app}", otherwise="앱은 확인이 필요합니다.")})
        if step.say
        else step
        for step in flow.steps
    )
    flows = tuple(f.model_copy(update={"steps": steps}) if f.id == flow.id else f for f in gyeonggi.flows)
    hotline = gyeonggi.model_copy(update={"facts": {**gyeonggi.facts, fact.id: fact}, "flows": flows})
    for day, words in ((date(2026, 12, 31), "안전신문고"), (date(2027, 1, 1), "앱은 확인이 필요합니다.")):
        call = PhoneCall(hotline, day=day)
        call.says("수원역 앞에 불법 주정차 신고하려고요")
        call.says("12가 3456")
        call.says("네")
        call.hears(words)


def test_the_passport_fee_is_said_until_it_may_have_changed(gyeonggi: Hotline) -> None:
    for day, words in ((date(2027, 2, 28), "5만 2천 원"), (date(2027, 3, 1), "수수료는 여권 접수 기관에서 확인")):
        call = PhoneCall(gyeonggi, day=day)
        call.says("여권을 잃어버렸어요")
        call.hears(words, "여권", "신분증", "수수료")


@pytest.mark.parametrize("words", ["상담원", "사람 바꿔 주세요", "상담언 연결해줘", "상담사랑 얘기할래요"])
def test_a_person_may_be_asked_for_at_any_time(gyeonggi: Hotline, words: str) -> None:
    openings: tuple[tuple[str, ...], ...] = (
        (),
        ("불법 주정차 신고",),
        ("수원역 앞에 불법 주정차 신고",),
        ("수원역 앞에 불법 주정차 신고", "12가 3456"),
        ("수원역 앞에 불법 주정차 신고", "12가 3456", "아니요"),
        ("여권을 잃어버렸어요",),
    )
    for opening in openings:
        for wish in ("voice", "key"):
            call = PhoneCall(gyeonggi)
            for said in opening:
                call.says(said)
            if wish == "voice":
                call.says(words)
            else:
                call.presses("0")
            assert call.hand_off.reason == "caller_asked"


def test_silence_is_repaired_twice_then_a_person_is_called(call: PhoneCall) -> None:
    call.stays_silent()
    call.hears("들리지 않습니다")
    call.does_not_hear("번을 눌러")
    call.stays_silent()
    call.hears("불법 주정차 신고는 1번", "상담원 연결은 0번")
    call.stays_silent()
    assert call.hand_off.reason == "no_input"


def test_misunderstanding_is_repaired_twice_then_a_person_is_called(call: PhoneCall) -> None:
    call.says("아브라카다브라")
    call.hears("알아듣지 못했습니다")
    call.says("")
    call.hears("여권 재발급은 2번")
    call.says("웅얼웅얼")
    assert call.hand_off.reason == "no_match"


def test_a_slot_is_asked_for_in_other_words_then_with_keys(call: PhoneCall) -> None:
    call.presses("2")
    call.says("웅얼웅얼")
    call.hears("가운데 하나를 말씀해 주세요")
    call.stays_silent()
    call.says("꿍얼꿍얼")
    call.hears("분실은 1번")


def test_progress_forgets_the_repairs(call: PhoneCall) -> None:
    call.says("아브라카다브라")
    call.says("웅얼웅얼")
    call.says("불법 주차 신고")
    call.stays_silent()
    call.hears("들리지 않습니다")
    assert call.listens_for.kind is Expected.PLACE


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("집에 불이 났어요", "119"),
        ("부리 났어요 살려주세요", "119"),
        ("집에불이났어요", "119"),
        ("건물이 무너졌어요", "119"),
        ("지금 칼을 들고 있어요", "112"),
        ("요즘 정말 죽고 싶어요", "109"),
        ("자살하고 싶다는 생각이 들어요", "109"),
    ],
)
def test_danger_goes_before_everything(gyeonggi: Hotline, words: str, number: str) -> None:
    for opening in ((), ("불법 주정차 신고",), ("수원역 앞에 불법 주정차 신고", "12가 3456")):
        call = PhoneCall(gyeonggi)
        for said in opening:
            call.says(said)
        call.says(words)
        call.hears(number)
        assert call.hand_off.reason == "emergency"


def test_the_safety_line_is_heard_to_its_end_and_agrees_with_what_follows(call: PhoneCall) -> None:
    call.says("불이 났어요")
    assert all(isinstance(output, Say) and not output.interruptible for output in call.outputs[:-1])
    call.hears("119에 신고해 주세요", "끊지 않으셔도")
    call.does_not_hear("전화를 끊고", "기다려 주세요")


def test_the_safety_line_is_said_again_when_nobody_answers(call: PhoneCall) -> None:
    call.says("불이 났어요")
    call.reaches_nobody("no_answer")
    call.hears("받지 않았습니다", "119")
    call.does_not_hear("끊지 않으셔도")


def test_danger_told_while_a_person_is_called_is_answered_at_once(call: PhoneCall) -> None:
    call.says("상담원")
    call.says("아버지가 쓰러지셨어요")
    (line,) = call.outputs
    assert isinstance(line, Say) and "119" in line.text and not line.interruptible
    assert call.state.awaiting is Awaiting.PERSON
    call.says("여보세요")
    assert call.outputs == ()
    call.reaches_nobody("no_answer")
    call.hears("받지 않았습니다", "119")


def test_an_earlier_alarm_is_not_repeated_after_a_hand_off_for_another_reason(call: PhoneCall) -> None:
    call.says("불이 났어요")
    call.reaches_nobody("busy")
    call.says("상담원")
    call.reaches_nobody("busy")
    call.does_not_hear("119")


def test_the_goodbye_is_heard_to_its_end(call: PhoneCall) -> None:
    call.says("끊을게요")
    goodbye, _ = call.outputs
    assert isinstance(goodbye, Say) and not goodbye.interruptible


def test_greetings_are_answered_with_the_open_question_as_often_as_they_come(call: PhoneCall) -> None:
    for _ in range(4):
        call.says("여보세요?")
        assert call.heard == ["무엇을 도와드릴까요?"]
    assert call.state.no_match == 0


@pytest.mark.parametrize("words", ["잘 모르겠는데요", "여기가 어딘지 모르겠어요", "글쎄요"])
def test_a_caller_who_does_not_know_the_place_is_asked_in_other_words(call: PhoneCall, words: str) -> None:
    call.says("불법 주정차 신고")
    call.says(words)
    call.hears("도로 이름이나 가까운 건물")
    assert call.listens_for.kind is Expected.PLACE


def test_thanks_end_the_call(call: PhoneCall) -> None:
    call.says("여권을 잃어버렸어요")
    call.says("네 감사합니다")
    assert call.end.reason == "completed"


def test_keys_where_only_speech_helps_are_one_misunderstanding(call: PhoneCall) -> None:
    call.says("수원역 앞에 불법 주정차 신고하려고요")
    assert call.listens_for.kind is Expected.PLATE and call.listens_for.max_keys == 8
    call.presses("123456")
    call.hears("번호 대신 말씀으로")
    assert call.state.no_match == 1
    call.presses("0")
    assert call.hand_off.reason == "caller_asked"


@pytest.mark.parametrize(
    "words",
    [
        "불법 주정차 신고요",
        "화가 나서 전화했어요",
        "소화전 앞에 차가 있어요",
        "혼자 살고 있는데요",
        "이거 혼자 해야 하나요",
        "불안해서 전화했어요",
        "강동구에서 이사 왔어요",
        "건강도 안 좋아요",
        "사유서를 내야 하나요",
        "가스 요금이 궁금해요",
    ],
)
def test_no_danger_in_common_words(call: PhoneCall, words: str) -> None:
    call.says(words)
    assert isinstance(call.outputs[-1], Ask)


@pytest.mark.parametrize(
    "outcome",
    ["busy", "declined", "no_answer", "unreachable", "not_supported", "not_configured", "something_new"],
)
def test_a_failed_hand_off_is_told_and_the_call_goes_on(call: PhoneCall, outcome: str) -> None:
    call.says("상담원")
    call.reaches_nobody(outcome)
    call.hears("죄송합니다")
    assert call.listens_for.kind is Expected.ANYTHING
    call.says("여권을 잃어버렸어요")
    call.hears("분실 신고")


def test_a_silent_line_with_nobody_to_answer_ends(call: PhoneCall) -> None:
    for _ in range(2):
        for _ in range(3):
            call.stays_silent()
        assert call.hand_off.reason == "no_input"
        call.reaches_nobody("no_answer")
    for _ in range(3):
        call.stays_silent()
    call.hears("잠시 뒤에 다시 전화해 주세요")
    assert call.end.reason == "no_input"


def test_back_to_the_beginning(call: PhoneCall) -> None:
    call.says("불법 주정차 신고")
    call.says("처음으로")
    call.hears("무엇을 도와드릴까요?")
    assert call.state.flow == ""


def test_another_topic_in_the_middle_of_one(call: PhoneCall) -> None:
    call.presses("2")
    call.says("아니 불법 주차 신고하려고 전화했어요")
    assert call.state.flow == "illegal_parking"


def test_another_request_after_an_answer(call: PhoneCall) -> None:
    call.says("여권을 잃어버렸어요")
    call.says("네")
    call.hears("말씀해 주세요")
    call.says("파주시 전화번호요")
    call.hears("031-940-4114")
    call.says("네 불법 주정차 신고도 할게요")
    assert call.state.flow == "illegal_parking"
    assert call.state.done == ("passport_reissue", "department_number")


def test_goodbye_ends_the_call(call: PhoneCall) -> None:
    call.says("네 수고하세요")
    assert call.end.reason == "completed"


def test_silence_after_an_answer_ends_politely(call: PhoneCall) -> None:
    call.says("여권을 잃어버렸어요")
    for _ in range(3):
        call.stays_silent()
    call.hears("안녕히 계세요")
    assert call.end.reason == "completed"


def test_nothing_is_news_while_a_person_is_called_or_after_the_end(call: PhoneCall) -> None:
    call.says("상담원")
    waiting = call.state
    call.says("여보세요?")
    assert call.outputs == () and call.state == waiting
    call.reaches_nobody("busy")
    call.says("끊을게요")
    call.reaches_nobody("busy")
    assert call.outputs == ()


def test_call_started_greets(call: PhoneCall) -> None:
    greeting = call.outputs
    call.happens(CallStarted())
    assert call.outputs == greeting


def test_a_saved_state_of_a_flow_that_is_gone_goes_on_with_the_open_question(call: PhoneCall) -> None:
    state = call.state.but(flow="gone", awaiting=Awaiting.SLOT, asking="what")
    state, outputs = call.engine.step(state, CallerSaid("여권을 잃어버렸어요"))
    assert state.flow == "" and isinstance(outputs[-1], Ask)


def test_a_state_survives_json_in_the_middle_of_a_flow(read_back: PhoneCall) -> None:
    saved = read_back.state.model_dump_json()
    read_back.state = DialogState.model_validate_json(saved)
    read_back.says("네")
    assert "12가 3456" in read_back.hand_off.summary


def test_fixed_sentences_are_exactly_what_calls_say(call: PhoneCall) -> None:
    fixed = call.engine.fixed_sentences()
    assert fixed[:3] == call.heard
    assert len(fixed) == len(set(fixed))
    heard: list[str] = []
    script = ["여권을 잃어버렸어요", "뭐라고요", "네", "웅얼웅얼", "…", "불법 주정차 신고", "처음으로", "상담원"]
    for said in script:
        call.says(said)
        heard += call.heard
    assert set(heard) <= set(fixed)
    assert not any("{" in text or "}" in text for text in fixed)
    essential = call.engine.essential_sentences()
    assert fixed[: len(essential)] == essential
    assert {"잠시만요, 확인해 보겠습니다.", "네, 천천히 말씀드리겠습니다."} <= set(essential)
    for said in [CallerCutOff(), CallStarted(), CallerCutOff(), *map(CallerSaid, script), CallerSilent()]:
        call.happens(said)
        assert set(call.heard) <= set(fixed)


def test_policies_are_obeyed(gyeonggi: Hotline) -> None:
    policies = gyeonggi.policies.model_copy(update={"no_input_limit": 1, "silence_s": 9.0})
    call = PhoneCall(gyeonggi.model_copy(update={"policies": policies}))
    assert call.listens_for.silence_s == 9.0
    call.stays_silent()
    call.stays_silent()
    assert call.hand_off.reason == "no_input"


def test_low_confidence_changes_nothing(call: PhoneCall) -> None:
    event = CallerSaid("여권을 잃어버렸어요", confidence=0.2)
    assert call.engine.step(call.state, event) == call.engine.step(call.state, replace(event, confidence=1.0))
