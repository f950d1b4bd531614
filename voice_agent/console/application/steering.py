"""The way into a live call: each command is noted before it is given, refused ones too."""

from __future__ import annotations

from typing import Protocol

from telephony.leg import CallLeg
from voice_agent.commands import (
    CallCommand,
    GiveBack,
    HangUp,
    Hint,
    HintFound,
    Leave,
    Listen,
    ListenMode,
    TakeOver,
    Transfer,
)
from voice_agent.console.access import Action, Actor
from voice_agent.console.application.guard import Audit, allowed_by, note


class Commands(Protocol):
    """What carries commands out: :meth:`voice_agent.app.Hotline.command`."""

    async def command(self, command: CallCommand, leg: CallLeg | None = None) -> HintFound | None:
        """Do it. ``leg``: the audio of who joins. Raises CommandRefused."""


class Steering:
    """Methods raise CommandRefused where the call does not allow it, StorageError where it cannot be noted."""

    def __init__(self, commands: Commands, audit: Audit) -> None:
        self._commands = commands
        self._audit = audit

    @allowed_by(Action.LISTEN)
    async def listen(self, actor: Actor, call_id: str, leg: CallLeg | None = None) -> None:
        """Hear all, be heard by nobody. ``leg`` the first time."""
        await self._take_part(actor, call_id, ListenMode.LISTEN, leg)

    @allowed_by(Action.WHISPER)
    async def whisper(self, actor: Actor, call_id: str, leg: CallLeg | None = None) -> None:
        """Be heard by the human agent alone."""
        await self._take_part(actor, call_id, ListenMode.WHISPER, leg)

    @allowed_by(Action.BARGE)
    async def barge(self, actor: Actor, call_id: str, leg: CallLeg | None = None) -> None:
        """Be heard by everybody."""
        await self._take_part(actor, call_id, ListenMode.BARGE, leg)

    @allowed_by(Action.TAKE_OVER)
    async def take_over(self, actor: Actor, call_id: str, leg: CallLeg | None = None) -> None:
        """Talk to the caller instead of the voice agent."""
        await note(self._audit, actor, Action.TAKE_OVER, call_id)
        await self._commands.command(TakeOver(call_id=call_id, who=actor.name), leg)

    @allowed_by(Action.TAKE_OVER)
    async def give_back(self, actor: Actor, call_id: str) -> None:
        """The voice agent goes on."""
        await note(self._audit, actor, "give_back", call_id)
        await self._commands.command(GiveBack(call_id=call_id, who=actor.name))

    @allowed_by(Action.LISTEN)
    async def leave(self, actor: Actor, call_id: str) -> None:
        """No longer take part."""
        await note(self._audit, actor, "leave", call_id)
        await self._commands.command(Leave(call_id=call_id, who=actor.name))

    @allowed_by(Action.HANG_UP)
    async def hang_up(self, actor: Actor, call_id: str, *, farewell: bool = True) -> None:
        """End the call; ``farewell``: the voice agent says goodbye first."""
        await note(self._audit, actor, Action.HANG_UP, call_id, farewell=farewell)
        await self._commands.command(HangUp(call_id=call_id, who=actor.name, farewell=farewell))

    @allowed_by(Action.TRANSFER)
    async def transfer(self, actor: Actor, call_id: str, target: str) -> None:
        """Hand the caller to a SIP address."""
        await note(self._audit, actor, Action.TRANSFER, call_id, target=target)
        await self._commands.command(Transfer(call_id=call_id, who=actor.name, target=target))

    @allowed_by(Action.HINT)
    async def hint(self, actor: Actor, call_id: str, text: str) -> HintFound | None:
        """Help the voice agent with its next turn; never read out. What it was taken to mean."""
        await note(self._audit, actor, Action.HINT, call_id, characters=len(text))
        return await self._commands.command(Hint(call_id=call_id, who=actor.name, text=text))

    async def _take_part(self, actor: Actor, call_id: str, mode: ListenMode, leg: CallLeg | None) -> None:
        await note(self._audit, actor, mode.value, call_id, joins=leg is not None)
        await self._commands.command(Listen(call_id=call_id, who=actor.name, mode=mode), leg)
