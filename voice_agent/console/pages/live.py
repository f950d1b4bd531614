"""Live calls: a line each, the urgent first."""

from __future__ import annotations

from nicegui import ui

from voice_agent.console.access import Action
from voice_agent.console.pages.components import CallList
from voice_agent.console.pages.frame import card
from voice_agent.console.pages.shown import epoch_ms, row
from voice_agent.console.pages.view import View
from voice_agent.events import now

EVERY_S = 0.1
"""How often changes travel: an eye does not see more, and a hundred calls change a few times in it."""


async def build(view: View) -> None:
    """The list, kept up to date."""
    actor, titles = await view.actor(), view.console.knowledge.slot_titles
    watching = await view.console.live.watch(actor)
    watch = watching.__enter__()
    ui.context.client.on_delete(lambda: watching.__exit__(None, None, None))
    with card("실시간 통화", "grow"):
        calls = CallList(
            [row(call, titles) for call in await view.console.live.all(actor)], opens=view.may(Action.READ_LIVE_CALL)
        )

    async def refresh() -> None:
        changed = watch.taken()
        if not changed:
            return
        actor = await view.actor()
        if actor is None:
            return
        found = await view.console.live.some(actor, changed)
        rows = [row(call, titles) for call in found.values() if call is not None]
        gone = [call_id for call_id, call in found.items() if call is None]
        calls.apply(rows, gone, epoch_ms(now()))

    async def still_there() -> None:
        await view.actor()

    ui.timer(EVERY_S, refresh)
    ui.timer(5.0, still_there)
