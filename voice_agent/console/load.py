"""Many calls' worth of events, for the bench, the screenshots and the tests: a hotline of nobody.

Made-up callers with made-up numbers. Pure: time goes in, events come out.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from voice_agent import events

_TOPICS = (
    ("illegal_parking", "불법 주정차 신고", ("place", "장소", "수원시 팔달구"), "collect:plate"),
    ("passport", "여권 재발급", ("city", "시군", "용인시"), "say:where"),
    ("certificate", "등·초본 발급", ("kind", "서류", "주민등록등본"), "collect:kind"),
    ("street_lamp", "가로등 고장", ("place", "장소", "의정부시 호원동"), "confirm:ticket"),
    ("bulky_waste", "대형폐기물 배출", ("city", "시군", "성남시"), "say:fee"),
    ("bus", "버스 노선 안내", ("route", "노선", "7770번"), "collect:route"),
)
_SAID = (
    "집 앞에 차가 계속 서 있어서요 신고를 좀 하려고 하는데요",
    "여권을 다시 만들고 싶은데 어디로 가야 되나요",
    "네 맞아요 거기예요",
    "아니 그게 아니고 호원동이요",
    "등본을 인터넷으로 뗄 수 있어요?",
    "가로등이 며칠째 꺼져 있어요",
)
_ANSWERS = (
    "네, 불법 주정차 신고를 도와드리겠습니다. 차량 번호를 말씀해 주시겠어요?",
    "여권은 가까운 시청이나 구청 민원실에서 신청하실 수 있습니다.",
    "말씀하신 곳이 의정부시 호원동이 맞습니까?",
    "잠시만 기다려 주십시오. 확인해 보겠습니다.",
)


@dataclass(slots=True)
class _Call:
    id: str
    topic: int
    due_s: float
    turn: int = 0
    words: int = 0
    wants_person: bool = False


class Load:
    """So many calls at once; each that ends is followed by another."""

    def __init__(self, calls: int, *, seed: int = 1, hand_offs: float = 0.1) -> None:
        self._random = random.Random(seed)
        self._count = 0
        self._hand_offs = hand_offs
        self._waiting_to_begin = calls
        self._calls: list[_Call] = []

    def step(self, at_s: float, at: datetime) -> Iterator[events.CallEvent]:
        """What happens until ``at_s`` seconds after the beginning; ``at`` is that moment's date."""
        while self._waiting_to_begin:
            self._waiting_to_begin -= 1
            yield from self._begin(at_s, at)
        for call in [call for call in self._calls if call.due_s <= at_s]:
            yield from self._go_on(call, at_s, at)

    def _begin(self, at_s: float, at: datetime) -> Iterator[events.CallEvent]:
        self._count += 1
        call_id = f"{self._random.getrandbits(64):016x}"
        call = _Call(call_id, self._random.randrange(len(_TOPICS)), at_s + self._random.uniform(0, 3))
        call.wants_person = self._random.random() < self._hand_offs
        self._calls.append(call)
        yield events.CallAccepted(
            call_id=call_id, at=at, remote=f"sip:0100000{self._random.randrange(1000, 9999)}@192.0.2.7"
        )
        yield events.CallAnswered(call_id=call_id, at=at, sample_rate=8000)
        yield _said(call_id, at, "안녕하십니까, 경기도 콜센터 음성 상담입니다. 무엇을 도와드릴까요?", None)

    def _go_on(self, call: _Call, at_s: float, at: datetime) -> Iterator[events.CallEvent]:
        sentence = _SAID[(call.topic + call.turn) % len(_SAID)]
        words = sentence.split()
        if call.words < len(words):
            call.words = min(len(words), call.words + 2)
            call.due_s = at_s + 0.5
            if call.words <= 2:
                yield events.CallerStartedSpeaking(call_id=call.id, at=at)
            yield events.CallerPartial(call_id=call.id, at=at, text=" ".join(words[: call.words]), confidence=0.7)
            return
        yield from self._turn(call, sentence, at_s, at)

    def _turn(self, call: _Call, sentence: str, at_s: float, at: datetime) -> Iterator[events.CallEvent]:
        sure = self._random.uniform(0.5, 0.98)
        yield events.CallerHeard(call_id=call.id, at=at, text=sentence, confidence=sure, decode_ms=280, speech_s=2.4)
        flow, title, slot, step = _TOPICS[call.topic]
        yield events.DialogMoved(
            call_id=call.id,
            at=at,
            topic=title,
            flow=flow,
            step=step,
            awaiting="slot",
            slots=(slot,),
            relies_on=(),
            confidence=sure,
            alarm="",
        )
        call.turn += 1
        call.words = 0
        call.due_s = at_s + self._random.uniform(4, 8)
        waited = self._random.gauss(820, 180)
        yield _said(call.id, at, _ANSWERS[(call.topic + call.turn) % len(_ANSWERS)], max(250.0, waited))
        if call.wants_person and call.turn == 2:
            yield events.HandOffRequested(call_id=call.id, at=at, reason="caller_asked", topic=flow, summary="")
        if call.turn >= 5 + call.topic:
            yield from self._end(call, at_s, at)

    def _end(self, call: _Call, at_s: float, at: datetime) -> Iterator[events.CallEvent]:
        self._calls.remove(call)
        outcome = "transferred" if call.wants_person else "completed"
        if call.wants_person:
            yield events.HandOffEnded(call_id=call.id, at=at, outcome="accepted")
        yield events.CallEnded(call_id=call.id, at=at, outcome=outcome, reason="caller_hung_up", duration_s=80.0)
        yield from self._begin(at_s, at)


def a_day(figures_at: datetime, *, calls_an_hour: int = 40, seed: int = 2) -> Iterator[events.CallEvent]:
    """A day's calls in the order of time, for charts: nine in the morning to six in the evening are busy."""
    dice = random.Random(seed)
    for back in range(20, 0, -1):
        start = figures_at - timedelta(hours=back)
        hour_in_korea = (start.hour + 9) % 24
        busy = calls_an_hour if 9 <= hour_in_korea < 18 else calls_an_hour // 6
        for number in range(dice.randrange(busy // 2, busy + 1)):
            at = start + timedelta(seconds=60 * number)
            yield from _past_call(f"past-{back}-{number}", at, dice)


def _past_call(call_id: str, at: datetime, dice: random.Random) -> Iterator[events.CallEvent]:
    yield events.CallAccepted(call_id=call_id, at=at, remote="sip:01000000000@192.0.2.7")
    yield events.CallAnswered(call_id=call_id, at=at, sample_rate=8000)
    for turn in range(dice.randrange(2, 6)):
        yield _said(call_id, at + timedelta(seconds=10 * turn), "안내", max(250.0, dice.gauss(850, 220)))
    end = at + timedelta(seconds=dice.uniform(40, 240))
    outcome = dice.choices(("completed", "transferred", "abandoned", "failed"), (72, 18, 9, 1))[0]
    if outcome == "transferred" or dice.random() < 0.03:
        yield events.HandOffRequested(call_id=call_id, at=at, reason="caller_asked", topic="", summary="")
        if outcome == "transferred":
            answered = at + timedelta(seconds=dice.expovariate(1 / 12))
            yield events.HandOffEnded(call_id=call_id, at=answered, outcome="accepted")
    seconds = (end - at).total_seconds()
    yield events.CallEnded(call_id=call_id, at=end, outcome=outcome, reason="", duration_s=seconds)


def _said(call_id: str, at: datetime, text: str, waited_ms: float | None) -> events.AgentSaid:
    return events.AgentSaid(call_id=call_id, at=at, text=text, voice="kokoro", cached=True, voice_to_voice_ms=waited_ms)
