"""One live call: what is said, what the voice agent makes of it, and the ways in."""

from __future__ import annotations

from nicegui import ui

from voice_agent.console.access import Action
from voice_agent.console.live.call_state import LiveCall
from voice_agent.console.pages.components import Transcript
from voice_agent.console.pages.frame import card
from voice_agent.console.pages.html import Safe, badge, facts
from voice_agent.console.pages.shown import lines, seconds
from voice_agent.console.pages.steering import controls
from voice_agent.console.pages.view import View
from voice_agent.console.pages.words import PARTICIPATIONS, PHASES, REASONS, moment, number, percent, step

_EVERY_S = 0.15


async def build(view: View) -> None:
    """Left what is said, right the rest."""
    call_id = view.params["call_id"]
    actor = await view.actor()
    call = await view.console.live.open(actor, call_id)
    if call is None:
        with card("통화를 찾을 수 없습니다"):
            link = f'<a href="/history/{call_id}">통화 기록에서 보기</a>' if view.may(Action.READ_RECORD) else ""
            ui.html(f"<p>이미 끝난 통화이거나 없는 통화입니다. {link}</p>", sanitize=False)
        return
    watching = await view.console.live.watch(actor)
    watch = watching.__enter__()
    ui.context.client.on_delete(lambda: watching.__exit__(None, None, None))
    with ui.element("div").classes("split"):
        with card("대화", "grow"):
            transcript = Transcript(lines(call), call.partial)
        with ui.element("div").classes("side"):
            with card("통화"):
                about = ui.html(await _about(view, call), sanitize=False)
            with card("개입"):
                steering = controls(view, call_id)
    shown = len(call.lines)
    ended = False

    async def refresh() -> None:
        nonlocal shown, ended
        if ended or call_id not in watch.taken():
            return
        actor = await view.actor()
        if actor is None:
            return
        call = await view.console.live.again(actor, call_id)
        if call is None:
            ended = True
            steering.over()
            about.set_content(f"<p><b>통화가 끝났습니다.</b> {_record_link(view, call_id)}</p>")
            return
        everything = lines(call)
        first = shown if 0 < shown <= len(everything) < 300 else 0
        transcript.apply(first, everything[first:], call.partial)
        shown = len(everything)
        about.set_content(await _about(view, call))
        await steering.follow(dict(call.people).get(actor.name, ""), taken_over=call.phase == "taken_over")

    async def still_there() -> None:
        await view.actor()

    ui.timer(_EVERY_S, refresh)
    ui.timer(5.0, still_there)


def _record_link(view: View, call_id: str) -> str:
    return f'<a href="/history/{call_id}">통화 기록 보기</a>' if view.may(Action.READ_RECORD) else ""


async def _about(view: View, call: LiveCall) -> str:
    relies_on = await view.console.live.relies_on(view.opened_by, call.relies_on)
    people = ", ".join(f"{who} ({PARTICIPATIONS.get(part, part)})" for who, part in call.people)
    tone = "bad" if call.urgent else "warn" if call.phase == "waiting" else ""
    state = Safe(badge(PHASES[call.phase], tone) + (badge("위급", "bad") if call.urgent else ""))
    asked = [("상담원을 찾는 까닭", REASONS.get(call.hand_off_reason, call.hand_off_reason))]
    slots = facts((slot.label, slot.value) for slot in call.slots)
    return (
        facts(
            [
                ("상태", state),
                ("번호", number(call.remote)),
                ("받은 때", moment(call.answered_at or call.accepted_at, day=False)),
                ("업무", call.topic or "아직 모름"),
                ("다음", step(call.step, call.awaiting, view.console.knowledge.slot_titles)),
                ("알아들은 확신", percent(call.confidence)),
                ("응답 시간", seconds(call.latency_ms) or "–"),
                ("근거", ", ".join(relies_on) or "–"),
                ("참여", people or "–"),
                *(asked if call.hand_off_reason else []),
            ]
        )
        + "<h3>알아낸 것</h3>"
        + (slots or '<p class="soft">아직 없습니다.</p>')
    )
