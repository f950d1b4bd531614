"""Short words over our speech, as recognisers wrote them and with the lead they had: a listener's, or a turn?"""

from __future__ import annotations

import pytest

from dialogs.vocabulary import Expectation
from voice_agent.pipeline.frames import SpeechHeard
from voice_agent.pipeline.over_speech import begins_as_listeners, is_only_listening

MEANT = ("쓰레기", "상담원", "아이")


def listening(
    text: str,
    lead: float | None,
    speech_s: float = 1.1,
    *,
    others: tuple[str, ...] = (),
    expects: tuple[str, ...] = (),
    answer_due: bool = False,
) -> bool:
    heard = SpeechHeard(
        turn=0,
        text=text,
        confidence=0.3,
        decode_s=0.3,
        speech_s=speech_s,
        last_word_at=0.0,
        lead=lead,
        alternatives=others,
    )
    return is_only_listening(
        heard,
        Expectation(words=expects),
        answer_due=answer_due,
        heeds=lambda said: any(word in said for word in MEANT),
        urgent=lambda said: "불이야" in said,
    )


@pytest.mark.parametrize(
    ("text", "lead"),
    [("러미아.", 1.2), ("러몰아", 1.8), ("안녕, 안녕.", 0.1), ("네, 뭐예요?", 1.1), ("그라프니어", 0.4), ("네.", None),
     ("", None), ("그라군요.", None)],
)  # fmt: skip
def test_what_a_listeners_words_fit_nearly_as_well_is_a_listeners(text: str, lead: float | None) -> None:
    assert listening(text, lead)


def test_a_word_that_means_something_is_a_listeners_where_a_listeners_was_heard_in_it_too() -> None:
    assert listening("쓰레기.", 0.8, others=("쓰레.", "아 네."))
    assert not listening("쓰레기.", 2.0, others=("쓰레.", "아 네."))


@pytest.mark.parametrize(
    ("text", "lead"),
    [("투래서요.", 1.97), ("오토바이.", 3.4), ("Help me.", 2.5), ("러미아.", None), ("그만.", -2.0), ("잠깐만요.", 0.0),
     ("불이야!", -3.0), ("쓰레기.", 0.8), ("도와주세요.", 1.57), ("그게요.", 2.03), ("그 폐요.", 3.1),
     ("쓰레기.", None), ("왜 써요?", 1.4), ("길어 말고요.", 2.8)],
)  # fmt: skip
def test_what_they_do_not_fit_is_a_turn_and_so_are_danger_stop_words_and_unasked_recognisers(
    text: str, lead: float | None
) -> None:
    assert not listening(text, lead)


def test_a_word_with_a_meaning_is_a_hum_where_the_sound_says_so() -> None:
    assert listening("전화번호", -0.4, expects=("전화번호",)), "the recogniser writes what it has been told to expect"
    assert not listening("전화번호", 2.1, expects=("전화번호",))
    assert listening("아이.", 0.05)
    assert listening("아이?", 1.9, speech_s=0.83), "half a second of voice is one syllable"
    assert not listening("아이?", 1.9, speech_s=1.0)


def test_other_readings_tell_what_the_first_has_lost() -> None:
    assert not listening("아 네, 여,", 0.0, others=("아 네, 요.", "아니예요."))
    assert listening("오, 예리야.", 2.1, others=("오, 예.",))
    assert not listening("오, 예리야.", 2.1)


def test_two_syllables_without_a_meaning_are_a_hum_unless_they_last_or_fit_very_well() -> None:
    assert listening("왐바.", 2.6)
    assert listening("왐바.", None)
    assert not listening("치통.", 3.4)
    assert listening("원.", 3.4), "one syllable fits whatever is drawn out"
    assert listening("름라.", 1.3), "a little like 그만"
    assert not listening("기만.", 2.4)
    assert not listening("왐바.", 2.6, speech_s=1.6)


def test_speech_that_the_recogniser_rejects_is_a_turn_unless_it_was_as_short_as_a_hum() -> None:
    assert listening("", None, speech_s=1.1)
    assert not listening("", None, speech_s=1.3)


def test_longer_than_a_hum_needs_less_of_a_lead() -> None:
    assert not listening("루스어요.", 1.8, speech_s=1.18)
    assert listening("루스어요.", 1.8, speech_s=1.1)


def test_longer_speech_is_a_turn_whatever_it_sounds_like() -> None:
    assert not listening("러미아 러미아", 0.1, speech_s=2.0)


def test_a_yes_that_is_an_answer_is_a_turn() -> None:
    assert not listening("네.", None, answer_due=True)


@pytest.mark.parametrize(
    ("text", "begins"), [("네", True), ("그렇", True), ("네, 알겠", True), ("아", True), ("그", False)]
)
def test_a_beginning_is_a_listeners_where_little_else_can_come_of_it(text: str, begins: bool) -> None:
    assert begins_as_listeners(text) is begins
