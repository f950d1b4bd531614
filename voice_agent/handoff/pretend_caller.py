"""A caller's line without a telephone: the shipped fake of :class:`voice_agent.handoff.ports.CallerLine`."""

from __future__ import annotations

from collections.abc import Callable

from dialogs.vocabulary import HandOff
from telephony.bridge.waiting import WaitingSound
from telephony.errors import LegGone
from telephony.leg import CallLeg, LegClosed, TransferOutcome
from voice_agent.handoff.brief import Brief
from voice_agent.handoff.ports import CallerInput


class PretendCaller:
    """Keeps what the caller would hear, in order: ``waiting``, ``person:NAME``, ``aside``, sentences, ``hung up``."""

    def __init__(self, call_id: str, *, transfers: TransferOutcome = TransferOutcome.ACCEPTED) -> None:
        self._call_id = call_id
        self._transfers = transfers
        self.heard: list[str] = []
        self.people: dict[str, tuple[CallLeg, Callable[[LegClosed], None]]] = {}
        self.joins = True
        """Whether joining a leg works."""
        self._listener: Callable[[CallerInput], None] | None = None

    @property
    def call_id(self) -> str:
        """As given."""
        return self._call_id

    @property
    def sample_rate(self) -> int:
        """Hz."""
        return 8000

    def play_waiting(self, sound: WaitingSound | None = None) -> None:
        """See CallerLine."""
        self.heard.append("waiting")

    async def tell(self, text: str) -> None:
        """See CallerLine."""
        self.heard.append(text)

    async def connect(self, person: str, leg: CallLeg, on_gone: Callable[[LegClosed], None]) -> None:
        """See CallerLine."""
        if not self.joins:
            raise LegGone("the leg has closed")
        self.people[person] = (leg, on_gone)
        self.heard.append(f"person:{person}")

    def put_aside(self, person: str, aside: bool) -> None:
        """See CallerLine."""
        self.heard.append("aside" if aside else f"person:{person}")

    def consult(self, person: str) -> None:
        """See CallerLine."""
        self.heard.append("waiting")

    def bring(self, person: str, leg: CallLeg, on_gone: Callable[[LegClosed], None]) -> None:
        """See CallerLine."""
        if not self.joins:
            raise LegGone("the leg has closed")
        self.people[person] = (leg, on_gone)

    def admit(self, person: str) -> None:
        """See CallerLine."""
        if person in self.people:
            self.heard.append(f"person:{person}")

    async def dismiss(self, person: str) -> None:
        """See CallerLine."""
        leg, _ = self.people.pop(person, (None, None))
        if leg is not None:
            await leg.hang_up()

    async def transfer(self, target: str, *, timeout_s: float) -> TransferOutcome:
        """See CallerLine."""
        self.heard.append(f"transfer:{target}")
        return self._transfers

    async def attended_transfer(self, leg: CallLeg, *, timeout_s: float) -> TransferOutcome:
        """See CallerLine."""
        self.heard.append("attended transfer")
        return self._transfers

    def brief(self, request: HandOff) -> Brief:
        """See CallerLine."""
        return Brief(self._call_id, "010****5678", request.reason, topic=request.topic)

    async def hang_up(self, reason: str) -> None:
        """See CallerLine."""
        self.heard.append("hung up")

    def listen(self, listener: Callable[[CallerInput], None] | None) -> None:
        """See CallerLine."""
        self._listener = listener

    # ── what a test lets happen ──────────

    def says(self, said: CallerInput) -> None:
        """A whole turn of the caller."""
        if self._listener is not None:
            self._listener(said)

    def person_closes(self, person: str, closed: LegClosed) -> None:
        """That person's leg closes by itself."""
        _, on_gone = self.people.pop(person)
        on_gone(closed)
