"""What a machine has and lacks."""

from __future__ import annotations

import asyncio
import os
import socket
from pathlib import Path
from typing import Any

import pytest

from telephony.ports import free_port
from tests.voice_agent.engines.speech_server import SpeechServer, failing
from voice_agent.config import Config
from voice_agent.operations.doctor import Finding, examine


def config(folder: Path, **sections: Any) -> Config:
    plain = {
        "data_dir": folder / "data",
        "cache_dir": folder / "cache",
        "sip": {"host": "127.0.0.1", "port": free_port()},
        "http": {"port": free_port()},
    }
    return Config.model_validate({**plain, **sections})


def findings(settings: Config) -> dict[str, Finding]:
    return {finding.what.split(" (")[0]: finding for finding in examine(settings)}


def test_nothing_is_changed_and_every_lack_has_a_remedy(tmp_path: Path) -> None:
    found = findings(config(tmp_path))
    assert list(tmp_path.iterdir()) == []
    assert found["Python"].ok
    assert found["data folder"].ok and found["cache folder"].ok
    assert all(finding.remedy for finding in found.values() if not finding.ok)


@pytest.mark.parametrize(("kind", "what"), [(socket.SOCK_DGRAM, "SIP/UDP"), (socket.SOCK_STREAM, "SIP/TCP")])
def test_a_port_in_use_is_found(tmp_path: Path, kind: socket.SocketKind, what: str) -> None:
    with socket.socket(socket.AF_INET, kind) as taken:
        taken.bind(("127.0.0.1", 0))
        if kind is socket.SOCK_STREAM:
            taken.listen()
        port = taken.getsockname()[1]
        found = findings(config(tmp_path, sip={"host": "127.0.0.1", "port": port}))
    busy = found[f"{what} 127.0.0.1:{port}"]
    assert not busy.ok and busy.needed
    assert f"grep {port}" in busy.remedy
    other = "SIP/TCP" if what == "SIP/UDP" else "SIP/UDP"
    assert found[f"{other} 127.0.0.1:{port}"].ok


def test_a_host_that_is_not_ours_is_found(tmp_path: Path) -> None:
    found = findings(config(tmp_path, sip={"host": "192.0.2.1", "port": 5060}))
    assert not found["SIP/UDP 192.0.2.1:5060"].ok


def test_programs_are_wanted_not_needed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    found = findings(config(tmp_path))
    for program in ("espeak-ng", "sipp", "baresip"):
        assert not found[program].ok and not found[program].needed
        assert found[program].remedy.startswith("apt-get install")


def test_weights_that_only_the_hub_has_are_missing_with_the_way_to_pull_them(tmp_path: Path) -> None:
    settings = config(tmp_path, hearing={"model": "whisper-large-v3-turbo"}, speaking={"voices": ["pyttsx3"]})
    found = findings(settings)
    model = found["model whisper-large-v3-turbo"]
    assert not model.ok and model.needed
    assert "kokoro" not in " ".join(found)


def test_a_voice_that_has_a_stand_in_is_not_needed(tmp_path: Path) -> None:
    assert not findings(config(tmp_path))["model kokoro-82m"].needed
    assert findings(config(tmp_path, speaking={"voices": ["kokoro"]}))["model kokoro-82m"].needed


def test_openai_whisper_is_looked_for_only_where_it_is_asked_for(tmp_path: Path) -> None:
    assert "openai-whisper" not in findings(config(tmp_path))
    assert "openai-whisper" in findings(config(tmp_path, hearing={"engines": ["openai-whisper"]}))


@pytest.mark.parametrize(("status", "ok"), [(200, True), (404, True), (401, False)])
async def test_a_recognition_server_is_asked_whether_it_is_there(tmp_path: Path, status: int, ok: bool) -> None:
    async with SpeechServer({"/v1/models": failing(status)}) as server:
        hearing = {"engines": ["openai-server"], "server": {"url": server.url, "model": "m", "api_key": "sk-secret"}}
        found = await asyncio.to_thread(findings, config(tmp_path, hearing=hearing))
    assert server.requests[0].headers["authorization"] == "Bearer sk-secret"
    finding = found["recognition server"]
    assert (finding.ok, finding.needed) == (ok, True)
    assert ok or "VOICE_AGENT_HEARING__SERVER__API_KEY" in finding.remedy
    assert "sk-secret" not in str(found)
    assert not any("whisper" in what for what in found)


def test_a_recognition_server_that_has_a_stand_in_is_not_needed(tmp_path: Path) -> None:
    hearing = {
        "engines": ["openai-server", "faster-whisper"],
        "server": {"url": f"http://127.0.0.1:{free_port()}", "model": "m"},
    }
    finding = findings(config(tmp_path, hearing=hearing))["recognition server"]
    assert (finding.ok, finding.needed, finding.found) == (False, False, "ConnectError")


def test_the_hand_off_target_is_never_shown(tmp_path: Path) -> None:
    assert not findings(config(tmp_path))["hand-off target"].ok
    found = findings(config(tmp_path, hand_off={"target": "sip:secret-desk@192.0.2.9"}))
    assert found["hand-off target"].ok
    assert "secret-desk" not in str(found)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_cannot_be_written_is_found(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    folder = findings(config(tmp_path))["data folder"]
    assert not folder.ok
    assert str(tmp_path) in folder.remedy


def test_a_relative_folder_is_looked_at_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    found = findings(config(tmp_path, data_dir=Path("new/data")))
    assert found["data folder"].ok
