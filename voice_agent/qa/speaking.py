"""How well a voice is understood over the telephone, and how soon and how fast it speaks.

The listener is a recogniser that is given no words to expect. Both sides are compared as they are said: figures in the
sentence are spelled out as the voice speaks them, figures in what was heard are read by kocer in the way nearest to
it, and spaces and punctuation do not count. A listener who writes "4만 원" for "사만 원" has understood.
"""

from __future__ import annotations

import asyncio
import csv
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from dialogs.korean.spoken import spoken
from telephony.audio import Pcm, resample, through_g711
from telephony.wav_leg import write_wav
from voice_agent.engines.ports import STT_RATE, Samples, Speech, SpeechToText, TextToSpeech, as_samples
from voice_agent.engines.tts.failover import FailoverVoice
from voice_agent.engines.tts.prompt_cache import PromptCache
from voice_agent.errors import ConfigError
from voice_agent.pipeline.sentences import clauses
from voice_agent.qa.hearing import character_error_rate
from voice_agent.speaker import CachedSpeaker

_LINE_RATE = 8000
_DEADLINE_S = 60.0
"""However slow a voice is here, it is to be measured and not replaced."""

_AT_ONCE = 2


@dataclass(frozen=True, slots=True)
class Heard:
    """One sentence, and what the listener made of it."""

    sentence: str
    heard: str
    cer: float
    speech: Speech
    synthesis_s: float
    """Wall seconds."""
    first_audio_s: float
    """Wall seconds until the first clause was there, no prompt cached."""


def read_sentences(path: Path) -> list[str]:
    """A sentence a line; empty lines and lines that begin with # do not count. Raises ConfigError."""
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except OSError as error:
        raise ConfigError(f"--sentences: expected a readable text file, got {path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ConfigError(
            f"--sentences: {path}: expected UTF-8 text, got byte 0x{error.object[error.start]:02x}"
        ) from error
    found = [line.strip() for line in lines if line.strip() and not line.lstrip().startswith("#")]
    if not found:
        raise ConfigError(f"--sentences: {path}: expected a sentence a line, got none")
    for sentence in found:
        if not any("가" <= character <= "힣" for character in spoken(sentence)):
            raise ConfigError(f"--sentences: {path}: expected Korean sentences, got {sentence!r}")
    return found


def over_the_telephone(speech: Speech) -> Pcm:
    """What is left of speech at the far end of a G.711 line: 8 kHz, shape (n,)."""
    return through_g711(resample(speech.pcm, speech.sample_rate, _LINE_RATE))


def for_the_listener(line: Pcm) -> Samples:
    """8 kHz from the line, shape (n,), at the recogniser's rate."""
    return as_samples(resample(line, _LINE_RATE, STT_RATE))


def understood(pairs: Sequence[tuple[str, str]]) -> float:
    """Character error rate over all (sentence, heard) pairs together."""
    return character_error_rate([(spoken(sentence), heard) for sentence, heard in pairs])


async def listen(
    voice: TextToSpeech, judge: SpeechToText, sentences: Sequence[str], report: Callable[[int, int], None]
) -> list[Heard]:
    """Every sentence spoken, sent through G.711 and heard. Both engines must be loaded. Raises EngineError.

    All are spoken before the first is heard, so that the listener takes no time from the voice; then several are heard
    at once, as many as the judge has workers for.
    """
    said = []
    for done, sentence in enumerate(sentences, start=1):
        said.append(await _say(voice, sentence))
        report(done, 2 * len(sentences))
    limit = asyncio.Semaphore(_AT_ONCE)
    transcripts = await asyncio.gather(*(_hear(judge, each.speech, limit) for each in said))
    report(2 * len(sentences), 2 * len(sentences))
    return [
        Heard(sentence, text, understood([(sentence, text)]), each.speech, each.synthesis_s, each.first_audio_s)
        for sentence, each, text in zip(sentences, said, transcripts, strict=True)
    ]


@dataclass(frozen=True, slots=True)
class _Said:
    speech: Speech
    synthesis_s: float
    first_audio_s: float


async def _say(voice: TextToSpeech, sentence: str) -> _Said:
    """The whole for the listener; its first clause by the way speech goes in a call, the speaker's cache empty."""
    with tempfile.TemporaryDirectory() as empty:
        speaker = CachedSpeaker(PromptCache(Path(empty), voice), FailoverVoice([voice], deadline_s=_DEADLINE_S))
        started = time.perf_counter()
        first = await anext(speaker.say(speaker.split(sentence)[0]))
        first_audio_s = time.perf_counter() - started
    if clauses(sentence) == [sentence] == speaker.split(sentence):
        return _Said(first.speech, first_audio_s, first_audio_s)
    started = time.perf_counter()
    speech = await voice.synthesize(sentence)
    return _Said(speech, time.perf_counter() - started, first_audio_s)


async def _hear(judge: SpeechToText, speech: Speech, limit: asyncio.Semaphore) -> str:
    samples = for_the_listener(over_the_telephone(speech))
    async with limit:
        return (await judge.transcribe(samples)).text


def figures(heard: Sequence[Heard]) -> dict[str, Any]:
    """``cer`` (0 …), ``rtf`` (median of synthesis by audio seconds), ``first_audio_ms`` (p50, p95, n)."""
    p50, p95 = np.percentile([each.first_audio_s * 1000 for each in heard], [50, 95])
    return {
        "cer": round(understood([(each.sentence, each.heard) for each in heard]), 4),
        "rtf": round(float(np.median([each.synthesis_s / each.speech.duration_s for each in heard])), 3),
        "first_audio_ms": {"p50": round(float(p50)), "p95": round(float(p95)), "n": len(heard)},
    }


def write_samples(folder: Path, name: str, heard: Sequence[Heard]) -> None:
    """WAV files to listen to, as made and as heard over the line, and ``index.tsv``, to which a voice adds its rows."""
    folder.mkdir(parents=True, exist_ok=True)
    index = folder / "index.tsv"
    fresh = not index.exists()
    with index.open("a", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, delimiter="\t", lineterminator="\n")
        if fresh:
            rows.writerow(["number", "voice", "sentence", "heard", "cer"])
        for number, each in enumerate(heard, start=1):
            stem = f"{number:03d}-{name}"
            write_wav(folder / f"{stem}-wide.wav", each.speech.pcm.tobytes(), each.speech.sample_rate)
            write_wav(folder / f"{stem}-g711.wav", over_the_telephone(each.speech).tobytes(), _LINE_RATE)
            rows.writerow([number, name, each.sentence, each.heard, f"{each.cer:.3f}"])
