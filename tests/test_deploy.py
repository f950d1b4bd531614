"""What is deployed: compose file, Dockerfile, example settings, wheel. No Docker engine is needed."""

from __future__ import annotations

import asyncio
import re
import shlex
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import compose_spec
import pytest
import yaml

from telephony.ports import free_port
from tests.test_configuration_docs import KEYS
from voice_agent.config import CONFIG_FILE_VARIABLE, PREFIX, Config, check_config
from voice_agent.console.http import create_http
from voice_agent.console.server import STOP_WITHIN_S, HttpServer
from voice_agent.console.status import FixedStatus, Readiness
from voice_agent.events import now

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
COMPOSE = re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", (ROOT / "docker-compose.yml").read_text("utf-8"))
"""With every variable at its default: Compose puts them in before it reads the file."""
SERVICES: dict[str, Any] = yaml.safe_load(COMPOSE)["services"]
EXAMPLE = ROOT / "deploy" / "voice-agent.example.yaml"
GOODBYE_S = 10
"""What voice_agent.app allows for saying goodbye after draining."""
VARIABLES = {CONFIG_FILE_VARIABLE, *(PREFIX + key.upper().replace(".", "__") for key in KEYS)}


# ── docker-compose.yml ──────────


def test_the_compose_file_keeps_the_compose_specification() -> None:
    compose = compose_spec.PyCompose.from_yaml(COMPOSE)
    compose.validate()
    assert compose.service_names() == ["hotline", "postgres", "language-model"]


@pytest.mark.parametrize(
    ("right", "wrong"),
    [("stop_grace_period", "stop_grace_perod"), ("unless-stopped", "sometimes"), ("interval: 10s", "interval: soon")],
)
def test_a_mistake_in_the_compose_file_would_be_found(right: str, wrong: str) -> None:
    with pytest.raises(ValueError, match=r"services\.hotline"):
        compose_spec.PyCompose.from_yaml(COMPOSE.replace(right, wrong, 1))


def test_volumes_are_declared_and_files_exist() -> None:
    declared = yaml.safe_load(COMPOSE)["volumes"].keys()
    sources = [volume.split(":")[0] for service in SERVICES.values() for volume in service["volumes"]]
    assert set(declared) == {source for source in sources if not source.startswith(".")}
    assert all((ROOT / source).is_file() for source in sources if source.startswith("."))
    build = SERVICES["hotline"]["build"]
    assert (ROOT / build["context"] / build["dockerfile"]).is_file()


def test_the_compose_file_sets_only_settings_that_exist() -> None:
    ours = {name for name in SERVICES["hotline"]["environment"] if name.startswith(PREFIX)}
    assert ours
    assert ours <= VARIABLES


def test_it_waits_longer_than_draining_takes() -> None:
    longest = Config().drain.timeout_s + GOODBYE_S + STOP_WITHIN_S
    assert compose_spec.parse_duration(SERVICES["hotline"]["stop_grace_period"]) > longest


def test_the_hotline_is_on_the_hosts_network_and_postgres_is_not_open_to_others() -> None:
    assert SERVICES["hotline"]["network_mode"] == "host"
    assert all(port.startswith("127.0.0.1:") for port in SERVICES["postgres"]["ports"])


async def test_the_health_check_succeeds_on_a_living_hotline_only() -> None:
    server = HttpServer(create_http(FixedStatus(Readiness(False, {}), now())), "127.0.0.1", 0)
    await server.start()
    try:
        assert await _health_check(server.port) == 0
    finally:
        await server.stop()
    assert await _health_check(free_port()) != 0


async def _health_check(port: int) -> int:
    kind, program, *arguments = SERVICES["hotline"]["healthcheck"]["test"]
    assert (kind, program) == ("CMD", "python")
    at = f"127.0.0.1:{Config().http.port}"
    assert any(at in argument for argument in arguments)
    command = [argument.replace(at, f"127.0.0.1:{port}") for argument in arguments]
    process = await asyncio.create_subprocess_exec(sys.executable, *command, stderr=asyncio.subprocess.DEVNULL)
    return await process.wait()


# ── Dockerfile ──────────


def _instructions() -> Iterator[tuple[str, str]]:
    text = (ROOT / "deploy" / "Dockerfile").read_text("utf-8")
    text = re.sub(r"^#.*\n", "", text, flags=re.MULTILINE).replace("\\\n", " ")
    for line in text.splitlines():
        if line.strip():
            name, _, rest = line.partition(" ")
            yield name, rest.strip()


INSTRUCTIONS = list(_instructions())


def _given(name: str) -> list[str]:
    return [rest for instruction, rest in INSTRUCTIONS if instruction == name]


def test_what_the_image_copies_is_here_and_not_ignored() -> None:
    sources = [source for copy in _given("COPY") for source in copy.split()[:-1]]
    ignored = (ROOT / ".dockerignore").read_text("utf-8").split("\n")
    let_in = {line[1:] for line in ignored if line.startswith("!")}
    assert "*" in ignored
    assert set(sources) == let_in
    assert [source for source in sources if not (ROOT / source).exists()] == []


def test_everything_the_build_reads_is_copied_before_it() -> None:
    names = [name for name, rest in INSTRUCTIONS if name == "COPY" or "pip install" in rest]
    assert names[-1] == "RUN"
    assert {PROJECT["readme"], *PROJECT["license-files"], "pyproject.toml", "constraints.txt"} <= {
        source for copy in _given("COPY") for source in copy.split()
    }


def test_the_image_installs_extras_that_exist_on_a_python_that_is_supported() -> None:
    (install,) = (rest for rest in _given("RUN") if "pip install" in rest)
    (extras,) = re.findall(r"\.\[([\w,]+)\]", install)
    assert set(extras.split(",")) <= PROJECT["optional-dependencies"].keys()
    assert "--constraint constraints.txt" in install
    (base,) = _given("FROM")
    version = re.fullmatch(r"python:3\.(\d+)-slim-bookworm", base)
    assert version is not None
    assert 11 <= int(version[1]) < 14


def test_the_image_serves_as_somebody_without_rights() -> None:
    order = [name for name, _ in INSTRUCTIONS]
    assert order.index("USER") < order.index("CMD")
    assert _given("USER") == ["voice-agent"]
    program, *arguments = yaml.safe_load(_given("CMD")[0])
    assert program in PROJECT["scripts"]
    assert arguments == ["serve"]


def test_the_images_folders_are_settings_and_volumes() -> None:
    environment = dict(item.split("=", 1) for item in shlex.split(" ".join(_given("ENV"))))
    assert environment.keys() <= VARIABLES
    volumes = yaml.safe_load(_given("VOLUME")[0])
    assert sorted(environment.values()) == sorted(volumes)
    mounted = [volume.split(":")[1] for volume in SERVICES["hotline"]["volumes"]]
    assert set(volumes) <= set(mounted)


def test_the_image_exposes_the_ports_that_are_the_defaults() -> None:
    sip, http = Config().sip, Config().http
    low, high = sip.rtp_ports
    wanted = {f"{sip.port}/udp", f"{sip.port}/tcp", f"{sip.port + 1}/tcp", f"{http.port}/tcp", f"{low}-{high}/udp"}
    assert set(_given("EXPOSE")[0].split()) == wanted


# ── the example settings ──────────


def _accepted(path: Path) -> Config:
    config, problems = check_config(path, {})
    assert [str(problem) for problem in problems] == []
    assert config is not None
    return config


def test_the_example_settings_are_the_defaults() -> None:
    assert _accepted(EXAMPLE) == check_config(None, {})[0]


def test_every_commented_setting_is_accepted_too(tmp_path: Path) -> None:
    everything = tmp_path / "everything.yaml"
    certificate = tmp_path / "sip.pem"
    certificate.write_text("a certificate")
    settings = re.sub(r"^( *)#(?=\S)", r"\1", EXAMPLE.read_text("utf-8"), flags=re.MULTILINE)
    everything.write_text(settings.replace("/etc/voice-agent/sip.pem", str(certificate)), "utf-8")
    config = _accepted(everything)
    assert config.sip.registration is not None
    assert config.hand_off.target is not None


# ── the wheel ──────────


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What is in the wheel."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(folder)]
    done = subprocess.run([*command, str(ROOT)], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    (file,) = folder.glob("*.whl")
    return zipfile.ZipFile(file).namelist()


@pytest.mark.parametrize("package", ["voice_agent", "telephony", "dialogs"])
def test_the_wheel_holds_every_file_of_the_package(wheel: list[str], package: str) -> None:
    here = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / package).rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }
    assert {f"{package}/__init__.py", f"{package}/py.typed"} <= here
    assert here <= set(wheel)


@pytest.mark.parametrize(
    "pattern",
    [
        "dialogs/library/*/flows/*.yaml",
        "dialogs/korean/*.yaml",
        "voice_agent/storage/migrations/env.py",
        "voice_agent/storage/migrations/versions/0001*.py",
        "voice_agent/qa/*.sipp.xml",
    ],
)
def test_the_wheel_holds_the_packages_data(wheel: list[str], pattern: str) -> None:
    assert any(fnmatch(name, pattern) for name in wheel)


def test_the_wheel_holds_nothing_else(wheel: list[str]) -> None:
    tops = {name.split("/")[0] for name in wheel}
    assert tops == {
        "voice_agent",
        "telephony",
        "dialogs",
        f"{PROJECT['name'].replace('-', '_')}-{PROJECT['version']}.dist-info",
    }
    assert any(name.endswith("licenses/LICENSE") for name in wheel)
