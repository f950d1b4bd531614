"""Vectors of the hotline's own texts, kept on disk: computing them takes minutes, reading them milliseconds.

One file for each set of texts, named after the texts and the weights, so that it never has to be invalidated. Single
texts are what callers say; they are never kept.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dialogs.retrieval import Embedder

Vectors = NDArray[np.float32]

_WORTH_KEEPING = 8
"""Texts at once; a caller's question comes alone."""


class CachedEmbedder:
    """Another embedder whose answers for whole sets of texts are kept in a folder."""

    def __init__(self, embedder: Embedder, folder: Path, weights: str) -> None:
        """``weights``: a digest of the model, part of every name."""
        self._embedder, self._folder, self._weights = embedder, folder, weights

    def embed(self, texts: Sequence[str], *, query: bool) -> Vectors:
        """As the other embedder. Raises what it raises; a damaged file is made anew, a full disk is no error."""
        if len(texts) < _WORTH_KEEPING:
            return self._embedder.embed(texts, query=query)
        path = self._folder / f"{self._name(texts, query)}.npy"
        kept = _read(path, len(texts))
        if kept is not None:
            return kept
        vectors = self._embedder.embed(texts, query=query)
        _write(path, vectors)
        return vectors

    def _name(self, texts: Sequence[str], query: bool) -> str:
        digest = hashlib.sha256(f"{self._weights}:{query}".encode())
        for text in texts:
            encoded = text.encode("utf-8", "ignore")
            digest.update(len(encoded).to_bytes(8, "big") + encoded)
        return digest.hexdigest()


def _read(path: Path, rows: int) -> Vectors | None:
    try:
        vectors = np.load(path, allow_pickle=False)
    except (OSError, ValueError, EOFError):
        return None
    if vectors.ndim != 2 or len(vectors) != rows or vectors.dtype != np.float32:
        return None
    return np.asarray(vectors, np.float32)


def _write(path: Path, vectors: Vectors) -> None:
    """A full or read-only disk costs the next start its time, nothing else."""
    temporary = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with temporary.open("wb") as stream:
            np.save(stream, vectors)
        os.replace(temporary, path)
    except OSError:
        with suppress(OSError):
            temporary.unlink()
