"""The first recogniser that answers in time is heard.

One that errs or is late loses its turn; the next one gets the same audio at once, with what is left of the caller's
patience. The one that failed is left out for a while. Then it is tried again beside the others: a turn is given to it
as well, nobody waits for the outcome, and if it hears the turn it has its place again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from voice_agent.engines.ports import STT_RATE, Samples, SpeechToText, Transcript
from voice_agent.engines.stt.patience import stretched
from voice_agent.errors import EngineError, EngineLate

OnFailure = Callable[[str, BaseException], None]
"""Told the engine's name and what it raised."""
OnReturn = Callable[[str], None]
"""Told the name of an engine that hears again."""

_FAIR_SHARE = 0.2
"""Who was given a smaller part of the deadline is not blamed for being late: the time went elsewhere."""


@dataclass(frozen=True, slots=True)
class Recogniser:
    """An engine, and how many decodes that do not come back it survives."""

    engine: SpeechToText
    threads: int | None = None
    """An embedded engine's worker threads. One that hangs cannot be stopped; None: nothing can hang."""


@dataclass(eq=False, slots=True)
class _Member:
    engine: SpeechToText
    threads: int | None
    loaded: bool = False
    doubtful: bool = False
    """It failed last time."""
    try_again_at: float = 0.0
    """Event-loop time."""
    probe: asyncio.Task[None] | None = None
    overdue: set[asyncio.Task[Transcript]] = field(default_factory=set)
    """Given up, and still running."""

    @property
    def stuck(self) -> bool:
        """Every thread it has is held by a decode that does not come back."""
        return self.threads is not None and len(self.overdue) >= self.threads

    async def hear(self, samples: Samples, words: Sequence[str], hurry: bool, rivals: Sequence[str]) -> Transcript:
        if not self.loaded:
            await self.engine.load()
            self.loaded = True
        return await self.engine.transcribe(samples, words=words, hurry=hurry, rivals=rivals)


class FailoverSpeechToText:
    """Recognisers in order of preference, itself a recogniser."""

    def __init__(
        self,
        recognisers: Sequence[Recogniser],
        *,
        deadline_s: float = 4.0,
        retry_s: float = 30.0,
        on_failure: OnFailure | None = None,
        on_return: OnReturn | None = None,
    ) -> None:
        """``deadline_s``: for all of them together, where :meth:`transcribe` is not given a deadline.

        ``on_failure`` is told once of every failure, ``on_return`` when an engine has its place again.
        """
        if not recognisers:
            raise ValueError("FailoverSpeechToText needs at least one recogniser")
        self._members = [_Member(recogniser.engine, recogniser.threads) for recogniser in recognisers]
        self._deadline_s = deadline_s
        self._retry_s = retry_s
        self._on_failure = on_failure
        self._on_return = on_return

    @property
    def name(self) -> str:
        """The preferred engine's; which one heard a turn stands in its transcript."""
        return self._members[0].engine.name

    async def load(self) -> None:
        """Load every engine at the same time; one that cannot be loaded is left out. Raises where none can."""
        errors = [error for error in await asyncio.gather(*map(self._load, self._members)) if error is not None]
        if len(errors) == len(self._members):
            raise errors[0]

    async def transcribe(
        self,
        samples: Samples,
        *,
        words: Sequence[str] = (),
        hurry: bool = False,
        rivals: Sequence[str] = (),
        deadline: float | None = None,
    ) -> Transcript:
        """As the port says; ``deadline`` is event-loop time. Raises EngineError when nobody heard it by then.

        An engine that is followed by another gets half of what is left, the last one all of it. One in doubt, asked
        because no other is left, gets half: nobody waits twice in a row as long as they can for an engine that is dead.
        """
        if deadline is None:
            deadline = _now() + stretched(self._deadline_s, len(samples) / STT_RATE)
        self._probe_doubtful(samples, words)
        failed = []
        turn = sorted(self._members, key=lambda member: member.doubtful)
        for place, member in enumerate(turn):
            left_s = deadline - _now()
            followed = any(not later.doubtful and not later.stuck for later in turn[place + 1 :])
            limit_s = left_s / 2 if followed or member.doubtful else left_s
            if member.stuck or limit_s <= 0:
                failed.append(f"{member.engine.name}: {'stuck' if member.stuck else 'no time left'}")
                continue
            heard = await self._attempt(member, samples, words, hurry or bool(failed), limit_s, rivals)
            if isinstance(heard, Transcript):
                return replace(heard, engine=member.engine.name)
            failed.append(f"{member.engine.name}: {type(heard).__name__}")
        raise EngineError(f"no recogniser heard it ({', '.join(failed)})")

    async def close(self) -> None:
        """Close every engine."""
        probes = [member.probe for member in self._members if member.probe is not None]
        for probe in probes:
            probe.cancel()
        await asyncio.gather(*probes, return_exceptions=True)
        for member in self._members:
            await member.engine.close()

    async def _load(self, member: _Member) -> EngineError | None:
        try:
            await member.engine.load()
        except EngineError as error:
            self._leave_out(member, error)
            return error
        member.loaded = True
        return None

    async def _attempt(
        self,
        member: _Member,
        samples: Samples,
        words: Sequence[str],
        hurry: bool,
        limit_s: float,
        rivals: Sequence[str] = (),
    ) -> Transcript | BaseException:
        """What it heard, or why not. Given up rather than cancelled: a thread would go on in any case, unseen."""
        task = asyncio.create_task(member.hear(samples, words, hurry, rivals), name=f"{member.engine.name} decode")
        try:
            await asyncio.wait({task}, timeout=limit_s)
        finally:
            if not task.done():
                member.overdue.add(task)
                task.add_done_callback(member.overdue.discard)
                task.add_done_callback(_look_at)
        if not task.done():
            late = EngineLate(f"{member.engine.name} did not answer within {limit_s:.1f} s")
            if limit_s >= stretched(self._deadline_s * _FAIR_SHARE, len(samples) / STT_RATE):
                self._leave_out(member, late)
            return late
        error = asyncio.CancelledError() if task.cancelled() else task.exception()
        if error is not None:
            self._leave_out(member, error)
            return error
        self._take_back(member)
        return task.result()

    def _probe_doubtful(self, samples: Samples, words: Sequence[str]) -> None:
        """Who has been left out long enough gets this turn as well, provided that another engine serves the caller."""
        if all(member.doubtful or member.stuck for member in self._members):
            return
        for member in self._members:
            resting = member.try_again_at > _now() or member.stuck
            if member.doubtful and not resting and (member.probe is None or member.probe.done()):
                member.probe = asyncio.create_task(self._probe(member, samples, words), name="recogniser probe")

    async def _probe(self, member: _Member, samples: Samples, words: Sequence[str]) -> None:
        limit_s = stretched(self._deadline_s / 2, len(samples) / STT_RATE)
        await self._attempt(member, samples, words, True, limit_s)

    def _take_back(self, member: _Member) -> None:
        if member.doubtful and self._on_return is not None:
            self._on_return(member.engine.name)
        member.doubtful = False

    def _leave_out(self, member: _Member, error: BaseException) -> None:
        member.doubtful = True
        member.try_again_at = _now() + self._retry_s
        if self._on_failure is not None:
            self._on_failure(member.engine.name, error)


def _now() -> float:
    return asyncio.get_running_loop().time()


def _look_at(task: asyncio.Task[Transcript]) -> None:
    """An overdue decode's late error interests nobody, but asyncio wants it to have been seen."""
    if not task.cancelled():
        task.exception()
