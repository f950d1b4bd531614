"""A brief as it is read while the telephone rings: the most important first. Pure."""

from __future__ import annotations

from html import escape

from voice_agent.console.pages.html import Safe, badge, facts
from voice_agent.console.pages.words import LANGUAGE_TITLES, MOODS, REASONS, URGENCIES
from voice_agent.handoff.brief import Brief, Mood, Urgency

_WHO = {"caller": "시민", "voice_agent": "음성봇"}


def brief_html(brief: Brief) -> str:
    """Everything in it is masked already."""
    urgent = badge(URGENCIES[brief.urgency], "bad" if brief.urgency is Urgency.DANGER else "warn")
    mood = badge(MOODS[brief.mood], "" if brief.mood is Mood.CALM else "warn")
    badges = [*([urgent] if brief.urgency is not Urgency.NORMAL else []), mood]
    turns = "".join(
        f"<li><b>{escape(_WHO.get(turn.speaker, turn.speaker))}</b> {escape(turn.text)}</li>" for turn in brief.turns
    )
    summary = (
        f'<p class="summary"><b>요약(언어 모델이 씀, 확인되지 않음)</b> {escape(brief.summary)}</p>'
        if brief.summary
        else ""
    )
    return (
        f'<p class="asked">{escape(brief.asked or brief.topic_title or "용건을 아직 모릅니다.")}</p>'
        + facts(
            [
                ("누구", brief.caller or "번호 없음"),
                ("까닭", REASONS.get(brief.reason, brief.reason)),
                ("상태", Safe("".join(badges))),
                *([("말할 언어", LANGUAGE_TITLES.get(brief.language, brief.language))] if brief.language else []),
                *((slot.label, slot.value) for slot in brief.slots),
                *([("안내한 것", ", ".join(passage.title for passage in brief.passages))] if brief.passages else []),
            ]
        )
        + summary
        + (f'<details open><summary>최근 대화</summary><ul class="turns">{turns}</ul></details>' if turns else "")
    )
