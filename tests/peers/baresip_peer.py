"""Debian's baresip as a telephone: dials or answers, presses keys, and records what it hears."""

from __future__ import annotations

import re
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from telephony.ports import free_port
from telephony.wav_leg import write_wav

_MODULES = (
    "stdio.so",
    "account.so",
    "cons.so",
    "menu.so",
    "aufile.so",
    "ausine.so",
    "sndfile.so",
    "g711.so",
    "uuid.so",
)
_RELEASE = b"\x04"
"""Without it baresip holds the key until the next one."""


class BaresipPeer:
    """``with BaresipPeer(folder, answers=True) as phone:``"""

    def __init__(
        self,
        folder: Path,
        *,
        answers: bool = False,
        dials: str | None = None,
        transport: str = "udp",
        port: int | None = None,
        source: Path | None = None,
    ) -> None:
        """``source``: a long WAV file, what it says; silence without one."""
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self.port = port or free_port()
        self._console = free_port()
        self._log = folder / "baresip.log"
        self._command = ["baresip", "-f", str(folder), "-v"]
        if dials:
            self._command += ["-e", f"/dial {dials}"]
        self._process: subprocess.Popen[bytes] | None = None
        mode = "auto" if answers else "manual"
        # A short source ends the call, so the caller's silence is long.
        silence = folder / "silence.wav"
        write_wav(silence, np.zeros(8000 * 120, np.int16).tobytes(), 8000)
        (folder / "accounts").write_text(
            f"<sip:phone@127.0.0.1:{self.port};transport={transport}>;regint=0;answermode={mode};audio_codecs=PCMU\n"
        )
        (folder / "contacts").write_text("")
        (folder / "uuid").write_text("00000000-0000-4000-8000-000000000000")
        (folder / "config").write_text(
            f"sip_listen 127.0.0.1:{self.port}\nnet_interface 127.0.0.1\ncons_listen 127.0.0.1:{self._console}\n"
            f"audio_source aufile,{source or silence}\naudio_player aufile,{folder}/player.wav\n"
            f"audio_alert aufile,/dev/null\nsnd_path {folder}\ncall_local_timeout 120\n"
            "module_path /usr/lib/baresip/modules\n" + "".join(f"module {module}\n" for module in _MODULES)
        )

    @property
    def uri(self) -> str:
        """Where this telephone can be called."""
        return f"sip:phone@127.0.0.1:{self.port}"

    def __enter__(self) -> BaresipPeer:
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                self._command, stdin=subprocess.PIPE, stdout=log, stderr=log, cwd=self._folder
            )
        self.wait_for(r"baresip is ready", 10)
        return self

    def __exit__(self, *exc: object) -> None:
        assert self._process is not None
        self.keys("q")
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    @property
    def log(self) -> str:
        """All that baresip printed."""
        return self._log.read_text(errors="replace")

    def keys(self, keys: str) -> None:
        """Type on baresip's console: digits go to the call as RFC 4733 events, b hangs up, q quits."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            for key in keys:
                sock.sendto(key.encode(), ("127.0.0.1", self._console))
                time.sleep(0.15)
                sock.sendto(_RELEASE, ("127.0.0.1", self._console))
                time.sleep(0.15)

    def wait_for(self, pattern: str, seconds: float) -> None:
        """Until baresip prints something."""
        wait_until(lambda: re.search(pattern, self.log) is not None, seconds, f"baresip: {pattern}\n{self.log[-1500:]}")

    def recorded(self) -> list[Path]:
        """What came in, decoded: one file a call."""
        return sorted(self._folder.glob("dump-*-dec.wav"))


def wait_until(true: Callable[[], bool], seconds: float, what: str) -> None:
    """Look ten times a second."""
    give_up = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < give_up, f"not within {seconds:g} s: {what}"
        time.sleep(0.1)
