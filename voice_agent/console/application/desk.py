"""The human agents' desk: everybody works at their own, under the name they signed in with."""

from __future__ import annotations

from collections import Counter

from telephony.leg import CallLeg
from voice_agent.console.access import Action, Actor
from voice_agent.console.application.guard import Audit, allowed_by, note
from voice_agent.console.application.live_calls import MaskedCalls
from voice_agent.console.live.call_state import LiveCall
from voice_agent.handoff.desk import Desk, DeskWatch
from voice_agent.handoff.desk_words import Consulted, ConsultStep, DeskPerson, PassOn, Seat, ToPerson
from voice_agent.handoff.queue import Presence


class DeskWork:
    """Methods raise DeskError (NotSignedIn, OfferGone) with a reason."""

    def __init__(self, desk: Desk, calls: MaskedCalls, audit: Audit) -> None:
        self._desk = desk
        self._calls = calls
        self._audit = audit
        self._open_pages: Counter[str] = Counter()

    @allowed_by(Action.WORK_AT_DESK)
    async def sit_down(self, actor: Actor) -> Seat:
        """At the desk; away until ready."""
        return self._desk.sign_in(DeskPerson(actor.name, actor.shown or actor.name))

    @allowed_by(Action.WORK_AT_DESK)
    async def page_opened(self, actor: Actor) -> None:
        """They look at their desk, in one more window."""
        self._open_pages[actor.name] += 1

    @allowed_by(Action.WORK_AT_DESK)
    async def page_closed(self, actor: Actor) -> None:
        """A window went. After the last one nobody is there to hear it ring: the desk is empty.

        Who talks keeps their seat; their audio ends with the window, and the caller is looked after.
        """
        self._open_pages[actor.name] -= 1
        if self._open_pages[actor.name] > 0:
            return
        del self._open_pages[actor.name]
        seat = self._desk.seat(actor.name)
        if seat is not None and seat.presence is not Presence.TALKING:
            self._desk.sign_out(actor.name)

    @allowed_by(Action.WORK_AT_DESK)
    async def get_up(self, actor: Actor) -> None:
        """Leave the desk."""
        self._desk.sign_out(actor.name)

    @allowed_by(Action.WORK_AT_DESK)
    async def seat(self, actor: Actor) -> Seat | None:
        """One's own."""
        return self._desk.seat(actor.name)

    @allowed_by(Action.WORK_AT_DESK)
    async def colleagues(self, actor: Actor) -> list[Seat]:
        """Who else is at the desk: their names and presence only, no brief and no call."""
        return [
            Seat(seat.person, seat.presence, seat.since, seat.reason)
            for seat in self._desk.seats()
            if seat.person.name != actor.name
        ]

    @allowed_by(Action.WORK_AT_DESK)
    async def watch(self, actor: Actor) -> DeskWatch:
        """One's own news. To be closed."""
        return self._desk.watch(actor.name)

    @allowed_by(Action.WORK_AT_DESK)
    async def ready(self, actor: Actor) -> None:
        """Take calls."""
        self._desk.ready(actor.name)

    @allowed_by(Action.WORK_AT_DESK)
    async def away(self, actor: Actor, reason: str) -> None:
        """Take none."""
        self._desk.away(actor.name, reason)

    @allowed_by(Action.WORK_AT_DESK)
    async def noticed(self, actor: Actor, call_id: str) -> None:
        """A call's brief is shown to them: that is a look at what the caller said."""
        await note(self._audit, actor, "read_brief", call_id)

    @allowed_by(Action.WORK_AT_DESK)
    async def accept(self, actor: Actor, call_id: str, leg: CallLeg) -> None:
        """Take the call with the audio of ``leg``."""
        await note(self._audit, actor, "accept", call_id)
        await self._desk.accept(actor.name, call_id, leg)

    @allowed_by(Action.WORK_AT_DESK)
    async def decline(self, actor: Actor, call_id: str) -> None:
        """Let the next person have it."""
        await note(self._audit, actor, "decline", call_id)
        self._desk.decline(actor.name, call_id)

    @allowed_by(Action.WORK_AT_DESK)
    async def hold(self, actor: Actor, call_id: str) -> None:
        """The caller waits."""
        await self._desk.hold(actor.name, call_id)

    @allowed_by(Action.WORK_AT_DESK)
    async def resume(self, actor: Actor, call_id: str) -> None:
        """Off hold."""
        await self._desk.resume(actor.name, call_id)

    @allowed_by(Action.WORK_AT_DESK)
    async def pass_on(self, actor: Actor, call_id: str, to: PassOn) -> None:
        """Let somebody else go on."""
        await note(self._audit, actor, "pass_on", call_id, to=type(to).__name__)
        await self._desk.pass_on(actor.name, call_id, to)

    @allowed_by(Action.WORK_AT_DESK)
    async def consult(self, actor: Actor, call_id: str, to: Consulted) -> None:
        """Ask a third person while the caller waits."""
        await note(self._audit, actor, "consult", call_id, to=to.name if isinstance(to, ToPerson) else to.uri)
        await self._desk.consult(actor.name, call_id, to)

    @allowed_by(Action.WORK_AT_DESK)
    async def consult_step(self, actor: Actor, call_id: str, step: ConsultStep) -> None:
        """All together, the third one alone, or back."""
        await note(self._audit, actor, f"consult_{step.value}", call_id)
        await self._desk.consult_step(actor.name, call_id, step)

    @allowed_by(Action.WORK_AT_DESK)
    async def finish(self, actor: Actor, call_id: str) -> None:
        """End the conversation."""
        await note(self._audit, actor, "finish", call_id)
        self._desk.finish(actor.name, call_id)

    @allowed_by(Action.WORK_AT_DESK)
    async def wrap_up(self, actor: Actor, call_id: str, disposition: str, notes: str, *, ready: bool) -> None:
        """Keep the note."""
        await note(self._audit, actor, "wrap_up", call_id, disposition=disposition)
        await self._desk.wrap_up(actor.name, call_id, disposition, notes, ready=ready)

    @allowed_by(Action.WORK_AT_DESK)
    async def transcript(self, actor: Actor) -> LiveCall | None:
        """What has been said on the call that is offered to them or that they talk on; masked. No other call."""
        seat = self._desk.seat(actor.name)
        if seat is None or seat.presence not in (Presence.OFFERED, Presence.TALKING):
            return None
        return await self._calls.of(seat.call_id)
