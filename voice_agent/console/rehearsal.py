"""A console with nobody's calls behind it: for the bench, the screenshots, the tests, and for trying it out.

async with RehearsedConsole(folder) as console:      # pages on console.url
    console.bus.publish(…); console.line.rings("kim", brief)
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from dialogs.loader import default_library, load_hotline
from dialogs.model import Hotline
from telephony.leg import CallLeg
from voice_agent.commands import CallCommand, Hint, HintFound
from voice_agent.console.access import Role
from voice_agent.console.application.console import Behind, Console, ConsoleSettings
from voice_agent.console.application.knowledge import Knowledge
from voice_agent.console.audio import BrowserAudio
from voice_agent.console.http import create_http
from voice_agent.console.security.oidc import Provider
from voice_agent.console.security.passwords import hashed
from voice_agent.console.security.vault import Vault
from voice_agent.console.server import HttpServer
from voice_agent.console.status import FixedStatus, Readiness
from voice_agent.errors import CommandRefused
from voice_agent.event_bus import EventBus
from voice_agent.events import now
from voice_agent.handoff.desk import Desk
from voice_agent.handoff.rehearsal import Rehearsal
from voice_agent.privacy.masking import KoPiiMasker
from voice_agent.storage.accounts import Account
from voice_agent.storage.calls import CallRecords
from voice_agent.storage.database import Database

PASSWORD = "rehearsal password"
"""Of every account of a rehearsal: it opens nothing else."""


@dataclass
class RecordedCommands:
    """The shipped fake of :class:`voice_agent.console.application.steering.Commands`: keeps what it is told."""

    given: list[tuple[CallCommand, CallLeg | None]] = field(default_factory=list)
    refuse: str = ""

    async def command(self, command: CallCommand, leg: CallLeg | None = None) -> HintFound | None:
        """See Commands."""
        if self.refuse:
            raise CommandRefused(self.refuse)
        self.given.append((command, leg))
        return HintFound(flow="illegal_parking", title="불법 주정차 신고") if isinstance(command, Hint) else None


class RehearsedConsole:
    """Everything real but the calls."""

    def __init__(
        self,
        folder: Path,
        settings: ConsoleSettings | None = None,
        *,
        audio: BrowserAudio | None = None,
        provider: Provider | None = None,
        hotline: Hotline | None = None,
        port: int = 0,
    ) -> None:
        self.status = FixedStatus(
            Readiness(True, dict.fromkeys(("storage", "hearing", "speaking", "prompts", "sip"), "ok")),
            now(),
            max_calls=100,
        )
        self.bus = EventBus()
        self.commands = RecordedCommands()
        self.desk = Desk()
        self.line = Rehearsal(self.desk)
        self._folder = folder
        self._settings = settings or ConsoleSettings(codes_required=False, idle=timedelta(hours=8))
        self._audio = audio
        self._provider = provider
        self._hotline = hotline or load_hotline(default_library())
        self._web = create_http(self.status)
        self._server = HttpServer(self._web, "127.0.0.1", port)
        self.database: Database
        self.records: CallRecords
        self.console: Console

    @property
    def url(self) -> str:
        """Where the pages are, without a slash at the end."""
        return f"http://127.0.0.1:{self._server.port}"

    async def __aenter__(self) -> RehearsedConsole:
        self.database = await Database.open(f"sqlite+aiosqlite:///{self._folder}/console.sqlite3")
        masker = KoPiiMasker()
        self.records = CallRecords(self.database, masker)
        behind = Behind(
            status=self.status,
            commands=self.commands,
            desk=self.desk,
            bus=self.bus,
            database=self.database,
            records=self.records,
            masker=masker,
            knowledge=Knowledge(self._hotline),
            data_dir=self._folder,
            audio=self._audio,
            provider=self._provider,
        )
        self.console = Console(behind, self._settings, Vault(b"a rehearsal keeps no secrets"))
        await self.console.start()
        self._web.open(self.console)
        await self._server.start()
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self._server.stop()
        await self.console.stop()
        self.bus.close()
        await self.database.close()

    async def account(self, name: str, role: Role, shown: str = "") -> Account:
        """Somebody who signs in with :data:`PASSWORD`."""
        return await self.console.accounts_store.create(name, shown or name, role, password_hash=await hashed(PASSWORD))

    async def token(self, name: str, role: Role, shown: str = "") -> str:
        """The cookie of somebody who has signed in."""
        account = await self.console.accounts_store.by_name(name) or await self.account(name, role, shown)
        return await self.console.sessions.open(account, complete=True)
