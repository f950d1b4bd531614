"""How well questions find their passage: accuracy, what can be answered safely, and what it costs."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import psutil

from dialogs.retrieval import Embedder, Passage, Retriever
from voice_agent.qa.knowledge_files import OUT_OF_DOMAIN, Question

_FALSE_ACCEPTANCE = 0.10
_MOST = 3


@dataclass(frozen=True, slots=True)
class Answered:
    """What came of one question."""

    expected: str
    ids: tuple[str, ...]
    confidence: float
    cpu_ms: float


def measure_knowledge(
    passages: Sequence[Passage],
    questions: Sequence[Question],
    make_embedder: Callable[[], Embedder | None],
    report: Callable[[int, int], None] = lambda _done, _total: None,
) -> dict[str, Any]:
    """All figures of one run. Memory: what the process grew by for model, index and the questions asked, 10^6 bytes."""
    process = psutil.Process()
    before = process.memory_info().rss
    started = time.perf_counter()
    embedder = make_embedder()
    retriever = Retriever(passages, embedder)
    ready_s = time.perf_counter() - started
    answered = []
    for number, question in enumerate(questions, start=1):
        answered.append(_ask(retriever, question))
        report(number, len(questions))
    grown = (process.memory_info().rss - before) / 1e6
    return {
        **figures(answered),
        "memory_mb": round(max(0.0, grown), 1),
        "index_s": round(ready_s, 2),
        "passages": len(passages),
        "embeddings": embedder is not None,
    }


def figures(answered: Sequence[Answered]) -> dict[str, Any]:
    """Top-1 and top-3 of the questions that have a passage; what is kept where 10 % of the others are accepted.

    ``kept_at_10pct_false``: of the questions whose right passage comes first, the share with a confidence at or over
    the threshold at which no more than 10 % of the out-of-domain questions are accepted. ``answered_at_10pct_false``:
    the same as a share of all questions that have a passage. None where there are none of either kind.
    """
    ours = [one for one in answered if one.expected != OUT_OF_DOMAIN]
    others = [one.confidence for one in answered if one.expected == OUT_OF_DOMAIN]
    right = [one for one in ours if one.ids[:1] == (one.expected,)]
    threshold = accept_from(others)
    kept = sum(one.confidence >= threshold for one in right) if threshold is not None else None
    p50, p95 = np.percentile([one.cpu_ms for one in answered], [50, 95])
    return {
        "top1": _share(len(right), len(ours)),
        "top3": _share(sum(one.expected in one.ids for one in ours), len(ours)),
        "kept_at_10pct_false": None if kept is None else _share(kept, len(right)),
        "answered_at_10pct_false": None if kept is None else _share(kept, len(ours)),
        "threshold": None if threshold is None else round(threshold, 4),
        "cpu_ms": {"p50": round(float(p50), 1), "p95": round(float(p95), 1)},
        "questions": len(ours),
        "out_of_domain": len(others),
    }


def accept_from(confidences: Sequence[float]) -> float | None:
    """The least threshold at which at most 10 % of these are accepted (confidence ≥ threshold); None without any."""
    if not confidences:
        return None
    ranked = sorted(confidences, reverse=True)
    first_refused = int(len(ranked) * _FALSE_ACCEPTANCE)
    return float(np.nextafter(ranked[first_refused], np.inf))


def _ask(retriever: Retriever, question: Question) -> Answered:
    started = time.process_time()
    hits = retriever.search(question.text, _MOST)
    cpu_ms = (time.process_time() - started) * 1000
    return Answered(question.expected, tuple(hit.id for hit in hits), hits[0].confidence if hits else 0.0, cpu_ms)


def _share(count: int, whole: int) -> float | None:
    return round(count / whole, 4) if whole else None
