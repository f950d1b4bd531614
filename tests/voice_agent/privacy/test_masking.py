"""Masking: whatever belongs to a caller goes, what a record needs to be read stays."""

from __future__ import annotations

import re
from typing import NoReturn

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from voice_agent.privacy import masking
from voice_agent.privacy.masking import KoPiiMasker, mask_keys, mask_numbers, mask_remote

MASKER = KoPiiMasker()
FOUR_DIGITS = re.compile(r"\d{4}")


@pytest.mark.parametrize(
    ("said", "stored"),
    [
        ("제 번호는 010-1234-5678 이에요", "제 번호는 [전화번호] 이에요"),
        ("주민번호 900101-1234568 입니다", "주민번호 [주민등록번호] 입니다"),
        ("카드 4111 1111 1111 1111 이요", "카드 [카드번호] 이요"),
        ("내 차는 12가 3456 이에요", "내 차는 [차량번호] 이에요"),
        ("차 번호 123너4567", "차 번호 [차량번호]"),
        ("접수 번호는 48 213 이고요", "접수 번호는 [번호] 이고요"),
        ("공일공 일이삼사 오육칠팔로 전화 주세요", "[번호]로 전화 주세요"),
        ("공일공에 일이삼사에 오육칠팔", "[번호]"),
        ("010에 1234에 5678", "[번호]"),
        ("일이가에 삼사오육입니다", "[차량번호]입니다"),
        ("제 이름은 박영희예요", "제 이름은 [성명]예요"),
        ("성함은 홍길동님 맞으신가요?", "성함은 [성명]님 맞으신가요?"),
        ("저는 김철수라고 합니다", "저는 [성명]라고 합니다"),
        ("이메일은 abc@example.com", "이메일은 [이메일]"),
        ("뒷자리 567이요", "뒷자리 [번호]이요"),
    ],
)
def test_what_belongs_to_a_caller_goes(said: str, stored: str) -> None:
    assert MASKER.mask(said) == stored


@pytest.mark.parametrize(
    "said",
    [
        "",
        "네",
        "여권을 만들려면 어디로 가야 하나요?",
        "2026년 3월 5일에 신청했어요",
        "수수료는 53,000원입니다.",
        "3000원이에요",
        "65세 이상은 무료입니다",
        "119에 전화하세요",
        "경기도 120 콜센터입니다.",
        "평일 9시부터 18시까지입니다.",
        "그 일이 이 사람 일이에요",
        "저는 장애인인데요",
        "저는 대학생이에요",
        "성함을 말씀해 주세요",
        "이름은 말 안 할래요",
        "상담원을 연결해 드리겠습니다. 잠시만 기다려 주세요.",
        "다시 한 번 말씀해 주시겠어요?",
        "가로등이 꺼졌어요",
        "음성은 잘 들려요",
        "전봇대가 기울었어요",
    ],
)
def test_what_a_record_needs_stays(said: str) -> None:
    assert MASKER.mask(said) == said


@pytest.mark.parametrize("said", ["1958년생이에요", "2001년 출생", "1234년에", "1234 5678원", "1234567원"])
def test_a_year_or_an_amount_is_kept_only_where_it_can_be_nothing_else(said: str) -> None:
    assert not FOUR_DIGITS.search(MASKER.mask(said))


def test_a_text_that_cannot_be_examined_is_withheld(monkeypatch: pytest.MonkeyPatch) -> None:
    def stumble(*_: object, **__: object) -> NoReturn:
        raise IndexError("제 이름은")

    monkeypatch.setattr(masking, "detect_all", stumble)
    with capture_logs() as logs:
        assert MASKER.mask("제 이름은 박영희예요") == masking.WITHHELD
    assert logs == [{"event": "masking.failed", "log_level": "error", "error": "IndexError"}]


separators = st.sampled_from(["", " ", "-", " - ", ".", "에 "])
letters = st.sampled_from("가나다라마거너더러머버서어저고노도로모보소오조구누두루무부수우주아바사자배하허호")
around = st.sampled_from(["{}", "제 번호는 {}입니다", "네 {} 이요", "{}이고 {}예요", "번호{}번", "전화 {}로", "차 {}"])


def numbers(*groups: int) -> st.SearchStrategy[str]:
    parts = [st.text("0123456789", min_size=size, max_size=size) for size in groups]
    return st.tuples(separators, *parts).map(lambda drawn: drawn[0].join(drawn[1:]))


personal = st.one_of(
    st.tuples(st.sampled_from(["010", "011", "031", "02", "070"]), separators, numbers(4, 4)).map("".join),
    numbers(6, 7),
    numbers(4, 4, 4, 4),
    numbers(3, 2, 6),
    st.tuples(numbers(2), letters, st.sampled_from(["", " "]), numbers(4)).map("".join),
    st.tuples(numbers(3), letters, st.sampled_from(["", " "]), numbers(4)).map("".join),
    st.text("0123456789", min_size=4, max_size=20),
)


@given(frame=around, number=personal)
@settings(max_examples=400, deadline=None)
def test_no_run_of_four_digits_survives(frame: str, number: str) -> None:
    masked = MASKER.mask(frame.replace("{}", number))
    assert not FOUR_DIGITS.search(masked), masked
    assert not re.search(r"\d[\s\-.]*\d[\s\-.]*\d[\s\-.]*\d", masked), masked


@given(text=st.text("0123456789 -가나공일이삼원년[]번호.,\n", max_size=40))
@settings(max_examples=400, deadline=None)
def test_masking_numbers_twice_changes_nothing_more(text: str) -> None:
    once = mask_numbers(text)
    assert mask_numbers(once) == once


@given(text=st.text(max_size=60))
@settings(max_examples=200, deadline=None)
def test_any_text_can_be_masked(text: str) -> None:
    assert isinstance(MASKER.mask(text), str)


@pytest.mark.parametrize(
    ("remote", "shown"),
    [
        ("sip:01012345678@host", "sip:010****5678@host"),
        ("sip:010-1234-5678@host:5060;transport=tcp", "sip:010****5678@host:5060"),
        ('"홍길동" <sip:+821012345678@192.0.2.7>;tag=77', "sip:+821*****5678@192.0.2.7"),
        ("tel:+82-10-1234-5678", "tel:+821*****5678"),
        ("sip:hong.gildong@host", "sip:***@host"),
        ("sip:hong:secret@host", "sip:***@host"),
        ("sip:1001@host?subject=홍길동", "sip:****@host"),
        ("sip:0212345678;phone-context=hong@host", "sip:021***5678@host"),
        ("sips:1001@[2001:db8::1]:5061", "sips:****@[2001:db8::1]:5061"),
        ("sip:01012345678", "sip:010****5678"),
        ("sip:01012345678@홍길동", "sip:010****5678"),
        ("01012345678", "010****5678"),
        ("/data/홍길동/caller.wav", "***"),
        ("", "***"),
    ],
)
def test_a_remote_address_is_told_apart_but_not_told(remote: str, shown: str) -> None:
    assert mask_remote(remote) == shown


@given(number=st.text("0123456789", min_size=4, max_size=15), name=st.sampled_from(["", '"홍길동" ']))
def test_no_whole_number_and_no_name_in_a_remote_address(number: str, name: str) -> None:
    shown = mask_remote(f"{name}<sip:{number}@host.example>")
    assert number not in shown and "홍길동" not in shown
    assert "*" in shown


def test_keys() -> None:
    assert [mask_keys(keys) for keys in ("", "1", "12", "900101")] == ["", "1", "**", "******"]
