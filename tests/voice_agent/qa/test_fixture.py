"""Reading cases, and what is told of mistakes in them."""

from __future__ import annotations

from pathlib import Path

import pytest

from voice_agent.errors import ConfigError
from voice_agent.qa.fixture import ScriptTurn, read_fixtures
from voice_agent.qa.recording import Recording, Shape, read_recording, write_recording
from voice_agent.qa.replay_run import EngineKind

SHIPPED = Path(__file__).parents[3] / "audio_fixtures"


def case(folder: Path, script: str, expected: str = "outcome: completed\n") -> Path:
    """A case in a folder of its own; returns the folder of all cases."""
    made = folder / "case"
    made.mkdir()
    (made / "script.yaml").write_text(script, encoding="utf-8")
    (made / "expected.yaml").write_text(expected, encoding="utf-8")
    (made / "SOURCE.md").write_text("ours\n", encoding="utf-8")
    return folder


def test_the_shipped_cases_are_right_and_cover_what_callers_do() -> None:
    fixtures = read_fixtures(SHIPPED)
    tags = {tag for fixture in fixtures for tag in fixture.script.tags}
    assert len(fixtures) >= 60
    wanted = {"crisis", "abuse", "elder", "hesitation", "correction", "two_intents", "wrong_number", "background"}
    assert wanted | {"silence", "keys", "early_hang_up", "barge_in", "line"} <= tags
    flows = {path.name.removesuffix(".test.yaml") for path in _flows().glob("*.test.yaml")}
    assert len(flows) >= 32 and flows <= tags


def _flows() -> Path:
    return Path(__file__).parents[3] / "dialogs" / "library" / "gyeonggi" / "flows"


def test_a_mistake_is_told_with_file_line_key_and_hint(tmp_path: Path) -> None:
    folder = case(tmp_path, "title: t\nturns:\n  - says: 여보세요\n    volume: 3\n")
    with pytest.raises(ConfigError, match=r"case/script\.yaml:4:\d+: turns\[0\]\.volume: expected a known key"):
        read_fixtures(folder)


def test_a_turn_is_one_thing(tmp_path: Path) -> None:
    folder = case(tmp_path, "title: t\nturns:\n  - {says: 네, keys: '1'}\n")
    with pytest.raises(ConfigError, match="exactly one of says, keys, silence, hangs_up"):
        read_fixtures(folder)


def test_an_unknown_outcome_is_refused(tmp_path: Path) -> None:
    folder = case(tmp_path, "title: t\nturns:\n  - says: 네\n", "outcome: finished\n")
    with pytest.raises(ConfigError, match=r"case/expected\.yaml:1:\d+: outcome"):
        read_fixtures(folder)


def test_a_case_says_who_made_it(tmp_path: Path) -> None:
    folder = case(tmp_path, "title: t\nturns:\n  - says: 네\n")
    (folder / "case" / "SOURCE.md").unlink()
    with pytest.raises(ConfigError, match="who made it, licence, consent"):
        read_fixtures(folder)


def test_a_recording_that_is_missing_is_told(tmp_path: Path) -> None:
    folder = case(tmp_path, "title: t\nturns:\n  - {says: 네, wav: caller.wav}\n")
    with pytest.raises(ConfigError, match=r"a recording beside it, got caller\.wav"):
        read_fixtures(folder)


def test_an_unknown_case_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no_such_case"):
        read_fixtures(SHIPPED, ["no_such_case"])


def test_pauses_stand_among_the_words() -> None:
    turn = ScriptTurn(says="음 [0.6] 여권을 [1] 잃어버렸어요")
    assert turn.pieces == [("음", 0.0), ("여권을", 0.6), ("잃어버렸어요", 1.0)]
    assert turn.words == "음 여권을 잃어버렸어요"


def test_recordings_are_read_as_they_were_written(tmp_path: Path) -> None:
    fixtures = read_fixtures(SHIPPED)
    recorded = [fixture for fixture in fixtures if (fixture.folder / "recorded.tsv").exists()]
    for fixture in recorded[:3]:
        recording = read_recording(fixture.folder / "recorded.tsv")
        write_recording(tmp_path / "again.tsv", recording)
        assert read_recording(tmp_path / "again.tsv") == recording
    assert read_recording(tmp_path / "none.tsv") == Recording()


def test_a_damaged_recording_names_its_line(tmp_path: Path) -> None:
    path = tmp_path / "recorded.tsv"
    write_recording(path, Recording(shapes={0: Shape(1000, ((100, 900),))}))
    path.write_text(path.read_text() + "heard\tx\n")
    with pytest.raises(ConfigError, match=r"recorded\.tsv:3: expected a line"):
        read_recording(path)


def test_engine_kinds_are_what_the_command_offers() -> None:
    assert [kind.value for kind in EngineKind] == ["recorded", "real"]
