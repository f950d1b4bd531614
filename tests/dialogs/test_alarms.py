"""Danger as callers tell it, and what only sounds like danger."""

from __future__ import annotations

import pytest

from dialogs.model import Hotline
from dialogs.state import Awaiting
from dialogs.understanding import Understanding
from dialogs.vocabulary import Ask
from tests.dialogs.phone_call import PhoneCall

FIRE, POLICE, SUICIDE = 0, 1, 2
DANGER = {
    FIRE: """
        할머니가 쓰러지셨어요|쓰러지려고 해요|의식을 잃었어요|정신을 잃었어요|피가 많이 나요|심정지예요
        숨이 막혀요|농약을 먹었어요|약을 많이 먹었어요|연기가 나요|화재예요|불 나고 있어요|차에 치였어요
        사람이 죽어가요|죽을 것 같아요|119에 신고해 주세요|집에 불이 났어요|부리 났어요|불이 크게 났어요
        불이 나요|집에불이났어요|일일구 좀 불러 주세요|할아버지가 농약을 드셨어요|아버지가 의식이 없으세요
        숨을 못 쉬세요|사람이 물에 빠졌어요|엘리베이터에 갇혔어요|건물이 무너지려고 해요|가스가 새고 있어요
        차에 치었어요|교통사고가 났어요|정신을 못 차려요|사람이죽어가요|농약 마셨어요
        아이가 기절했어요|어머니가 정신을 잃으셨어요|남편이 피를 많이 흘려요|사람이 길에 쓰러져 있어요
        연기가 많이 나고 있어요
    """,
    POLICE: """
        112에 신고해 주세요|경찰 불러 주세요|경찰 좀 불러 주세요|남편이 때려요|남편이 때렸어요|폭행을 당했어요
        누가 쫓아와요|칼로 위협해요|누가 저를 때리고 있어요|남편이 막 때려요|지금 칼을 들고 있어요
        누가 따라오고 있어요|남편한테 맞고 있어요|도둑이 들었어요|저를 죽이겠다고 해요|누가 집에 들어왔어요
        납치당했어요
    """,
    SUICIDE: """
        죽을 거예요|죽고 싶어요|요즘 정말 죽고 싶어요|자살하려고요|살기 싫어요|이제 살기 싫어요|유서를 썼어요
        뛰어내릴 거예요|죽으려고요
    """,
}
SAFE = """
    커피를 많이 마셔서 잠이 안 와요|항목을 매일 확인해요|주사 맞고 있어요|층간소음 때문에 살기 싫어요
    유서 깊은 고장이 어디예요|불법 주차 신고|혼자 살아요|불안해서 전화했어요|강아지를 데리고 있어요
    병원에 데려다 주세요|가로등 불이 나갔어요|화를 내서 죄송해요|비밀번호가 막혔어요|화장실 신고하려고요
    피부과가 궁금해요|신분증을 잃어버렸어요|여권을 잃었어요|물이 많이 나와요|연기 신청하려고요|약국이 어디예요
    경찰서 위치가 어디예요|112번 버스 몇 시에 와요|차를 빼 주세요|소화전 앞에 차가 있어요
    독감 주사를 맞고 싶어요|납세 증명서요|가스 요금이 궁금해요|공사장이 불편해요
"""


def _rows(text: str) -> list[str]:
    return [said.strip() for line in text.split("\n") for said in line.split("|") if said.strip()]


LINES = {FIRE: "119", POLICE: "112", SUICIDE: "109"}


@pytest.mark.parametrize(("said", "kind"), [(said, kind) for kind, rows in DANGER.items() for said in _rows(rows)])
def test_danger_is_heard_and_leads_to_a_person(gyeonggi: Hotline, said: str, kind: int) -> None:
    call = PhoneCall(gyeonggi)
    call.says(said)
    if isinstance(call.outputs[-1], Ask):
        assert call.state.awaiting is Awaiting.DANGER_CHECK
        call.stays_silent()
    assert call.hand_off.reason == "emergency"
    call.hears(LINES[kind])


@pytest.mark.parametrize("said", _rows(SAFE))
def test_what_only_sounds_like_danger(gyeonggi: Hotline, said: str) -> None:
    assert Understanding(gyeonggi).alarm(said) == ()
