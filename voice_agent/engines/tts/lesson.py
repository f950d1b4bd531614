"""What Kokoro was taught of Korean: sounds for its letters, and the tone of voice in which they are clear.

Kokoro looks every symbol up in two tables, one for rhythm and melody, one for the sound itself. Sixty-odd rows of them
belong to no symbol; a lesson fills some with what :mod:`voice_agent.qa.voice_lesson` found. Everything else of the
model stays as it was published.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path

import numpy as np
import numpy.typing as npt

from voice_agent.engines.ports import Samples
from voice_agent.errors import EngineNotAvailable

Rows = npt.NDArray[np.int8]

RHYTHM_TABLE = "encoder.bert.embeddings.word_embeddings.weight_quantized"
SOUND_TABLE = "encoder.text_encoder.embedding.weight_quantized"
"""The model's names for them."""
_PARTS = ("symbols", "ids", "rhythm", "sound", "tone")


@dataclass(frozen=True, slots=True)
class Lesson:
    """Read from ``korean_lesson.npz``."""

    alphabet: Mapping[str, int]
    """The row of each new symbol."""
    tables: Mapping[str, Rows]
    """Both tables whole, by the model's name for them, as 8-bit numbers on the model's own scale."""
    tone: Samples
    """Added to a voice, shape (256,)."""


def read_lesson(path: Path | None = None) -> Lesson:
    """The lesson that is part of the project, or another. Raises EngineNotAvailable where it is damaged."""
    if path is None:
        with as_file(files("voice_agent.engines.tts").joinpath("korean_lesson.npz")) as own:
            return read_lesson(own)
    try:
        with np.load(path) as archive:
            symbols, ids, rhythm, sound, tone = (archive[part] for part in _PARTS)
    except (OSError, KeyError, ValueError) as error:
        raise EngineNotAvailable(f"{path} is not a lesson for kokoro: {error}") from error
    alphabet = dict(zip(symbols.tolist(), ids.tolist(), strict=True))
    return Lesson(alphabet, {RHYTHM_TABLE: rhythm, SOUND_TABLE: sound}, tone.astype(np.float32))
