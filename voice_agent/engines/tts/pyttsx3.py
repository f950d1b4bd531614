"""pyttsx3 with espeak-ng's Korean voice: hard to understand, but small and always there. The voice of last resort."""

from __future__ import annotations

import asyncio
import base64
import json
import shutil
import sys
import tempfile
from importlib.util import find_spec
from typing import Any

import numpy as np

from dialogs.korean.pronunciation import pronounce
from dialogs.korean.spoken import spoken
from voice_agent.engines.ports import Speech
from voice_agent.engines.tts.loudness import faded, levelled, to_pcm, trimmed
from voice_agent.errors import EngineError, EngineNotAvailable

_WORKER = "voice_agent.engines.tts.pyttsx3_worker"
_LONGEST_LINE = 64 << 20
_START_DEADLINE_S = 15.0


class _WorkerDied(EngineError):
    """The process ended, maybe long ago: worth one more try with a new one."""


class Pyttsx3Voice:
    """A worker process that is started again when it dies or stalls."""

    def __init__(self, *, rate: int = 150, deadline_s: float = 10.0) -> None:
        """``rate``: espeak-ng's words per minute. ``deadline_s``: a sentence that takes longer kills its worker."""
        self._rate = rate
        self._deadline_s = deadline_s
        self._worker: asyncio.subprocess.Process | None = None
        self._folder: str | None = None
        self._one_at_a_time = asyncio.Lock()
        self._closed = False

    @property
    def name(self) -> str:
        """``pyttsx3``."""
        return "pyttsx3"

    @property
    def voice(self) -> str:
        """Such as ``espeak-ng-ko@150``."""
        return f"espeak-ng-ko@{self._rate}"

    @property
    def worker_pid(self) -> int | None:
        """The worker's process id; None while there is none."""
        return self._worker.pid if self._worker is not None and self._worker.returncode is None else None

    async def load(self) -> None:
        """Start the worker and warm it up."""
        if find_spec("pyttsx3") is None:
            raise EngineNotAvailable("pyttsx3 is not installed: pip install 'pyttsx3>=2.99,<3'")
        if shutil.which("espeak-ng") is None:
            raise EngineNotAvailable("espeak-ng is not installed: apt-get install espeak-ng libespeak-ng1")
        async with self._one_at_a_time:
            await self._running_worker()

    async def synthesize(self, text: str, *, pace: float = 1.0) -> Speech:
        """Speak a sentence. A worker that has died is replaced; one that dies over this very text is an EngineError."""
        request = {"text": pronounce(spoken(text)), "rate": round(self._rate * pace)}
        async with self._one_at_a_time:
            try:
                answer = await self._ask(await self._running_worker(), request, self._deadline_s)
            except _WorkerDied:
                answer = await self._ask(await self._running_worker(), request, self._deadline_s)
        pcm = np.frombuffer(base64.b64decode(answer["pcm"]), np.int16)
        rate = int(answer["rate"])
        samples = trimmed(pcm.astype(np.float32) / np.float32(32768), rate)
        if len(samples) == 0:
            raise EngineError("pyttsx3 was given a text without anything to say")
        return Speech(to_pcm(faded(levelled(samples, rate), rate)), rate)

    async def close(self) -> None:
        """Stop the worker."""
        self._closed = True
        await self._kill()

    async def _running_worker(self) -> asyncio.subprocess.Process:
        if self._closed:
            raise EngineError("pyttsx3 has been closed")
        if self._worker is not None and self._worker.returncode is None:
            return self._worker
        self._worker = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            _WORKER,
            str(self._rate),
            self._make_folder(),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            limit=_LONGEST_LINE,
        )
        try:
            await self._ask(self._worker, None, _START_DEADLINE_S)
        except EngineError as error:
            await self._kill()
            raise EngineNotAvailable(
                f"pyttsx3 cannot start ({error}); check: apt-get install espeak-ng libespeak-ng1"
            ) from error
        return self._worker

    async def _ask(
        self, worker: asyncio.subprocess.Process, request: dict[str, Any] | None, deadline_s: float
    ) -> dict[str, Any]:
        """Send a request, if there is one, and read a line. On any trouble with the process it is killed."""
        assert worker.stdin is not None and worker.stdout is not None
        answered = False
        try:
            async with asyncio.timeout(deadline_s):
                if request is not None:
                    worker.stdin.write(json.dumps(request).encode() + b"\n")
                    await worker.stdin.drain()
                line = await worker.stdout.readline()
            if not line:
                raise _WorkerDied("its worker process died")
            answer: dict[str, Any] = json.loads(line)
            answered = True
        except TimeoutError:
            raise EngineError(f"its worker gave no answer within {deadline_s:g} s") from None
        except (ConnectionError, ValueError) as error:
            raise _WorkerDied(f"its worker process broke off ({type(error).__name__})") from error
        finally:
            # Cancelled half-way, too: the next sentence must not read this one's answer.
            if not answered:
                await self._kill()
        if "error" in answer:
            raise EngineError(str(answer["error"]))
        return answer

    async def _kill(self) -> None:
        worker, self._worker = self._worker, None
        if worker is not None and worker.returncode is None:
            worker.kill()
            await worker.wait()
        self._remove_folder()

    def _make_folder(self) -> str:
        """Where the worker puts its sentences: ours, for a killed worker cleans nothing up."""
        self._remove_folder()
        self._folder = tempfile.mkdtemp(prefix="pyttsx3-")
        return self._folder

    def _remove_folder(self) -> None:
        folder, self._folder = self._folder, None
        if folder is not None:
            shutil.rmtree(folder, ignore_errors=True)
