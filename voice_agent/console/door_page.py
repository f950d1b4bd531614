"""The pages before anybody is signed in: plain Korean HTML, no script. Pure: values in, HTML out, every one escaped."""

from __future__ import annotations

from html import escape

from voice_agent.console.security.passwords import LEAST_CHARACTERS


def sign_in(name: str, next_path: str, problem: str, *, with_provider: bool, set_up: bool) -> str:
    """Name and password."""
    provider = '<a class="button second" href="/sign-in/oidc">기관 계정으로 로그인</a>' if with_provider else ""
    first = '<p class="soft">처음이신가요? <a href="/set-up">관리자 계정 만들기</a></p>' if set_up else ""
    return _page(
        f"{name} 로그인",
        f"""<h1>{escape(name)}</h1><p class="soft">상담원·관리자 화면</p>{_problem(problem)}
<form method="post" action="/sign-in">
<input type="hidden" name="next" value="{escape(next_path)}">
{_field("아이디", "name", "username", autofocus=True)}
{_field("비밀번호", "password", "current-password", kind="password")}
<button>로그인</button></form>{provider}{first}""",
    )


def code(csrf: str, problem: str) -> str:
    """The second factor."""
    return _page(
        "인증 번호",
        f"""<h1>인증 번호</h1><p class="soft">인증 앱에 나온 여섯 자리 숫자를 입력해 주십시오.</p>{_problem(problem)}
<form method="post" action="/sign-in/code">{_csrf(csrf)}{_code_field()}<button>확인</button></form>{_leave(csrf)}""",
    )


def enrol(csrf: str, secret: str, picture: str, problem: str) -> str:
    """Setting up the second factor. ``picture`` is SVG of our own making."""
    spaced = " ".join(secret[i : i + 4] for i in range(0, len(secret), 4))
    return _page(
        "인증 앱 등록",
        f"""<h1>인증 앱 등록</h1><ol><li>휴대전화의 인증 앱(OTP)으로 그림을 찍습니다.</li>
<li>앱에 나온 여섯 자리 숫자를 입력합니다.</li></ol>{_problem(problem)}
<div class="picture" role="img" aria-label="인증 앱으로 찍는 QR 코드">{picture}</div>
<p class="soft">찍을 수 없으면 앱에 이 열쇠를 입력합니다.<br><code>{escape(spaced)}</code></p>
<form method="post" action="/sign-in/enrol">{_csrf(csrf)}{_code_field()}
<button>등록하고 로그인</button></form>{_leave(csrf)}""",
    )


def password(csrf: str, problem: str, *, owed: bool) -> str:
    """A new password. ``owed``: somebody else gave the present one."""
    why = "처음 받은 비밀번호를 새 비밀번호로 바꿔 주십시오." if owed else "다른 곳에서 한 로그인은 모두 끝납니다."
    return _page(
        "비밀번호 바꾸기",
        f"""<h1>비밀번호 바꾸기</h1><p class="soft">{why} {LEAST_CHARACTERS}자 이상입니다.</p>{_problem(problem)}
<form method="post" action="/sign-in/password">{_csrf(csrf)}
{_field("지금 비밀번호", "old", "current-password", kind="password", autofocus=True)}
{_field("새 비밀번호", "new", "new-password", kind="password")}
{_field("새 비밀번호 다시", "again", "new-password", kind="password")}
<button>바꾸기</button></form>{_leave(csrf) if owed else '<a class="button second" href="/">돌아가기</a>'}""",
    )


def set_up(problem: str) -> str:
    """The first administrator."""
    return _page(
        "처음 설정",
        f"""<h1>처음 설정</h1>
<p class="soft">관리자 계정을 만듭니다. 설치 코드는 프로그램을 실행한 화면에 나와 있습니다.</p>
{_problem(problem)}<form method="post" action="/set-up">
{_field("설치 코드", "code", "one-time-code", autofocus=True)}
{_field("아이디 (영문 소문자, 숫자)", "name", "username")}
{_field("이름", "shown", "name")}
{_field(f"비밀번호 ({LEAST_CHARACTERS}자 이상)", "password", "new-password", kind="password")}
{_field("비밀번호 다시", "again", "new-password", kind="password")}
<button>관리자 계정 만들기</button></form>""",
    )


def message(title: str, text: str, link: str = "/", link_text: str = "처음 화면으로") -> str:
    """Something to be told, and where to go on."""
    return _page(
        title,
        f'<h1>{escape(title)}</h1><p>{escape(text)}</p><a class="button" href="{escape(link)}">{escape(link_text)}</a>',
    )


def _page(title: str, body: str) -> str:
    return (
        '<!doctype html><html lang="ko"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{escape(title)}</title><link rel="stylesheet" href="/console-static/door.css"></head>'
        f"<body><main>{body}</main></body></html>"
    )


def _field(label: str, name: str, autocomplete: str, *, kind: str = "text", autofocus: bool = False) -> str:
    focus = " autofocus" if autofocus else ""
    return (
        f'<label for="{name}">{label}</label><input id="{name}" name="{name}" type="{kind}" required '
        f'autocomplete="{autocomplete}" autocapitalize="none" spellcheck="false" maxlength="128"{focus}>'
    )


def _code_field() -> str:
    return (
        '<label for="code">인증 번호</label><input class="code" id="code" name="code" required inputmode="numeric" '
        'autocomplete="one-time-code" pattern="[0-9 ]{6,7}" maxlength="7" autofocus>'
    )


def _csrf(token: str) -> str:
    return f'<input type="hidden" name="csrf" value="{escape(token)}">'


def _leave(csrf: str) -> str:
    return (
        f'<form method="post" action="/sign-in/out">{_csrf(csrf)}<button class="button second">그만두기</button></form>'
    )


def _problem(text: str) -> str:
    return f'<p class="problem" role="alert">{escape(text)}</p>' if text else ""
