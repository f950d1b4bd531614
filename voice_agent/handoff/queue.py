"""Who is offered to whom, and when: callers who wait for a human agent, and the human agents there are.

Danger first, then who had a person and lost them, then who has waited longest. A caller keeps their place whatever
happens to an offer; a person is offered one caller at a time. Pure: times come in as arguments (seconds of one clock,
the same before and after a restart), decisions go out, and the whole can be saved after every call and restored.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from pydantic import TypeAdapter, ValidationError

from voice_agent.errors import VoiceAgentError
from voice_agent.handoff.erlang import wait_behind_s
from voice_agent.handoff.skills import Needs, Skills, Widening, fits

_KEPT_TIMES = 20
_FEWEST_TIMES = 3
"""Of fewer conversations no mean is told: better no promise than a wrong one."""


@dataclass(frozen=True, slots=True)
class QueueSettings:
    """Seconds, but for ``unanswered``."""

    widening: Widening = field(default_factory=Widening)
    pause_s: float = 20.0
    """A person who declined or did not answer is left in peace for so long: a second telephone may be nearer."""
    unanswered: int = 2
    """Who lets so many calls ring out in a row is taken to be away."""
    told_every_s: float = 45.0
    most_wait_s: float = 600.0
    """Then a call-back is offered. Whoever is in danger waits on."""


class Presence(StrEnum):
    """What a human agent is doing."""

    READY = "ready"
    OFFERED = "offered"
    TALKING = "talking"
    WRAP_UP = "wrap_up"
    AWAY = "away"


@dataclass(slots=True)
class Person:
    """A human agent who has signed in."""

    skills: Skills
    presence: Presence
    since_s: float
    """When the presence began."""
    reason: str = ""
    """Why they are away."""
    not_before_s: float = 0.0
    """No offer before this time."""
    rang_out: int = 0
    """Calls in a row that rang out."""


@dataclass(slots=True)
class Caller:
    """A caller who waits."""

    since_s: float
    number: int
    """In the order of arrival."""
    needs: Needs
    crisis: bool = False
    front: bool = False
    """Had a person already, whose line broke."""
    offered_to: str = ""
    told_at_s: float | None = None
    given_up: bool = False
    """They are being offered a call-back, and no person meanwhile: they leave, or join again."""
    patience_from_s: float = 0.0
    """From when the longest wait is counted: since they came, or since they chose to wait on."""

    @property
    def place(self) -> tuple[bool, bool, float, int]:
        """Sorts the queue."""
        return (not self.crisis, not self.front, self.since_s, self.number)


@dataclass(frozen=True, slots=True)
class Offer:
    """Let the person's telephone or desk ring for the call."""

    call_id: str
    person: str


@dataclass(frozen=True, slots=True)
class Withdraw:
    """Stop the ringing: the caller is gone, or nobody knows any more whether it rings."""

    call_id: str
    person: str


@dataclass(frozen=True, slots=True)
class Tell:
    """Tell the caller where they stand."""

    call_id: str
    position: int
    """1 is next."""
    wait_s: float | None
    """Expected; None where nobody knows."""


@dataclass(frozen=True, slots=True)
class GiveUp:
    """The caller has waited too long: offer a call-back."""

    call_id: str


Decision = Offer | Withdraw | Tell | GiveUp


@dataclass(slots=True)
class _Saved:
    callers: dict[str, Caller] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    times_s: list[float] = field(default_factory=list)
    arrivals: int = 0


_SAVED = TypeAdapter(_Saved)


class PeopleQueue:
    """One hotline's. Every method that takes a time returns what is to be done now, in order."""

    def __init__(self, settings: QueueSettings | None = None) -> None:
        self._settings = settings or QueueSettings()
        self._state = _Saved()

    # ── saved and restored ──────────

    def saved(self) -> bytes:
        """All of it, as JSON."""
        return _SAVED.dump_json(self._state)

    @classmethod
    def restored(cls, saved: bytes, settings: QueueSettings | None = None) -> tuple[PeopleQueue, list[Decision]]:
        """The queue as it was saved, its open offers withdrawn: whether a telephone still rings nobody knows.

        Raises VoiceAgentError where ``saved`` is not what :meth:`saved` wrote.
        """
        queue = cls(settings)
        try:
            queue._state = _SAVED.validate_json(saved)
        except ValidationError as error:
            raise VoiceAgentError(f"the saved queue cannot be read: {error.error_count()} errors") from error
        withdrawn: list[Decision] = [
            Withdraw(call_id, caller.offered_to)
            for call_id, caller in queue._state.callers.items()
            if caller.offered_to
        ]
        for caller in queue._state.callers.values():
            caller.offered_to = ""
        for person in queue._state.people.values():
            if person.presence is Presence.OFFERED:
                person.presence = Presence.READY
        return queue, withdrawn

    def nobody_is_there(self, at_s: float) -> None:
        """After a restart: people are away (``restarted``) until they are ready again, callers are offered to nobody
        until they join again, in their old place. Decides nothing."""
        for person in self._state.people:
            self._set(person, Presence.AWAY, at_s, "restarted")
        for caller in self._state.callers.values():
            caller.given_up = True

    # ── callers ──────────

    def __contains__(self, call_id: str) -> bool:
        return call_id in self._state.callers

    @property
    def order(self) -> list[str]:
        """The calls that wait, who is next first."""
        return [call_id for call_id, _ in self._in_order()]

    def joins(
        self, call_id: str, at_s: float, *, needs: Needs | None = None, crisis: bool = False, front: bool = False
    ) -> list[Decision]:
        """A caller waits. Who waits already keeps their place, also who was given up and would rather wait on; new
        danger moves them forward."""
        known = self._state.callers.get(call_id)
        if known is not None:
            known.crisis = known.crisis or crisis
            if known.given_up:
                known.given_up, known.patience_from_s = False, at_s
            return self.tick(at_s)
        self._state.arrivals += 1
        self._state.callers[call_id] = Caller(
            at_s, self._state.arrivals, needs or Needs(), crisis, front, patience_from_s=at_s
        )
        return self.tick(at_s)

    def leaves(self, call_id: str, at_s: float) -> list[Decision]:
        """They hung up, chose a call-back, or were given up."""
        caller = self._state.callers.pop(call_id, None)
        if caller is None or not caller.offered_to:
            return self.tick(at_s)
        person = caller.offered_to
        self._set(person, Presence.READY, at_s)
        return [Withdraw(call_id, person), *self.tick(at_s)]

    def offered_to(self, call_id: str) -> str:
        """The person whose telephone rings for that call; empty where none does."""
        caller = self._state.callers.get(call_id)
        return caller.offered_to if caller else ""

    def waiting(self) -> list[tuple[str, Caller]]:
        """Who waits, who is next first. Not to be changed."""
        return self._in_order()

    # ── people ──────────

    def people(self) -> dict[str, Person]:
        """Everybody known, by name. Not to be changed."""
        return self._state.people

    def presence(self, person: str) -> Presence:
        """What the person is doing; who has not signed in is away."""
        known = self._state.people.get(person)
        return known.presence if known else Presence.AWAY

    def is_ready(self, person: str, at_s: float, skills: Skills | None = None) -> list[Decision]:
        """They signed in, came back, or finished their wrap-up. ``skills``: None leaves them as they are."""
        known = self._state.people.get(person)
        if known is None:
            self._state.people[person] = Person(skills or Skills(), Presence.READY, at_s)
            return self.tick(at_s)
        if skills is not None:
            known.skills = skills
        if known.presence in (Presence.AWAY, Presence.WRAP_UP):
            known.rang_out, known.not_before_s = 0, at_s
            self._set(person, Presence.READY, at_s)
        return self.tick(at_s)

    def is_away(self, person: str, at_s: float, reason: str) -> list[Decision]:
        """They take no calls. What rings at theirs stops; a conversation goes on."""
        if self.presence(person) in (Presence.AWAY, Presence.TALKING):
            return self.tick(at_s)
        withdrawn = self._taken_back(person)
        self._set(person, Presence.AWAY, at_s, reason)
        return [*withdrawn, *self.tick(at_s)]

    def accepts(self, person: str, call_id: str, at_s: float) -> list[Decision]:
        """They took the call that was offered to them; any other is not theirs to take."""
        caller = self._state.callers.get(call_id)
        if caller is None or caller.offered_to != person:
            return self.tick(at_s)
        del self._state.callers[call_id]
        self._state.people[person].rang_out = 0
        self._set(person, Presence.TALKING, at_s)
        return self.tick(at_s)

    def refuses(self, person: str, call_id: str, at_s: float, *, rang_out: bool = False) -> list[Decision]:
        """They declined, were busy, or did not answer (``rang_out``). The caller keeps their place."""
        caller = self._state.callers.get(call_id)
        if caller is None or caller.offered_to != person:
            return self.tick(at_s)
        caller.offered_to = ""
        known = self._state.people[person]
        known.rang_out = known.rang_out + 1 if rang_out else 0
        known.not_before_s = at_s + self._settings.pause_s
        if known.rang_out >= self._settings.unanswered:
            self._set(person, Presence.AWAY, at_s, "no_answer")
        else:
            self._set(person, Presence.READY, at_s)
        return self.tick(at_s)

    def signs_out(self, person: str, at_s: float) -> list[Decision]:
        """They are gone and not known any more; what rings at theirs stops. Whoever talks cannot."""
        if self.presence(person) is Presence.TALKING:
            return self.tick(at_s)
        withdrawn = self._taken_back(person)
        self._state.people.pop(person, None)
        return [*withdrawn, *self.tick(at_s)]

    def finishes(self, person: str, at_s: float, *, talked: bool = True) -> list[Decision]:
        """Their conversation is over: wrap-up, until they are ready. Where the two never heard each other (``talked``
        is False) there is nothing to wrap up."""
        idle = (Presence.TALKING, Presence.OFFERED)
        if self.presence(person) in idle and not talked:
            self._set(person, Presence.READY, at_s)
        elif self.presence(person) is Presence.TALKING:
            self._state.times_s = [*self._state.times_s, at_s - self._state.people[person].since_s][-_KEPT_TIMES:]
            self._set(person, Presence.WRAP_UP, at_s)
        return self.tick(at_s)

    def is_consulted(self, person: str, at_s: float) -> list[Decision]:
        """A colleague calls them about a caller of theirs: no offers meanwhile. Who is not ready stays as they are."""
        if self.presence(person) is Presence.READY:
            self._set(person, Presence.OFFERED, at_s)
        return self.tick(at_s)

    def consults(self, person: str, at_s: float) -> list[Decision]:
        """They have answered the colleague; :meth:`finishes` ends it."""
        if self.presence(person) is Presence.OFFERED:
            self._set(person, Presence.TALKING, at_s)
        return self.tick(at_s)

    # ── time ──────────

    def tick(self, at_s: float) -> list[Decision]:
        """Time has passed, or something has changed."""
        return [*self._offers(at_s), *self._given_up(at_s), *self._told(at_s)]

    def _offers(self, at_s: float) -> Iterator[Decision]:
        for call_id, caller in self._in_order():
            if caller.offered_to or caller.given_up:
                continue
            person = self._for(caller, at_s)
            if person is not None:
                caller.offered_to = person
                self._set(person, Presence.OFFERED, at_s)
                yield Offer(call_id, person)

    def _for(self, caller: Caller, at_s: float) -> str | None:
        """Of those who may be offered the caller, who has been ready longest."""
        free = [
            (person.since_s, name)
            for name, person in self._state.people.items()
            if person.presence is Presence.READY
            and at_s >= person.not_before_s
            and self._may_take(name, person, caller, at_s)
        ]
        return min(free)[1] if free else None

    def _may_take(self, name: str, person: Person, caller: Caller, at_s: float) -> bool:
        return fits(caller.needs, person.skills, at_s - caller.since_s, self._settings.widening, name)

    def _given_up(self, at_s: float) -> Iterator[Decision]:
        for call_id, caller in self._state.callers.items():
            late = at_s - caller.patience_from_s >= self._settings.most_wait_s
            if late and not (caller.crisis or caller.offered_to or caller.given_up):
                caller.given_up = True
                yield GiveUp(call_id)

    def _told(self, at_s: float) -> Iterator[Decision]:
        for position, (call_id, caller) in enumerate(self._in_order(), start=1):
            due = caller.told_at_s is None or at_s - caller.told_at_s >= self._settings.told_every_s
            if due and not (caller.offered_to or caller.given_up):
                caller.told_at_s = at_s
                yield Tell(call_id, position, self._wait_s(caller, position, at_s))

    def _wait_s(self, caller: Caller, position: int, at_s: float) -> float | None:
        """Counted over those who may be offered this caller: the others shorten nobody's wait here."""
        working = sum(
            person.presence is not Presence.AWAY and self._may_take(name, person, caller, at_s)
            for name, person in self._state.people.items()
        )
        times = self._state.times_s
        if not working or len(times) < _FEWEST_TIMES:
            return None
        return wait_behind_s(position, working, sum(times) / len(times))

    def _in_order(self) -> list[tuple[str, Caller]]:
        return sorted(self._state.callers.items(), key=lambda item: item[1].place)

    def _taken_back(self, person: str) -> list[Decision]:
        for call_id, caller in self._state.callers.items():
            if caller.offered_to == person:
                caller.offered_to = ""
                return [Withdraw(call_id, person)]
        return []

    def _set(self, person: str, presence: Presence, at_s: float, reason: str = "") -> None:
        known = self._state.people[person]
        known.presence, known.since_s, known.reason = presence, at_s, reason
