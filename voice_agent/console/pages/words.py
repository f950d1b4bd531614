"""The console's Korean: codes → titles, times, lengths. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from html import escape

from voice_agent.console.access import NotAllowed, Role
from voice_agent.console.application.accounts import LastAdministrator
from voice_agent.console.application.quality import QualityRefused
from voice_agent.console.live.figures import SEOUL
from voice_agent.console.security.sign_in import SignInRefused
from voice_agent.errors import CommandRefused, StorageError
from voice_agent.handoff.consultation import Stage
from voice_agent.handoff.desk_words import AWAY_REASONS, ConsultSeen, DeskError, OfferGone
from voice_agent.handoff.wishes import LANGUAGES
from voice_agent.storage.accounts import NameTaken

ROLES: Mapping[str, str] = {
    Role.HUMAN_AGENT: "상담원",
    Role.SUPERVISOR: "감독자",
    Role.QA: "품질 담당",
    Role.ADMINISTRATOR: "관리자",
    Role.AUDITOR: "감사자",
    "api_key": "API 키",
}
PHASES: Mapping[str, str] = {
    "ringing": "연결 중",
    "talking": "음성봇",
    "waiting": "상담원 대기",
    "with_person": "상담원 통화",
    "taken_over": "넘겨받음",
}
OUTCOMES: Mapping[str, str] = {
    "completed": "완료",
    "transferred": "전환",
    "abandoned": "고객이 끊음",
    "cancelled": "받기 전 취소",
    "failed": "장애",
    "refused": "받지 않음",
    "open": "통화 중",
}
REASONS: Mapping[str, str] = {
    "caller_asked": "고객이 상담원을 찾음",
    "no_input": "말이 없음",
    "no_match": "알아듣지 못함",
    "emergency": "위급",
    "action_failed": "처리하지 못함",
    "too_long": "통화가 길어짐",
    "flow": "업무 절차",
    "caller_hung_up": "고객이 끊음",
    "we_hung_up": "음성봇이 끝냄",
    "transferred": "전환함",
    "media_lost": "소리가 끊김",
    "cancelled": "받기 전에 끊음",
    "closing": "프로그램을 끝냄",
    "process_ended": "프로그램이 멈춤",
    "over_capacity": "동시 통화 수를 넘음",
    "peer_not_allowed": "허용되지 않은 곳",
    "draining": "끝내는 중",
}
PRESENCES: Mapping[str, str] = {
    "ready": "받을 수 있음",
    "offered": "전화 옴",
    "talking": "통화 중",
    "wrap_up": "정리 중",
    "away": "자리 비움",
}
AWAY: Mapping[str, str] = {
    **AWAY_REASONS,
    "signed_in": "방금 로그인함",
    "no_answer": "전화를 받지 않음",
    "signed_out": "로그아웃",
}
MOODS: Mapping[str, str] = {"calm": "차분함", "impatient": "답답해함", "abusive": "폭언", "distressed": "불안함"}
URGENCIES: Mapping[str, str] = {"normal": "보통", "raised": "서두름", "danger": "위급"}
PARTS: Mapping[str, str] = {
    "storage": "기록 저장",
    "hearing": "음성 인식",
    "speaking": "음성 합성",
    "prompts": "안내 음성",
    "sip": "전화 연결",
}
LANGUAGE_TITLES: Mapping[str, str] = {code: title for title, code in reversed(LANGUAGES.items())}
PARTICIPATIONS: Mapping[str, str] = {
    "listen": "듣는 중",
    "whisper": "귓속말",
    "barge": "함께 통화",
    "human_agent": "상담원",
    "aside": "보류",
    "consult": "상의하는 중",
}
_STEPS: Mapping[str, str] = {
    "collect": "묻는 중",
    "confirm": "확인하는 중",
    "say": "안내하는 중",
    "act": "처리하는 중",
    "hand_off": "상담원을 연결하는 중",
    "end": "마치는 중",
    "branch": "판단하는 중",
    "step": "진행하는 중",
}
_AWAITING: Mapping[str, str] = {
    "request": "용건을 기다림",
    "slot": "대답을 기다림",
    "confirmation": "확인을 기다림",
    "person": "상담원을 연결하는 중",
    "action": "처리하는 중",
    "danger": "위급한지 묻는 중",
}
_REFUSALS: Mapping[str, str] = {
    "no_such_call": "이미 끝난 통화입니다.",
    "not_on_the_call": "먼저 ‘듣기’로 통화에 들어가야 합니다.",
    "already_on_the_call": "이미 이 통화에 들어와 있습니다.",
    "not_taken_over": "넘겨받은 통화가 아닙니다.",
    "with_a_person": "지금은 사람이 통화하고 있습니다.",
    "leg_gone": "소리 연결이 끊겼습니다.",
    "transfer_failed": "전환하지 못했습니다. 통화는 이어집니다.",
    "empty": "귀띔할 말을 입력해 주십시오.",
}
_NOT_DONE: Mapping[str, str] = {
    "bad_name": "사례 이름은 영문 소문자로 시작해 소문자, 숫자, _ 로만 씁니다.",
    "name_taken": "그 이름의 사례가 이미 있습니다.",
    "no_consent": "녹음을 쓸 수 있는 근거를 적어 주십시오.",
    "no_recording": "이 통화로는 사례를 만들 수 없습니다. 녹음이나 시민의 말이 없습니다.",
    "bad_grade": "알 수 없는 점수입니다.",
}
ACTIONS: Mapping[str, str] = {
    "read_live_call": "실시간 통화 열람",
    "read_record": "통화 기록 열람",
    "read_brief": "상담 요약 열람",
    "play_recording": "녹음 재생",
    "search_history": "통화 내용 검색",
    "listen": "듣기",
    "whisper": "귓속말",
    "barge": "끼어들기",
    "take_over": "넘겨받기",
    "give_back": "돌려주기",
    "leave": "나가기",
    "transfer": "전환",
    "hang_up": "끊기",
    "hint": "귀띔",
    "accept": "상담 수락",
    "decline": "상담 거절",
    "pass_on": "상담 넘기기",
    "consult": "다른 사람과 상의",
    "consult_join_all": "셋이 함께 통화",
    "consult_hand_over": "상의한 사람에게 넘기기",
    "consult_back": "상의 그만두기",
    "finish": "상담 종료",
    "wrap_up": "상담 정리",
    "signed_in": "로그인",
    "sign_in_failed": "로그인 실패",
    "code_refused": "인증 번호 틀림",
    "code_enrolled": "인증 앱 등록",
    "password_changed": "비밀번호 변경",
    "password_refused": "비밀번호 변경 실패",
    "password_reset": "비밀번호 초기화",
    "set_up": "처음 설정",
    "set_up_refused": "설치 코드 틀림",
    "account_created": "계정 만듦",
    "account_opened": "계정 열기",
    "account_closed": "계정 닫기",
    "role_changed": "역할 변경",
    "api_key_created": "API 키 만듦",
    "api_key_revoked": "API 키 폐기",
    "read_audit": "감사 기록 열람",
    "read_run": "다시 걸어 본 통화 열람",
    "score_calls": "통화 채점",
    "make_fixture": "사례로 만들기",
}


def number(remote: str) -> str:
    """A masked number without its SIP address around it."""
    return remote.removeprefix("sips:").removeprefix("sip:").partition("@")[0] or "번호 없음"


def clock(seconds: float | None) -> str:
    """``2:05``: short enough for a big figure."""
    if seconds is None:
        return "–"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02d}"


def step(code: str, awaiting: str, titles: Mapping[str, str] | None = None) -> str:
    """What the voice agent does next: ``collect:city`` → ``묻는 중 · 시군``. ``titles``: slot → label."""
    kind, _, name = code.partition(":")
    if kind in _STEPS:
        return f"{_STEPS[kind]} · {titles[name]}" if titles and name in titles else _STEPS[kind]
    return _AWAITING.get(awaiting or code, code or "용건을 기다림")


def moment(at: datetime | None, *, day: bool = True) -> str:
    """Korea's time."""
    if at is None:
        return ""
    return f"{at.astimezone(SEOUL):{'%Y-%m-%d %H:%M:%S' if day else '%H:%M:%S'}}"


def length(seconds: float | None) -> str:
    """``1분 23초``."""
    if seconds is None:
        return "–"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}분 {rest:02d}초" if minutes else f"{rest}초"


def percent(share: float | None) -> str:
    """``83%``."""
    return "–" if share is None else f"{round(share * 100)}%"


def consulting(consult: ConsultSeen) -> str:
    """How a consultation stands, as HTML."""
    other = escape(consult.other)
    match consult.stage:
        case Stage.RINGING:
            return f"{other}에게 전화를 걸고 있습니다. 민원인은 음악을 듣고 있습니다."
        case Stage.TALKING if consult.leads:
            return f"{other}와(과) 둘이 통화 중입니다. 민원인에게는 들리지 않습니다."
        case Stage.TALKING:
            return f"{other} 상담원이 상의하고 있습니다. 민원인에게는 들리지 않습니다."
        case _:
            return f"민원인, {other}와(과) 셋이 통화 중입니다."


def problem_of(error: Exception) -> str:
    """What to tell the person at the page."""
    match error:
        case NotAllowed():
            return "권한이 없습니다."
        case SignInRefused():
            return str(error)
        case CommandRefused(reason=reason):
            return _REFUSALS.get(reason, "지금은 할 수 없습니다.")
        case QualityRefused(reason=reason):
            return _NOT_DONE.get(reason, "지금은 할 수 없습니다.")
        case OfferGone():
            return "이미 다른 곳에서 받았거나 끊어진 전화입니다."
        case DeskError():
            return "지금은 할 수 없습니다."
        case NameTaken():
            return "그 아이디는 이미 있습니다."
        case LastAdministrator():
            return "관리자가 한 명은 남아 있어야 합니다."
        case StorageError():
            return "기록을 읽거나 쓰지 못했습니다. 잠시 뒤에 다시 해 주십시오."
        case _:
            return "하지 못했습니다."
