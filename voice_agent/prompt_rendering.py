"""Has fixed sentences made before a call needs them: the indispensable ones at the start, the rest while none is on."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from typing import Literal

import structlog

from dialogs.engine import DialogEngine
from voice_agent.engines.tts.prompt_cache import PromptCache
from voice_agent.engines.tts.recordings import Recordings
from voice_agent.errors import EngineError
from voice_agent.pipeline.sentences import sentences

log = structlog.get_logger()

_AGAIN_S = 60.0
"""Sentences that could not be rendered are tried again after so long."""

Ahead = Literal["essential", "menu", "everything"]

Report = Callable[[str, int, int], None]
"""(what is being done, how much of it is done, how much there is)."""


class PromptRendering:
    """One hotline's sentences and one voice's cache. Studio recordings need no rendering."""

    def __init__(
        self,
        dialog: DialogEngine,
        cache: PromptCache,
        recordings: Recordings,
        *,
        slow_pace: float,
        ahead: Ahead,
        idle: asyncio.Event,
        report: Report,
    ) -> None:
        """``ahead``: how much is made before it is asked for. ``idle`` is set while nobody is on the line."""
        self._dialog = dialog
        self._cache = cache
        self._recordings = recordings
        self._slow_pace = slow_pace
        self._ahead = ahead
        self._idle = idle
        self._report = report

    async def essential(self) -> None:
        """What any call may need at once."""
        await self._render(self._unrecorded(self._dialog.essential_sentences()), "prompts")

    async def flow(self, flow: str) -> None:
        """What one flow may say, now."""
        await self._render(self._unrecorded(self._dialog.flow_sentences(flow)), "prompts of the flow")

    async def the_rest(self) -> None:
        """The flows' sentences at the usual pace and slowly, then the answers; what failed is tried again later."""
        dialog = self._dialog
        everything = self._ahead == "everything"
        if self._ahead == "essential":
            return
        flows = self._unrecorded(dialog.fixed_sentences() if everything else dialog.menu_sentences())
        slow = list(dict.fromkeys([*self._unrecorded(dialog.essential_sentences()), *flows]))
        answers = self._unrecorded(dialog.answer_sentences()) if everything else []
        while True:
            there = await self._when_idle(flows, "other prompts", 1.0)
            there = await self._when_idle(slow, "slow prompts", self._slow_pace) and there
            if await self._when_idle(answers, "answers", 1.0) and there:
                return
            await asyncio.sleep(_AGAIN_S)

    def warn_of_unused_recordings(self) -> None:
        """Recordings that no prompt asks for."""
        prompts = [*self._dialog.fixed_sentences(), *self._dialog.answer_sentences()]
        unused = self._recordings.unused([*prompts, *_split(prompts)])
        if unused:
            log.warning("recordings.unused", count=len(unused))

    def _unrecorded(self, prompts: Sequence[str]) -> list[str]:
        """The sentences of prompts, without those that were recorded, alone or with the whole prompt."""
        made = [prompt for prompt in prompts if self._recordings.get(prompt) is None]
        return [sentence for sentence in _split(made) if self._recordings.get(sentence) is None]

    async def _render(self, wanted: list[str], what: str, pace: float = 1.0) -> bool:
        """Whether all are there now."""
        try:
            await self._cache.render(wanted, partial(self._report, what), pace=pace)
        except EngineError as error:
            # The fallback voice will speak what the default voice cannot; the call matters more than the voice.
            log.error("prompts.not_rendered", error=type(error).__name__)
            return False
        return True

    async def _when_idle(self, wanted: list[str], what: str, pace: float) -> bool:
        """One by one, and only while nobody is on the line; ends with the first failure."""
        for done, sentence in enumerate(wanted, start=1):
            await self._idle.wait()
            if not await self._render([sentence], "prompts", pace):
                return False
            self._report(what, done, len(wanted))
        return True


def _split(prompts: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(sentence for prompt in prompts for sentence in sentences(prompt)))
