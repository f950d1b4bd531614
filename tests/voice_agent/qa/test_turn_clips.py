"""The clips of ``bench turns``: from a manifest, and by recipe."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
import pytest

from dialogs.vocabulary import Expectation, Expected
from voice_agent.engines.ports import Speech
from voice_agent.errors import ConfigError
from voice_agent.qa.turn_clips import LINE_RATE, Pause, Utterance, make_turn_clips, read_turn_clips, recipe

RATE = 24_000


def manifest(folder: Path, *rows: str, header: str = "file\ttranscript\tpauses\texpected") -> Path:
    with wave.open(str(folder / "a.wav"), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(LINE_RATE)
        file.writeframes(bytes(2 * LINE_RATE))
    path = folder / "clips.tsv"
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("column", "pauses"),
    [
        ("[[0.2, 0.5]]", (Pause(0.2, 0.5),)),
        ('[{"start": 0.2, "end": 0.5, "text": "여권을"}]', (Pause(0.2, 0.5),)),
        ('"[{""start"": 0.2, ""end"": 0.5}]"', (Pause(0.2, 0.5),)),
        ("[]", ()),
        ("", None),
    ],
)
def test_pauses_are_read_in_every_form(tmp_path: Path, column: str, pauses: tuple[Pause, ...] | None) -> None:
    [clip] = read_turn_clips(manifest(tmp_path, f"a.wav\t여권이요\t{column}\tplace"))
    assert clip.pauses == pauses
    assert clip.expectation.kind is Expected.PLACE
    assert len(clip.pcm) == LINE_RATE


def test_without_the_columns_pauses_are_to_be_found_and_anything_is_expected(tmp_path: Path) -> None:
    [clip] = read_turn_clips(manifest(tmp_path, "a.wav\t여권이요", header="file\ttranscript"))
    assert clip.pauses is None
    assert clip.expectation == Expectation()


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("a.wav\t여권\t[[0.5, 0.2]]\t", "pauses: expected a JSON list"),
        ("a.wav\t여권\t0.2\t", "pauses: expected a JSON list"),
        ("a.wav\t여권\t[]\tsomething", "got 'something'"),
        ("b.wav\t여권\t[]\t", "b.wav"),
    ],
)
def test_a_mistake_is_told_with_its_line(tmp_path: Path, row: str, told: str) -> None:
    with pytest.raises(ConfigError, match=r"clips\.tsv:2") as error:
        read_turn_clips(manifest(tmp_path, row))
    assert told in str(error.value)


def test_the_recipe_is_large_enough_and_its_parts_share_nothing() -> None:
    dev, held_out = recipe("dev"), recipe("held_out")
    assert not {line.said for line in dev} & {line.said for line in held_out}
    assert len(held_out) >= 60
    assert sum(len(line.pieces) - 1 for line in held_out) >= 60
    assert {line.expectation.kind for line in held_out} >= {
        Expected.ANYTHING, Expected.YES_NO, Expected.CHOICE, Expected.PLACE, Expected.DIGITS, Expected.PLATE,
    }  # fmt: skip


def test_an_utterance_is_spoken_in_one_go_with_a_comma_at_each_pause() -> None:
    assert Utterance("집 앞에 / 차가, / 있어요.", Expectation()).spoken == "집 앞에, 차가, 있어요."


class ToneVoice:
    """A voice of tones: a second for each word, with 100 ms between them."""

    name = voice = "tones"

    async def load(self) -> None:
        """Nothing to load."""

    async def synthesize(self, text: str, *, pace: float = 1.0) -> Speech:
        """One tone a word."""
        tone = (8000 * np.sin(2 * np.pi * 440 * np.arange(RATE) / RATE)).astype(np.int16)
        gap = np.zeros(RATE // 10, np.int16)
        words = [piece for _ in text.split() for piece in (tone, gap)]
        return Speech(np.concatenate(words[:-1]), RATE)

    async def close(self) -> None:
        """Nothing to close."""


async def test_quiet_is_put_in_where_the_voice_is_quiet_and_the_same_each_time(tmp_path: Path) -> None:
    said = [Utterance("하나둘 / 셋넷", Expectation())]
    [clip] = await make_turn_clips(said, ToneVoice(), tmp_path, lambda _done, _total: None)
    [again] = await make_turn_clips(said, ToneVoice(), tmp_path, lambda _done, _total: None)
    assert clip.pauses is not None
    [pause] = clip.pauses
    assert pause.start_s == pytest.approx(1.0, abs=0.02)
    assert 0.15 <= pause.length_s <= 1.2
    assert len(clip.pcm) / LINE_RATE == pytest.approx(2.0 + pause.length_s, abs=0.03)
    inside = clip.pcm[round((pause.start_s + 0.01) * LINE_RATE) : round((pause.end_s - 0.01) * LINE_RATE)]
    assert np.abs(inside).max() < 400
    assert (again.pauses, again.pcm.tolist()) == (clip.pauses, clip.pcm.tolist())
