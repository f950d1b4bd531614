"""A speech server in a process of its own, so that it can be killed and stopped while a call needs it.

    python -m tests.peers.speech_process PORT

Commands come on standard input, a line each: ``well``, ``silent``, ``trickle``, ``garbage``. Every request is told on
standard output by its path.
"""

from __future__ import annotations

import asyncio
import io
import json
import os
import signal
import subprocess
import sys
import threading
import wave
from types import TracebackType

import numpy as np

from telephony.ports import free_port
from tests.voice_agent.engines.speech_server import Exchange, SpeechServer

TRANSCRIPTIONS, SPEECH = "/v1/audio/transcriptions", "/v1/audio/speech"
HEARD = "불법 주차 신고하려고 전화했어요."
_RATE = 24_000
_SPOKEN_BYTES = 48_000
"""More than the second of silence with which the hotline asks whether the server is there."""


async def serve(port: int) -> None:
    """Until standard input ends."""
    mode = "well"

    async def handle(exchange: Exchange) -> None:
        print(exchange.request.path, flush=True)
        if mode == "silent":
            await asyncio.Event().wait()
        elif mode == "trickle":
            await exchange.begin(content_type="application/json", headers={"Content-Length": "100000"})
            while True:
                await exchange.send(b"{")
                await asyncio.sleep(0.2)
        elif mode == "garbage":
            await exchange.answer(b"<html>It works!</html>", content_type="text/html")
        elif exchange.request.path == SPEECH:
            await exchange.answer(_tone(exchange.request.json["input"]), content_type="audio/wav")
        else:
            text = HEARD if len(exchange.request.body) > _SPOKEN_BYTES else ""
            await exchange.answer(json.dumps({"text": text}).encode())

    async with SpeechServer({TRANSCRIPTIONS: handle, SPEECH: handle}, port=port):
        print("ready", flush=True)
        while line := await asyncio.to_thread(sys.stdin.readline):
            mode = line.strip()


def _tone(text: str) -> bytes:
    time = np.arange(int(_RATE * (0.3 + 0.08 * len(text)))) / _RATE
    syllables = 0.6 + 0.4 * np.sin(2 * np.pi * 4 * time)
    pcm = (6000 * np.sin(2 * np.pi * 300 * time) * syllables).astype(np.int16)
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(2)
        writer.setframerate(_RATE)
        writer.writeframes(pcm.tobytes())
    return file.getvalue()


class SpeechProcess:
    """The server's process, from outside. ``with SpeechProcess() as server: … server.kill() …``"""

    def __init__(self) -> None:
        self.port = free_port()
        self._process: subprocess.Popen[str] | None = None
        self._told: list[str] = []
        self._news = threading.Condition()

    @property
    def url(self) -> str:
        """Without a path."""
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> SpeechProcess:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()

    def start(self) -> None:
        """Start it and wait until it listens."""
        command = [sys.executable, "-m", "tests.peers.speech_process", str(self.port)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        since = self.requests
        threading.Thread(target=self._read, args=(self._process,), daemon=True).start()
        assert self.wait_for("ready", since, 20)

    @property
    def requests(self) -> int:
        """So many lines it has told so far."""
        with self._news:
            return len(self._told)

    def wait_for(self, line: str, since: int, seconds: float) -> bool:
        """Until it tells ``line`` after the first ``since`` ones; False when it does not in time."""
        with self._news:
            return self._news.wait_for(lambda: line in self._told[since:], seconds)

    def become(self, fault: str) -> None:
        """``killed``, ``stopped`` (SIGSTOP), or a command."""
        assert self._process is not None and self._process.stdin is not None
        if fault == "killed":
            self.kill()
        elif fault == "stopped":
            os.kill(self._process.pid, signal.SIGSTOP)
        else:
            self._process.stdin.write(f"{fault}\n")
            self._process.stdin.flush()

    def kill(self) -> None:
        """SIGKILL."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def _read(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        for line in process.stdout:
            with self._news:
                self._told.append(line.strip())
                self._news.notify_all()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
