"""What sentences want, as a recogniser on an 8 kHz line writes them."""

from __future__ import annotations

import pytest

from dialogs.commands import (
    Affirm,
    Alarm,
    Cancel,
    Command,
    Correct,
    Deny,
    Escalate,
    Goodbye,
    Hello,
    PickSlot,
    Repeat,
    SetSlot,
    Slower,
    SpeakInstead,
    StartFlow,
    Unknown,
)
from dialogs.model import Hotline
from dialogs.state import Awaiting, DialogState, SlotValue
from dialogs.understanding import Understanding
from tests.dialogs.phone_call import DAY

OPEN = DialogState(day=DAY)
PARKING = OPEN.but(flow="illegal_parking")
PLATE = SlotValue(value="12가3456", said="12가 3456")
PLACE = SlotValue(value="수원역 앞", said="수원역 앞")
CONFIRM = PARKING.but(awaiting=Awaiting.CONFIRMATION, step=2, slots={"place": PLACE, "plate": PLATE})


@pytest.fixture(scope="module")
def understanding(gyeonggi: Hotline) -> Understanding:
    return Understanding(gyeonggi)


@pytest.mark.parametrize(
    ("said", "flow"),
    [
        ("불법 주정차 신고하려고 하는데요.", "illegal_parking"),
        ("불법 주정자 신고요", "illegal_parking"),
        ("불볍주정차신고", "illegal_parking"),
        ("집 앞에 이중주차 때문에요", "illegal_parking"),
        ("차가 길을 막고 있어요", "illegal_parking"),
        ("소화전 앞에 차가 서 있어요", "illegal_parking"),
        ("주차 단속 좀 나와 주세요", "illegal_parking"),
        ("여권을 잃어버렸어요", "passport_reissue"),
        ("여꿘 제발급이요", "passport_reissue"),
        ("역권을 이러버려서요", "passport_reissue"),
        ("여권 기간이 만료됐는데 어떻게 해요", "passport_reissue"),
        ("여권 갱신하고 싶은데요.", "passport_reissue"),
        ("전화번호 좀 알려 주세요", "department_number"),
        ("파주시청 전하번호요", "department_number"),
        ("건강보험공단 연락처가 뭐예요", "department_number"),
        ("보건복지상담센터 전화번호요", "department_number"),
    ],
)
def test_topics(understanding: Understanding, said: str, flow: str) -> None:
    first = understanding.speech(said, OPEN)[0]
    assert first == StartFlow(flow)


@pytest.mark.parametrize(
    "said",
    [
        "주민등록등본 떼려고요",
        "버스 노선이 궁금해요",
        "여보세요",
        "네",
        "날씨가 어때요",
        "소득세 신고하려고요",
        "운전면허 갱신",
        "...",
        "차를 샀어요",
    ],
)
def test_what_the_hotline_does_not_know_starts_nothing(understanding: Understanding, said: str) -> None:
    assert not any(isinstance(command, StartFlow) for command in understanding.speech(said, OPEN))


def test_one_sentence_fills_several_slots(understanding: Understanding) -> None:
    assert understanding.speech("수원역 앞에 불법 주차한 12가 3456 신고요", OPEN) == (
        StartFlow("illegal_parking"),
        SetSlot("place", "수원역 앞", "수원역 앞"),
        SetSlot("plate", "12가3456", "12가 3456"),
    )


@pytest.mark.parametrize(
    ("said", "command"),
    [
        ("상담원 바꿔 주세요", Escalate()),
        ("사람이랑 통화하고 싶어요", Escalate()),
        ("사람이랑 얘기하고 싶어요", Escalate()),
        ("사람하고 얘기할래요", Escalate()),
        ("공무원 바꿔 주세요", Escalate()),
        ("공무원 연결해 주세요", Escalate()),
        ("기계 말고 사람이요", Escalate()),
        ("진짜 사람 바꿔요", Escalate()),
        ("사람 없어요?", Escalate()),
        ("좀 크게 말씀해 주세요", Slower()),
        ("크게 말해 주세요", Slower()),
        ("천천히 말씀해 주세요", Slower()),
        ("천천히요", Slower()),
        ("잘 안 들려요. 천천히 말해 주세요.", Slower()),
        ("더 크게요", Slower()),
        ("잘 안 들려요", Slower()),
        ("말이 너무 빨라요", Slower()),
        ("또박또박 말씀해 주세요", Slower()),
        ("귀가 어두워서요", Slower()),
        ("다시 한번 말씀해 주세요", Repeat()),
        ("뭐라고요?", Repeat()),
        ("잘 못 들었어요", Repeat()),
        ("처음으로 돌아가 주세요", Cancel()),
        ("취소할게요", Cancel()),
        ("네 수고하세요", Goodbye()),
        ("끊을게요", Goodbye()),
        ("살려주세요", Alarm("fire_rescue")),
        ("누가 집에 들어왔어요", Alarm("crime")),
        ("죽고 싶어요", Alarm("suicide")),
    ],
)
@pytest.mark.parametrize("state", [OPEN, PARKING.but(awaiting=Awaiting.SLOT, asking="place"), CONFIRM])
def test_wishes_understood_at_any_time(
    understanding: Understanding, said: str, command: Command, state: DialogState
) -> None:
    assert understanding.speech(said, state) == (command,)


@pytest.mark.parametrize(
    ("said", "commands"),
    [
        ("감사합니다", (Deny(),)),
        ("고맙습니다.", (Deny(),)),
        ("네, 감사합니다.", (Deny(),)),
        ("알겠습니다", (Deny(),)),
        ("네 알겠습니다 고맙습니다", (Deny(),)),
        ("됐어요", (Deny(),)),
        ("네 됐어요", (Deny(),)),
        ("아니요 괜찮아요", (Deny(),)),
        ("네", (Affirm(),)),
        ("네 감사합니다 불법 주정차 신고도 할게요", (StartFlow("illegal_parking"),)),
        ("감사원이 궁금해요", (Unknown(),)),
    ],
)
def test_answers_to_anything_else(understanding: Understanding, said: str, commands: tuple[Command, ...]) -> None:
    assert understanding.speech(said, OPEN.but(awaiting=Awaiting.ANYTHING_ELSE)) == commands


@pytest.mark.parametrize("said", ["여보세요", "여보세요?", "네 안녕하세요.", "여보세요 안녕하세요"])
def test_a_greeting_is_no_misunderstanding(understanding: Understanding, said: str) -> None:
    assert understanding.speech(said, OPEN) == (Hello(),)


@pytest.mark.parametrize(
    "said", ["여권을 다시 만들고 싶어요", "주정차 과태료 고지서를 취소하고 싶은데 불법 주차가 아니었어요"]
)
def test_a_word_in_passing_is_no_wish(understanding: Understanding, said: str) -> None:
    assert isinstance(understanding.speech(said, OPEN)[0], StartFlow)


@pytest.mark.parametrize(
    ("said", "commands"),
    [
        ("네", (Affirm(),)),
        ("네 맞아요", (Affirm(),)),
        ("아니요", (Deny(),)),
        ("틀렸어요", (Deny(),)),
        ("아니 12가 3457이요", (Correct("plate", "12가3457", "12가 3457"),)),
        ("12가 3456이 아니라 12가 3457이에요", (Correct("plate", "12가3457", "12가 3457"),)),
        ("장소가 수원역 앞이 아니라 수원시청 앞이에요", (Correct("place", "수원시청 앞", "수원시청 앞"),)),
        ("음", (Unknown(),)),
    ],
)
def test_answers_to_a_confirmation(understanding: Understanding, said: str, commands: tuple[Command, ...]) -> None:
    assert understanding.speech(said, CONFIRM) == commands


@pytest.mark.parametrize(
    ("said", "names"),
    [
        ("차량 번호요", ("plate",)),
        ("번호", ("plate",)),
        ("장소", ("place",)),
        ("이번이요", ("plate",)),
        ("둘 다", ("place", "plate")),
    ],
)
def test_which_is_wrong(understanding: Understanding, said: str, names: tuple[str, ...]) -> None:
    state = CONFIRM.but(awaiting=Awaiting.WHICH_IS_WRONG)
    assert understanding.speech(said, state) == (PickSlot(names),)


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("잃어버렸어요", "lost"),
        ("분실이요", "lost"),
        ("일번이요", "lost"),
        ("기간이 지나서요", "expired"),
        ("글쎄요", None),
        ("유효 기간 만료요", "expired"),
    ],
)
def test_a_choice(understanding: Understanding, said: str, value: str | None) -> None:
    state = OPEN.but(flow="passport_reissue", awaiting=Awaiting.SLOT, asking="reason")
    (command,) = understanding.speech(said, state)
    assert (command.value if isinstance(command, SetSlot) else None) == value


@pytest.mark.parametrize(
    ("keys", "state", "command"),
    [
        ("1", OPEN, StartFlow("illegal_parking")),
        ("9", OPEN, Unknown()),
        ("12", OPEN, Unknown()),
        ("", OPEN, Unknown()),
        ("0", CONFIRM, Escalate()),
        ("*", CONFIRM, Repeat()),
        ("#", CONFIRM, Cancel()),
        ("1", CONFIRM, Affirm()),
        ("2", CONFIRM, Deny()),
        ("2", CONFIRM.but(awaiting=Awaiting.WHICH_IS_WRONG), PickSlot(("plate",))),
        ("3", CONFIRM.but(awaiting=Awaiting.WHICH_IS_WRONG), Unknown()),
        ("1", PARKING.but(awaiting=Awaiting.SLOT, asking="place"), SpeakInstead()),
        ("12345678", PARKING.but(awaiting=Awaiting.SLOT, asking="plate"), SpeakInstead()),
        ("0", PARKING.but(awaiting=Awaiting.SLOT, asking="plate"), Escalate()),
    ],
)
def test_keys(understanding: Understanding, keys: str, state: DialogState, command: Command) -> None:
    assert understanding.keys(keys, state) == (command,)
