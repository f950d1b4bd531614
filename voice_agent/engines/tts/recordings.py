"""Studio recordings: a prompt or sentence whose text stands in the folder's ``prompts.tsv`` is played from its WAV.

    greeting.wav<TAB>안녕하세요, 경기도 콜센터입니다.
    # a comment; empty lines are skipped

The files may have any name. They are levelled for the line when they are read, and kept in memory at no more than
24 kHz: 48 KB a second.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np

from dialogs.problems import Problem
from telephony.audio import resample
from voice_agent.engines.ports import Speech, as_samples
from voice_agent.engines.tts.loudness import faded, levelled, to_pcm
from voice_agent.engines.tts.wav import NotWav, parse_wav
from voice_agent.errors import ConfigError

MANIFEST = "prompts.tsv"
VOICE = "recording"
"""The name recordings have in records and figures, where an engine has its own."""
_MOST_RATE = 24_000
_LONGEST_S = 120.0
_MOST_BYTES = 64_000_000
_QUIET = 0.01
"""A file whose loudest sample is below it holds no speech."""


class Recordings:
    """Texts with their recordings."""

    def __init__(self, speeches: Mapping[str, Speech]) -> None:
        """``speeches``: by text as :func:`normal` writes it."""
        self._speeches = dict(speeches)

    def get(self, text: str) -> Speech | None:
        """The recording of a text, at the pace it was spoken; None where there is none."""
        return self._speeches.get(normal(text)) if self._speeches else None

    def unused(self, texts: Iterable[str]) -> list[str]:
        """Recorded texts that are none of these."""
        known = {normal(text) for text in texts}
        return [text for text in self._speeches if text not in known]


def normal(text: str) -> str:
    """A text as it is compared: one space wherever there is white space, composed syllables."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def open_recordings(folder: Path | None) -> Recordings:
    """All recordings of a folder; none without one. Raises ConfigError listing every mistake with file and line."""
    if folder is None:
        return Recordings({})
    recordings, problems = check_recordings(folder)
    if problems:
        raise ConfigError("\n".join(str(problem) for problem in problems))
    return recordings


def check_recordings(folder: Path) -> tuple[Recordings, list[Problem]]:
    """The recordings that can be used, and every mistake in the manifest or its files."""
    manifest = folder / MANIFEST
    try:
        lines = manifest.read_text(encoding="utf-8-sig").splitlines()
    except OSError as error:
        return Recordings({}), [
            Problem(str(manifest), 0, 0, "", "lines of file, tab, text", error.strerror or "no file")
        ]
    except UnicodeDecodeError:
        return Recordings({}), [Problem(str(manifest), 0, 0, "", "UTF-8 text", "something else")]
    speeches: dict[str, Speech] = {}
    places: dict[str, int] = {}
    problems: list[Problem] = []
    for number, line in enumerate(lines, start=1):
        if not line.strip() or line.startswith("#"):
            continue
        file, _, text = line.partition("\t")
        wanted = normal(text)
        try:
            if not file.strip() or not wanted:
                raise _Mistake("file, tab, text", repr(line))
            if wanted in places:
                raise _Mistake("every text once", f"the text of line {places[wanted]} again")
            places[wanted] = number
            speeches[wanted] = _read(folder / file.strip())
        except _Mistake as mistake:
            problems.append(
                Problem(str(manifest), number, 1, file.strip(), mistake.expected, mistake.got, mistake.hint)
            )
    return Recordings(speeches), problems


class _Mistake(Exception):
    def __init__(self, expected: str, got: str, hint: str = "") -> None:
        super().__init__(expected, got)
        self.expected, self.got, self.hint = expected, got, hint


def _read(path: Path) -> Speech:
    """One recording, fit for the line. Raises _Mistake."""
    try:
        size = path.stat().st_size
        if size > _MOST_BYTES:
            raise _Mistake(f"at most {_LONGEST_S:g} s", f"a file of {size} bytes")
        wav = parse_wav(path.read_bytes())
    except OSError as error:
        raise _Mistake("a WAV file", error.strerror or type(error).__name__) from None
    except NotWav as error:
        raise _Mistake(
            "a WAV file, mono, 16 bit", str(error), f"ffmpeg -i {path.name} -ac 1 -c:a pcm_s16le …"
        ) from None
    frames, channels = wav.pcm.shape
    if channels != 1:
        raise _Mistake("mono", f"{channels} channels", f"ffmpeg -i {path.name} -ac 1 …")
    if frames > _LONGEST_S * wav.sample_rate:
        raise _Mistake(f"at most {_LONGEST_S:g} s", f"{frames / wav.sample_rate:.0f} s")
    pcm, rate = wav.pcm[:, 0], wav.sample_rate
    if np.max(np.abs(as_samples(pcm)), initial=0.0) < _QUIET:
        raise _Mistake("speech", "silence" if frames else "no samples")
    if rate > _MOST_RATE:
        pcm, rate = resample(pcm, rate, _MOST_RATE), _MOST_RATE
    return Speech(to_pcm(faded(levelled(as_samples(pcm), rate), rate)), rate)
