"""The WebSocket of live events. Numbers and words come masked; words only to who may read live calls."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from typing import Any

from fastapi import APIRouter, WebSocket, WebSocketDisconnect
from starlette.websockets import WebSocketState

from voice_agent.console.access import Action, NotAllowed
from voice_agent.console.api.needs import actor_of, console_of
from voice_agent.console.live.board import Feed
from voice_agent.events import CallEvent
from voice_agent.privacy.masking import Masker, mask_keys, mask_remote

ACTION = Action.SEE_LIVE_CALLS
_WORDS = frozenset({"text", "keys", "summary"})
_CHECK_EVERY_S = 15.0


def events_router() -> APIRouter:
    """``/events``."""
    router = APIRouter()

    @router.websocket("/events")
    async def events(websocket: WebSocket) -> None:
        console, actor = console_of(websocket), actor_of(websocket)
        try:
            feeding = await console.live.feed(actor)
            words = actor is not None and actor.may(Action.READ_LIVE_CALL)
            if words:
                await console.live.feed_words(actor)
        except NotAllowed:
            await websocket.close(4403, "not allowed")
            return
        await websocket.accept()
        with feeding as feed:
            sending = asyncio.create_task(_send(websocket, feed, console.masker if words else None), name="api events")
            closing = asyncio.create_task(_until_closed(websocket), name="api events closing")
            checking = asyncio.create_task(console.until_revoked(websocket, _CHECK_EVERY_S), name="api events checking")
            tasks = (sending, closing, checking)
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            revoked = checking.done()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        if revoked and websocket.application_state is WebSocketState.CONNECTED:
            await websocket.close(4401, "no longer valid")

    return router


async def _send(websocket: WebSocket, feed: Feed[CallEvent], masker: Masker | None) -> None:
    dropped = 0
    while True:
        event = await feed.get()
        if feed.dropped > dropped:
            await websocket.send_json({"event": "EventsLost", "count": feed.dropped - dropped})
            dropped = feed.dropped
        await websocket.send_json(await asyncio.to_thread(told, event, masker))


async def _until_closed(websocket: WebSocket) -> None:
    try:
        while True:
            await websocket.receive_text()
    except (WebSocketDisconnect, KeyError):
        return


def told(event: CallEvent, masker: Masker | None) -> dict[str, Any]:
    """An event as JSON. Without a masker nothing that was said is in it."""
    fields = asdict(event)
    shown: dict[str, Any] = {"event": type(event).__name__}
    for name, value in fields.items():
        if name in _WORDS:
            if masker is not None:
                shown[name] = mask_keys(value) if name == "keys" else masker.mask(value)
        elif name == "slots":
            if masker is not None:
                shown[name] = [{"id": slot[0], "label": slot[1], "value": slot[2]} for slot in value]
        elif name == "remote":
            shown[name] = mask_remote(value)
        else:
            shown[name] = value.isoformat() if name == "at" else value
    return shown
