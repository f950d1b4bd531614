"""``voice-agent doctor``: the command around :mod:`voice_agent.operations.doctor`."""

from __future__ import annotations

import socket
from pathlib import Path

from telephony.ports import free_port
from tests.voice_agent.cli.command import voice_agent_here


def settings(folder: Path, **more: str) -> dict[str, str]:
    ports = {"SIP__HOST": "127.0.0.1", "SIP__PORT": str(free_port()), "HTTP__PORT": str(free_port())}
    own = {"DATA_DIR": str(folder / "data"), **ports, **more}
    return {f"VOICE_AGENT_{name}": value for name, value in own.items()}


def test_every_finding_says_what_and_how_to_mend_it(tmp_path: Path) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        ran = voice_agent_here("doctor", "--json", env=settings(tmp_path, SIP__PORT=str(port)))
    assert ran.code == 1
    assert ran.json["ok"] is False
    findings = {finding["what"]: finding for finding in ran.json["findings"]}
    busy = findings[f"SIP/UDP 127.0.0.1:{port}"]
    assert (busy["ok"], busy["needed"]) == (False, True)
    assert str(port) in busy["remedy"]
    assert all(finding["remedy"] for finding in findings.values() if not finding["ok"])


def test_people_see_it_too(tmp_path: Path) -> None:
    ran = voice_agent_here("doctor", env=settings(tmp_path))
    assert "✔ Python" in ran.out
    assert "hand_off.target" in ran.out


def test_a_wrong_configuration_is_told_without_a_traceback(tmp_path: Path) -> None:
    ran = voice_agent_here("doctor", env=settings(tmp_path, SIP__PROT="1"))
    assert ran.code == 1
    assert "sip.prot" in ran.err and "did you mean port?" in ran.err
