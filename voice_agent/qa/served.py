"""A hotline in a process of its own on spare ports, for benchmarks and tests: as a user runs it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path

from telephony.ports import free_port
from voice_agent.errors import VoiceAgentError

_LOOK_EVERY_S = 0.1


class ServedHotline:
    """``with ServedHotline(data_dir, cache_dir) as hotline:`` – ready to take calls at ``hotline.uri``."""

    def __init__(
        self,
        data_dir: Path,
        cache_dir: Path,
        settings: Mapping[str, str] | None = None,
        *,
        ready_within_s: float = 600.0,
        program: Sequence[str] = (sys.executable, "-m", "voice_agent.cli"),
    ) -> None:
        """``settings``: environment variables, such as ``VOICE_AGENT_SIP__MAX_CALLS``. ``program``: what serves."""
        self._program = program
        self.data_dir = data_dir
        self.sip_port = free_port()
        self.http_port = free_port()
        self.log = data_dir / "hotline.log"
        self._settings = {
            **{name: value for name, value in os.environ.items() if not name.startswith("VOICE_AGENT_")},
            "VOICE_AGENT_DATA_DIR": str(data_dir),
            "VOICE_AGENT_CACHE_DIR": str(cache_dir),
            "VOICE_AGENT_SIP__HOST": "127.0.0.1",
            "VOICE_AGENT_SIP__PORT": str(self.sip_port),
            "VOICE_AGENT_HTTP__PORT": str(self.http_port),
            # Nobody here asks for the slow manner or for other topics; making that ready takes CPU.
            "VOICE_AGENT_SPEAKING__SLOW_PACE": "1.0",
            "VOICE_AGENT_SPEAKING__AHEAD": "essential",
            "VOICE_AGENT_KNOWLEDGE__EMBEDDINGS": "false",
            **(settings or {}),
        }
        self._ready_within_s = ready_within_s
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def uri(self) -> str:
        """Where to dial."""
        return f"sip:120@127.0.0.1:{self.sip_port}"

    @property
    def pid(self) -> int:
        """Of the serving process."""
        assert self._process is not None
        return self._process.pid

    def __enter__(self) -> ServedHotline:
        self.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self.stop()

    def start(self) -> None:
        """Start and wait until ready. Raises VoiceAgentError with the end of the log."""
        self.data_dir.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self._process = subprocess.Popen([*self._program, "serve"], env=self._settings, stdout=log, stderr=log)
        give_up = time.monotonic() + self._ready_within_s
        while not self.is_ready():
            if self._process.poll() is not None or time.monotonic() > give_up:
                self.kill()
                tail = self.log.read_text(errors="replace")[-2000:]
                raise VoiceAgentError(f"the hotline did not get ready; the end of its log:\n{tail}")
            time.sleep(_LOOK_EVERY_S)

    def is_ready(self) -> bool:
        """What /readyz says."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.http_port}/readyz", timeout=2) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def interrupt(self) -> None:
        """Ctrl-C."""
        assert self._process is not None
        self._process.send_signal(signal.SIGINT)

    def wait(self, timeout_s: float) -> int:
        """The exit code."""
        assert self._process is not None
        return self._process.wait(timeout_s)

    def stop(self, timeout_s: float = 30.0) -> None:
        """Ctrl-C twice, then wait; killed if that does not help."""
        if self._process is None or self._process.poll() is not None:
            return
        try:
            self.interrupt()
            self.interrupt()
            self._process.wait(timeout_s)
        except (ProcessLookupError, subprocess.TimeoutExpired):
            self.kill()

    def kill(self) -> None:
        """kill -9."""
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.wait()
