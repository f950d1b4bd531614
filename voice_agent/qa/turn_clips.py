"""Callers who stop to think: the clips of ``bench turns``, from a manifest or made here by recipe.

The made ones are synthetic and labelled so: an utterance of ``turn_utterances.yaml`` is spoken in one go by the
embedded voice, so that what stands before a pause does not sound like an end, and quiet of 150 to 1200 ms is put in at
each mark.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from dialogs.vocabulary import Expectation, Expected
from telephony.audio import Pcm, resample
from telephony.errors import TelephonyError
from telephony.wav_leg import read_wav
from voice_agent.engines.ports import Speech, TextToSpeech
from voice_agent.engines.tts.prompt_cache import PromptCache
from voice_agent.errors import ConfigError, EngineError

LINE_RATE = 8000
"""Hz; clips are telephone audio."""
_RECIPE = Path(__file__).with_name("turn_utterances.yaml")
_MARK = " / "
_SHORTEST_S, _LONGEST_S = 0.15, 1.2
_SEARCHED_S = 0.4
_WINDOW_S = 0.06
_QUIET = 300


@dataclass(frozen=True, slots=True)
class Pause:
    """Quiet inside an utterance, in seconds of the clip."""

    start_s: float
    end_s: float

    @property
    def length_s(self) -> float:
        """Seconds."""
        return self.end_s - self.start_s


@dataclass(frozen=True, slots=True)
class TurnClip:
    """One turn of a caller, to its last word."""

    name: str
    pcm: Pcm
    """At :data:`LINE_RATE`."""
    expectation: Expectation
    pauses: tuple[Pause, ...] | None
    """Where the caller goes on after them; None where nobody has marked them."""


# ── from a manifest ──────────


def read_turn_clips(path: Path) -> list[TurnClip]:
    """A TSV with the columns ``file`` and ``transcript``, and, where they are there, ``pauses`` and ``expected``.

    ``pauses``: a JSON list of ``[start_s, end_s]`` or ``{"start": …, "end": …}``; ``expected``: a value of Expected.
    """
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"--clips: expected a readable TSV file in UTF-8, got {path}: {error}") from error
    if not rows or not {"file", "transcript"} <= rows[0].keys():
        raise ConfigError(f"--clips: {path}: expected a header with the columns file and transcript, and clips below")
    return [_clip(path, number, row) for number, row in enumerate(rows, start=2)]


def _clip(manifest: Path, number: int, row: dict[str, str | None]) -> TurnClip:
    where = f"--clips: {manifest}:{number}"
    name = row["file"] or ""
    try:
        pcm = read_wav(manifest.parent / name, LINE_RATE)
        kind = Expected(row.get("expected") or Expected.ANYTHING)
    except TelephonyError as error:
        raise ConfigError(f"{where}: {error}") from error
    except ValueError as error:
        raise ConfigError(f"{where}: expected one of {', '.join(Expected)}, got {row.get('expected')!r}") from error
    column = (row.get("pauses") or "").strip()
    pauses = _pauses(column, where) if column else None
    return TurnClip(name, pcm, Expectation(kind=kind), pauses)


def _pauses(column: str, where: str) -> tuple[Pause, ...]:
    try:
        listed = json.loads(_unquoted(column))
        return tuple(_pause(item) for item in listed)
    except (ValueError, TypeError, KeyError, IndexError) as error:
        raise ConfigError(
            f'{where}: pauses: expected a JSON list of [start, end] or {{"start": …, "end": …}}, got {column!r}'
        ) from error


def _unquoted(column: str) -> str:
    """A spreadsheet puts quotes around JSON and doubles those inside."""
    return column[1:-1].replace('""', '"') if column.startswith('"') and column.endswith('"') else column


def _pause(item: Any) -> Pause:
    start, end = (item["start"], item["end"]) if isinstance(item, dict) else (item[0], item[1])
    pause = Pause(float(start), float(end))
    if not 0 <= pause.start_s < pause.end_s:
        raise ValueError(item)
    return pause


# ── by recipe ──────────


@dataclass(frozen=True, slots=True)
class Utterance:
    """One line of the recipe."""

    said: str
    """With `` / `` at each pause."""
    expectation: Expectation

    @property
    def pieces(self) -> list[str]:
        """What is said between the pauses."""
        return self.said.split(_MARK)

    @property
    def spoken(self) -> str:
        """In one go: a comma where the caller stops, unless a mark is there."""
        pieces = self.pieces
        joined = [piece if piece[-1] in ",.?!" else f"{piece}," for piece in pieces[:-1]]
        return " ".join([*joined, pieces[-1]])


def recipe(part: str) -> list[Utterance]:
    """The utterances of ``dev`` (every third line) or of ``held_out`` (the others)."""
    groups = yaml.safe_load(_RECIPE.read_text(encoding="utf-8"))
    lines = [Utterance(said, _expectation(group)) for group in groups for said in group["said"]]
    return [line for number, line in enumerate(lines) if (number % 3 == 0) == (part == "dev")]


def _expectation(group: dict[str, Any]) -> Expectation:
    fewest_most = group.get("digits")
    digits = (fewest_most[0], fewest_most[1]) if fewest_most else None
    return Expectation(kind=Expected(group["expected"]), digits=digits)


async def make_turn_clips(
    utterances: list[Utterance],
    voice: TextToSpeech,
    folder: Path,
    report: Callable[[int, int], None],
    *,
    seed: int = 120,
) -> list[TurnClip]:
    """Speak them, or take them from ``folder`` where they have been spoken; the same seed gives the same pauses."""
    spoken = PromptCache(folder, voice)
    await spoken.render([utterance.spoken for utterance in utterances], report)
    clips = []
    for number, utterance in enumerate(utterances):
        speech = await spoken.get(utterance.spoken)
        if speech is None:
            raise EngineError(f"a clip just spoken cannot be read back from {folder}")
        clips.append(_with_pauses(f"{number:03d}", utterance, speech, np.random.default_rng([seed, number])))
    return clips


def _with_pauses(name: str, utterance: Utterance, speech: Speech, random: np.random.Generator) -> TurnClip:
    pcm = resample(speech.pcm, speech.sample_rate, LINE_RATE)
    parts: list[Pcm] = []
    pauses = []
    taken, sounded = 0, 0.0
    for cut in _cuts(pcm, utterance.pieces):
        start, end = _quiet_around(pcm, cut)
        wanted = float(np.exp(random.uniform(np.log(_SHORTEST_S), np.log(_LONGEST_S))))
        added = np.zeros(max(0, round(wanted * LINE_RATE) - (end - start)), np.int16)
        parts += [pcm[taken:cut], added]
        pauses.append(Pause(sounded + (start - taken) / LINE_RATE, sounded + (end - taken + len(added)) / LINE_RATE))
        sounded += (cut - taken + len(added)) / LINE_RATE
        taken = cut
    return TurnClip(name, np.concatenate([*parts, pcm[taken:]]), utterance.expectation, tuple(pauses))


def _cuts(pcm: Pcm, pieces: list[str]) -> list[int]:
    """A sample in the quietest moment near to where each piece should end, by its share of the syllables."""
    loudness = np.convolve(np.abs(pcm.astype(np.float32)), np.ones(int(_WINDOW_S * LINE_RATE)), mode="same")
    syllables = np.cumsum([sum(char.isalpha() for char in piece) for piece in pieces])
    cuts, last = [], 0
    for share in (syllables[:-1] / syllables[-1]).tolist():
        middle, reach = int(share * len(pcm)), int(_SEARCHED_S * LINE_RATE)
        first = max(last + 1, middle - reach)
        last = first + int(np.argmin(loudness[first : max(first + 1, middle + reach)]))
        cuts.append(last)
    return cuts


def _quiet_around(pcm: Pcm, at: int) -> tuple[int, int]:
    """First and last sample of the quiet in which ``at`` lies."""
    loud = np.flatnonzero(np.abs(pcm.astype(np.int32)) > _QUIET)
    index = int(np.searchsorted(loud, at))
    start = int(loud[index - 1]) + 1 if index > 0 else 0
    end = int(loud[index]) if index < len(loud) else len(pcm)
    return min(start, at), max(end, at)
