"""What one hand-off needs of what is around it: the switchboard, and a consultation while there is one."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any, Protocol

from telephony.leg import CallLeg
from voice_agent.handoff.consultation import Happened
from voice_agent.handoff.contract import Record, Why
from voice_agent.handoff.telephones import Answer

if TYPE_CHECKING:
    from voice_agent.handoff.live import LiveHandOff


class House(Protocol):
    """What one hand-off needs of all the others: the switchboard. Nothing but ``connect`` raises."""

    def joins(self, live: LiveHandOff, *, front: bool) -> None:
        """The caller waits in the queue."""

    def refused(self, live: LiveHandOff, person: str, *, rang_out: bool) -> None:
        """That person does not take them; they keep their place."""

    def accepted(self, live: LiveHandOff, person: str) -> None:
        """That person takes them: they leave the queue."""

    def leaves(self, live: LiveHandOff) -> None:
        """They wait no more."""

    def let_go(self, live: LiveHandOff, person: str, *, talked: bool) -> None:
        """That person is free again; ``talked``: whether the two ever heard each other."""

    def offered(self, call_id: str) -> str:
        """Whom the queue offers that call to now; empty: nobody."""

    async def ring(self, live: LiveHandOff, person: str) -> Answer:
        """Ring all telephones of that person; cancelled, they stop at once."""

    def stops_ringing(self, live: LiveHandOff, person: str) -> None:
        """Told just before the ringing is cancelled."""

    def joined(self, live: LiveHandOff, person: str) -> None:
        """They hear each other."""

    def not_joined(self, live: LiveHandOff, person: str) -> None:
        """They do not: whoever accepted has been let go."""

    async def connect(self, live: LiveHandOff, person: str, leg: CallLeg) -> bool:
        """Bring both together; False where the caller has left us by it. Raises what a leg or a line may raise."""

    def play_waiting(self, live: LiveHandOff) -> None:
        """The caller hears the waiting sound from now on."""

    def brief_wanted(self, live: LiveHandOff) -> None:
        """Keep the brief, and have it summarised."""

    def record(self, live: LiveHandOff, record: Record) -> None:
        """Keep that this happened."""

    def tell(self, live: LiveHandOff, why: Why) -> None:
        """Have the caller told."""

    def spawn(self, work: Coroutine[Any, Any, None], name: str) -> asyncio.Task[None]:
        """Run it, and wait for it before closing."""


class InConsultation(Protocol):
    """A third person on the call: :class:`voice_agent.handoff.consulting.Consulting`."""

    third: str
    """Their name."""

    def happens(self, what: Happened) -> bool:
        """False where that cannot be as things stand."""

    def person_gone(self) -> bool:
        """The line of the person who asked has closed. Whether the third one goes on with the caller."""

    def ended(self) -> None:
        """The caller is no longer with the person who asked."""
