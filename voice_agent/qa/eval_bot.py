"""Our dialog behind pipecat's own eval harness: somebody else's cross-check of what we say.

The harness connects over a WebSocket, writes what a caller says as text, and looks at what comes back. Between its
transport and its context aggregators stands our dialog engine, where a bot of pipecat's would have a language model.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn
from fastapi import FastAPI, WebSocket
from pipecat.evals.fastapi_transport import EvalFastAPIWebsocketTransport
from pipecat.evals.serializer import EvalConnectionFlags, EvalSerializer
from pipecat.evals.transport import EvalTransportParams
from pipecat.frames.frames import (
    Frame,
    LLMContextFrame,
    LLMFullResponseEndFrame,
    LLMFullResponseStartFrame,
    LLMTextFrame,
)
from pipecat.pipeline.pipeline import Pipeline
from pipecat.pipeline.worker import PipelineWorker
from pipecat.processors.aggregators.llm_context import LLMContext
from pipecat.processors.aggregators.llm_response_universal import LLMContextAggregatorPair
from pipecat.processors.frame_processor import FrameDirection, FrameProcessor
from pipecat.runner.utils import parse_telephony_websocket
from pipecat.workers.runner import WorkerRunner

from dialogs.conversations import PLAIN_RESULTS
from dialogs.engine import DialogEngine
from dialogs.vocabulary import Act, ActionDone, CallerSaid, Consult, DialogInput, ModelDone, Say


class DialogBrain(FrameProcessor):
    """Takes a context, answers its last caller's words as the dialog does. Acts are answered by a stand-in."""

    def __init__(self, dialog: DialogEngine) -> None:
        super().__init__(name="dialog_brain")
        self._dialog = dialog
        self._state, outputs = dialog.start()
        self._greeting = [output.text for output in outputs if isinstance(output, Say)]

    async def greet(self) -> None:
        """Say the greeting."""
        await self._say(self._greeting)

    async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
        """See pipecat's FrameProcessor."""
        await super().process_frame(frame, direction)
        if isinstance(frame, LLMContextFrame):
            await self._say(self._answer(_last_words(frame.context)))
        else:
            await self.push_frame(frame, direction)

    def _answer(self, words: str) -> list[str]:
        event: DialogInput | None = CallerSaid(words)
        said: list[str] = []
        while event is not None:
            self._state, outputs = self._dialog.step(self._state, event)
            said += [output.text for output in outputs if isinstance(output, Say)]
            last = outputs[-1] if outputs else None
            event = None
            if isinstance(last, Act):
                event = ActionDone(PLAIN_RESULTS[last.action])
            elif isinstance(last, Consult):
                event = ModelDone(ok=False)
        return said

    async def _say(self, texts: list[str]) -> None:
        await self.push_frame(LLMFullResponseStartFrame())
        for text in texts:
            await self.push_frame(LLMTextFrame(f"{text} "))
        await self.push_frame(LLMFullResponseEndFrame())


def eval_app(dialog: DialogEngine) -> FastAPI:
    """A server whose ``/ws`` is a bot for pipecat's harness, a new conversation each time it connects."""
    app = FastAPI()

    @app.websocket("/ws")
    async def talk(websocket: WebSocket) -> None:
        await websocket.accept()
        _, call = await parse_telephony_websocket(websocket)
        serializer = EvalSerializer()  # type: ignore[no-untyped-call]
        params = EvalTransportParams(serializer=serializer, audio_in_enabled=True, audio_out_enabled=True)
        transport = EvalFastAPIWebsocketTransport(websocket, params, EvalConnectionFlags.model_validate(call.body))
        await _converse(transport, DialogBrain(dialog))

    return app


class _Server(uvicorn.Server):
    """Says when it serves; signals belong to whoever runs it."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.serving = asyncio.Event()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.serving.set()


class EvalServer:
    """``async with EvalServer(dialog) as url:`` – ready for the harness, on a free port."""

    def __init__(self, dialog: DialogEngine) -> None:
        config = uvicorn.Config(eval_app(dialog), lifespan="off", log_config=None, timeout_graceful_shutdown=2)
        self._server = _Server(config)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._serving: asyncio.Task[None] | None = None

    async def __aenter__(self) -> str:
        self._serving = asyncio.create_task(self._server.serve(sockets=[self._listener]), name="eval server")
        await self._server.serving.wait()
        return f"ws://127.0.0.1:{self._listener.getsockname()[1]}/ws"

    async def __aexit__(self, *exc: object) -> None:
        self._server.should_exit = True
        if self._serving is not None:
            await self._serving


async def _converse(transport: Any, brain: DialogBrain) -> None:
    pair = LLMContextAggregatorPair(LLMContext())
    worker = PipelineWorker(
        Pipeline([transport.input(), pair.user(), brain, transport.output(), pair.assistant()]),
        idle_timeout_secs=None,
    )
    runner = WorkerRunner(handle_sigint=False)

    async def connected(_transport: object, _client: object) -> None:
        await brain.greet()

    async def left(_transport: object, _client: object) -> None:
        await runner.cancel()

    transport.add_event_handler("on_client_connected", connected)
    transport.add_event_handler("on_client_disconnected", left)
    await runner.add_workers(worker)
    await runner.run()


def _last_words(context: LLMContext) -> str:
    for message in reversed(context.get_messages()):
        if isinstance(message, dict) and message.get("role") == "user":
            content = message.get("content")
            return content if isinstance(content, str) else ""
    return ""
