"""Is the sentence over? By the last word, as a recogniser writes it."""

from __future__ import annotations

import pytest

from dialogs.korean.sentence_end import SentenceEnd, sentence_end

FINISHED = """
여권을 잃어버렸어요. | 여권을 잃어버렸어요 | 어떻게 해야 돼요? | 어디로 가야 하나요? | 신고하려고 합니다.
가면 됩니까? | 할까요 | 내일 가도 될까 | 제가 할게 | 같이 갈래 | 알려 주세요 | 알려줘 | 그렇죠 | 맞지 | 어제 왔네
그거 없어 | 잃어버렸어 | 했지 | 수원이요 | 수원역이에요 | 여권 재발급이요 | 네 | 아니요 | 예. | 상담원 | 여보세요
뭐야 | 아니야 | 들어갔다 | 방침이다 | 버렸다 | 간다 | 하시오 | 기다렸다고요 | 수원역에서요 | 육칠팔구요
010 1234 5678이에요 | 3번이요 | 문을 여나요 | 얼마예요? | 여권은요? | 언제까지? | 있습니다 | 공사 중입니다.
안 왔냐 | 못 갔나 | 춥잖아 | 빨리 하자
"""
LEADS_ON = """
여권을 잃어버렸는데요 | 여권을 잃어버렸는데요. | 아까 전화했던 사람인데요. | 그렇거든요 | 안경 좀 쓰고요
만들고 싶어서요 | 없으니까요 | 신청하려고요 | 제 번호는요 | 집에 가면요
"""
OPEN = """
여권을 잃어버렸는데 | 아이가 태어나서 | 버스가 안 와서 | 이사를 왔는데 | 신청하려면 | 신고를 하려고
세금을 냈는데도 | 전화를 하니까 | 쓰레기를 버리려고 하는데 | 비가 오면서 | 갔다가 | 어떻게 하게 | 집 앞에
가로등이 | 인감증명서는 | 외국인 등록증을 | 주민센터에서 | 어머니한테 | 월요일부터 | 수원으로 | 버스로
복지관에서 하는 | 도로에 | 공사 때문에 | 아니 그게 아니라 | 갈 수 | 여권을 잃어... | 여권… | 비가 오지만
두 명까지 | 제가 | 남편과 같이 | 시끄럽게 해서 | 가려고 하거나 | 전화드렸는데. | 주민등록등본,
"""
HESITATING = """
어 | 음... | 그, | 저기 | 어, 그러니까 | 네, 그런데 | 그게 | 뭐지 | 그니까 | 잠깐만요 | 그거 있잖아요 | 아 | 으음
... | 혹시
"""
NUMBER = """
공일공 | 010 | 12 | 이삼사오 | 구천백이십 | 차 번호가 삼십사 | 010-1234 | 공일공에
"""
FRAGMENT = """
여권 | 여권 재발급 | 주정차 신고 | 경찰서 | 신청서 | 동네 | 수원시 | 팔달구 | 경기도 | 보건소 | 예방 접종
운전면허 | 문의 | 허가 | 고양이
"""


def _cases() -> list[tuple[str, SentenceEnd]]:
    tables = {
        SentenceEnd.FINISHED: FINISHED,
        SentenceEnd.LEADS_ON: LEADS_ON,
        SentenceEnd.OPEN: OPEN,
        SentenceEnd.HESITATING: HESITATING,
        SentenceEnd.NUMBER: NUMBER,
        SentenceEnd.FRAGMENT: FRAGMENT,
    }
    return [
        (text.strip(), end)
        for end, table in tables.items()
        for text in table.replace("\n", "|").split("|")
        if text.strip()
    ]


@pytest.mark.parametrize(("text", "end"), _cases())
def test_the_last_word_tells_whether_more_must_come(text: str, end: SentenceEnd) -> None:
    assert sentence_end(text) is end


def test_the_table_is_long_enough_to_mean_something() -> None:
    assert len(_cases()) >= 120


def test_a_text_without_words_is_no_end() -> None:
    assert sentence_end("") is SentenceEnd.HESITATING
