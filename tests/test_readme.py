"""The README's commands do what it says: each is run here, or stands in a table with the reason why not."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from telephony.ports import free_port
from voice_agent.cli import app

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]

NOT_RUN = {
    r"voice-agent serve\b.*": "serves until Ctrl-C; tests/peers serve and stop it",
    r"voice-agent (demo|call)\b.*": "real calls, a minute each; tests/peers make them",
    r"voice-agent bench\b.*": "minutes of measuring",
    r"voice-agent (knowledge|dialogs) bench\b.*": "a minute of measuring each; tests/voice_agent run both",
    r"voice-agent replay --(?:log|baseline) .*": "a minute each; tests/voice_agent/qa replay and compare",
    r"voice-agent replay --json": "a minute; tests/voice_agent/qa runs it",
    r"voice-agent simulate --runs 1000 --json": "a minute; tests/voice_agent/cli runs a shorter one",
    r"voice-agent insights --json": "reads the operator's records; tests/voice_agent/cli runs it on others",
    r"voice-agent fixtures make .*": "speaks with the embedded voice; tests/voice_agent/qa voice a script",
    r"voice-agent dialogs chat": "a conversation; tests/voice_agent/cli holds one",
    r"voice-agent models pull small": "downloads half a gigabyte",
    r"cp deploy/voice-agent.example.yaml voice-agent.yaml": "run together with what follows it, in a folder of its own",
    r"voice-agent check --config voice-agent.yaml": "run after the copy, in a folder of its own",
    r"curl -s http://127.0.0.1:8120/readyz": "asks a running hotline; tests/voice_agent/console asks it",
    r"docker compose .*": "needs a Docker engine; tests/test_deploy.py checks what it reads",
    r"mkdir -p ~/\.baresip": "somebody's own softphone; tests/peers configure one of theirs",
    r"echo .* >> ~/\.baresip/accounts": "somebody's own softphone; tests/peers configure one of theirs",
    r"voice-agent safety bench --json": "learns the meaning of two thousand sentences first: a minute and more",
    r"baresip .*": "needs a sound card; tests/peers/test_baresip.py dials without one",
}
"""Whole commands, as regular expressions, that are not run as they stand."""


def commands() -> list[str]:
    """Every command of the ``sh`` and ``console`` blocks, in order, each once; in ``console`` those after ``$``."""
    found: list[str] = []
    for language, block in re.findall(r"^```(sh|console)\n(.*?)^```", README, re.DOTALL | re.MULTILINE):
        lines = block.replace("\\\n", " ").splitlines()
        if language == "console":
            lines = [line[2:] for line in lines if line.startswith("$ ")]
        found += [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    return list(dict.fromkeys(found))


def why_not_run(command: str) -> str | None:
    return next((why for pattern, why in NOT_RUN.items() if re.fullmatch(pattern, command)), None)


def split(command: str) -> tuple[dict[str, str], list[str]]:
    """The variables set before a command, and its words."""
    words = shlex.split(command)
    settings: dict[str, str] = {}
    while re.match(r"[A-Z_]+=", words[0]):
        name, settings[name] = words.pop(0).split("=", 1)
    return settings, words


COMMANDS = commands()
MADE = [command for command in COMMANDS if split(command)[1][0] == "make"]
RUN = [command for command in COMMANDS if command not in MADE and why_not_run(command) is None]
OURS = [command for command in COMMANDS if split(command)[1][0] == "voice-agent"]


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """A machine on which nothing else listens, and folders of its own."""
    folder = tmp_path_factory.mktemp("readme")
    kept = {name: value for name, value in os.environ.items() if not name.startswith("VOICE_AGENT_")}
    return kept | {
        "PYTHONPATH": str(ROOT),
        "VOICE_AGENT_DATA_DIR": str(folder / "data"),
        "VOICE_AGENT_CACHE_DIR": str(folder / "cache"),
        "VOICE_AGENT_SIP__HOST": "127.0.0.1",
        "VOICE_AGENT_SIP__PORT": str(free_port()),
        "VOICE_AGENT_HTTP__PORT": str(free_port()),
    }


def run(command: str, environment: dict[str, str], folder: Path = ROOT) -> subprocess.CompletedProcess[str]:
    settings, words = split(command)
    if words[0] == "voice-agent":
        words = [sys.executable, "-m", "voice_agent.cli", *words[1:]]
    return subprocess.run(
        words, cwd=folder, env=environment | settings, capture_output=True, text=True, timeout=60, check=False
    )


def test_the_commands_are_found() -> None:
    assert {"make run", "make demo", "make test", "make check", "make bench", "voice-agent check --json"} <= set(
        COMMANDS
    )


def test_every_command_is_run_here_or_has_a_reason() -> None:
    unknown = [command for command in RUN if split(command)[1][0] != "voice-agent"]
    assert unknown == [], "run them in this test, or say in NOT_RUN why not"


def test_every_reason_is_needed() -> None:
    assert [pattern for pattern in NOT_RUN if not any(re.fullmatch(pattern, command) for command in COMMANDS)] == []


@pytest.mark.parametrize("command", RUN)
def test_it_works(command: str, environment: dict[str, str]) -> None:
    done = run(command, environment)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.strip()
    if "--json" in command:
        assert isinstance(json.loads(done.stdout.splitlines()[-1]), dict)


@pytest.mark.parametrize("command", OURS)
def test_its_arguments_exist(command: str) -> None:
    """``--help`` ends every command after its options have been read; an unknown one is an error before that."""
    result = CliRunner().invoke(app, [*split(command)[1][1:], "--help"])
    assert result.exit_code == 0, result.output


def test_an_argument_that_does_not_exist_would_be_found() -> None:
    assert CliRunner().invoke(app, ["serve", "--port", "5060", "--help"]).exit_code == 2


@pytest.mark.parametrize("command", MADE)
def test_make_knows_its_targets(command: str, environment: dict[str, str]) -> None:
    """Only what would be done: ``make test`` is this very run, and the others install, serve, call and measure."""
    settings, words = split(command)
    done = run(shlex.join(["make", "--dry-run", *words[1:]]), environment | settings)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()


def test_every_make_target_of_the_table_has_its_help(environment: dict[str, str]) -> None:
    told = run("make help", environment).stdout
    for target in re.findall(r"^\| `make (\w+)` \|", README, re.MULTILINE):
        assert re.search(rf"^{target} ", told, re.MULTILINE), target


def test_the_operators_copy_of_the_settings_is_accepted(tmp_path: Path, environment: dict[str, str]) -> None:
    copy, check = "cp deploy/voice-agent.example.yaml voice-agent.yaml", "voice-agent check --config voice-agent.yaml"
    assert COMMANDS.index(copy) < COMMANDS.index(check)
    shutil.copy(ROOT / split(copy)[1][1], tmp_path / split(copy)[1][2])
    assert run(check, environment, tmp_path).returncode == 0


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_its_links_lead_somewhere(page: Path) -> None:
    text = page.read_text("utf-8")
    links = re.findall(r"\[[^\]]*\]\(([^)\s]+)\)", re.sub(r"```.*?```", "", text, flags=re.DOTALL))
    for link in links:
        path, _, anchor = link.partition("#")
        if "://" in link:
            continue
        target = page.parent / path if path else page
        assert target.exists(), link
        if anchor:
            assert anchor in _anchors(target), link


def _anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}
