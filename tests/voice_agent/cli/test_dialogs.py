"""``voice-agent dialogs``."""

from __future__ import annotations

import io
import json
import shutil
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.dialogs.test_other_province import FOLDER as OTHER_PROVINCE
from tests.voice_agent.cli.command import Ran, voice_agent_here

_ALWAYS = "".join(f'{day}: ["00:00-23:59"]\n  ' for day in ("weekdays", "saturday", "sunday", "holidays")).rstrip()
"""Persons answer whenever the test is run."""
DIALOGS = ("--dialogs", str(OTHER_PROVINCE))


def _copy(folder: Path) -> Path:
    return Path(shutil.copytree(OTHER_PROVINCE, folder / "hotline"))


def _replace(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def test_a_folder_without_mistakes_is_good() -> None:
    ran = voice_agent_here("dialogs", "check", str(OTHER_PROVINCE), "--json")
    assert ran.code == 0, ran.err
    assert ran.json["ok"] is True
    assert ran.json["conversations"] >= 5 and ran.json["failed"] == []


def test_a_mistake_is_told_with_its_line(tmp_path: Path) -> None:
    folder = _copy(tmp_path)
    _replace(folder / "flows" / "callback.yaml", "    label: 날짜", "    labl: 날짜")
    ran = voice_agent_here("dialogs", "check", str(folder))
    assert ran.code == 1
    assert "flows/callback.yaml:" in ran.err and "did you mean label?" in ran.err


def test_a_conversation_that_ends_elsewhere_is_told(tmp_path: Path) -> None:
    folder = _copy(tmp_path)
    _replace(folder / "flows" / "street_lamp.test.yaml", "state: broken}", "state: dark}")
    ran = voice_agent_here("dialogs", "check", str(folder))
    assert ran.code == 1
    assert "street_lamp.test.yaml: 부서진" in ran.err and "slot state should be 'dark'" in ran.err
    assert voice_agent_here("dialogs", "check", str(folder), "--without-conversations").code == 0


def test_one_flow_is_printed_as_mermaid() -> None:
    ran = voice_agent_here("dialogs", "graph", "street_lamp", *DIALOGS)
    assert ran.code == 0
    assert ran.out.startswith("%% street_lamp\nflowchart TD\n")
    assert "ticket_status" not in ran.out


def test_every_flow_is_drawn_as_svg(tmp_path: Path) -> None:
    ran = voice_agent_here("dialogs", "graph", "--format", "svg", "--out", str(tmp_path / "drawn"), *DIALOGS)
    assert ran.code == 0
    drawn = sorted((tmp_path / "drawn").iterdir())
    assert [path.name for path in drawn] == ["callback.svg", "street_lamp.svg", "ticket_status.svg"]
    assert all(ElementTree.parse(path).getroot().tag.endswith("svg") for path in drawn)


def test_a_flow_that_does_not_exist_is_told() -> None:
    ran = voice_agent_here("dialogs", "graph", "street_lmap", *DIALOGS)
    assert ran.code == 1
    assert "did you mean street_lamp?" in ran.err


def _chat(monkeypatch: pytest.MonkeyPatch, *lines: str, dialogs: Path = OTHER_PROVINCE) -> Ran:
    monkeypatch.setattr(sys, "stdin", io.StringIO("".join(f"{line}\n" for line in lines)))
    by_sound = {"VOICE_AGENT_KNOWLEDGE__EMBEDDINGS": "false"}
    return voice_agent_here("dialogs", "chat", "--dialogs", str(dialogs), env=by_sound)


def test_a_whole_report_by_text(monkeypatch: pytest.MonkeyPatch) -> None:
    ran = _chat(monkeypatch, "가로등이 꺼졌어요", "하나시요", "", "시청 앞이요", ":state", "네 맞아요", "없어요")
    assert ran.code == 0, ran.err
    assert "말씀이 들리지 않습니다" in ran.out
    assert '"state": {' in ran.out and '"value": "dark"' in ran.out
    assert "a stand-in, nothing is stored" in ran.out
    assert "번호는 2026-000001" in ran.out
    assert "hangs up: completed" in ran.out


def test_a_chat_ends_at_quit_and_at_the_end_of_its_input(monkeypatch: pytest.MonkeyPatch) -> None:
    for lines in ([":quit", "가로등이 꺼졌어요"], [":nonsense"]):
        ran = _chat(monkeypatch, *lines)
        assert ran.code == 0
        assert "무엇을 도와드릴까요?" in ran.out and "어느 시인가요" not in ran.out


def test_nobody_answers_in_a_chat(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    folder = _copy(tmp_path)
    _replace(folder / "hotline.yaml", 'weekdays: ["09:00-18:00"]', _ALWAYS)
    ran = _chat(monkeypatch, "#0", ":busy", ":quit", dialogs=folder)
    assert "hand-off: caller_asked" in ran.out and "통화 중입니다" in ran.out


def test_schemas_are_written_for_every_kind_of_file(tmp_path: Path) -> None:
    ran = voice_agent_here("dialogs", "schema", "--out", str(tmp_path))
    assert ran.code == 0
    names = {path.name.removesuffix(".schema.json") for path in tmp_path.iterdir()}
    assert names == {"hotline", "facts", "safety", "directory", "districts", "knowledge", "flow", "test"}
    flow = json.loads((tmp_path / "flow.schema.json").read_text("utf-8"))
    assert flow["additionalProperties"] is False
    assert {"id", "title", "triggers", "slots", "steps"} == set(flow["properties"])
    assert "with" in flow["$defs"]["StepAct"]["properties"]
    assert flow["$defs"]["Prompt"]["anyOf"][0]["type"] == ["string", "number"]


def test_conversations_are_measured_with_errors() -> None:
    arguments = ("dialogs", "bench", "--without-embeddings", "--seeds", "2", "--json", *DIALOGS)
    conversations = str(OTHER_PROVINCE / "flows")
    ran = voice_agent_here(*arguments, "--conversations", conversations, "--rate", "0")
    assert ran.code == 0, ran.err
    assert ran.json["reached"] == 1.0 and ran.json["failed"] == [] and ran.json["conversations"] == 10
    assert ran.json["by_flow"] == {"street_lamp": 1.0}
    assert ran.json["said_again"] == 0
    mute = voice_agent_here(*arguments, "--rate", "1")
    assert mute.json["reached"] < 1.0
    assert {"flow", "name", "run", "failures", "heard", "misheard"} == set(mute.json["failed"][0])


def test_conversations_that_are_not_there_are_told(tmp_path: Path) -> None:
    ran = voice_agent_here("dialogs", "bench", *DIALOGS, "--conversations", str(tmp_path))
    assert ran.code == 1
    assert "--conversations: expected a folder with conversations" in ran.err
    (tmp_path / "a.test.yaml").write_text("- name: x\n  turns: []\n  end: {outcome: gone}\n", "utf-8")
    ran = voice_agent_here("dialogs", "bench", *DIALOGS, "--conversations", str(tmp_path))
    assert ran.code == 1
    assert "a.test.yaml:" in ran.err and "hand_off" in ran.err
