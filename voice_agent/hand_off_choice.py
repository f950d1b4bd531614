"""Configuration → who is called when a caller needs a person, and how."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

import structlog

from dialogs.engine import DialogEngine
from telephony.audio import Pcm
from telephony.bridge.waiting import WaitingSound
from telephony.wav_leg import read_wav
from voice_agent import events
from voice_agent.config import Config, HandOffConfig
from voice_agent.errors import EngineError
from voice_agent.event_bus import EventBus
from voice_agent.handoff.brief import Brief
from voice_agent.handoff.contract import AfterPersonLost, Record
from voice_agent.handoff.desk import Desk
from voice_agent.handoff.desk_side import DeskSide
from voice_agent.handoff.duty import Duty
from voice_agent.handoff.keeping import Keeping, brief_as_data
from voice_agent.handoff.live import Limits, LiveHandOff
from voice_agent.handoff.queue import QueueSettings
from voice_agent.handoff.service import HandOffs, Summaries, TransferSettings
from voice_agent.handoff.sip_telephone import Dial, SipTelephone, SpeechOf, outside
from voice_agent.handoff.skills import Needs, Skills, Widening
from voice_agent.handoff.switchboard import Switchboard, SwitchboardSettings
from voice_agent.handoff.webhook import BriefWebhook
from voice_agent.handoff.words import WaitingWords
from voice_agent.handoff.wrap_up import DISPOSITIONS
from voice_agent.language_model.summary import Summariser
from voice_agent.privacy.masking import Masker

log = structlog.get_logger()

_ANY_LANGUAGE_AFTER_S = 180.0


@dataclass(slots=True)
class HandOffParts:
    """What a hotline has for hand-offs."""

    hand_offs: HandOffs
    desk: Desk | None = None
    dispositions: Mapping[str, str] = field(default_factory=dict)
    duty: Duty | None = None
    summariser: Summariser | None = None

    async def open(self) -> None:
        """Before the first call."""
        await self.hand_offs.open()
        if self.duty is not None:
            self.duty.begin()

    async def close(self) -> None:
        """After the last."""
        await self.hand_offs.close()
        if self.summariser is not None:
            await self.summariser.close()


def make_hand_offs(
    config: Config,
    keeping: Keeping,
    dialog: DialogEngine,
    masker: Masker,
    bus: EventBus,
    *,
    dial: Dial,
    speech_of: SpeechOf,
    summariser: Summariser | None = None,
) -> HandOffParts | None:
    """None where a caller is transferred blindly and nothing more: that needs none of this."""
    settings = config.hand_off
    people = "sip" in settings.ways or "desk" in settings.ways
    if not people and settings.webhook is None and not settings.brief_header:
        return None
    hook = settings.webhook
    webhook = BriefWebhook(hook.url, secret=hook.secret, deadline_s=hook.deadline_s) if hook else None
    transfer = _transfer(settings, dialog)
    if not people:
        return HandOffParts(HandOffs(keeping, transfer=transfer, webhook=webhook))
    summaries = Summaries(_summarise(summariser), masker) if summariser else None
    switchboard = Switchboard(
        _switchboard_settings(settings),
        keeping,
        WaitingWords(dialog),
        telephones=[SipTelephone(_uris(settings), dial, speech_of)],
        on_step=lambda live, record: bus.publish(_step(live, record)),
        on_brief=summaries.wanted if summaries else None,
        waiting_sound=_music(settings),
        attended_s=settings.timeout_s if settings.connect == "attended_transfer" else None,
    )
    if summaries is not None:
        summaries.switchboard = switchboard
    dispositions = settings.dispositions or DISPOSITIONS
    DeskSide(
        switchboard,
        keeping,
        masker,
        dispositions=dispositions,
        transfer_s=settings.timeout_s,
        ring_number=outside(dial, settings.ring_s),
    )
    hand_offs = HandOffs(
        keeping, switchboard=switchboard, transfer=transfer, webhook=webhook, needs_of=needs_of(settings)
    )
    skills = {person.name: Skills(*map(frozenset, (person.topics, person.cities, person.languages)))
              for person in settings.people} if "sip" in settings.ways else {}  # fmt: skip
    return HandOffParts(
        hand_offs,
        desk=switchboard.desk if "desk" in settings.ways else None,
        dispositions=dispositions,
        duty=Duty(switchboard, skills, wrap_up_s=settings.wrap_up_s, rest_s=settings.rest_s),
        summariser=summariser,
    )


def _summarise(summariser: Summariser) -> Callable[[Brief], Awaitable[str]]:
    async def summarise(brief: Brief) -> str:
        return await summariser.summarise(brief_as_data(brief))

    return summarise


def needs_of(settings: HandOffConfig) -> Callable[[Brief], Needs]:
    """What a caller needs of a person: the topic they talked about, the city it is about, the language they speak."""
    return lambda brief: Needs(topic=brief.topic, city=brief.city, language=brief.language)


def _transfer(settings: HandOffConfig, dialog: DialogEngine) -> TransferSettings | None:
    if settings.target is None or "transfer" not in settings.ways:
        return None
    reassurance = dialog.text_of(dialog.hotline.wording.still_transferring)
    return TransferSettings(settings.target, settings.timeout_s, settings.brief_header, reassurance)


def _switchboard_settings(settings: HandOffConfig) -> SwitchboardSettings:
    attended_s = settings.timeout_s if settings.connect == "attended_transfer" else 0.0
    return SwitchboardSettings(
        queue=QueueSettings(
            # Somebody who speaks Korean alone is better than nobody.
            widening=Widening(language_after_s=_ANY_LANGUAGE_AFTER_S),
            pause_s=settings.pause_s,
            told_every_s=settings.told_every_s,
            most_wait_s=settings.most_wait_s,
        ),
        limits=Limits(ring_s=settings.ring_s, join_s=5.0 + attended_s, wait_s=settings.most_wait_s + 60.0),
        after_person_lost=AfterPersonLost(settings.after_person_lost),
        most_waiting=settings.most_waiting,
        nobody_s=settings.nobody_s,
        serve_after_hours=settings.after_hours == "serve",
    )


def _uris(settings: HandOffConfig) -> dict[str, str]:
    return {person.name: person.uri for person in settings.people} if "sip" in settings.ways else {}


def _music(settings: HandOffConfig) -> Callable[[int], WaitingSound | None]:
    """A loop for each caller, the file read once for each rate."""
    read: dict[int, Pcm] = {}

    def sound(rate: int) -> WaitingSound | None:
        if settings.waiting_music is None:
            return None
        if rate not in read:
            read[rate] = read_wav(settings.waiting_music, rate)
        return WaitingSound(read[rate], rate)

    return sound


def _step(live: LiveHandOff, record: Record) -> events.HandOffMoved:
    return events.HandOffMoved(
        call_id=live.call_id, phase=record.phase.value, outcome=record.outcome.value, who=record.person
    )


def speech_with(spoken: Callable[[str, int], Awaitable[bytes]]) -> SpeechOf:
    """A sentence for a person's telephone; where no voice can say it they hear nothing, and a key still takes it."""

    async def speech_of(text: str, rate: int) -> bytes:
        try:
            return await spoken(text, rate)
        except EngineError as error:
            log.error("hand_off.brief_not_spoken", error=type(error).__name__)
            return b""

    return speech_of
