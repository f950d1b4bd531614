from __future__ import annotations

import pytest

from dialogs.korean.yes_no import needs_no_more, parse_yes_no, reading_that_answers


@pytest.mark.parametrize(
    "said", ["네", "예.", "네 맞습니다", "맞아요", "네네", "그렇습니다", "응", "네맞아요", "네, 있어요", "내"]
)
def test_yes(said: str) -> None:
    assert parse_yes_no(said) is True


@pytest.mark.parametrize(
    "said",
    [
        "아니요",
        "아뇨.",
        "아닙니다",
        "네 아니에요",
        "틀렸어요",
        "차 번호가 틀렸어요",
        "안 맞아요",
        "없어요",
        "아니 그게 아니고",
        "괜찮아요",
    ],
)
def test_no(said: str) -> None:
    assert parse_yes_no(said) is False


@pytest.mark.parametrize("said", ["", "동네", "여권이요", "글쎄요", "예산이 궁금해요", "12가 3456"])
def test_neither(said: str) -> None:
    assert parse_yes_no(said) is None


@pytest.mark.parametrize(
    ("heard", "answer"),
    [
        ("아 니요", False), ("아니 요", False), ("아 뇨", False), ("맞 아요", True), ("냬", True), ("냬 맞아요", True),
        ("너네.", True), ("네, 맞아요,요.", True), ("아니예요,요, 하.", False), ("네 시요", None), ("네 번이요", None),
        ("너네 집 앞이요", None),
    ],
)  # fmt: skip
def test_short_answers_as_a_recogniser_writes_them(heard: str, answer: bool | None) -> None:
    assert parse_yes_no(heard) is answer


@pytest.mark.parametrize(
    ("heard", "thanks"),
    [
        ("네 왈겠습니다", True), ("냬 알겠습니다", True), ("감사합미다", True), ("네알겠습니다", True),
        ("여권 재발급이요", False), ("알고 싶습니다", False), ("네", False), ("안 되겠습니다", False),
    ],
)  # fmt: skip
def test_misspelt_thanks(heard: str, thanks: bool) -> None:
    assert needs_no_more(heard) is thanks


@pytest.mark.parametrize(
    ("text", "alternatives", "reading"),
    [
        ("안해.", ("아네.", "네."), "아네."),
        ("아미예요.", ("아니에요요.", "아니예요."), "아니에요요."),
        ("아넬.", ("아뇨.", "아네."), "아넬."),  # a yes and a no: it is asked again
        ("예?", ("예.",), "예?"),
        ("아니요.", ("아, 네.",), "아니요."),
        ("엄마자.", ("엄마야.",), "엄마자."),
        ("수원시청 앞이에요.", ("네.",), "수원시청 앞이에요."),
    ],
)
def test_a_short_answer_misspelt_is_taken_from_the_other_readings(
    text: str, alternatives: tuple[str, ...], reading: str
) -> None:
    assert reading_that_answers(text, alternatives) == reading
