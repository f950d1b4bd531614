"""Windows, retries and cuts, with a decoder written for the purpose."""

from __future__ import annotations

import numpy as np
import pytest

from voice_agent.engines.ports import STT_RATE, Samples
from voice_agent.engines.stt.guards import Decoded
from voice_agent.engines.stt.short_context import hear, padded, prompt_text, said_once, split, windows_s

LOOP = Decoded("감사합니다. " * 12, 60, -0.1, 0.0)
WORDS = Decoded("여권을 만들려고요", 9, -0.2, 0.0)


def speech(seconds: float) -> Samples:
    return np.random.default_rng(1).normal(0, 0.1, int(seconds * STT_RATE)).astype(np.float32)


class Decoder:
    """Decodes by a list; remembers the windows in seconds and the token limits."""

    def __init__(self, *results: Decoded) -> None:
        self.results = list(results)
        self.windows: list[float] = []
        self.limits: list[int] = []

    def __call__(self, window: Samples, most_tokens: int) -> Decoded:
        self.windows.append(len(window) / STT_RATE)
        self.limits.append(most_tokens)
        return self.results.pop(0)


def test_a_short_utterance_gets_ten_seconds_and_few_tokens() -> None:
    decoder = Decoder(WORDS)
    assert hear(speech(3.0), decoder).text == "여권을 만들려고요"
    assert decoder.windows == [10.0]
    assert decoder.limits == [52]


def test_a_longer_one_gets_its_own_length_and_two_seconds() -> None:
    decoder = Decoder(WORDS)
    hear(speech(12.0), decoder)
    assert decoder.windows == [14.0]


def test_a_loop_is_tried_again_with_longer_windows() -> None:
    decoder = Decoder(LOOP, LOOP, WORDS)
    assert hear(speech(3.0), decoder).text == "여권을 만들려고요"
    assert decoder.windows == [10.0, 15.0, 30.0]


def test_a_loop_to_the_end_is_rejected() -> None:
    heard = hear(speech(3.0), Decoder(LOOP, LOOP, LOOP))
    assert (heard.text, heard.rejected) == ("", "loop")


def test_doubtful_speech_has_no_text_but_a_reason() -> None:
    heard = hear(speech(2.0), Decoder(Decoded("시청해 주셔서", 5, -1.9, 0.4)))
    assert (heard.text, heard.rejected) == ("", "low_probability")


def test_long_audio_is_cut_at_its_quietest_and_joined() -> None:
    samples = speech(40.0)
    quiet = slice(26 * STT_RATE, 26 * STT_RATE + STT_RATE // 10)
    samples[quiet] = 0.0
    first, second = split(samples)
    assert quiet.start <= len(first) <= quiet.stop
    assert len(first) + len(second) == len(samples)
    heard = hear(samples, Decoder(WORDS, Decoded("내일이요", 4, -0.4, 0.0)))
    assert heard.text == "여권을 만들려고요 내일이요"
    assert 0.67 < heard.confidence < 0.82


def test_a_rejected_half_does_not_take_the_other_with_it() -> None:
    heard = hear(speech(40.0), Decoder(WORDS, Decoded("음악", 2, -0.4, 0.9)))
    assert (heard.text, heard.rejected) == ("여권을 만들려고요", "")


@pytest.mark.parametrize(("seconds", "windows"), [(0.3, [10, 15, 30]), (14, [16, 30]), (28, [30])])
def test_windows(seconds: float, windows: list[float]) -> None:
    assert windows_s(seconds) == windows


def test_a_word_that_is_waited_for_gets_a_shorter_window() -> None:
    assert windows_s(1.0, brief=True) == [6.0, 10.0, 15.0, 30.0]
    assert windows_s(2.5, brief=True) == [10.0, 15.0, 30.0]
    decoder = Decoder(LOOP, WORDS)
    assert hear(speech(1.0), decoder, brief=True).text == "여권을 만들려고요"
    assert decoder.windows == [6.0, 10.0]


def test_what_is_not_believed_in_the_shorter_window_is_heard_again() -> None:
    decoder = Decoder(Decoded("시청해 주셔서", 5, -1.9, 0.4), WORDS)
    assert hear(speech(1.0), decoder, brief=True).text == "여권을 만들려고요"
    assert decoder.windows == [6.0, 10.0]


def test_a_word_that_the_short_window_made_twice_was_said_once() -> None:
    twice = Decoded("네 알겠습니다, 네 알겠", 9, -0.2, 0.0, ("네, 네.", "여권이요."))
    heard = hear(speech(1.0), Decoder(twice), brief=True)
    assert (heard.text, heard.alternatives) == ("네 알겠습니다", ("네", "여권이요."))
    assert hear(speech(1.0), Decoder(twice)).text == twice.text


@pytest.mark.parametrize("text", ["삼, 삼", "일이, 일이.", "2, 2", "하나, 하나", "백, 백", "여권, 주차"])
def test_the_same_number_twice_is_two_numbers(text: str) -> None:
    assert said_once(text) == text


def test_padding_is_silence_to_whole_frames() -> None:
    window = padded(np.ones(100, np.float32), 10.013)
    assert len(window) % 320 == 0 and len(window) / STT_RATE == pytest.approx(10.0, abs=0.03)
    assert window[:100].all() and not window[100:].any()


def test_expected_words_become_a_prompt() -> None:
    assert prompt_text(["여권", " 주차 ", ""]) == "여권, 주차."
    assert prompt_text(()) == ""
    assert prompt_text([f"낱말{n}" for n in range(40)]).count("낱말") == 30


def test_other_readings_come_along_where_there_is_one_piece() -> None:
    doubtful = Decoded("여권을 만들려고요", 9, -0.2, 0.0, ("여권을 만드려고요",))
    assert hear(speech(3.0), Decoder(doubtful)).alternatives == ("여권을 만드려고요",)
    assert hear(speech(40.0), Decoder(doubtful, doubtful)).alternatives == ()
    rejected = Decoded("시청해 주셔서", 5, -1.9, 0.4, ("시청해 주세요",))
    assert hear(speech(2.0), Decoder(rejected)).alternatives == ()
