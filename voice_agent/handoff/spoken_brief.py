"""The brief for somebody who picks up a telephone and sees no page: two sentences and a question."""

from __future__ import annotations

from voice_agent.handoff.brief import Brief, Urgency

CHOICE = "받으시려면 일 번, 거절하시려면 이 번을 눌러 주십시오."
_MOST_CHARACTERS = 60
"""Of what was asked: nobody holds a longer sentence in mind before saying hello."""


def spoken_brief(brief: Brief) -> str:
    """Who wants what, in Korean. It is masked, and what was masked is left out: brackets cannot be spoken."""
    urgent = "긴급 상황입니다. " if brief.urgency is Urgency.DANGER else ""
    about = brief.topic_title or "상담원 연결"
    asked = brief.asked if "[" not in brief.asked and len(brief.asked) <= _MOST_CHARACTERS else ""
    return f"{urgent}{about} 상담 요청입니다.{' ' + asked if asked else ''}"
