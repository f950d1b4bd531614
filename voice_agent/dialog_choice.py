"""Configuration → the dialog, and what it asks for: retrieval, a language model, actions."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import lru_cache

import structlog

from dialogs.engine import DialogEngine
from dialogs.model import Hotline
from dialogs.passages import passages
from dialogs.retrieval import Embedder, Hit, Passage, Retriever
from voice_agent.actions.http import HttpActions
from voice_agent.actions.local import LocalActions
from voice_agent.actions.ports import Actions
from voice_agent.config import Config
from voice_agent.errors import EngineError
from voice_agent.language_model.assistant import Assistant
from voice_agent.language_model.breaker import CircuitBreaker
from voice_agent.language_model.summary import Summariser
from voice_agent.storage.database import Database
from voice_agent.storage.tickets import Tickets

log = structlog.get_logger()


def make_embedder(config: Config, stop: threading.Event | None = None) -> Embedder | None:
    """The one embedding model; None where it is switched off or cannot be used: then questions are found by sound."""
    if not config.knowledge.embeddings:
        return None
    from voice_agent.engines.embedding import open_embedder

    try:
        return open_embedder(config.cache_dir, stop)
    except EngineError as error:
        log.warning("knowledge.embeddings_missing", error=type(error).__name__)
        return None


class _Search:
    """Retrieval by sound and meaning, by sound alone should the embedding model ever fail in a call."""

    def __init__(self, searched: Sequence[Passage], embedder: Embedder) -> None:
        self._by_sound = Retriever(searched)
        self._by_both = Retriever(searched, embedder)
        # The same sentence is looked at for barge-in and again for the turn.
        self.search = lru_cache(maxsize=64)(self._search)

    def _search(self, text: str, most: int = 3) -> tuple[Hit, ...]:
        try:
            return self._by_both.search(text, most)
        except EngineError as error:
            log.error("knowledge.embedding_failed", error=type(error).__name__)
            return self._by_sound.search(text, most)


def make_dialog(hotline: Hotline, config: Config, embedder: Embedder | None = None) -> DialogEngine:
    """The dialog engine of a hotline. With an embedder every passage is embedded first: slow, unless it was before."""
    consults = config.language_model is not None
    if embedder is None:
        return DialogEngine(hotline, consults=consults)
    return DialogEngine(hotline, retriever=_Search(passages(hotline), embedder), embedder=embedder, consults=consults)


def make_summariser(config: Config) -> Summariser | None:
    """What summarises calls for human agents, where a language model is set. It waits longer than a caller would."""
    server = config.language_model
    if server is None:
        return None
    from voice_agent.language_model.client import OpenAIChatModel

    return Summariser(OpenAIChatModel(server.url, server.model, api_key=server.api_key))


def make_assistant(config: Config) -> Assistant | None:
    """The language model's side, where one is set."""
    server = config.language_model
    if server is None:
        return None
    # Imported here: the client takes a second to import, and most hotlines have no language model.
    from voice_agent.language_model.client import OpenAIChatModel

    return Assistant(
        OpenAIChatModel(server.url, server.model, api_key=server.api_key),
        deadline_s=server.deadline_s,
        breaker=CircuitBreaker(failures=server.failures, retry_s=server.retry_s),
    )


def make_actions(config: Config, database: Database) -> Actions:
    """The operator's system, or our own tickets."""
    if config.actions.url:
        return HttpActions(config.actions.url, secret=config.actions.secret, deadline_s=config.actions.deadline_s)
    return LocalActions(Tickets(database))
