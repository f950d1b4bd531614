"""The shipped content of Gyeonggi Province's 120 call centre."""

from __future__ import annotations

import re
import time

import pytest

from dialogs.commands import Clarify, StartFlow, Unknown
from dialogs.engine import DialogEngine
from dialogs.korean.places import CITIES
from dialogs.loader import default_library, load_hotline
from dialogs.model import Hotline
from dialogs.passages import passages
from dialogs.retrieval import Retriever
from dialogs.understanding import Understanding
from dialogs.vocabulary import CallerSaid, Say
from tests.dialogs.phone_call import DAY, NOW

SYLLABLES_A_SECOND = 5.0
"""A slow public announcement; conversation runs at 6 to 7."""


def test_the_greeting_takes_at_most_twelve_seconds(gyeonggi: Hotline) -> None:
    _, outputs = DialogEngine(gyeonggi, now=lambda: NOW).start()
    spoken = "".join(output.text for output in outputs if isinstance(output, Say))
    assert len(re.findall(r"[가-힣0-9]", spoken)) / SYLLABLES_A_SECOND <= 12


def test_sentences_are_short_enough_to_hear(gyeonggi: Hotline) -> None:
    for text in DialogEngine(gyeonggi, now=lambda: NOW).fixed_sentences():
        for sentence in re.split(r"(?<=[.?!])\s+", text):
            assert len(sentence) <= 70, sentence


@pytest.fixture(scope="module")
def whole() -> DialogEngine:
    """Everything that is shipped."""
    return DialogEngine(load_hotline(default_library()), now=lambda: NOW)


def test_sentences_beside_the_callers_own_words_are_made_ahead(whole: DialogEngine) -> None:
    assert {"확인하겠습니다.", "신고를 접수했습니다."} <= set(whole.flow_sentences("illegal_parking"))


@pytest.mark.parametrize("misheard", ["온다.", "아멸.", "안해.", "넘네.", "안녕?", "너나?", "네, 뭐예요?", "뱀맛"])
def test_a_misheard_hum_means_nothing(whole: DialogEngine, misheard: str) -> None:
    state, _ = whole.start()
    assert not whole.heeds(state, misheard)
    assert whole.heeds(state, "불이야") and whole.heeds(state, "상담원 바꿔 주세요")


@pytest.mark.parametrize("misheard", ["뱀맛", "아멸.", "넘네."])
def test_two_syllables_of_nonsense_are_no_request(whole: DialogEngine, misheard: str) -> None:
    state, _ = whole.start()
    assert Understanding(whole.hotline).wish(misheard, state) == (Unknown(),)


@pytest.mark.parametrize(("word", "flow"), [("포트홀", "pothole"), ("로드킬.", "dead_animal")])
def test_one_word_of_the_hotlines_may_be_a_request(whole: DialogEngine, word: str, flow: str) -> None:
    state, _ = whole.start()
    first = Understanding(whole.hotline).wish(word, state)[0]
    assert first == StartFlow(flow)


def test_two_syllables_that_are_a_word_of_the_hotlines_are_a_request(whole: DialogEngine) -> None:
    state, _ = whole.start()
    understanding = Understanding(whole.hotline, Retriever(passages(whole.hotline)))
    assert isinstance(understanding.wish("여권", state)[0], Clarify)


def test_no_unverified_fact_is_spoken(gyeonggi: Hotline) -> None:
    spoken = "\n".join(DialogEngine(gyeonggi, now=lambda: NOW).fixed_sentences())
    unverified = [fact.say for fact in gyeonggi.facts.values() if not fact.verified]
    assert unverified
    assert not any(say in spoken for say in unverified)


def test_every_city_and_county_is_in_the_directory(gyeonggi: Hotline) -> None:
    names = {name for entry in gyeonggi.directory for name in (entry.name, *entry.aliases)}
    assert set(CITIES) <= names
    assert [name.removesuffix("청") for name in gyeonggi.places] == list(CITIES)
    assert (len(CITIES), sum(city.endswith("시") for city in CITIES)) == (31, 28)


def test_every_number_that_may_be_spoken_has_its_source(gyeonggi: Hotline) -> None:
    speakable = [entry for entry in gyeonggi.directory if entry.number_on(DAY)]
    assert len(speakable) >= 5
    assert all(entry.source and entry.checked for entry in speakable)


def test_only_offices_whose_number_is_known_are_suggested(gyeonggi: Hotline) -> None:
    known = {name for entry in gyeonggi.directory if entry.number_on(DAY) for name in (entry.name, *entry.aliases)}
    office = gyeonggi.flow("department_number").slots["office"]
    assert set(office.words) <= known
    assert office.ask_again is not None
    assert set(re.findall(r"[가-힣]+(?:시청|군청|공단)", office.ask_again.text)) <= known


def test_the_caller_is_never_told_to_dial_the_number_just_dialled(gyeonggi: Hotline) -> None:
    wording = gyeonggi.wording
    for prompt in (wording.transfer_failed.not_supported, wording.hand_off_unavailable, wording.closing):
        assert "fact" not in prompt.text and gyeonggi.number not in prompt.text


def test_danger_leads_to_the_lawful_numbers(gyeonggi: Hotline) -> None:
    assert gyeonggi.facts["fire_number"].say == "119"
    assert gyeonggi.facts["police_number"].say == "112"
    assert gyeonggi.person.key == "0"


def test_loading_and_stepping_are_quick() -> None:
    """Ten times what a quiet machine takes, so that a busy one does not fail: 1 s for everything, 15 ms a turn."""
    started = time.perf_counter()
    engine = DialogEngine(load_hotline(default_library()), now=lambda: NOW)
    assert time.perf_counter() - started < 10
    state, _ = engine.start()
    started = time.perf_counter()
    engine.step(state, CallerSaid("제가 어제 길을 가다가 여권을 잃어버렸는데 다시 발급받으려면 어떻게 해야 하나요"))
    assert time.perf_counter() - started < 0.15
