"""Configuration → the console and what is behind it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from dialogs.model import Hotline
from telephony.clock import Beat
from telephony.errors import TelephonyError
from telephony.ice import IceServer
from telephony.leg import CallLeg
from voice_agent.config import Config, ConsoleConfig
from voice_agent.console.access import Role
from voice_agent.console.application.console import Behind, Console, ConsoleSettings
from voice_agent.console.application.knowledge import Knowledge
from voice_agent.console.application.steering import Commands
from voice_agent.console.audio import AudioRefused, BrowserAudio
from voice_agent.console.live.alarms import AlarmSettings
from voice_agent.console.security.oidc import Provider, ProviderSettings
from voice_agent.console.security.vault import Vault, kept_secret
from voice_agent.console.status import StatusSource
from voice_agent.event_bus import EventBus
from voice_agent.handoff.desk import Desk
from voice_agent.handoff.wrap_up import DISPOSITIONS
from voice_agent.privacy.masking import Masker
from voice_agent.storage.calls import CallRecords
from voice_agent.storage.database import Database

CALLBACK = "/sign-in/oidc/callback"


class AiortcAudio:
    """Legs of browsers, by aiortc. Those that are still there when the console closes are hung up."""

    def __init__(self, beat: Beat, ice_servers: tuple[IceServer, ...] = ()) -> None:
        self._beat = beat
        self._ice_servers = ice_servers
        self._legs: list[CallLeg] = []

    async def answer(self, offer_sdp: str, name: str) -> tuple[str, CallLeg]:
        """See :class:`voice_agent.console.audio.BrowserAudio`."""
        # Imported here: aiortc and its codecs take half a second, and not every hotline has people in browsers.
        from telephony.browser import BrowserLeg

        try:
            leg = await BrowserLeg.accept(offer_sdp, self._beat, remote=name, ice_servers=self._ice_servers)
        except TelephonyError as error:
            raise AudioRefused(str(error)) from error
        self._legs = [*self._legs[-199:], leg]
        return leg.answer_sdp, leg

    async def close(self) -> None:
        """See :class:`voice_agent.console.audio.BrowserAudio`."""
        legs, self._legs = self._legs, []
        for leg in legs:
            await leg.hang_up()


@dataclass(frozen=True, slots=True)
class Parts:
    """What the running hotline gives its console."""

    status: StatusSource
    commands: Commands
    desk: Desk
    """Without anything behind it where ``hand_off.ways`` has no desk."""
    dispositions: Mapping[str, str]
    bus: EventBus
    database: Database
    records: CallRecords
    masker: Masker
    hotline: Hotline
    beat: Beat


def make_console(config: Config, parts: Parts) -> Console:
    """The console, not started. Raises StorageError where its key cannot be kept."""
    settings = config.console
    audio: BrowserAudio | None = AiortcAudio(parts.beat, settings.ice()) if settings.browser_audio else None
    behind = Behind(
        status=parts.status,
        commands=parts.commands,
        desk=parts.desk,
        bus=parts.bus,
        database=parts.database,
        records=parts.records,
        masker=parts.masker,
        knowledge=Knowledge(parts.hotline),
        data_dir=config.data_dir,
        audio=audio,
        provider=_provider(settings),
    )
    secret = settings.secret.encode() if settings.secret else kept_secret(config.data_dir / "console.key")
    return Console(behind, _settings(settings, parts.dispositions), Vault(secret))


def _settings(config: ConsoleConfig, dispositions: Mapping[str, str]) -> ConsoleSettings:
    alarms = config.alarms
    return ConsoleSettings(
        name=config.name,
        public_url=config.public_url,
        idle=timedelta(minutes=config.idle_minutes),
        longest=timedelta(hours=config.longest_hours),
        codes_required=config.codes == "required",
        alarms=AlarmSettings(alarms.silence_s, alarms.queue_length, alarms.wait_s, alarms.surge_calls),
        dispositions=dispositions or DISPOSITIONS,
        targets=config.targets,
        ice_servers=config.ice(),
    )


def _provider(config: ConsoleConfig) -> Provider | None:
    oidc = config.oidc
    if oidc is None or config.public_url is None:
        return None
    return Provider(
        ProviderSettings(
            issuer=oidc.issuer,
            client_id=oidc.client_id,
            client_secret=oidc.client_secret,
            redirect_uri=f"{config.public_url}{CALLBACK}",
            role_claim=oidc.role_claim,
            roles={group: Role(role) for group, role in oidc.roles.items()},
        )
    )
