"""What has been spoken once is not synthesised again: prompts in memory, then on disk.

Files are WAV, named by the SHA-256 of engine, voice, pace and text, so a changed voice never speaks with an old
recording. No text is written anywhere.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import tempfile
import wave
from collections import OrderedDict
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np

from voice_agent.engines.ports import Speech, TextToSpeech
from voice_agent.errors import EngineError

_SUFFIX = ".wav"
_RENDER_DEADLINE_S = 60.0
"""For one sentence: nobody is waiting, but a stalled voice must not hold up the start for ever."""


class PromptCache:
    """The cache of one voice. Budgets bound disk and memory; what was used least recently goes first."""

    def __init__(self, folder: Path, engine: TextToSpeech, budget_mb: float = 256, *, memory_mb: float = 64) -> None:
        """Both budgets in 10^6 bytes. ``folder`` is made if need be; only this cache may write there."""
        self._folder = folder
        self._engine = engine
        self._disk_budget = int(budget_mb * 1e6)
        self._memory_budget = int(memory_mb * 1e6)
        self._memory: OrderedDict[str, Speech] = OrderedDict()
        self._memory_bytes = 0
        folder.mkdir(parents=True, exist_ok=True)
        for leftover in folder.glob("*.tmp"):
            leftover.unlink(missing_ok=True)
        self._disk = _files_by_age(folder)

    @property
    def engine(self) -> TextToSpeech:
        """Who speaks what is missing."""
        return self._engine

    async def get(self, text: str, *, pace: float = 1.0) -> Speech | None:
        """The speech for a text if it is here. A damaged file is removed and counts as missing."""
        key = self._key(text, pace)
        speech = self._memory.get(key)
        if speech is None and key in self._disk:
            speech = await asyncio.to_thread(_read, self._path(key))
            if speech is None:
                self._forget(key)
            else:
                self._remember(key, speech)
        if speech is not None:
            self._touch(key)
        return speech

    async def put(self, text: str, speech: Speech, *, pace: float = 1.0) -> None:
        """Keep speech this cache's own voice made. Raises EngineError where the disk refuses; memory has it then."""
        key = self._key(text, pace)
        self._remember(key, speech)
        try:
            size = await asyncio.to_thread(_write, self._path(key), speech)
        except OSError as error:
            raise EngineError(f"the prompt cache cannot write to {self._folder}: {error.strerror}") from error
        self._disk[key] = size
        self._disk.move_to_end(key)
        self._shrink_disk(keep=key)

    async def render(
        self, texts: Iterable[str], progress: Callable[[int, int], None] | None = None, *, pace: float = 1.0
    ) -> None:
        """Speak what is missing, in the order given. ``progress``: number done, number in all. Raises EngineError."""
        wanted = list(dict.fromkeys(texts))
        for done, text in enumerate(wanted, start=1):
            if await self.get(text, pace=pace) is None:
                await self.put(text, await self._made(text, pace), pace=pace)
            if progress is not None:
                progress(done, len(wanted))

    async def _made(self, text: str, pace: float) -> Speech:
        try:
            async with asyncio.timeout(_RENDER_DEADLINE_S):
                return await self._engine.synthesize(text, pace=pace)
        except TimeoutError:
            raise EngineError(f"{self._engine.name} gave no speech within {_RENDER_DEADLINE_S:g} s") from None

    def _key(self, text: str, pace: float) -> str:
        voice = self._engine.voice if pace == 1.0 else f"{self._engine.voice}*{pace:g}"
        parts = (self._engine.name, voice, text)
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()

    def _path(self, key: str) -> Path:
        return self._folder / f"{key}{_SUFFIX}"

    def _remember(self, key: str, speech: Speech) -> None:
        if (before := self._memory.pop(key, None)) is not None:
            self._memory_bytes -= before.pcm.nbytes
        self._memory[key] = speech
        self._memory_bytes += speech.pcm.nbytes
        while self._memory_bytes > self._memory_budget and len(self._memory) > 1:
            _, dropped = self._memory.popitem(last=False)
            self._memory_bytes -= dropped.pcm.nbytes

    def _touch(self, key: str) -> None:
        """Mark as used, on disk too, so that the order outlives the process."""
        if key in self._memory:
            self._memory.move_to_end(key)
        if key in self._disk:
            self._disk.move_to_end(key)
            try:
                os.utime(self._path(key))
            except FileNotFoundError:
                del self._disk[key]

    def _forget(self, key: str) -> None:
        self._disk.pop(key, None)
        self._path(key).unlink(missing_ok=True)

    def _shrink_disk(self, keep: str) -> None:
        size = sum(self._disk.values())
        while size > self._disk_budget and (oldest := next(iter(self._disk))) != keep:
            size -= self._disk[oldest]
            self._forget(oldest)


def _files_by_age(folder: Path) -> OrderedDict[str, int]:
    files = [(path.stat(), path) for path in folder.glob(f"*{_SUFFIX}")]
    files.sort(key=lambda entry: entry[0].st_mtime_ns)
    return OrderedDict((path.stem, stat.st_size) for stat, path in files)


def _read(path: Path) -> Speech | None:
    """The speech in a file; None where it is gone or damaged."""
    try:
        with wave.open(str(path), "rb") as reader:
            frames, rate = reader.getnframes(), reader.getframerate()
            fits = reader.getsampwidth() == 2 and reader.getnchannels() == 1 and frames > 0 and rate > 0
            pcm = np.frombuffer(reader.readframes(frames), np.int16) if fits else np.zeros(0, np.int16)
    except (FileNotFoundError, wave.Error, EOFError, ValueError):
        return None
    return Speech(pcm, rate) if fits and len(pcm) == frames else None


def _write(path: Path, speech: Speech) -> int:
    """Write under a temporary name, then put in place; returns the size in bytes."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, suffix=".tmp")
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as stream, wave.open(stream, "wb") as writer:
            writer.setnchannels(1)
            writer.setsampwidth(2)
            writer.setframerate(speech.sample_rate)
            writer.writeframes(speech.pcm.tobytes())
        size = temporary.stat().st_size
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
    return size
