"""The human agents' desk, as their page uses it."""

from __future__ import annotations

import re
from typing import Literal

from pydantic import BaseModel, Field, model_validator

from voice_agent.console.access import Action
from voice_agent.console.api.live import Answer, Sdp
from voice_agent.console.api.needs import Asker, Office, Routes
from voice_agent.console.live.call_state import LiveCall
from voice_agent.handoff.desk_words import (
    Consulted,
    ConsultStep,
    PassOn,
    Seat,
    ToNumber,
    ToPerson,
    ToQueue,
    ToVoiceAgent,
)


class Offer(BaseModel):
    """The browser's half of the negotiation."""

    sdp: Sdp


class PresenceWanted(BaseModel):
    """Ready, or away with a reason of ``AWAY_REASONS``."""

    presence: Literal["ready", "away"]
    reason: str = Field(default="other", max_length=40)


class PassingOn(BaseModel):
    """Where the caller goes."""

    to: Literal["queue", "person", "number", "voice_agent"]
    name: str = Field(default="", max_length=200)
    """The colleague's name, or the SIP address."""


class Consulting(BaseModel):
    """A third person to be asked while the caller waits."""

    to: Literal["person", "number"]
    name: str = Field(min_length=1, max_length=200)
    """The colleague's name, or the SIP address."""

    @model_validator(mode="after")
    def _is_address(self) -> Consulting:
        if self.to == "number" and not re.fullmatch(r"sips?:[^\s@]+@[^\s@]+", self.name):
            raise ValueError("name: expected a SIP address such as sip:2000@192.0.2.20")
        return self


class Step(BaseModel):
    """All three talk, the third one goes on, or back to the caller."""

    step: ConsultStep


class Note(BaseModel):
    """What is noted after a call."""

    disposition: str = Field(max_length=40)
    notes: str = Field(default="", max_length=2000)
    ready: bool = True


class HoldWanted(BaseModel):
    """On hold, or off."""

    on: bool


def routes() -> Routes:
    """Everything about one's own desk."""
    desk = Routes("desk")
    work = Action.WORK_AT_DESK

    @desk.get("/desk", work)
    async def seat(console: Office, actor: Asker) -> Seat | None:
        """One's own desk, the brief of an offered call included."""
        return await console.desk.seat(actor)

    @desk.post("/desk/sit-down", work)
    async def sit_down(console: Office, actor: Asker) -> Seat:
        """At the desk; away until ready."""
        return await console.desk.sit_down(actor)

    @desk.post("/desk/get-up", work, status_code=204)
    async def get_up(console: Office, actor: Asker) -> None:
        """Leave the desk."""
        await console.desk.get_up(actor)

    @desk.put("/desk/presence", work, status_code=204)
    async def presence(console: Office, actor: Asker, wanted: PresenceWanted) -> None:
        """Ready or away."""
        if wanted.presence == "ready":
            await console.desk.ready(actor)
        else:
            await console.desk.away(actor, wanted.reason)

    @desk.post("/desk/calls/{call_id}/accept", work)
    async def accept(console: Office, actor: Asker, call_id: str, offer: Offer) -> Answer:
        """Take the call offered, with the browser's microphone and loudspeaker."""
        sdp = await console.audio_for(actor, work, offer.sdp, lambda leg: console.desk.accept(actor, call_id, leg))
        return Answer(sdp=sdp)

    @desk.post("/desk/calls/{call_id}/decline", work, status_code=204)
    async def decline(console: Office, actor: Asker, call_id: str) -> None:
        """Let the next person have it."""
        await console.desk.decline(actor, call_id)

    @desk.put("/desk/calls/{call_id}/hold", work, status_code=204)
    async def hold(console: Office, actor: Asker, call_id: str, wanted: HoldWanted) -> None:
        """The caller hears the waiting sound, or us again."""
        await (console.desk.hold if wanted.on else console.desk.resume)(actor, call_id)

    @desk.post("/desk/calls/{call_id}/pass-on", work, status_code=204)
    async def pass_on(console: Office, actor: Asker, call_id: str, passing: PassingOn) -> None:
        """Let somebody else go on."""
        await console.desk.pass_on(actor, call_id, destination(passing.to, passing.name))

    @desk.post("/desk/calls/{call_id}/consult", work, status_code=204)
    async def consult(console: Office, actor: Asker, call_id: str, asked: Consulting) -> None:
        """Ask a third person while the caller hears the waiting sound; the desk's ``consult`` tells how it goes."""
        await console.desk.consult(actor, call_id, consulted(asked.to, asked.name))

    @desk.put("/desk/calls/{call_id}/consult", work, status_code=204)
    async def consult_step(console: Office, actor: Asker, call_id: str, wanted: Step) -> None:
        """Go on with it."""
        await console.desk.consult_step(actor, call_id, wanted.step)

    @desk.post("/desk/calls/{call_id}/finish", work, status_code=204)
    async def finish(console: Office, actor: Asker, call_id: str) -> None:
        """End the conversation."""
        await console.desk.finish(actor, call_id)

    @desk.put("/desk/calls/{call_id}/wrap-up", work, status_code=204)
    async def wrap_up(console: Office, actor: Asker, call_id: str, note: Note) -> None:
        """Keep the note."""
        await console.desk.wrap_up(actor, call_id, note.disposition, note.notes, ready=note.ready)

    @desk.get("/desk/transcript", work)
    async def transcript(console: Office, actor: Asker) -> LiveCall | None:
        """What is said on the call offered to them or talked on; masked."""
        return await console.desk.transcript(actor)

    return desk


def destination(to: str, name: str) -> PassOn:
    """From the words of a page to those of the desk."""
    match to:
        case "person":
            return ToPerson(name)
        case "number":
            return ToNumber(name)
        case "voice_agent":
            return ToVoiceAgent()
        case _:
            return ToQueue()


def consulted(to: str, name: str) -> Consulted:
    """The same for who is asked."""
    return ToPerson(name) if to == "person" else ToNumber(name)
