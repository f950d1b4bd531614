"""The embedder as the benchmarks take it: none, with a word of warning, where it cannot be had."""

from __future__ import annotations

from pathlib import Path

from dialogs.retrieval import Embedder
from voice_agent.cli.output import err
from voice_agent.engines.embedding import open_embedder
from voice_agent.errors import EngineNotAvailable


def embedder_or_none(cache_dir: Path) -> Embedder | None:
    """The hotline's embedder; None where its package, its weights or the processor's instructions are missing."""
    try:
        return open_embedder(cache_dir)
    except EngineNotAvailable as error:
        err.print(f"by sound alone: {error}", style="yellow", markup=False)
        return None
