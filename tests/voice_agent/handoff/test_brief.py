"""What the person reads: right, short, the same every time, and nobody's number in it."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.state import DialogState
from dialogs.vocabulary import CallerPressed, CallerSaid, HandOff, Say
from tests import shipped
from voice_agent.handoff.brief import Brief, BriefSlot, Mood, Urgency
from voice_agent.handoff.brief_writing import LastTurns, write_brief
from voice_agent.handoff.keeping import brief_as_data
from voice_agent.handoff.referral import user_to_user, with_brief
from voice_agent.handoff.spoken_brief import spoken_brief
from voice_agent.privacy.masking import KoPiiMasker

MASKER = KoPiiMasker()


def after(*said: str, remote: str = "sip:01012345678@192.0.2.7") -> tuple[Brief, DialogState]:
    """The brief after these words of the caller; digits are pressed."""
    turns = LastTurns()
    state, outputs = shipped.dialog().start()
    reason = "caller_asked"
    for words in said:
        pressed = words.isdigit()
        turns.caller_pressed(words) if pressed else turns.caller_said(words)
        state, outputs = shipped.dialog().step(state, CallerPressed(words) if pressed else CallerSaid(words))
        for output in outputs:
            if isinstance(output, Say):
                turns.we_said(output.text)
            elif isinstance(output, HandOff):
                reason = output.reason
    brief = write_brief("1", shipped.dialog().hotline, state, turns, reason=reason, remote=remote, masker=MASKER)
    return brief, state


def test_who_what_and_what_was_found_out_with_personal_data_masked() -> None:
    words = ("나중에 전화 좀 해 주세요", "재산세 때문에요", "내일이요", "오전 열 시요", "공일공 구팔칠육 오사삼이")
    brief, _ = after(*words)
    assert (brief.caller, brief.topic, brief.topic_title) == ("010****5678", "callback", "상담원 전화 예약")
    assert brief.asked == "나중에 전화 좀 해 주세요"
    assert BriefSlot("상담원 전화 예약", "전화번호", "010****5432") in brief.slots
    assert {slot.label for slot in brief.slots} >= {"상담할 일", "날짜", "시간"}
    assert "5432" not in json.dumps(brief_as_data(brief), ensure_ascii=False).replace("010****5432", "")
    assert (brief.mood, brief.urgency) == (Mood.CALM, Urgency.NORMAL)


def test_what_was_answered_and_from_which_passages() -> None:
    brief, state = after("여권 발급 수수료가 얼마예요", "상담원 바꿔 주세요")
    assert [passage.id for passage in brief.passages] == list(state.answered) and brief.passages
    assert brief.topic_title == brief.passages[-1].title
    assert brief.turns[0].text == "여권 발급 수수료가 얼마예요"
    assert brief.turns[-1].speaker == "voice_agent"


def test_danger_is_said_first() -> None:
    brief, _ = after("집에 불이 났어요")
    assert (brief.mood, brief.urgency, brief.reason) == (Mood.DISTRESSED, Urgency.DANGER, "emergency")
    assert spoken_brief(brief).startswith("긴급 상황입니다.")


def test_who_was_warned_and_who_loses_patience() -> None:
    assert after("이 개새끼야")[0].mood is Mood.ABUSIVE
    assert after("", "")[0].mood is Mood.IMPATIENT


def test_the_last_ten_turns_keys_hidden() -> None:
    turns = LastTurns()
    for number in range(20):
        turns.caller_said(f"문장 {number}")
    turns.caller_pressed("01012345678")
    shown = [turn.text for turn in turns.all()]
    assert len(shown) == 10 and shown[-1] == "(*********** 누름)" and shown[0] == "문장 11"


@pytest.mark.parametrize("remote", ["sip:anonymous@anonymous.invalid", "sip:kim@192.0.2.1", ""])
def test_without_a_number_none_is_shown(remote: str) -> None:
    assert after(remote=remote)[0].caller == ""


def test_the_same_call_has_the_same_brief() -> None:
    assert after("주차 단속 문의요") == after("주차 단속 문의요")


def test_what_is_spoken_is_short_and_leaves_out_what_was_masked() -> None:
    brief = Brief("1", "", "flow", topic_title="여권 재발급", asked="여권을 잃어버렸어요")
    assert spoken_brief(brief) == "여권 재발급 상담 요청입니다. 여권을 잃어버렸어요"
    assert spoken_brief(Brief("1", "", "flow", asked="제 번호는 [번호]이에요")) == "상담원 연결 상담 요청입니다."
    assert spoken_brief(Brief("1", "", "flow", asked="가" * 61)) == "상담원 연결 상담 요청입니다."


@given(st.text(max_size=400), st.text(max_size=60))
def test_the_header_is_one_short_line_whatever_the_topic(topic: str, reason: str) -> None:
    value = user_to_user("8c0e7a50-1111-4222-8333-944455556666", Brief("1", "", reason, topic=topic))
    assert len(value) <= 256
    said = bytes.fromhex(value.removesuffix(";encoding=hex")).decode()
    assert said.startswith("id=8c0e7a50-1111-4222-8333-944455556666")


def test_the_brief_travels_in_the_refer_to_address() -> None:
    uri = with_brief("sip:2000@192.0.2.20", "abc", Brief("1", "010****5678", "caller_asked", asked="여권"))
    assert uri.startswith("sip:2000@192.0.2.20?User-to-User=69643d616263") and uri.endswith("%3Bencoding%3Dhex")
    assert " " not in uri


@pytest.mark.parametrize(
    ("said", "language"),
    [
        ("영어 하는 분 바꿔 주세요", "en"),
        ("영어로 상담하고 싶어요", "en"),
        ("중국 말 하는 사람 있어요", "zh"),
        ("베트남어 통역 부탁드려요", "vi"),
        ("일본말로 얘기하고 싶은데요", "ja"),
        ("러시아어 가능한 상담원 연결해 주세요", "ru"),
        ("영어로 된 등본이 필요해요", ""),
        ("영어 마을 입장료가 얼마예요", ""),
        ("중국어 통역 전화번호 알려 주세요", ""),
        ("한국어로 상담해 주세요", ""),
        ("상담원 바꿔 주세요", ""),
    ],
)
def test_the_language_asked_for(said: str, language: str) -> None:
    brief, _ = after(said, "상담원 바꿔 주세요")
    assert brief.language == language


def test_the_language_chosen_and_the_city_it_is_about() -> None:
    assert after("외국인 상담", "월급을 못 받았어요", "베트남 사람이에요")[0].language == "vi"
    brief, state = after("불법 주정차 신고요", "수원시 팔달구 인계동 시청 앞이요")
    assert brief.city == "수원시", state.frame
    assert after("상담원 바꿔 주세요")[0].city == ""
