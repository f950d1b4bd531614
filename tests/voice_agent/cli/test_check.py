"""``voice-agent check``."""

from __future__ import annotations

import shutil
from pathlib import Path

from dialogs.loader import default_library
from tests.voice_agent.cli.command import voice_agent, voice_agent_here
from tests.voice_agent.engines.wav_files import tone, wav


def spoilt_library(folder: Path) -> Path:
    """The shipped dialogs with one slip of the pen."""
    shutil.copytree(default_library(), folder / "dialogs")
    flow = folder / "dialogs" / "flows" / "illegal_parking.yaml"
    flow.write_text(flow.read_text(encoding="utf-8").replace("    label: 장소", "    labl: 장소"), encoding="utf-8")
    return folder / "dialogs"


def test_what_is_shipped_is_good() -> None:
    ran = voice_agent("check")
    assert ran.code == 0
    assert "All good" in ran.out


def test_a_mistake_in_a_dialog_is_told_with_file_line_and_hint(tmp_path: Path) -> None:
    dialogs = spoilt_library(tmp_path)
    line = next(
        number
        for number, text in enumerate((dialogs / "flows" / "illegal_parking.yaml").read_text().splitlines(), start=1)
        if "labl" in text
    )
    ran = voice_agent_here("check", "--dialogs", str(dialogs))
    assert ran.code == 1
    assert f"flows/illegal_parking.yaml:{line}:" in ran.err
    assert "did you mean label?" in ran.err
    as_json = voice_agent_here("check", "--dialogs", str(dialogs), "--json")
    assert as_json.code == 1
    assert as_json.json["ok"] is False
    told = [(problem["file"], problem["line"], problem["hint"]) for problem in as_json.json["problems"]]
    assert ("flows/illegal_parking.yaml", line, "did you mean label?") in told


def test_mistakes_of_the_configuration_and_of_the_dialogs_come_together(tmp_path: Path) -> None:
    config = tmp_path / "voice-agent.yaml"
    config.write_text("sip:\n  prot: 5060\n")
    ran = voice_agent_here("check", "--config", str(config), "--dialogs", str(spoilt_library(tmp_path)), "--json")
    assert ran.code == 1
    assert ran.json["problems"][0]["key"] == "sip.prot"
    assert len(ran.json["problems"]) >= 2


def test_a_folder_that_does_not_exist_is_told() -> None:
    ran = voice_agent_here("check", "--dialogs", "/nowhere/dialogs")
    assert ran.code == 1
    assert "nowhere" in ran.err


def test_mistakes_in_studio_recordings_are_told_and_what_is_never_played_is_a_warning(tmp_path: Path) -> None:
    manifest = tmp_path / "prompts.tsv"
    (tmp_path / "a.wav").write_bytes(wav(tone().tobytes()))
    config = tmp_path / "voice-agent.yaml"
    config.write_text(f"speaking: {{recordings: {tmp_path}}}\n", encoding="utf-8")
    manifest.write_text("a.wav\t잠시만요, 확인해 보겠습니다.\na.wav\t아무도 하지 않는 말\n", encoding="utf-8")
    ran = voice_agent_here("check", "--config", str(config), "--json")
    assert (ran.code, ran.json["ok"], ran.json["problems"]) == (0, True, [])
    [warning] = ran.json["warnings"]
    assert (warning["file"], warning["got"]) == (str(manifest), "'아무도 하지 않는 말'")
    manifest.write_text("gone.wav\t네.\n", encoding="utf-8")
    ran = voice_agent_here("check", "--config", str(config))
    assert ran.code == 1
    assert f"{manifest}:1:1: gone.wav: expected a WAV file, got No such file" in " ".join(ran.err.split())
