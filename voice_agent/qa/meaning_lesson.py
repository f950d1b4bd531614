"""Teaches e5 what hotlines tell apart: a matrix over its vectors, learnt from questions and what they ask for.

multilingual-e5-small knows Korean, not hotlines: it holds "얼마예요" and "얼마나 걸려요" for nearer than they are, and
a misheard syllable for a change of topic. The matrix is the identity plus what InfoNCE teaches (van den Oord et al.
2018): a question nearer to its own passage's title and answer, and to the other questions for it, than to all others of
its corpus; every question is also given with injected recognition errors. Weight decay towards the identity keeps it
useful for topics it never saw. Corpora: the library's own questions and those of ``corpora/``, which are of quite
different topics (a city, a hospital, services from telephone to gym).

    python -m voice_agent.qa.meaning_lesson          writes voice_agent/engines/meaning.npy

Measured on corpora that it was not taught by, passages without questions, top-1 clean and misheard: city 0.79 and 0.79
before, 0.87 and 0.85 after; hospital 0.79 and 0.74, then 0.81 and 0.74. The file that ships was learnt with errors in
about half of the library's questions. Needs torch (the whisper extra), and some minutes for the vectors, which are
kept in the cache.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialogs.everyday_questions import EVERYDAY_QUESTIONS
from dialogs.loader import default_library
from dialogs.retrieval import Embedder, Passage
from dialogs.spoken_request import spoken_request
from voice_agent.config import load_config
from voice_agent.engines.embedding import MEANING, open_plain_embedder
from voice_agent.qa.knowledge_files import OUT_OF_DOMAIN, read_passages, read_questions
from voice_agent.qa.recognition_errors import RecognitionErrors

Vectors = NDArray[np.float32]

CORPORA = Path(__file__).parent / "corpora"
_ERRORS_OF_LIBRARY, _ERRORS = RecognitionErrors(0.35, 5), RecognitionErrors(0.25, 77)
_STEPS, _RATE = 80, 3e-3
_DECAY = 1e-2
"""Of the difference from the identity. With a third of it a hospital's questions are found less well than without."""
_TEMPERATURE = 0.05
_TITLE, _WHOLE = 0.4, 0.6
_BATCH_OF_LIBRARY, _BATCH = 256, 96


@dataclass(frozen=True, slots=True)
class Corpus:
    """One set of passages with questions, as vectors from their centres; questions stand with and without errors."""

    titles: Vectors
    wholes: Vectors
    questions: Vectors
    owners: NDArray[np.int64]
    """The passage of each question."""
    said: NDArray[np.int64]
    """Which question it is; with and without errors it is the same."""
    batch: int


def prepare(
    passages: Sequence[Passage],
    questions: Sequence[tuple[str, int]],
    embedder: Embedder,
    errors: RecognitionErrors,
    batch: int,
) -> Corpus:
    """``questions``: text and index of the passage."""
    texts = [spoken_request(text) for text, _ in questions]
    misheard = [spoken_request(errors(text)) for text, _ in questions]
    centre = embedder.embed(EVERYDAY_QUESTIONS, query=True).mean(axis=0)
    asked = np.concatenate([embedder.embed(texts, query=True), embedder.embed(misheard, query=True)])
    titles = embedder.embed([passage.title for passage in passages], query=False)
    wholes = embedder.embed([f"{passage.title}. {passage.answer}" for passage in passages], query=False)
    owners = np.array([owner for _, owner in questions] * 2, np.int64)
    return Corpus(
        _unit(titles - titles.mean(axis=0)),
        _unit(wholes - wholes.mean(axis=0)),
        _unit(asked - centre),
        owners,
        np.tile(np.arange(len(questions)), 2),
        batch,
    )


def learn(corpora: Sequence[Corpus], seed: int = 0) -> Vectors:
    """The matrix, shape (384, 384); the first corpus weighs as much as all others together."""
    import torch

    torch.manual_seed(seed)
    torch.set_num_threads(1)
    size = corpora[0].titles.shape[1]
    change = torch.zeros(size, size, requires_grad=True)
    optimizer = torch.optim.Adam([change], lr=_RATE)
    shares = [0.5, *[0.5 / (len(corpora) - 1)] * (len(corpora) - 1)] if len(corpora) > 1 else [1.0]
    for _ in range(_STEPS):
        matrix = torch.eye(size) + change
        loss = _DECAY * (change**2).sum()
        for corpus, share in zip(corpora, shares, strict=True):
            loss = loss + share * _loss(torch, corpus, matrix)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return np.asarray((torch.eye(size) + change).detach().numpy(), np.float32)


def _loss(torch: Any, corpus: Corpus, matrix: Any) -> Any:
    functional = torch.nn.functional

    def placed(rows: Vectors) -> Any:
        return functional.normalize(torch.from_numpy(rows) @ matrix, dim=1)

    drawn = torch.randint(0, len(corpus.owners), (corpus.batch,)).numpy()
    asked, owners = placed(corpus.questions[drawn]), torch.from_numpy(corpus.owners[drawn])
    near = _TITLE * asked @ placed(corpus.titles).T + _WHOLE * asked @ placed(corpus.wholes).T
    loss = functional.cross_entropy(near / _TEMPERATURE, owners)
    others = torch.randint(0, len(corpus.owners), (2 * corpus.batch,)).numpy()
    itself = torch.from_numpy(corpus.said[drawn][:, None] == corpus.said[others][None])
    wanted = torch.from_numpy(corpus.owners[drawn][:, None] == corpus.owners[others][None]) & ~itself
    alike = (asked @ placed(corpus.questions[others]).T / _TEMPERATURE).masked_fill(itself, -1e4)
    some = wanted.any(1)
    if bool(some.any()):
        right = torch.logsumexp(alike.masked_fill(~wanted, -1e4), 1) - torch.logsumexp(alike, 1)
        loss = loss - 0.5 * right[some].mean()
    return loss


def corpora(embedder: Embedder, leave_out: str = "") -> list[Corpus]:
    """The library first, then the others. ``leave_out``: the name of one to be measured on."""
    library = read_passages(default_library() / "knowledge")
    asked = [(text, number) for number, passage in enumerate(library) for text in passage.questions]
    prepared = [prepare(library, asked, embedder, _ERRORS_OF_LIBRARY, _BATCH_OF_LIBRARY)]
    for file in sorted(CORPORA.glob("*.yaml")):
        if file.stem == leave_out:
            continue
        passages = read_passages(file)
        index = {passage.id: number for number, passage in enumerate(passages)}
        questions = read_questions(file.with_suffix(".tsv"), passages)
        ours = [
            (question.text, index[question.expected]) for question in questions if question.expected != OUT_OF_DOMAIN
        ]
        prepared.append(prepare(passages, ours, embedder, _ERRORS, _BATCH))
    return prepared


def _unit(rows: Vectors) -> Vectors:
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


def main(arguments: Sequence[str]) -> None:
    """Learn and write. ``--leave-out NAME FILE``: without one corpus, into another file."""
    leave_out, target = (arguments[1], Path(arguments[2])) if arguments[:1] == ["--leave-out"] else ("", MEANING)
    matrix = learn(corpora(open_plain_embedder(load_config(None).cache_dir), leave_out))
    np.save(target, matrix.astype(np.float16))
    sys.stdout.write(f"{target}: {matrix.shape}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
