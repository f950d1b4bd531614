"""Kokoro learns Korean sounds: the rows of its two symbol tables that belong to Korean letters, and a tone of voice.

    python -m voice_agent.qa.voice_lesson LESSON.npz [minutes]

goes on from the project's own lesson and writes a better one. What is learned makes the sentences that the hotline says
more probable to Whisper base, which hears them through G.711 with a little noise. Sentences that the voice is measured
with (``hotline_sentences.txt``) are left out. Needs torch, openai-whisper and onnx; about 2 s a sentence on 2 cores.
"""

from __future__ import annotations

import math
import random
import sys
import time
from collections.abc import Iterator
from datetime import datetime
from functools import partial
from importlib import import_module
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np

from dialogs.engine import DialogEngine
from dialogs.korean.phrasing import phrased
from dialogs.korean.pronunciation import pronounce
from dialogs.korean.spoken import spoken
from dialogs.loader import default_library, load_hotline
from telephony.audio import through_g711
from voice_agent.config import load_config
from voice_agent.engines.stt.openai_whisper import _encode_short
from voice_agent.engines.tts.kokoro import FEMALE, KokoroKorean
from voice_agent.engines.tts.kokoro_phonemes import TAUGHT, phonemes
from voice_agent.engines.tts.lesson import RHYTHM_TABLE, SOUND_TABLE, Lesson, read_lesson
from voice_agent.engines.weights import open_model, whisper_checkpoint
from voice_agent.pipeline.sentences import sentences
from voice_agent.qa.onnx_in_torch import TorchGraph
from voice_agent.qa.speaking import read_sentences

_RATE = 24_000
_MOST_SYLLABLES = 26
_READ_BACKS = 25
_BATCH = 2
_STEPS = (0.006, 0.01, 0.008)
"""The first step of rhythm, sound and tone, relative to how much the rows and styles differ among themselves."""
_PULL = 2e-3
"""Back to where it began."""
_WHISPER_WINDOW = 160_000


def lines() -> list[str]:
    """The sentences to learn from: what the dialogs say, those the voice is searched with, and figures read back."""
    here = Path(str(files("voice_agent.qa")))
    held_out = {s for line in read_sentences(here / "hotline_sentences.txt") for s in sentences(line)}
    engine = DialogEngine(load_hotline(default_library()), now=lambda: datetime(2026, 11, 23, 10))
    written = read_sentences(here / "hotline_sentences_dev.txt")
    said = [*engine.fixed_sentences(), *engine.answer_sentences(), *written, *figures_read_back()]
    found = {s for prompt in said for s in sentences(prompt)} - held_out
    return sorted(s for s in found if 5 <= sum("가" <= c <= "힣" for c in spoken(s)) <= _MOST_SYLLABLES)


def figures_read_back() -> list[str]:
    """Made-up telephone numbers, plates, ticket numbers, dates, times and amounts: a wrong one heard is the worst."""
    rnd = random.Random(1)
    said = []
    for _ in range(_READ_BACKS):
        half, syllable = rnd.choice(["오전", "오후"]), rnd.choice("가나다라마거너더러머고노도로모구누두루무허하호")
        few, four, more = rnd.randint(100, 999), rnd.randint(1000, 9999), rnd.randint(1000, 9999)
        said += [
            f"전화번호는 010-{four}-{more}입니다.",
            f"대표 번호는 {rnd.choice(['031', '02', '1588', '1600'])}-{few}-{more}입니다.",
            f"차량 번호는 {rnd.randint(10, 699)}{syllable} {four}입니다.",
            f"접수 번호는 2026-{rnd.randint(0, 999999):06}입니다.",
            f"{rnd.randint(1, 12)}월 {rnd.randint(1, 28)}일 {half} {rnd.randint(1, 11)}시에 열립니다.",
            f"수수료는 {rnd.randint(1, 9)}만 {rnd.randint(1, 9)}천 원입니다.",
        ]
    return said


class Pupil:
    """Kokoro with rows and a tone that can be changed."""

    def __init__(self, model_dir: Path, lesson: Lesson) -> None:
        self._torch: Any = import_module("torch")
        self._graph = TorchGraph(model_dir / "model.onnx")
        voice = KokoroKorean(model_dir, voices=FEMALE)
        loaded = voice._open()
        self._alphabet, self._styles = loaded.alphabet, self._torch.from_numpy(loaded.style - lesson.tone)
        self.lesson = lesson
        self._rows = sorted(set(lesson.alphabet.values()))
        self._learned = {
            name: self._torch.from_numpy(self._real(name, lesson.tables[name])).requires_grad_()
            for name in (RHYTHM_TABLE, SOUND_TABLE)
        }
        self._mask = self._torch.zeros(len(lesson.tables[RHYTHM_TABLE]), 1)
        self._mask[self._rows] = 1
        self.tone = self._torch.from_numpy(lesson.tone.copy()).requires_grad_()
        self.parameters = [*self._learned.values(), self.tone]
        self.began = [p.detach().clone() for p in self.parameters]
        spread = [t.detach()[self._rows].std() for t in self._learned.values()]
        self.spread = [*map(float, spread), float(self._styles.std())]

    def say(self, sentence: str, speed: float) -> Any:
        """24 kHz, shape (n,)."""
        sounds = phonemes(pronounce(phrased(spoken(sentence))), self._alphabet, TAUGHT).strip()
        tokens = self._torch.tensor([[0, *(self._alphabet[sound] for sound in sounds), 0]])
        instead = {
            f"/encoder/{place}/Gather_output_0": self._table(name)[tokens]
            for name, place in (
                (RHYTHM_TABLE, "bert/embeddings/word_embeddings"),
                (SOUND_TABLE, "text_encoder/embedding"),
            )
        }
        style = self._styles[min(len(sounds), len(self._styles) - 1)][None] + self.tone
        inputs = {"tokens": tokens, "style": style, "speed": self._torch.tensor([speed])}
        return self._graph.run(inputs, instead, "audio").ravel()

    def pull(self) -> Any:
        """Grows with the distance from where it began."""
        moved = ((p - b) / s for p, b, s in zip(self.parameters, self.began, self.spread, strict=True))
        return _PULL * sum(weight * m.square().sum() for weight, m in zip((0.1, 0.025, 1.0), moved, strict=True))

    def write(self, path: Path) -> None:
        """On the model's own 8-bit scale."""
        tables = {}
        for name in (RHYTHM_TABLE, SOUND_TABLE):
            scale, zero = self._scale(name)
            tables[name] = self.lesson.tables[name].copy()
            exact = self._learned[name].detach().numpy()[self._rows] / scale + zero
            tables[name][self._rows] = np.clip(np.round(exact), -128, 127).astype(np.int8)
        np.savez_compressed(
            path,
            symbols=np.array(list(self.lesson.alphabet)),
            ids=np.array(list(self.lesson.alphabet.values())),
            rhythm=tables[RHYTHM_TABLE],
            sound=tables[SOUND_TABLE],
            tone=self.tone.detach().numpy().astype(np.float16),
        )

    def _table(self, name: str) -> Any:
        """Only the rows of Korean letters have a gradient."""
        table = self._learned[name]
        return table * self._mask + (table * (1 - self._mask)).detach()

    def _scale(self, name: str) -> tuple[float, float]:
        weights = self._graph.weights
        zero = weights[RHYTHM_TABLE.removesuffix("_quantized") + "_zero_point"]
        return float(weights[name.removesuffix("_quantized") + "_scale"]), float(zero)

    def _real(self, name: str, quantised: Any) -> Any:
        scale, zero = self._scale(name)
        return ((quantised.astype(np.float32) - zero) * scale).astype(np.float32)


class Teacher:
    """Whisper at the other end of a telephone line."""

    def __init__(self, cache_dir: Path) -> None:
        self._torch: Any = import_module("torch")
        self._whisper: Any = import_module("whisper")
        self._model = self._whisper.load_model(str(whisper_checkpoint(cache_dir)), device="cpu").eval()
        self._model.requires_grad_(False)
        self._model.encoder.forward = partial(_encode_short, self._model.encoder, self._torch.nn.functional.gelu)
        self._tokens = self._whisper.tokenizer.get_tokenizer(True, language="ko", task="transcribe")

    def surprise(self, audio: Any, sentence: str, rnd: random.Random) -> Any:
        """Mean negative log-likelihood of a token of the sentence."""
        torch = self._torch
        heard = _line(torch, audio)
        heard = heard + torch.randn(len(heard)) * 10 ** (rnd.uniform(-65, -42) / 20)
        heard = torch.nn.functional.pad(heard, (rnd.randint(0, 3200), 0))
        size = max(_WHISPER_WINDOW, len(heard) + 32_000) // 320 * 320
        mel = self._whisper.log_mel_spectrogram(torch.nn.functional.pad(heard, (0, size - len(heard))), 80)[None]
        start = list(self._tokens.sot_sequence_including_notimestamps)
        text = [*self._tokens.encode(" " + sentence.strip()), self._tokens.eot]
        logits = self._model.decoder(torch.tensor([start + text[:-1]]), self._model.encoder(mel))[0, len(start) - 1 :]
        return torch.nn.functional.cross_entropy(logits.float(), torch.tensor(text))


def _line(torch: Any, audio: Any) -> Any:
    """Brightened, levelled, through G.711 and back to 16 kHz, differentiable but for the companding."""
    audio = torch.nn.functional.pad(audio, (0, -len(audio) % 6))
    size = len(audio)
    hertz = torch.fft.rfftfreq(size, 1 / _RATE)
    squares = hertz.square()
    loud = audio.detach()
    gain = min(0.12 / max(float(loud[loud.abs() > 0.01].square().mean().sqrt()), 1e-3), 0.7 / float(loud.abs().max()))
    shape = gain * (1 + squares / (squares + 2000.0**2)) * ((3800 - hertz) / 300).clamp(0, 1)
    spectrum = torch.fft.rfft(audio) * shape
    line = torch.fft.irfft(spectrum[: size // 6 + 1], size // 3) / 3
    pcm = (line.detach().clamp(-1, 1) * 32767).numpy().astype(np.int16)
    line = line + (torch.from_numpy(through_g711(pcm).astype(np.float32) / 32767) - line).detach()
    narrow = torch.fft.rfft(line)
    wide = torch.cat([narrow, torch.zeros(size // 3 + 1 - len(narrow), dtype=narrow.dtype)])
    return torch.fft.irfft(wide, size // 3 * 2) * 2


def _shuffled(texts: list[str], rnd: random.Random) -> Iterator[str]:
    while True:
        yield from rnd.sample(texts, len(texts))


def learn(target: Path, cache_dir: Path, seconds: float) -> None:
    """Steps of Adam, ever smaller, for so many seconds; the lesson is written now and then."""
    torch: Any = import_module("torch")
    torch.manual_seed(0)
    rnd = random.Random(0)
    pupil, teacher = Pupil(open_model("kokoro-82m", cache_dir), read_lesson()), Teacher(cache_dir)
    rates = [step * spread for step, spread in zip(_STEPS, pupil.spread, strict=True)]
    groups = [{"params": [p], "lr": rate} for p, rate in zip(pupil.parameters, rates, strict=True)]
    optimiser = torch.optim.Adam(groups, betas=(0.9, 0.98))
    texts = _shuffled(lines(), rnd)
    began, step = time.monotonic(), 0
    while (spent := time.monotonic() - began) < seconds:
        factor = 0.1 + 0.45 * (1 + math.cos(math.pi * spent / seconds))
        for group, rate in zip(optimiser.param_groups, rates, strict=True):
            group["lr"] = rate * factor * min(1.0, (step + 1) / 5)
        optimiser.zero_grad()
        total = 0.0
        for sentence in (next(texts) for _ in range(_BATCH)):
            loss = teacher.surprise(pupil.say(sentence, rnd.uniform(0.84, 0.96)), sentence, rnd)
            loss.backward()
            total += float(loss.detach()) / _BATCH
        pupil.pull().backward()
        optimiser.step()
        step += 1
        sys.stdout.write(f"{step} {spent:.0f} s  {total:.3f}\n")
        sys.stdout.flush()
        if step % 10 == 0:
            pupil.write(target)
    pupil.write(target)


if __name__ == "__main__":
    minutes = float(sys.argv[2]) if len(sys.argv) > 2 else 30.0
    learn(Path(sys.argv[1]), load_config().cache_dir, minutes * 60)
