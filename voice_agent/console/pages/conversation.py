"""What was said in a call that is over, as pages show it: with the sound where there is a recording one may hear."""

from __future__ import annotations

from dataclasses import asdict

from nicegui import ui

from voice_agent.console.access import Action
from voice_agent.console.pages.components import Player, Transcript
from voice_agent.console.pages.frame import card
from voice_agent.console.pages.shown import played
from voice_agent.console.pages.view import View
from voice_agent.storage.calls import CallRecord


async def conversation(view: View, record: CallRecord) -> bool:
    """The card; whether it has the sound."""
    call = record.call
    lines = [played(turn, call.answered_at or call.accepted_at) for turn in record.turns]
    waveform = None
    if call.recording is not None and view.may(Action.PLAY_RECORDING):
        waveform = await view.do(lambda actor: view.console.past.waveform(actor, call.call_id))
    with card("대화", "grow"):
        if waveform is None:
            Transcript([{**line, "at": ""} for line in lines])
            ui.html('<p class="soft">녹음이 없습니다.</p>', sanitize=False)
        else:
            Player(f"/api/v1/calls/{call.call_id}/recording", asdict(waveform), lines, view.session.csrf)
    return waveform is not None
