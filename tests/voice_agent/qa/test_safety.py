from __future__ import annotations

from pathlib import Path

import pytest

from dialogs.loader import default_library, load_hotline
from dialogs.safety import Safety
from voice_agent.engines.embedding import E5Embedder
from voice_agent.errors import ConfigError
from voice_agent.qa.safety import OWN_SET, measure_safety, read_utterances

EVERY = 8
"""Of the sentences that danger is learnt from, one in so many is embedded here."""


@pytest.fixture(scope="module")
def safety() -> Safety:
    return Safety(load_hotline(default_library()).safety)


@pytest.mark.parametrize("part", ["development", "held_out"])
def test_the_floors_by_words_and_sound(safety: Safety, part: str) -> None:
    figures = measure_safety(safety, read_utterances(OWN_SET, part))
    assert figures["recall"] >= 0.97
    assert figures["needless_questions"] <= 0.10
    assert figures["needless_transfers"] <= 0.02
    assert figures["class_accuracy"] >= 0.85


@pytest.mark.engines
def test_meaning_hears_danger_that_no_word_of_ours_tells() -> None:
    """A few of the sentences it learns from, and of the utterances nobody wrote phrases for: all take over a minute."""
    file = load_hotline(default_library()).safety
    file = file.model_copy(
        update={
            "categories": tuple(
                one.model_copy(update={"prototypes": one.prototypes[::EVERY]}) for one in file.categories
            ),
            "harmless_prototypes": file.harmless_prototypes[::EVERY],
        }
    )
    asked = read_utterances(OWN_SET, "fresh")[::3]
    by_words = measure_safety(Safety(file), asked)
    by_meaning = measure_safety(Safety(file, E5Embedder()), asked)
    assert by_meaning["recall"] >= by_words["recall"] + 0.05
    assert by_meaning["recall"] >= 0.85
    assert by_meaning["needless_transfers"] <= 0.04


def test_the_set_is_large_and_even() -> None:
    utterances = read_utterances(OWN_SET)
    assert sum(one.dangerous for one in utterances) >= 150
    assert sum(not one.dangerous for one in utterances) >= 150
    assert len(read_utterances(OWN_SET, "held_out")) >= 120
    assert len(read_utterances(OWN_SET, "fresh")) >= 150
    assert len(read_utterances(OWN_SET, "blind")) >= 130
    assert len({(one.text, one.part) for one in utterances}) == len(utterances)


def test_what_is_missed_is_named(safety: Safety, tmp_path: Path) -> None:
    path = tmp_path / "u.tsv"
    path.write_text(
        "text\tclass\n감자가 비싸요\tfire\n불이 났어요\t화재\n여권을 만들어요\t-\n집에 불났어요\tufo\n", "utf-8"
    )
    figures = measure_safety(safety, read_utterances(path))
    assert figures["recall"] == pytest.approx(0.6667)
    assert figures["missed"] == [{"text": "감자가 비싸요", "class": "fire_rescue"}]
    assert figures["class_accuracy"] == 1.0
    assert figures["unknown_classes"] == ["ufo"]
    assert figures["needless_questions"] == figures["needless_transfers"] == 0.0


@pytest.mark.parametrize(
    ("written", "category"),
    [
        ("가정폭력", "home_violence"), ("domestic-violence", "home_violence"), ("노인학대", "elder_abuse"),
        ("Missing", "missing_person"), ("none", "-"), ("-", "-"), ("", None),
    ],
)  # fmt: skip
def test_foreign_names_of_classes(tmp_path: Path, written: str, category: str | None) -> None:
    path = tmp_path / "u.tsv"
    path.write_text(f"text\tclass\n누가 때려요\t{written}\n", "utf-8")
    if category is None:
        with pytest.raises(ConfigError, match=r"u\.tsv:2"):
            read_utterances(path)
    else:
        assert read_utterances(path)[0].expected == category


@pytest.mark.parametrize(
    "content", [b"", b"text\tclass\n", b"text\tclass\nno tab here\n", b"text\tclass\n\xff\xfe\t-\n"]
)
def test_a_bad_file_is_told_from_a_good_one(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "u.tsv"
    path.write_bytes(content)
    with pytest.raises(ConfigError, match=r"u\.tsv"):
        read_utterances(path)


def test_a_missing_file_and_an_unknown_part_are_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="readable"):
        read_utterances(tmp_path / "none.tsv")
    with pytest.raises(ConfigError, match="held_out"):
        read_utterances(OWN_SET, "elsewhere")
