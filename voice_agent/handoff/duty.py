"""People with SIP telephones have no page to say that they are ready: they are on duty while the hotline runs.

After a call they have a fixed time for their notes; who let it ring out is left in peace for a while, then tried again.
"""

from __future__ import annotations

from collections.abc import Mapping

from voice_agent.handoff.desk import Desk
from voice_agent.handoff.queue import Presence
from voice_agent.handoff.skills import Skills
from voice_agent.handoff.switchboard import Switchboard


class Duty:
    """Looks after them once a second. Whoever is signed in at the desk looks after themselves there."""

    def __init__(
        self, switchboard: Switchboard, people: Mapping[str, Skills], *, wrap_up_s: float = 20.0, rest_s: float = 120.0
    ) -> None:
        """``people``: name → skills."""
        self._switchboard = switchboard
        self._desk: Desk = switchboard.desk
        self._people = dict(people)
        self._wrap_up_s = wrap_up_s
        self._rest_s = rest_s

    def begin(self) -> None:
        """Put them on duty."""
        self._switchboard.on_tick.append(self._look)
        self._look(self._switchboard.clock())

    def _look(self, at_s: float) -> None:
        queue = self._switchboard.queue
        for person, skills in self._people.items():
            if self._desk.seat(person) is None and self._may_work(person, at_s):
                self._switchboard.decide(queue.is_ready(person, at_s, skills))

    def _may_work(self, person: str, at_s: float) -> bool:
        known = self._switchboard.queue.people().get(person)
        if known is None:
            return True
        waited_s = at_s - known.since_s
        if known.presence is Presence.WRAP_UP:
            return waited_s >= self._wrap_up_s
        if known.presence is not Presence.AWAY:
            return False
        return known.reason == "restarted" or waited_s >= self._rest_s
