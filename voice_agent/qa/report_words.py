"""The Korean of scores and failures, for the report and the console. Pure."""

from __future__ import annotations

import re
from typing import Any

FIGURES = {
    "success": ("목표에 이른 통화", "%"),
    "containment": ("상담원 없이 끝난 통화", "%"),
    "intent_f1": ("용건 파악 F1", "%"),
    "slot_f1": ("항목 파악 F1", "%"),
    "cer": ("글자 오류율", "%"),
    "term_recall": ("핵심 낱말 인식", "%"),
    "wrongful": ("근거 없이 말한 숫자", ""),
    "notices": ("고지를 지킨 통화", "%"),
    "politeness": ("높임말로 끝난 안내", "%"),
    "repairs_a_call": ("통화당 되묻기", ""),
    "wait_p50_ms": ("응답까지, 중앙값", "ms"),
    "wait_p95_ms": ("응답까지, 95 %", "ms"),
    "wait_p99_ms": ("응답까지, 99 %", "ms"),
    "dead_air_s": ("말 없는 시간", "s"),
    "talk_over": ("말이 겹쳐 멈춤", ""),
    "calls": ("통화", ""),
    "minutes": ("통화 시간", "분"),
}
STAGES = {"greeted": "받음", "heard": "들음", "understood": "알아들음", "completed": "마침"}
ESCALATION = {
    "right": "맞게 연결",
    "missed": "연결했어야 함",
    "needless": "연결하지 말았어야 함",
    "wrong_reason": "다른 까닭으로 연결",
    "none": "연결할 일 없음",
    "unknown": "모름",
}
_KEYS = {
    "outcome": "통화 결과",
    "reason": "끝난 까닭",
    "hand_off": "상담원 연결",
    "acted": "처리한 일",
    "intents": "용건",
    "slot": "항목",
    "turns": "말차례 수",
    "latency": "응답 시간",
}
_EXPECTED = re.compile(r"([\w ]+): expected (.*), got (.*)")
_SAID = re.compile(r"(must_say|never_say): '(.*)' was (?:not )?said")
LESS_IS_BETTER = {
    "cer",
    "wrongful",
    "repairs_a_call",
    "wait_p50_ms",
    "wait_p95_ms",
    "wait_p99_ms",
    "dead_air_s",
    "talk_over",
}


def shown(value: Any, unit: str) -> str:
    """A figure as it is written on the page."""
    if value is None:
        return "–"
    if unit == "%":
        return f"{100 * value:.1f}"
    return f"{value:g}" if isinstance(value, float) else str(value)


def in_korean(failure: str) -> str:
    """A failure of :mod:`voice_agent.qa.verdict` for QA staff."""
    if match := _EXPECTED.fullmatch(failure):
        key, wanted, got = match.groups()
        name = _KEYS.get(key.split()[0], key.split()[0])
        slot = f" {key.split()[1]}" if " " in key else ""
        return f"{name}{slot}: {wanted} 이어야 하는데 {got}"
    if match := _SAID.fullmatch(failure):
        return f"{'해야 할 말이 없음' if match[1] == 'must_say' else '하지 말아야 할 말을 함'}: {match[2]}"
    return failure


def better(key: str, before: float, now: float) -> bool | None:
    """Whether a figure has become better; None where it is the same."""
    if before == now:
        return None
    return now < before if key in LESS_IS_BETTER else now > before
