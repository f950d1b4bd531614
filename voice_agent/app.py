"""The composition root: makes the parts once, hands them to each call, and takes them apart again."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from types import MappingProxyType
from uuid import uuid4

import structlog

from dialogs.engine import DialogEngine
from dialogs.loader import load_hotline
from telephony.clock import Beat
from telephony.errors import DialFailed
from telephony.leg import CallLeg
from telephony.ports import addresses_of
from telephony.sip.endpoint import MOST_CALLS, SipEndpoint
from telephony.sip.leg import SipLeg
from voice_agent import events
from voice_agent.actions.ports import Actions
from voice_agent.call import Call, CallServices, HandOffSettings
from voice_agent.caller_line import spoken
from voice_agent.commands import CallCommand, HintFound, Refusal
from voice_agent.config import Config
from voice_agent.console.application.console import Console
from voice_agent.console.http import Readiness, create_http
from voice_agent.console.server import HttpServer
from voice_agent.console_choice import Parts, make_console
from voice_agent.dialog_choice import make_actions, make_assistant, make_dialog, make_embedder, make_summariser
from voice_agent.engine_choice import make_hearing, make_voices
from voice_agent.engines.ports import SpeechToText
from voice_agent.engines.smart_turn import SmartTurn
from voice_agent.engines.stt.pool import DecodePool, PoolFigures
from voice_agent.engines.tts.failover import FailoverVoice
from voice_agent.engines.tts.prompt_cache import PromptCache
from voice_agent.engines.tts.recordings import Recordings, open_recordings
from voice_agent.engines.voice_activity import SileroModel
from voice_agent.engines.worker_thread import WorkerThreads
from voice_agent.errors import CommandRefused, EngineError
from voice_agent.event_bus import EventBus
from voice_agent.hand_off_choice import HandOffParts, make_hand_offs, speech_with
from voice_agent.handoff.desk import Desk
from voice_agent.language_model.assistant import Assistant
from voice_agent.pipeline.build import Engines
from voice_agent.pipeline.text_to_speech import SLOW
from voice_agent.privacy.masking import KoPiiMasker
from voice_agent.prompt_rendering import PromptRendering, Report
from voice_agent.qa.after_call import score_calls
from voice_agent.qa.hotline_facts import known_of
from voice_agent.speaker import CachedSpeaker
from voice_agent.storage.calls import CallRecords, CallSummary
from voice_agent.storage.database import Database
from voice_agent.storage.hand_offs import HandOffRecords
from voice_agent.storage.quality import CallScores
from voice_agent.storage.recorder import run_recorder
from voice_agent.storage.recordings import recording_path
from voice_agent.storage.tickets import Ticket, Tickets

_ASKED_AT_ONCE = 10
"""Telephones outside that people at the desk may consult at the same time."""
log = structlog.get_logger()

_RECORDER_CAPACITY = 20_000
_GOODBYE_S = 30.0
"""Long enough to say the last sentence and hang up."""


def _quiet(_what: str, _done: int, _total: int) -> None:
    """Report to nobody."""


@dataclass(slots=True)
class _Parts:
    """Readiness, part by part: what is shown at /readyz."""

    state: dict[str, str] = field(
        default_factory=lambda: dict.fromkeys(("storage", "hearing", "speaking", "prompts", "sip"), "waiting")
    )

    @property
    def ready(self) -> bool:
        return all(state == "ok" for state in self.state.values())


class Hotline:
    """The running hotline: ``async with Hotline(config, beat) as hotline: await hotline.stopped.wait()``."""

    def __init__(self, config: Config, beat: Beat) -> None:
        self.config = config
        self.bus = EventBus()
        self.started_at: datetime = events.now()
        self._beat = beat
        self._report: Report = _quiet
        self._parts = _Parts()
        self._draining = False
        self._cut = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()
        self._calls: dict[str, Call] = {}
        self._dialog = make_dialog(load_hotline(config.dialogs), config)
        self._masker = KoPiiMasker()
        self._web = create_http(self)
        self._http = HttpServer(self._web, config.http.host, config.http.port)
        self._console: Console | None = None
        self._endpoint: SipEndpoint | None = None
        self._database: Database | None = None
        self._records: CallRecords | None = None
        self._services: CallServices | None = None
        self._pool: DecodePool | None = None
        self._engines: list[SpeechToText | FailoverVoice | SmartTurn] = []
        self._errand_runners: list[Actions | Assistant] = []
        self._hand_offs: HandOffParts | None = None
        self._recordings = Recordings({})
        self._recorder: asyncio.Task[None] | None = None
        self._scoring: asyncio.Task[None] | None = None
        self._rendering: asyncio.Task[None] | None = None
        self._prompts: PromptRendering | None = None
        self._learning: asyncio.Task[None] | None = None
        self._patient = WorkerThreads("embeddings")
        self._stopping = threading.Event()

    # ── what the status page asks ──────────

    def ready(self) -> Readiness:
        """Whether the next call would be answered well, and which part is not there yet."""
        return Readiness(self._parts.ready and not self._draining, dict(self._parts.state))

    def live_calls(self) -> int:
        """Calls being handled now."""
        return len(self._calls)

    @property
    def dialog(self) -> DialogEngine:
        """What leads the calls."""
        return self._dialog

    @property
    def max_calls(self) -> int:
        """The cap."""
        return self.config.sip.max_calls

    def hearing_figures(self) -> PoolFigures | None:
        """How busy the recognisers are; None before they are loaded."""
        return self._pool.figures() if self._pool else None

    @property
    def hearing(self) -> SpeechToText:
        """The recogniser in use."""
        assert self._services is not None
        return self._services.engines.hearing

    @property
    def http_port(self) -> int:
        """The port the status page is really on."""
        return self._http.port

    @property
    def dial_at(self) -> list[str]:
        """SIP addresses that reach this hotline, over UDP and TCP (``;transport=tcp``)."""
        sip = self.config.sip
        port = "" if sip.port == 5060 else f":{sip.port}"
        user = self._dialog.hotline.number
        return [f"sip:{user}@{address}{port}" for address in addresses_of(sip.host)]

    async def recent_calls(self, limit: int) -> Sequence[CallSummary]:
        """The newest calls."""
        return await self._records.recent(limit) if self._records else []

    @property
    def hand_offs(self) -> HandOffParts | None:
        """The desk, the queue and what else there is for hand-offs; None where callers are only transferred."""
        return self._hand_offs

    @property
    def calls(self) -> Mapping[str, Call]:
        """The live calls, by id."""
        return MappingProxyType(self._calls)

    async def command(self, command: CallCommand, leg: CallLeg | None = None) -> HintFound | None:
        """Carry out what a person asks of a live call; a hint returns what it was taken to mean. Raises CommandRefused.

        Whether they may is not asked here. ``leg``: the answered leg of whoever joins with it.
        """
        call = self._calls.get(command.call_id)
        if call is None:
            raise CommandRefused(Refusal.NO_SUCH_CALL)
        return await call.take(command, leg)

    async def find_ticket(self, number: str) -> Ticket | None:
        """A ticket of our own database. Personal data."""
        return await Tickets(self._database).find(number) if self._database else None

    # ── start and stop ──────────

    def report_to(self, report: Report | None) -> None:
        """Who is told of the progress of slow work; None: nobody."""
        self._report = report or _quiet

    async def render_flow(self, flow: str) -> None:
        """Have every fixed sentence of a flow made now, by its id. Raises KeyError."""
        assert self._prompts is not None
        await self._prompts.flow(flow)

    def cut_calls(self) -> None:
        """Stop waiting for live calls to end: hang them up."""
        self._cut.set()

    async def __aenter__(self) -> Hotline:
        try:
            await self.start()
        except BaseException:
            await self.stop(drain_s=0)
            raise
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self.stop(drain_s=0)

    @property
    def died(self) -> asyncio.Event:
        """Set when the SIP stack has died and the process must be restarted."""
        assert self._endpoint is not None
        return self._endpoint.died

    async def start(self) -> None:
        """Everything that must be there before the first call, in the order in which a failure is cheapest."""
        await self._http.start()
        records = await self._open_records()
        engines, cache = await self._load_engines()
        prompts = self._prompts = PromptRendering(
            self._dialog,
            cache,
            self._recordings,
            slow_pace=self.config.speaking.slow_pace,
            ahead=self.config.speaking.ahead,
            idle=self._idle,
            report=lambda *progress: self._report(*progress),
        )
        prompts.warn_of_unused_recordings()
        await prompts.essential()
        self._parts.state["prompts"] = "ok"
        assert self._database is not None
        actions = make_actions(self.config, self._database)
        assistant = make_assistant(self.config)
        self._errand_runners = [runner for runner in (actions, assistant) if runner is not None]
        hand_offs = await self._open_hand_offs(engines)
        self._services = CallServices(
            dialog=self._dialog,
            engines=engines,
            bus=self.bus,
            records=records,
            hand_off=HandOffSettings(
                self.config.hand_off.target,
                self.config.hand_off.timeout_s,
                self._dialog.text_of(self._dialog.hotline.wording.still_transferring),
            ),
            most_s=self.config.sip.max_call_s,
            actions=actions,
            assistant=assistant,
            masker=self._masker,
            beat=self._beat,
            hand_offs=hand_offs.hand_offs if hand_offs else None,
            recording_path=partial(recording_path, self.config.data_dir) if self.config.storage.record_audio else None,
        )
        await self._open_console(hand_offs)
        sip = self.config.sip.settings()
        people = len(self.config.hand_off.people) if "sip" in self.config.hand_off.ways else 0
        asked = _ASKED_AT_ONCE if "desk" in self.config.hand_off.ways else 0
        sip = replace(sip, calls_out=min(people + asked, MOST_CALLS - sip.max_calls))
        self._endpoint = SipEndpoint(sip, self._beat, self._on_incoming)
        await self._endpoint.start()
        self._parts.state["sip"] = "ok"
        self._rendering = asyncio.create_task(prompts.the_rest(), name="prompt rendering")
        self._learning = asyncio.create_task(self._understand_meaning(), name="embeddings")
        log.info("hotline.ready", port=self.config.sip.port, http_port=self.http_port)

    async def stop(self, *, drain_s: float) -> None:
        """Take no more calls, let the live ones end for up to ``drain_s`` seconds, then stop. Idempotent."""
        self._draining = True
        steps = (
            self._stop_rendering,
            self._stop_learning,
            partial(self._stop_calls, drain_s),
            self._close_hand_offs,
            self._stop_recorder,
            self._stop_engines,
            self._http.stop,
            self._close_console,
            self._close_database,
        )
        for step in steps:
            try:
                await step()
            except Exception as error:
                log.exception("hotline.stop_failed", error=type(error).__name__)

    async def _stop_rendering(self) -> None:
        rendering, self._rendering = self._rendering, None
        if rendering is not None:
            rendering.cancel()
            await asyncio.gather(rendering, return_exceptions=True)

    async def _stop_learning(self) -> None:
        self._stopping.set()
        self._patient.close()
        learning, self._learning = self._learning, None
        if learning is not None:
            learning.cancel()
            await asyncio.gather(learning, return_exceptions=True)

    async def _stop_calls(self, drain_s: float) -> None:
        endpoint, self._endpoint = self._endpoint, None
        if endpoint is not None:
            await self._drain(endpoint, drain_s)

    async def _stop_recorder(self) -> None:
        self.bus.close()
        tasks = [task for task in (self._recorder, self._scoring) if task is not None]
        self._recorder = self._scoring = None
        await asyncio.gather(*tasks)

    async def _stop_engines(self) -> None:
        engines, self._engines = self._engines, []
        for engine in engines:
            await engine.close()
        runners, self._errand_runners = self._errand_runners, []
        for runner in runners:
            await runner.close()

    async def _close_database(self) -> None:
        database, self._database = self._database, None
        if database is not None:
            await database.close()

    async def _drain(self, endpoint: SipEndpoint, drain_s: float) -> None:
        draining = asyncio.create_task(endpoint.drain(), name="drain")
        cut = asyncio.create_task(self._cut.wait(), name="cut")
        await asyncio.wait([draining, cut], timeout=drain_s, return_when=asyncio.FIRST_COMPLETED)
        if not draining.done():
            log.warning("hotline.calls_cut", calls=len(self._calls))
            if drain_s and not cut.done():
                goodbyes = (call.say_goodbye() for call in tuple(self._calls.values()))
                await asyncio.gather(*goodbyes, return_exceptions=True)
                await asyncio.wait([draining, cut], timeout=_GOODBYE_S, return_when=asyncio.FIRST_COMPLETED)
        for task in (draining, cut):
            task.cancel()
        await asyncio.gather(draining, cut, return_exceptions=True)
        # First, so that no telephone is left ringing for a call that is about to be cut.
        await self._close_hand_offs()
        await endpoint.close()

    # ── the parts of start ──────────

    async def _open_records(self) -> CallRecords:
        self._report("storage", 0, 1)
        self.config.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._database = await Database.open(self.config.database_url)
        records = self._records = CallRecords(self._database, self._masker)
        sealed = await records.seal_left_open(events.now())
        if sealed:
            log.warning("calls.sealed_after_crash", calls=len(sealed))
        subscription = self.bus.subscribe("records", capacity=_RECORDER_CAPACITY)
        self._recorder = asyncio.create_task(run_recorder(subscription, records), name="recorder")
        scores, known = CallScores(self._database), known_of(self._dialog)
        self._scoring = asyncio.create_task(score_calls(self.bus.subscribe("scores"), known, scores), name="scores")
        self._parts.state["storage"] = "ok"
        self._report("storage", 1, 1)
        return records

    async def _open_console(self, hand_offs: HandOffParts | None) -> None:
        """People may come in, before calls do: whoever sits at the desk then is there for the first of them."""
        assert self._database is not None and self._records is not None
        self._console = make_console(
            self.config,
            Parts(
                status=self,
                commands=self,
                desk=(hand_offs.desk if hand_offs else None) or Desk(),
                dispositions=hand_offs.dispositions if hand_offs else {},
                bus=self.bus,
                database=self._database,
                records=self._records,
                masker=self._masker,
                hotline=self._dialog.hotline,
                beat=self._beat,
            ),
        )
        await self._console.start()
        self._web.open(self._console)

    async def set_up_code(self) -> str | None:
        """What makes the first administrator; None where there is one."""
        return await self._console.sign_in.set_up_code() if self._console else None

    async def _close_console(self) -> None:
        console, self._console = self._console, None
        if console is not None:
            await console.stop()

    async def _open_hand_offs(self, engines: Engines) -> HandOffParts | None:
        assert self._database is not None
        parts = make_hand_offs(
            self.config,
            HandOffRecords(self._database),
            self._dialog,
            self._masker,
            self.bus,
            dial=self._dial,
            speech_of=speech_with(partial(spoken, engines.speaker)),
            summariser=make_summariser(self.config),
        )
        if parts is not None:
            self._hand_offs = parts
            await parts.open()
        return parts

    async def _dial(self, uri: str, ring_s: float) -> CallLeg:
        if self._endpoint is None:
            raise DialFailed("the SIP endpoint is not there")
        return await self._endpoint.dial(uri, timeout_s=ring_s)

    async def _close_hand_offs(self) -> None:
        hand_offs, self._hand_offs = self._hand_offs, None
        if hand_offs is not None:
            await hand_offs.close()

    async def _load_engines(self) -> tuple[Engines, PromptCache]:
        hearing = self._pool = await asyncio.to_thread(
            make_hearing,
            self.config,
            partial(self._report, "hearing"),
            self._on_hearing_failure,
            self._on_hearing_return,
        )
        self._engines.append(hearing)
        await hearing.load()
        sound = await self._load_smart_turn() if self.config.turns.smart_turn else None
        self._parts.state["hearing"] = "ok"
        settings = self.config.speaking
        self._recordings = await asyncio.to_thread(open_recordings, settings.recordings)
        voices = await asyncio.to_thread(
            make_voices, self.config, partial(self._report, "speaking"), self._on_voice_failure
        )
        speaking = FailoverVoice(
            voices,
            retry_s=settings.retry_s,
            deadline_s=settings.deadline_s,
            on_failure=self._on_voice_failure,
            on_return=self._on_voice_return,
        )
        self._engines.append(speaking)
        await speaking.load()
        self._parts.state["speaking"] = "ok"
        cache = PromptCache(self.config.cache_dir / "prompts", voices[0], settings.cache_mb)
        slow = replace(SLOW, pace=settings.slow_pace, gain_db=settings.slow_gain_db)
        speaker = CachedSpeaker(cache, speaking, self._recordings)
        return Engines(hearing, speaker, SileroModel(), sound, slow), cache

    async def _understand_meaning(self) -> None:
        """Calls from here on are understood by meaning as well as by sound: the first time that takes a minute."""
        assert self._services is not None
        try:
            dialog = await self._patient.run(self._dialog_by_meaning)
        except EngineError as error:
            log.error("knowledge.embedding_failed", error=type(error).__name__)
            return
        if dialog is not None:
            self._dialog = dialog
            self._services = replace(self._services, dialog=dialog)
            log.info("knowledge.embedded")

    def _dialog_by_meaning(self) -> DialogEngine | None:
        # On Linux a thread has a nice value of its own: this takes no time from those who are speaking.
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 19)
        embedder = make_embedder(self.config, self._stopping)
        return None if embedder is None else make_dialog(self._dialog.hotline, self.config, embedder)

    async def _load_smart_turn(self) -> SmartTurn | None:
        """Without it the words alone decide when a turn is over."""
        smart_turn = SmartTurn()
        try:
            await smart_turn.load()
        except EngineError as error:
            log.warning("turns.smart_turn_missing", error=type(error).__name__)
            return None
        self._engines.append(smart_turn)
        return smart_turn

    def _on_hearing_failure(self, engine: str, error: BaseException) -> None:
        log.error("hearing.failed", engine=engine, error=type(error).__name__)

    def _on_hearing_return(self, engine: str) -> None:
        log.info("hearing.returned", engine=engine)

    def _on_voice_failure(self, engine: str, error: Exception) -> None:
        log.error("voice.failed", engine=engine, error=type(error).__name__)

    def _on_voice_return(self, engine: str) -> None:
        log.info("voice.returned", engine=engine)

    # ── calls ──────────

    async def _on_incoming(self, leg: SipLeg, allowed: bool) -> None:
        assert self._services is not None and self._records is not None
        refusal = self._refusal(allowed)
        if refusal is not None:
            await self._refuse(leg, refusal)
            return
        call = Call(leg, self._services)
        self._calls[call.call_id] = call
        self._idle.clear()
        try:
            await call.run()
        except Exception as error:
            log.exception("call.failed", call_id=call.call_id, error=type(error).__name__)
        finally:
            del self._calls[call.call_id]
            if not self._calls:
                self._idle.set()

    def _refusal(self, allowed: bool) -> str | None:
        if not allowed:
            return "peer_not_allowed"
        if self._draining:
            return "draining"
        return "over_capacity" if len(self._calls) >= self.max_calls else None

    async def _refuse(self, leg: SipLeg, reason: str) -> None:
        assert self._records is not None
        call_id = str(uuid4())
        await leg.refuse()
        await self._records.refuse(call_id, leg.remote, reason)
        self.bus.publish(events.CallRefused(call_id=call_id, remote=leg.remote, reason=reason))
        log.warning("call.refused", call_id=call_id, reason=reason)
