"""All that can be done at the console, put together once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import structlog
from starlette.requests import HTTPConnection

from telephony.errors import TelephonyError
from telephony.ice import IceServer
from telephony.leg import CallLeg
from voice_agent.console.access import Action, Actor, authorise
from voice_agent.console.application.accounts import AccountWork, ApiKeyWork, AuditReading
from voice_agent.console.application.desk import DeskWork
from voice_agent.console.application.history import PastCalls
from voice_agent.console.application.knowledge import Knowledge
from voice_agent.console.application.live_calls import LiveCalls, MaskedCalls
from voice_agent.console.application.quality import Quality
from voice_agent.console.application.steering import Commands, Steering
from voice_agent.console.application.wallboard import WallboardView
from voice_agent.console.audio import AudioRefused, BrowserAudio
from voice_agent.console.live.alarms import AlarmSettings
from voice_agent.console.live.board import LiveBoard
from voice_agent.console.live.seed import seed_figures
from voice_agent.console.security.keys import owner_of
from voice_agent.console.security.oidc import Provider
from voice_agent.console.security.sessions import Sessions
from voice_agent.console.security.sign_in import SignIn
from voice_agent.console.security.vault import Vault
from voice_agent.console.status import StatusSource
from voice_agent.errors import StorageError, VoiceAgentError
from voice_agent.event_bus import EventBus
from voice_agent.handoff.desk import Desk
from voice_agent.handoff.wrap_up import DISPOSITIONS
from voice_agent.privacy.masking import Masker
from voice_agent.storage.accounts import Accounts
from voice_agent.storage.api_keys import ApiKeys
from voice_agent.storage.audit import AuditLog
from voice_agent.storage.calls import CallRecords
from voice_agent.storage.database import Database
from voice_agent.storage.history import History
from voice_agent.storage.quality import CallScores

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class ConsoleSettings:
    """How the console behaves."""

    name: str = "음성 상담"
    public_url: str | None = None
    """Where browsers find it, where that is not the address they ask; https makes cookies secure."""
    idle: timedelta = timedelta(minutes=15)
    longest: timedelta = timedelta(hours=12)
    codes_required: bool = True
    alarms: AlarmSettings = field(default_factory=AlarmSettings)
    dispositions: Mapping[str, str] = field(default_factory=lambda: DISPOSITIONS)
    targets: Mapping[str, str] = field(default_factory=dict)
    """Title → SIP address: where callers may be transferred to with one click."""
    ice_servers: tuple[IceServer, ...] = ()
    """For the browsers of people who have signed in."""


@dataclass(frozen=True, slots=True)
class Behind:
    """The running system behind the console."""

    status: StatusSource
    commands: Commands
    desk: Desk
    bus: EventBus
    database: Database
    records: CallRecords
    masker: Masker
    knowledge: Knowledge
    data_dir: Path
    """Where replay runs and cases made of calls are kept."""
    audio: BrowserAudio | None = None
    """None: no calls are taken or listened to in the browser."""
    provider: Provider | None = None


class Console:
    """The application layer of pages and REST API. Start it with :meth:`start`, stop it with :meth:`stop`."""

    def __init__(self, behind: Behind, settings: ConsoleSettings, vault: Vault) -> None:
        """``vault``: seals what must be read again."""
        self.settings = settings
        self.status = behind.status
        self.knowledge = behind.knowledge
        self.provider = behind.provider
        self.masker = behind.masker
        self._audio = behind.audio
        self.board = LiveBoard()
        self.accounts_store = Accounts(behind.database)
        self.keys_store = ApiKeys(behind.database)
        audit = self.audit_log = AuditLog(behind.database)
        self.sessions = Sessions(self.accounts_store, idle=settings.idle, longest=settings.longest)
        self.sign_in = SignIn(self.accounts_store, self.sessions, audit, vault, codes_required=settings.codes_required)
        self._history = History(behind.database)
        self._bus = behind.bus
        masked = MaskedCalls(self.board, behind.masker)
        self.wallboard = WallboardView(self.board, behind.status, behind.desk, settings.alarms)
        self.live = LiveCalls(self.board, masked, audit, behind.knowledge.titles)
        self.steering = Steering(behind.commands, audit)
        self.desk = DeskWork(behind.desk, masked, audit)
        self.past = PastCalls(behind.records, self._history, audit)
        scores = CallScores(behind.database)
        self.quality = Quality(scores, behind.records, behind.masker, audit, behind.data_dir)
        self.accounts = AccountWork(self.accounts_store, self.sessions, self.sign_in, audit)
        self.keys = ApiKeyWork(self.keys_store, audit)
        self.audit = AuditReading(audit)
        self._tasks: list[asyncio.Task[None]] = []
        self._joining: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Figures of the last day, then everything that happens from now on. Raises StorageError."""
        await self.sign_in.seal_codes()
        await seed_figures(self.board.figures, self._history)
        subscription = self._bus.subscribe("console", capacity=20_000)
        self._tasks = [
            asyncio.create_task(self.board.read(subscription), name="console board"),
            asyncio.create_task(self._keep_topics(), name="console topics"),
        ]

    async def stop(self) -> None:
        """Idempotent."""
        tasks, self._tasks = [*self._tasks, *self._joining], []
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._audio is not None:
            await self._audio.close()
        if self.provider is not None:
            await self.provider.close()

    @property
    def has_audio(self) -> bool:
        """Whether calls can be taken and listened to in the browser."""
        return self._audio is not None

    async def audio_for(
        self, actor: Actor, action: Action, offer_sdp: str, join: Callable[[CallLeg], Coroutine[Any, Any, None]]
    ) -> str:
        """Make a leg of a browser's offer and let it join; the answering SDP.

        It joins when the browser has connected, which it does only with the answer: so that goes on by itself, and what
        became of it is told by the desk and by events. Raises NotAllowed, AudioRefused.
        """
        authorise(actor, action)
        if self._audio is None:
            raise AudioRefused("browser audio: expected it to be switched on, got a console without")
        answer_sdp, leg = await self._audio.answer(offer_sdp, actor.name)
        joining = asyncio.create_task(self._join(leg, join), name="console audio")
        self._joining.add(joining)
        joining.add_done_callback(self._joining.discard)
        return answer_sdp

    async def _join(self, leg: CallLeg, join: Callable[[CallLeg], Coroutine[Any, Any, None]]) -> None:
        try:
            await leg.answer()
            await join(leg)
        except (VoiceAgentError, TelephonyError) as error:
            log.warning("console.not_joined", error=type(error).__name__, why=str(error))
            await leg.hang_up()

    async def until_revoked(self, connection: HTTPConnection, every_s: float) -> None:
        """Return once whoever opened the connection may not hold it any longer."""
        session, header = connection.state.session, connection.headers.get("authorization", "")
        while True:
            await asyncio.sleep(every_s)
            try:
                if session is not None:
                    found = await self.sessions.find(session.token, active=False)
                    valid = found is not None and not found.idle
                else:
                    key = header.partition(" ")[2].strip()
                    valid = await owner_of(self.keys_store, key, "") is not None
            except StorageError:
                continue
            if not valid:
                return

    async def _keep_topics(self) -> None:
        with self.board.ended() as ended:
            while True:
                call = await ended.get()
                try:
                    if call.topic:
                        await self._history.keep_topic(call.call_id, call.topic)
                except StorageError as error:
                    log.warning("console.topic_not_kept", call_id=call.call_id, error=type(error).__name__)
