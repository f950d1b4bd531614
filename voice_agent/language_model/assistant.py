"""Asks a language model for help with one sentence and lets through only what may be done or said."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing

import structlog

from dialogs.commands import Command, Digress, Escalate, Repeat, SetSlot, Slower, StartFlow
from dialogs.grounding import ungrounded
from dialogs.vocabulary import ModelClause, ModelDone, ModelProposed
from voice_agent.errors import EngineError, EngineLate
from voice_agent.language_model.breaker import CircuitBreaker
from voice_agent.language_model.client import ChatModel
from voice_agent.language_model.messages import PassageText, Question, messages
from voice_agent.language_model.reply import Proposed, complete, schema, so_far

log = structlog.get_logger()

Help = ModelProposed | ModelClause | ModelDone


class Assistant:
    """One model, asked by all calls. Never raises: what fails ends in ``ModelDone(ok=False)``."""

    def __init__(
        self,
        model: ChatModel,
        *,
        deadline_s: float = 2.0,
        breaker: CircuitBreaker | None = None,
        clock: Callable[[], float] | None = None,
    ) -> None:
        """``deadline_s``: until the first clause or the commands, and again from each clause to the next."""
        self._model = model
        self._deadline_s = deadline_s
        self._breaker = breaker or CircuitBreaker(failures=3, retry_s=30.0)
        self._clock = clock

    async def close(self) -> None:
        """Close the connections."""
        await self._model.close()

    async def help(self, question: Question) -> AsyncIterator[Help]:
        """Clauses as they come, each checked; then how it ended. Always ends with ModelDone or ModelProposed."""
        if not self._breaker.allows(self._now()):
            yield ModelDone(ok=False)
            return
        reading = _Reading(question)
        try:
            async with aclosing(self._pieces(question)) as pieces:
                while (piece := await self._next(pieces, reading)) is not None:
                    for clause in reading.take(piece):
                        yield clause
            outcome = reading.end()
        except EngineError as error:
            self._breaker.failed(self._now())
            log.warning("language_model.failed", error=type(error).__name__, spoken=reading.spoken)
            outcome = reading.instead()
        except _NotGrounded:
            self._breaker.succeeded()
            log.warning("language_model.not_grounded", spoken=reading.spoken)
            outcome = reading.instead()
        else:
            self._breaker.succeeded()
        yield outcome

    def _pieces(self, question: Question) -> AsyncGenerator[str]:
        form = schema(
            flows=[flow for flow, _ in question.topics],
            passages=[passage.id for passage in question.passages],
            slots=question.slots,
        )
        return self._model.stream(messages(question), form)

    async def _next(self, pieces: AsyncIterator[str], reading: _Reading) -> str | None:
        """The next piece, or None at the end. Raises EngineLate: the time counts from the last whole clause."""
        now = asyncio.get_running_loop().time
        left_s = reading.since(now()) + self._deadline_s - now()
        try:
            async with asyncio.timeout(left_s):
                return await anext(pieces, None)
        except TimeoutError:
            raise EngineLate(f"no clause within {self._deadline_s:g} s") from None

    def _now(self) -> float:
        return self._clock() if self._clock else asyncio.get_running_loop().time()


class _NotGrounded(Exception):
    """A clause says what its passages do not say."""


class _Reading:
    """One reply while it comes."""

    def __init__(self, question: Question) -> None:
        self._question = question
        self._known = {passage.id: passage for passage in question.passages}
        self._text = ""
        self._cited: tuple[PassageText, ...] = ()
        self._progress_at: float | None = None
        self.spoken = 0
        """Clauses let through."""

    def since(self, now_s: float) -> float:
        """When the last clause came, or the asking began."""
        if self._progress_at is None:
            self._progress_at = now_s
        return self._progress_at

    def take(self, piece: str) -> list[ModelClause]:
        """The clauses that a piece completes. Raises EngineError, _NotGrounded."""
        self._text += piece
        part = so_far(self._text)
        if part.kind != "answer":
            return []
        self._cited = tuple(self._known[name] for name in part.passages if name in self._known)
        fresh = part.clauses[self.spoken :]
        found = []
        for clause in fresh:
            said_there = [f"{passage.title}. {passage.answer}" for passage in self._cited]
            if ungrounded(clause, said_there):
                raise _NotGrounded
            found.append(ModelClause(clause.strip(), tuple(passage.id for passage in self._cited)))
            self.spoken += 1
            self._progress_at = None
        return found

    def end(self) -> Help:
        """What the whole reply comes to. Raises EngineError where it is no reply."""
        reply = complete(self._text)
        if reply.kind == "answer":
            return ModelDone(ok=self.spoken > 0)
        commands = [self._command(proposed) for proposed in reply.commands] if reply.kind == "commands" else []
        wanted = tuple(command for command in commands if command is not None)
        return ModelProposed(wanted) if wanted else ModelDone(ok=False)

    def instead(self) -> Help:
        """The cited passage in its own words, where the model's may not be spoken or stopped half-way."""
        return ModelProposed((Digress(self._cited[0].id),)) if self._cited else ModelDone(ok=False)

    def _command(self, proposed: Proposed) -> Command | None:
        """None where it names what was not offered."""
        target = proposed.target
        match proposed.command:
            case "start_flow":
                return StartFlow(target) if any(flow == target for flow, _ in self._question.topics) else None
            case "answer_passage":
                return Digress(target) if target in self._known else None
            case "set_slot":
                said = " ".join(proposed.words.split())
                heard = " ".join(self._question.caller.split())
                return (
                    SetSlot(target, said, said) if target in self._question.slots and said and said in heard else None
                )
            case "escalate":
                return Escalate()
            case "repeat":
                return Repeat()
            case "slower":
                return Slower()
