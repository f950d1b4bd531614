"""Live calls: seen, read along, steered."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import HTTPException
from pydantic import BaseModel, Field, StringConstraints

from voice_agent.commands import HintFound
from voice_agent.console.access import Action, Actor
from voice_agent.console.api.needs import Asker, Office, Routes
from voice_agent.console.application.console import Console
from voice_agent.console.application.knowledge import Known
from voice_agent.console.application.live_calls import CallRow
from voice_agent.console.application.wallboard import Wallboard
from voice_agent.console.live.call_state import LiveCall

Sdp = Annotated[str, StringConstraints(min_length=20, max_length=60_000)]


class HintText(BaseModel):
    """Help for the voice agent."""

    text: str = Field(min_length=1, max_length=300)


class Target(BaseModel):
    """Where a caller is transferred to."""

    target: str = Field(pattern=r"^sips?:[^\s@]+@[^\s@]+$", max_length=200)


class Ending(BaseModel):
    """How a call is ended."""

    farewell: bool = True


class Joining(BaseModel):
    """A supervisor's browser takes part; without an offer it changes how."""

    mode: Literal["listen", "whisper", "barge", "take_over"]
    sdp: Sdp | None = None


class Answer(BaseModel):
    """The other half of the negotiation; empty where none was needed."""

    sdp: str


def routes() -> Routes:
    """Everything about live calls."""
    live = Routes("live calls")

    @live.get("/wallboard", Action.SEE_WALLBOARD)
    async def wallboard(console: Office, actor: Asker) -> Wallboard:
        """Figures, health and alarms, as they stand."""
        return await console.wallboard.look(actor)

    @live.get("/live-calls", Action.SEE_LIVE_CALLS)
    async def live_calls(console: Office, actor: Asker) -> list[CallRow]:
        """Every live call, the oldest first; nothing that was said."""
        return await console.live.all(actor)

    @live.get("/live-calls/{call_id}", Action.READ_LIVE_CALL)
    async def live_call(console: Office, actor: Asker, call_id: str) -> LiveCall:
        """One live call with all that was said, masked. Noted in the audit log."""
        call = await console.live.open(actor, call_id)
        if call is None:
            raise HTTPException(404, "no such live call")
        return call

    @live.post("/live-calls/{call_id}/hint", Action.HINT)
    async def hint(console: Office, actor: Asker, call_id: str, said: HintText) -> HintFound | None:
        """Used in the voice agent's next turn, never read out."""
        return await console.steering.hint(actor, call_id, said.text)

    @live.post("/live-calls/{call_id}/transfer", Action.TRANSFER, status_code=204)
    async def transfer(console: Office, actor: Asker, call_id: str, to: Target) -> None:
        """To a SIP address."""
        await console.steering.transfer(actor, call_id, to.target)

    @live.post("/live-calls/{call_id}/hang-up", Action.HANG_UP, status_code=204)
    async def hang_up(console: Office, actor: Asker, call_id: str, ending: Ending) -> None:
        """With a goodbye, or without."""
        await console.steering.hang_up(actor, call_id, farewell=ending.farewell)

    @live.post("/live-calls/{call_id}/take-part", Action.LISTEN)
    async def take_part(console: Office, actor: Asker, call_id: str, joining: Joining) -> Answer:
        """Listen, whisper, barge or take over, with the browser's microphone and loudspeaker."""
        return Answer(sdp=await _take_part(console, actor, call_id, joining))

    @live.post("/live-calls/{call_id}/give-back", Action.TAKE_OVER, status_code=204)
    async def give_back(console: Office, actor: Asker, call_id: str) -> None:
        """The voice agent goes on."""
        await console.steering.give_back(actor, call_id)

    @live.post("/live-calls/{call_id}/leave", Action.LISTEN, status_code=204)
    async def leave(console: Office, actor: Asker, call_id: str) -> None:
        """No longer take part."""
        await console.steering.leave(actor, call_id)

    @live.get("/knowledge", Action.SEARCH_KNOWLEDGE)
    async def knowledge(console: Office, actor: Asker, text: str, most: int = 5) -> list[Known]:
        """What the hotline knows about that."""
        return list(await console.knowledge.search(actor, text, max(1, min(most, 10))))

    return live


async def _take_part(console: Console, actor: Actor, call_id: str, joining: Joining) -> str:
    steer = {
        "listen": (Action.LISTEN, console.steering.listen),
        "whisper": (Action.WHISPER, console.steering.whisper),
        "barge": (Action.BARGE, console.steering.barge),
        "take_over": (Action.TAKE_OVER, console.steering.take_over),
    }
    action, command = steer[joining.mode]
    if joining.sdp is None:
        await command(actor, call_id)
        return ""
    return await console.audio_for(actor, action, joining.sdp, lambda leg: command(actor, call_id, leg))
