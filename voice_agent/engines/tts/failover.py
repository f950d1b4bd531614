"""The first voice that works speaks, and nobody waits twice for one that does not."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from voice_agent.engines.ports import Speech, TextToSpeech
from voice_agent.errors import EngineError, EngineLate

OnFailure = Callable[[str, Exception], None]
"""Told the engine's name and what it raised."""
OnReturn = Callable[[str], None]
"""Told the name of an engine that speaks again."""

_SHORT_TEXT = 30
"""Characters that fit into the deadline; a longer text gets more time, in proportion."""
_LONGEST_DEADLINE = 1.15
"""Times the deadline, however long the text is: with 2.5 s nobody hears 3 s of silence."""
_OTHERS_BEGIN = 0.6
"""Of the deadline: a voice that has not spoken by then gets company."""
_PROBE = "네."
_PROBE_DEADLINE_S = 10.0
_LONGEST_SECOND_A_CHARACTER = 1.0
_LONGEST_EXTRA_S = 3.0


class FailoverVoice:
    """Voices in order of preference, itself a voice.

    When a voice raises, or has used up 60 % of the deadline, all the others begin beside it: of those that are ready at
    the deadline, the best speaks. So a sentence never takes longer than one deadline, however many voices have stalled.
    A voice that failed is left out, and asked for one word in the background every ``retry_s`` seconds until it speaks
    again.
    """

    def __init__(
        self,
        voices: Sequence[TextToSpeech],
        *,
        retry_s: float = 30.0,
        deadline_s: float = 2.5,
        on_failure: OnFailure | None = None,
        on_return: OnReturn | None = None,
        wait: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        """``deadline_s``: for a text of up to 30 characters. ``wait`` waits for seconds between two probes."""
        if not voices:
            raise ValueError("FailoverVoice needs at least one voice")
        self._voices = tuple(voices)
        self._retry_s = retry_s
        self._deadline_s = deadline_s
        self._on_failure = on_failure
        self._on_return = on_return
        self._wait = wait
        self._loaded = [False] * len(self._voices)
        self._left_out: dict[int, asyncio.Task[None]] = {}

    @property
    def name(self) -> str:
        """The preferred voice's name."""
        return self._voices[0].name

    @property
    def voice(self) -> str:
        """The preferred voice's voice."""
        return self._voices[0].voice

    async def load(self) -> None:
        """Load every voice; one that cannot be loaded is left out. Raises EngineError where none can."""
        errors = []
        for i, engine in enumerate(self._voices):
            try:
                await engine.load()
                self._loaded[i] = True
            except EngineError as error:
                errors.append(error)
                self._leave_out(i, error)
        if len(errors) == len(self._voices):
            raise errors[0]

    async def synthesize(self, text: str, *, pace: float = 1.0) -> Speech:
        """As :meth:`speak`, without the name."""
        return (await self.speak(text, pace=pace))[0]

    async def speak(
        self, text: str, *, pace: float = 1.0, spare_s: float = 0.0, preferred_only: bool = False
    ) -> tuple[Speech, str]:
        """Speak one sentence; also the name of the voice that did. Raises EngineError when all failed.

        ``spare_s``: so many seconds more than usual it may take, for other speech is still sounding.
        ``preferred_only``: rather nobody than another voice.
        """
        first, *others = self._order()
        if preferred_only:
            if first != 0 or first in self._left_out:
                raise EngineError(f"{self.name} is left out")
            others = []
        deadline_s = self._deadline_s * min(max(1.0, len(text) / _SHORT_TEXT), _LONGEST_DEADLINE)
        ends = asyncio.get_running_loop().time() + deadline_s + spare_s
        failed: list[str] = []
        spoken = await self._best_of(first, others, text, pace, ends - (1 - _OTHERS_BEGIN) * deadline_s, ends, failed)
        if spoken is None:
            raise EngineError(f"no voice could speak ({', '.join(failed)})")
        return spoken

    async def close(self) -> None:
        """Close every voice."""
        for probe in tuple(self._left_out.values()):
            probe.cancel()
        await asyncio.gather(*self._left_out.values(), return_exceptions=True)
        self._left_out.clear()
        for engine in self._voices:
            await engine.close()

    def _order(self) -> list[int]:
        """The voices in order, those left out last: a doubtful voice serves a caller better than none."""
        return sorted(range(len(self._voices)), key=lambda i: i in self._left_out)

    async def _best_of(
        self,
        first: int,
        others: Sequence[int],
        text: str,
        pace: float,
        others_begin: float,
        ends: float,
        failed: list[str],
    ) -> tuple[Speech, str] | None:
        """The first in order that is ready at event-loop time ``ends``. Those that were not are added to ``failed``."""
        attempts = {first: self._begin(first, text, pace)}
        try:
            await _until(others_begin, attempts[first])
            if not _spoke(attempts[first]):
                attempts |= {i: self._begin(i, text, pace) for i in others}
            for i, attempt in attempts.items():
                try:
                    speech = await _result(attempt, ends)
                except Exception as error:  # noqa: BLE001 - whatever a voice stumbles over, the next one may not
                    self._leave_out(i, error)
                    failed.append(f"{self._voices[i].name}: {type(error).__name__}")
                else:
                    self._take_back(i)
                    return speech, self._voices[i].name
        finally:
            for attempt in attempts.values():
                _abandon(attempt)
        return None

    def _begin(self, i: int, text: str, pace: float) -> asyncio.Task[Speech]:
        return asyncio.create_task(self._attempt(i, text, pace), name="speak a sentence")

    async def _attempt(self, i: int, text: str, pace: float) -> Speech:
        engine = self._voices[i]
        if not self._loaded[i]:
            await engine.load()
            self._loaded[i] = True
        speech = await engine.synthesize(text, pace=pace)
        if speech.sample_rate <= 0 or not speech.pcm.any():
            raise EngineError(f"{engine.name} gave no sound")
        longest_s = _LONGEST_EXTRA_S + _LONGEST_SECOND_A_CHARACTER * len(text) / pace
        if speech.duration_s > longest_s:
            raise EngineError(f"{engine.name} gave {speech.duration_s:.0f} s of sound for {len(text)} characters")
        return speech

    # ── left out and taken back ──────────

    def _leave_out(self, i: int, error: Exception) -> None:
        if i not in self._left_out:
            self._left_out[i] = asyncio.create_task(self._probe(i), name=f"probe {self._voices[i].name}")
        if self._on_failure is not None:
            self._on_failure(self._voices[i].name, error)

    async def _probe(self, i: int) -> None:
        """Ask for one word now and then; returns when it came. No caller waits for it."""
        while True:
            await self._wait(self._retry_s)
            attempt = asyncio.create_task(self._attempt(i, _PROBE, 1.0), name="probe a voice")
            try:
                await _result(attempt, asyncio.get_running_loop().time() + _PROBE_DEADLINE_S)
                break
            except Exception as error:  # noqa: BLE001 - as in speak: it stays left out, whatever it was
                if self._on_failure is not None:
                    self._on_failure(self._voices[i].name, error)
            finally:
                _abandon(attempt)
        self._take_back(i)

    def _take_back(self, i: int) -> None:
        probe = self._left_out.pop(i, None)
        if probe is None:
            return
        if probe is not asyncio.current_task():
            probe.cancel()
        if self._on_return is not None:
            self._on_return(self._voices[i].name)


async def _result(attempt: asyncio.Task[Speech], ends: float) -> Speech:
    """What it makes, if it is ready at event-loop time ``ends``. Raises EngineLate, and whatever the attempt raises."""
    await _until(ends, attempt)
    if not attempt.done():
        raise EngineLate("no speech in time")
    return attempt.result()


async def _until(at: float, attempt: asyncio.Task[Speech]) -> None:
    """Wait for an attempt, at most until event-loop time ``at``."""
    await asyncio.wait({attempt}, timeout=max(0.0, at - asyncio.get_running_loop().time()))


def _spoke(attempt: asyncio.Task[Speech]) -> bool:
    return attempt.done() and not attempt.cancelled() and attempt.exception() is None


def _abandon(attempt: asyncio.Task[Speech]) -> None:
    """Stop it without waiting for its end: a voice that will not even be cancelled holds nobody up."""
    attempt.cancel()
    attempt.add_done_callback(lambda task: task.cancelled() or task.exception())
