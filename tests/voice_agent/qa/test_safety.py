from __future__ import annotations

from pathlib import Path

import pytest

from dialogs.loader import default_library, load_hotline
from dialogs.safety import Safety
from voice_agent.errors import ConfigError
from voice_agent.qa.safety import OWN_SET, measure_safety, read_utterances


@pytest.fixture(scope="module")
def safety() -> Safety:
    return Safety(load_hotline(default_library()).safety)


@pytest.mark.parametrize("part", ["", "held_out"])
def test_the_floors(safety: Safety, part: str) -> None:
    figures = measure_safety(safety, read_utterances(OWN_SET, part))
    assert figures["recall"] >= 0.97
    assert figures["needless_questions"] <= 0.10
    assert figures["needless_transfers"] <= 0.02
    assert figures["class_accuracy"] >= 0.85


def test_the_set_is_large_and_even() -> None:
    utterances = read_utterances(OWN_SET)
    assert sum(one.dangerous for one in utterances) >= 150
    assert sum(not one.dangerous for one in utterances) >= 150
    assert len(read_utterances(OWN_SET, "held_out")) >= 120
    assert len({one.text for one in utterances}) == len(utterances)


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
