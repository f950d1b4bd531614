"""The desk: human agents in their browsers, who is signed in, what is offered to them, and what they do about it.

    page ── sign_in · ready · away · accept · decline · hold · resume · pass_on · finish · wrap_up ──► Desk ──► DeskLine
    page ◄─ watch(person): Offered · OfferOver · Connected · CallOver · SeatChanged · BriefChanged ──── Desk ◄── hotline

:class:`DeskLine` is what the desk needs of the hotline behind it: the switchboard in a running hotline, and
:class:`voice_agent.handoff.rehearsal.Rehearsal` where none is running (tests, the console on its own).
Everything happens on the event loop and nothing blocks; only what touches audio or the database has to be awaited.
"""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import replace
from datetime import timedelta

from telephony.leg import CallLeg
from voice_agent.events import now
from voice_agent.handoff.brief import Brief
from voice_agent.handoff.desk_words import (
    AWAY_REASONS,
    BriefChanged,
    CallEnd,
    CallOver,
    Connected,
    Consulted,
    ConsultSeen,
    ConsultStep,
    DeskError,
    DeskLine,
    DeskNews,
    DeskPerson,
    Gone,
    NotSignedIn,
    Offered,
    OfferGone,
    OfferOver,
    PassOn,
    Seat,
    SeatChanged,
)
from voice_agent.handoff.queue import Presence
from voice_agent.handoff.wrap_up import WrapUp

_MOST_WAITING = 200
"""News a page may fall behind; then the oldest go, and :meth:`Desk.seat` still tells how things stand."""


class DeskWatch:
    """What happens, as it happens: ``async for news in desk.watch("kim")``. Close it when the page goes."""

    def __init__(self, desk: Desk, person: str | None) -> None:
        self._desk = desk
        self._person = person
        self._waiting: deque[DeskNews] = deque(maxlen=_MOST_WAITING)
        self._changed = asyncio.Event()
        self._closed = False

    def __aiter__(self) -> DeskWatch:
        return self

    async def __anext__(self) -> DeskNews:
        while not self._waiting:
            if self._closed:
                raise StopAsyncIteration
            self._changed.clear()
            await self._changed.wait()
        return self._waiting.popleft()

    def close(self) -> None:
        """No more news. Idempotent."""
        self._closed = True
        self._desk._forget(self)
        self._changed.set()

    def _offer(self, news: DeskNews) -> None:
        who = news.person
        if self._person is None or self._person == who:
            self._waiting.append(news)
            self._changed.set()


class Desk:
    """All who are signed in. Give it its line with :meth:`behind` before anybody signs in."""

    def __init__(self) -> None:
        self._line: DeskLine | None = None
        self._seats: dict[str, Seat] = {}
        self._watches: tuple[DeskWatch, ...] = ()

    def behind(self, line: DeskLine) -> Desk:
        """Where calls come from."""
        self._line = line
        return self

    # ── what a page asks ──────────

    def seats(self) -> list[Seat]:
        """Everybody signed in, by name."""
        return [self._seats[name] for name in sorted(self._seats)]

    def seat(self, person: str) -> Seat | None:
        """One of them; None where they are not signed in."""
        return self._seats.get(person)

    def watch(self, person: str | None = None) -> DeskWatch:
        """News for that person from now on; of everybody where none is named (the wallboard)."""
        watch = DeskWatch(self, person)
        self._watches += (watch,)
        return watch

    # ── what a page does ──────────

    def sign_in(self, person: DeskPerson) -> Seat:
        """At the desk, away (``signed_in``) until :meth:`ready`. Signing in again (a second window, a lost one) changes
        nothing but name and skills: a conversation goes on."""
        known = self._seats.get(person.name)
        if known is None:
            self._line_up.away(person.name, "signed_in")
            self._put(Seat(person, Presence.AWAY, now(), "signed_in"))
        else:
            self._put(replace(known, person=person))
        return self._seats[person.name]

    def sign_out(self, person: str) -> None:
        """They leave the desk; an offer goes to the next. Raises DeskError while they talk. Harmless otherwise."""
        seat = self._seats.get(person)
        if seat is None:
            return
        if seat.presence is Presence.TALKING:
            raise DeskError(f"{person} is talking: finish the call first, or pass it on")
        self._line_up.away(person, "signed_out")
        self._seats.pop(person, None)
        self._tell(SeatChanged(person, None))

    def ready(self, person: str) -> None:
        """Takes calls. Out of wrap-up it is the same. Raises NotSignedIn, and DeskError while they talk."""
        seat = self._at(person)
        if seat.presence is Presence.TALKING:
            raise DeskError(f"{person} is talking")
        self._line_up.ready(person, seat.person.skills)

    def away(self, person: str, reason: str) -> None:
        """Takes no calls; ``reason`` is a code of :data:`AWAY_REASONS`. An offer goes to the next.

        While they talk it raises DeskError. Raises NotSignedIn.
        """
        seat = self._at(person)
        if seat.presence is Presence.TALKING:
            raise DeskError(f"{person} is talking")
        if reason not in AWAY_REASONS:
            raise DeskError(f"expected a reason of {', '.join(AWAY_REASONS)}, got {reason!r}")
        self._line_up.away(person, reason)

    async def accept(self, person: str, call_id: str, leg: CallLeg) -> None:
        """Take the call offered, with the audio of ``leg``: an answered leg of 20 ms frames, owned by the hotline from
        here on (it reads, writes and hangs it up). Returns when both hear each other.

        Raises OfferGone where the call is no longer theirs to take; the leg has been hung up then.
        """
        seat = self._seats.get(person)
        if seat is None or seat.presence is not Presence.OFFERED or seat.call_id != call_id:
            await leg.hang_up()
            raise OfferGone("the call is no longer offered to you")
        await self._line_up.accepted(person, call_id, leg)

    def decline(self, person: str, call_id: str) -> None:
        """The next person is asked. Harmless where it is not offered to them any more."""
        seat = self._at(person)
        if seat.presence is Presence.OFFERED and seat.call_id == call_id:
            self._line_up.declined(person, call_id)

    async def hold(self, person: str, call_id: str) -> None:
        """The caller hears the waiting sound and is told. Raises DeskError where they do not talk on that call."""
        self._talking(person, call_id)
        await self._line_up.hold(person, call_id, True)
        self._put(replace(self._at(person), on_hold=True))

    async def resume(self, person: str, call_id: str) -> None:
        """Off hold. Raises DeskError as :meth:`hold`."""
        self._talking(person, call_id)
        await self._line_up.hold(person, call_id, False)
        self._put(replace(self._at(person), on_hold=False))

    async def pass_on(self, person: str, call_id: str, to: PassOn) -> None:
        """Pass the caller on; wrap-up begins. Raises DeskError where that cannot be: they talk on then."""
        self._talking(person, call_id)
        await self._line_up.pass_on(person, call_id, to)

    async def consult(self, person: str, call_id: str, to: Consulted) -> None:
        """Call a third person while the caller waits; ``seat.consult`` tells how it goes. Raises DeskError as
        :meth:`hold`, and where that person cannot be called."""
        self._talking(person, call_id)
        await self._line_up.consult(person, call_id, to)

    async def consult_step(self, person: str, call_id: str, step: ConsultStep) -> None:
        """Join all, hand over, or come back to the caller. Raises DeskError where that cannot be as things stand."""
        self._talking(person, call_id)
        await self._line_up.consult_step(person, call_id, step)

    def finish(self, person: str, call_id: str) -> None:
        """End the conversation: the caller is hung up, wrap-up begins. With three on the line, or while one is asked,
        whoever ends it leaves the others to each other. Raises DeskError as :meth:`hold`."""
        self._talking(person, call_id)
        self._line_up.finished(person, call_id)

    async def wrap_up(
        self, person: str, call_id: str, disposition: str, notes: str = "", *, ready: bool = True
    ) -> None:
        """Keep the note (once a call and person: again replaces it), then take calls again, or stay in wrap-up.

        Raises DeskError for a code that is not known, StorageError where it could not be kept.
        """
        seat = self._at(person)
        await self._line_up.wrapped_up(WrapUp(call_id, person, disposition, notes))
        if ready and seat.presence is Presence.WRAP_UP:
            self._line_up.ready(person, seat.person.skills)

    # ── what the hotline does ──────────

    def ring(self, person: str, brief: Brief, ring_s: float) -> bool:
        """Offer that call. False where they are not at the desk."""
        seat = self._seats.get(person)
        if seat is None:
            return False
        at = now()
        until = at + timedelta(seconds=ring_s)
        self._put(
            replace(
                seat,
                presence=Presence.OFFERED,
                since=at,
                reason="",
                call_id=brief.call_id,
                brief=brief,
                ring_until=until,
            )
        )
        self._tell(Offered(person, brief.call_id, brief, ring_s))
        return True

    def stop_ringing(self, person: str, call_id: str, why: Gone) -> None:
        """The offer is over. Harmless where it is already."""
        seat = self._seats.get(person)
        if seat is None or seat.presence is not Presence.OFFERED or seat.call_id != call_id:
            return
        self._put(replace(seat, presence=Presence.READY, since=now(), call_id="", brief=None, ring_until=None))
        self._tell(OfferOver(person, call_id, why))

    def connected(self, person: str, call_id: str) -> None:
        """Both hear each other."""
        seat = self._seats.get(person)
        if seat is not None:
            self._put(
                replace(seat, presence=Presence.TALKING, since=now(), call_id=call_id, reason="", ring_until=None)
            )
            self._tell(Connected(person, call_id))

    def over(self, person: str, call_id: str, why: CallEnd) -> None:
        """The conversation is over."""
        seat = self._seats.get(person)
        if seat is not None and seat.call_id == call_id and seat.presence is Presence.TALKING:
            self._put(replace(seat, presence=Presence.WRAP_UP, since=now(), on_hold=False, consult=None))
            self._tell(CallOver(person, call_id, why))

    def consults(self, person: str, call_id: str, seen: ConsultSeen | None) -> None:
        """How their consultation stands; None: there is none."""
        seat = self._seats.get(person)
        if seat is not None and seat.call_id == call_id and seat.consult != seen:
            self._put(replace(seat, consult=seen, on_hold=False))

    def is_now(self, person: str, presence: Presence, reason: str = "") -> None:
        """Their presence as the queue has it."""
        seat = self._seats.get(person)
        if seat is None or (seat.presence is presence and seat.reason == reason):
            return
        over = presence in (Presence.READY, Presence.AWAY)
        self._put(
            replace(
                seat,
                presence=presence,
                reason=reason,
                since=now(),
                call_id="" if over else seat.call_id,
                brief=None if over else seat.brief,
                ring_until=None if over else seat.ring_until,
                on_hold=False if over else seat.on_hold,
                consult=None if over else seat.consult,
            )
        )

    def brief_changed(self, person: str, brief: Brief) -> None:
        """There is more to read."""
        seat = self._seats.get(person)
        if seat is not None and seat.call_id == brief.call_id:
            self._seats[person] = replace(seat, brief=brief)
            self._tell(BriefChanged(person, brief))

    # ── small things ──────────

    @property
    def _line_up(self) -> DeskLine:
        if self._line is None:
            raise DeskError("the desk has no line yet")
        return self._line

    def _at(self, person: str) -> Seat:
        seat = self._seats.get(person)
        if seat is None:
            raise NotSignedIn(f"{person} is not signed in")
        return seat

    def _talking(self, person: str, call_id: str) -> Seat:
        seat = self._at(person)
        if seat.presence is not Presence.TALKING or seat.call_id != call_id:
            raise DeskError(f"{person} does not talk on that call")
        return seat

    def _put(self, seat: Seat) -> None:
        self._seats[seat.person.name] = seat
        self._tell(SeatChanged(seat.person.name, seat))

    def _tell(self, news: DeskNews) -> None:
        for watch in self._watches:
            watch._offer(news)

    def _forget(self, watch: DeskWatch) -> None:
        self._watches = tuple(each for each in self._watches if each is not watch)
