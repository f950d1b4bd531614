"""The embedding model: checked, harmless to the process, and its vectors kept on disk."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from voice_agent.engines import embedding
from voice_agent.engines.embedding import E5Embedder, check_weights
from voice_agent.engines.embedding_cache import CachedEmbedder
from voice_agent.errors import EngineNotAvailable


class CountingEmbedder:
    """Vectors of a text's length; counts the texts it was asked for."""

    def __init__(self) -> None:
        self.asked = 0

    def embed(self, texts: Sequence[str], *, query: bool) -> NDArray[np.float32]:
        self.asked += len(texts)
        return np.array([[len(text), float(query)] for text in texts], np.float32)


@pytest.mark.engines
def test_near_sentences_have_near_vectors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "7")
    model = E5Embedder()
    assert os.environ["OMP_NUM_THREADS"] == "7"
    passages = model.embed(["여권 재발급", "가로등 고장 신고", "나쁜 글자 \ud800\0"], query=False)
    asked = model.embed(["여권을 잃어버렸어요"], query=True)
    assert passages.shape == (3, 384) and np.allclose(np.linalg.norm(passages, axis=1), 1, atol=1e-3)
    assert (asked @ passages.T).argmax() == 0
    assert model.embed([], query=True).shape == (0, 384)


def test_what_was_taught_is_there_and_moves_vectors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    matrix = np.load(embedding.MEANING)
    assert matrix.shape == (embedding.DIMENSIONS, embedding.DIMENSIONS) and np.isfinite(matrix).all()
    turned = embedding.TaughtEmbedder(CountingEmbedder(), np.array([[0, 1], [1, 0]], np.float32))
    assert np.allclose(turned.embed(["네 번", "다섯 번째"], query=False), [[0, 1], [0, 1]])
    monkeypatch.setattr(embedding, "E5Embedder", lambda _stop: CountingEmbedder())
    for content in (b"no array", None):
        monkeypatch.setattr(embedding, "MEANING", tmp_path / "meaning.npy")
        if content is None:
            np.save(tmp_path / "meaning.npy", np.eye(3))
        else:
            (tmp_path / "meaning.npy").write_bytes(content)
        with pytest.raises(EngineNotAvailable, match=r"meaning\.npy"):
            embedding.open_embedder(tmp_path)


def test_damaged_weights_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    damaged = tmp_path / "e5.bin"
    damaged.write_bytes(b"not the weights")
    monkeypatch.setattr(embedding, "weights_path", lambda: damaged)
    monkeypatch.setattr(embedding, "_must_have_avx2", lambda: None)
    with pytest.raises(EngineNotAvailable, match=r"damaged.*pip install"):
        check_weights()
    damaged.unlink()
    with pytest.raises(EngineNotAvailable, match="cannot be read"):
        check_weights()


def test_vectors_of_many_texts_are_kept_and_of_one_are_not(tmp_path: Path) -> None:
    texts = [f"질문 {number}" * number for number in range(1, 10)]
    first = CountingEmbedder()
    made = CachedEmbedder(first, tmp_path / "new", "weights").embed(texts, query=True)
    second = CountingEmbedder()
    cached = CachedEmbedder(second, tmp_path / "new", "weights")
    assert np.array_equal(cached.embed(texts, query=True), made)
    assert second.asked == 0
    cached.embed(["전화한 사람의 말"], query=True)
    assert second.asked == 1 and len(list((tmp_path / "new").iterdir())) == 1
    CachedEmbedder(second, tmp_path / "new", "other weights").embed(texts, query=True)
    cached.embed(texts, query=False)
    assert second.asked == 1 + 2 * len(texts)


def test_a_damaged_cache_is_made_anew(tmp_path: Path) -> None:
    texts = [str(number) for number in range(9)]
    CachedEmbedder(CountingEmbedder(), tmp_path, "w").embed(texts, query=True)
    (kept,) = tmp_path.iterdir()
    kept.write_bytes(b"\x93NUMPY broken")
    again = CountingEmbedder()
    assert CachedEmbedder(again, tmp_path, "w").embed(texts, query=True).shape == (9, 2)
    assert again.asked == 9


def test_a_folder_that_cannot_be_written_costs_only_time(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    assert len(CachedEmbedder(CountingEmbedder(), blocked, "w").embed(["a"] * 9, query=True)) == 9
