"""One call that is over: played, with what was said following along."""

from __future__ import annotations

from urllib.parse import quote

from nicegui import ui

from voice_agent.console.access import Action
from voice_agent.console.pages.conversation import conversation
from voice_agent.console.pages.frame import card
from voice_agent.console.pages.html import facts, table
from voice_agent.console.pages.view import View
from voice_agent.console.pages.words import OUTCOMES, REASONS, length, moment, number

_TOLD = {
    "HandOffRequested": "상담원 요청",
    "HandOffEnded": "상담원 연결 결과",
    "ActionEnded": "처리",
    "EngineFailed": "장애",
    "AgentInterrupted": "말을 끊음",
    "ParticipantJoined": "참여",
    "ParticipantLeft": "나감",
    "TakenOver": "넘겨받음",
    "GivenBack": "돌려줌",
    "HintGiven": "귀띔",
    "CallCommanded": "명령",
}


async def build(view: View) -> None:
    """The player left, the facts right."""
    call_id = view.params["call_id"]
    record = await view.do(lambda actor: view.console.past.read(actor, call_id))
    if record is None:
        with card("통화 기록이 없습니다"):
            ui.html('<p><a href="/history">통화 기록으로</a></p>', sanitize=False)
        return
    call = record.call
    with ui.element("div").classes("split"):
        await conversation(view, record)
        with ui.element("div").classes("side"):
            with card("통화"):
                outcome = OUTCOMES.get(call.outcome or "open", call.outcome or "")
                ui.html(
                    facts(
                        [
                            ("번호", number(call.remote_masked)),
                            ("받은 때", moment(call.accepted_at)),
                            ("끝난 때", moment(call.ended_at)),
                            ("길이", length(call.duration_s)),
                            ("결과", outcome),
                            ("사유", REASONS.get(call.reason or "", call.reason or "–")),
                            ("통화 번호", call.call_id),
                        ]
                    ),
                    sanitize=False,
                )
            if view.may(Action.SCORE_CALLS):
                ui.html(f'<p><a href="/quality/calls/{quote(call_id)}">이 통화 채점하기</a></p>', sanitize=False)
            with card("있었던 일"):
                ui.html(
                    table(
                        ("시각", "일", "내용"),
                        (
                            (moment(event.at, day=False), _TOLD[event.kind], _detail(event.data))
                            for event in record.events
                            if event.kind in _TOLD
                        ),
                        empty="특별한 일이 없었습니다.",
                        caption="있었던 일",
                    ),
                    sanitize=False,
                )


def _detail(data: dict[str, object]) -> str:
    return ", ".join(str(value) for value in data.values() if value not in ("", None) and not isinstance(value, float))
