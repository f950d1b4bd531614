"""Kokoro-82M speaking Korean: the embedded voice. 92 MB, int8 ONNX, no network."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from dialogs.korean.phrasing import phrased
from dialogs.korean.pronunciation import pronounce
from dialogs.korean.spoken import spoken
from voice_agent.engines.ports import Samples, Speech
from voice_agent.engines.tts.kokoro_halves import KokoroHalves
from voice_agent.engines.tts.kokoro_phonemes import TAUGHT, Sounds, phonemes
from voice_agent.engines.tts.lesson import read_lesson
from voice_agent.engines.tts.loudness import brightened, faded, levelled, to_pcm, trimmed
from voice_agent.engines.worker_thread import WorkerThreads
from voice_agent.errors import EngineError, EngineNotAvailable

SAMPLE_RATE = 24_000
"""Hz."""
FEMALE = ("jf_gongitsune", "jf_nezumi")
"""Their average is easier to understand than either alone."""
MALE = ("jm_kumo",)
"""Harder to understand: character error rate 0.15 where the female blend had 0.09 (docs/adr/0010)."""

_MOST_TOKENS = 500
_LAST_STYLE = 509
_SENTENCE_PAUSE_S = 0.3
_SENTENCE_END = re.compile(r"(?<=[.?!…])\s+|\n+")
_GIVES_WAY = 5
"""Hearing goes first: who waits for what we make of their words hears silence; speech is made ahead of its sound."""
# Raise it whenever the same text comes to sound different, so that cached prompts are spoken anew.
_REVISION = 5


@dataclass(frozen=True, slots=True)
class _Loaded:
    model: KokoroHalves
    alphabet: dict[str, int]
    style: Samples
    """Shape (510, 256): one row for each length of the text in tokens."""
    sounds: Sounds


class KokoroKorean:
    """One voice, or the average of several, at one speed."""

    def __init__(
        self,
        model_dir: Path,
        *,
        threads: int = 2,
        speed: float = 0.9,
        voices: tuple[str, ...] = FEMALE,
        sounds: Sounds | None = None,
        lesson: Path | None = None,
    ) -> None:
        """``voices``: of jf_alpha, jf_gongitsune, jf_nezumi, jf_tebukuro, jm_kumo; several are averaged.

        One that is named twice counts twice. With ``sounds``, in symbols Kokoro knows, it speaks untaught; else it has
        learned a ``lesson``, the project's own where none is given.
        """
        self._model_dir = model_dir
        self._threads = threads
        self._speed = speed
        self._voices = voices
        self._sounds = sounds
        self._lesson = lesson
        self._loaded: _Loaded | None = None
        self._executor = WorkerThreads("kokoro", nice=_GIVES_WAY)

    @property
    def name(self) -> str:
        """``kokoro``."""
        return "kokoro"

    @property
    def voice(self) -> str:
        """Such as ``jf_gongitsune+jf_nezumi@0.9/1``: voices, speed, revision of the rules."""
        return f"{'+'.join(self._voices)}@{self._speed:g}/{_REVISION}"

    async def load(self) -> None:
        """Open the model and speak one word: the first run allocates and is slow."""
        if self._loaded is None:
            self._loaded = await self._executor.run(self._open)
            await self.synthesize("네.")

    async def synthesize(self, text: str, *, pace: float = 1.0) -> Speech:
        """Speak a sentence or several, with 300 ms between them. Numbers may be digits."""
        loaded = self._loaded
        if loaded is None:
            raise EngineError("kokoro is used before load()")
        return await self._executor.run(lambda: self._speak(loaded, text, pace))

    async def close(self) -> None:
        """Let go of the model."""
        self._executor.close()
        self._loaded = None

    def _open(self) -> _Loaded:
        for name in ("model.onnx", "voices.npz", "vocab.json"):
            if not (self._model_dir / name).is_file():
                raise EngineNotAvailable(f"{self._model_dir} holds no {name}; expected the model kokoro-82m")
        model = self._model_dir / "model.onnx"
        alphabet: dict[str, int] = json.loads((self._model_dir / "vocab.json").read_text(encoding="utf-8"))["vocab"]
        if self._sounds is not None:
            return _Loaded(KokoroHalves(model, threads=self._threads), alphabet, self._style(), self._sounds)
        lesson = read_lesson(self._lesson)
        halves = KokoroHalves(model, threads=self._threads, weights=lesson.tables)
        return _Loaded(halves, {**alphabet, **lesson.alphabet}, self._style() + lesson.tone, TAUGHT)

    def _style(self) -> Samples:
        with np.load(self._model_dir / "voices.npz") as voices:
            unknown = [name for name in self._voices if name not in voices.files]
            if unknown or not self._voices:
                asked, known = ", ".join(unknown) or "(none given)", ", ".join(voices.files)
                raise EngineNotAvailable(f"kokoro has no voice {asked}; expected some of {known}")
            blend = np.mean([voices[name] for name in self._voices], axis=0, dtype=np.float32)
        return np.asarray(blend, np.float32).reshape(-1, 256)

    def _speak(self, loaded: _Loaded, text: str, pace: float) -> Speech:
        pieces: list[Samples] = []
        pause = np.zeros(int(_SENTENCE_PAUSE_S * SAMPLE_RATE), np.float32)
        for sentence in _SENTENCE_END.split(phrased(spoken(text))):
            sounds = phonemes(pronounce(sentence), loaded.alphabet, loaded.sounds).strip()
            for chunk in chunks(sounds):
                audio = self._infer(loaded, chunk, pace)
                if len(audio):
                    pieces += [audio, pause]
        if not pieces:
            raise EngineError("kokoro was given a text without anything to say")
        whole = levelled(brightened(np.concatenate(pieces[:-1]), SAMPLE_RATE), SAMPLE_RATE)
        return Speech(to_pcm(whole), SAMPLE_RATE)

    def _infer(self, loaded: _Loaded, sounds: str, pace: float) -> Samples:
        tokens = [loaded.alphabet[sound] for sound in sounds]
        audio = loaded.model.run(
            np.array([[0, *tokens, 0]], np.int64),
            loaded.style[np.newaxis, min(len(tokens), _LAST_STYLE)],
            np.array([self._speed * pace], np.float32),
        )
        return faded(trimmed(audio, SAMPLE_RATE), SAMPLE_RATE)


def chunks(sounds: str) -> Iterator[str]:
    """Pieces of at most 500 phonemes, cut after commas if need be, else at spaces, else anywhere."""
    while len(sounds) > _MOST_TOKENS:
        head = sounds[:_MOST_TOKENS]
        cut = max(head.rfind(","), head.rfind(";")) + 1 or head.rfind(" ") + 1 or _MOST_TOKENS
        yield sounds[:cut].strip()
        sounds = sounds[cut:].strip()
    if any(sound.isalpha() for sound in sounds):
        yield sounds
