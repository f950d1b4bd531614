"""From a name and a password to a session: slowly for guessers, with a second factor, and noted in the audit log.

password ─► (complete) ─────────────────────────► signed in
         ├► incomplete ─► code ─────────────────► signed in
         └► incomplete ─► enrol, code ──────────► signed in
set-up code ─► the first administrator ─► enrol ─► signed in
"""

from __future__ import annotations

import hmac
import re
import secrets
import time
from collections.abc import Callable
from enum import StrEnum

import structlog

from voice_agent.console.access import Role
from voice_agent.console.security import passwords, totp
from voice_agent.console.security.limiter import SignInLimiter
from voice_agent.console.security.sessions import Session, Sessions
from voice_agent.console.security.vault import SealBroken, Vault, is_sealed
from voice_agent.errors import VoiceAgentError
from voice_agent.storage.accounts import Account, Accounts
from voice_agent.storage.audit import AuditLog

log = structlog.get_logger()

NAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,31}")
_SET_UP_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"


class SignInRefused(VoiceAgentError):
    """They are not let in; the message is Korean and may be shown: it never tells which part was wrong."""


class Owed(StrEnum):
    """What a session still has to give before it opens anything."""

    NOTHING = "nothing"
    CODE = "code"
    ENROLMENT = "enrolment"
    PASSWORD = "password"


class SignIn:
    """One hotline's door. Methods raise SignInRefused, and StorageError."""

    def __init__(
        self,
        accounts: Accounts,
        sessions: Sessions,
        audit: AuditLog,
        vault: Vault,
        *,
        codes_required: bool,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._accounts = accounts
        self._sessions = sessions
        self._audit = audit
        self._vault = vault
        self._codes_required = codes_required
        self._clock = clock
        self._limiter = SignInLimiter()
        self._enrolling: dict[str, str] = {}
        self._set_up_code: str | None = None

    # ── name and password ──────────

    async def with_password(self, name: str, password: str, address: str) -> str:
        """The token of a new session, which may still owe something."""
        name = name.strip().lower()
        keys = (f"name:{name[:64]}", f"address:{address}")
        self._not_too_often(*keys)
        account = await self._accounts.by_name(name)
        usable = account is not None and account.active
        right = await passwords.matches(password, account.password_hash if account and usable else None)
        if account is None or not right:
            await self._refuse(name[:64] if account else "unknown", "sign_in_failed", address, keys)
            raise SignInRefused("아이디 또는 비밀번호가 맞지 않습니다.")
        complete = account.totp_secret is None and not self._codes_required
        if complete:
            await self._signed_in(account, address, keys)
        return await self._sessions.open(account, complete=complete)

    def owes(self, session: Session) -> Owed:
        """What comes next for that session."""
        if not session.complete:
            return Owed.CODE if session.account.totp_secret else Owed.ENROLMENT
        return Owed.PASSWORD if session.account.must_change_password else Owed.NOTHING

    # ── second factor ──────────

    async def with_code(self, session: Session, code: str, address: str) -> str:
        """The token of a complete session in place of the incomplete one."""
        account = session.account
        keys = (f"code:{account.name}", f"address:{address}")
        self._not_too_often(*keys)
        secret = self._secret_of(account)
        counter = totp.counter_of(secret, code, self._clock()) if secret else None
        if counter is None or not await self._accounts.spend_code(account.id, counter):
            await self._refuse(account.name, "code_refused", address, keys)
            raise SignInRefused("인증 번호가 맞지 않습니다. 새 번호가 나오면 다시 입력해 주십시오.")
        return await self._complete(session, address, keys)

    def enrolment(self, session: Session) -> str:
        """The secret an app is to learn: the same until it has been confirmed."""
        if len(self._enrolling) > 1_000:
            self._enrolling.clear()
        return self._enrolling.setdefault(session.token, totp.new_secret())

    async def enrol(self, session: Session, code: str, address: str) -> str:
        """The app shows the right code: keep the secret; a complete session begins."""
        keys = (f"code:{session.account.name}", f"address:{address}")
        self._not_too_often(*keys)
        secret = self.enrolment(session)
        counter = totp.counter_of(secret, code, self._clock())
        if session.account.totp_secret is not None or counter is None:
            await self._refuse(session.account.name, "code_refused", address, keys)
            raise SignInRefused("인증 번호가 맞지 않습니다. 앱에 나온 여섯 자리 숫자를 입력해 주십시오.")
        await self._accounts.change(session.account.id, totp_secret=self._vault.seal(secret), totp_counter=counter)
        del self._enrolling[session.token]
        await self._audit.note(session.account.name, session.account.role, "code_enrolled", address=address)
        return await self._complete(session, address, keys)

    async def seal_codes(self) -> None:
        """Seal what an earlier version kept in the clear, and say how many cannot be read with this secret."""
        broken = 0
        for account in await self._accounts.all():
            if account.totp_secret and not is_sealed(account.totp_secret):
                await self._accounts.change(account.id, totp_secret=self._vault.seal(account.totp_secret))
            elif account.totp_secret and not self._secret_of(account):
                broken += 1
        if broken:
            log.error("console.codes_unreadable", accounts=broken)

    def _secret_of(self, account: Account) -> str:
        """What their app knows; empty where there is none, or it was sealed with another secret."""
        if not account.totp_secret:
            return ""
        try:
            return self._vault.open(account.totp_secret)
        except SealBroken:
            return ""

    async def change_password(self, session: Session, old: str, new: str, address: str) -> str:
        """A new password; every other session of theirs ends. Returns the token of the one that goes on."""
        account = session.account
        keys = (f"name:{account.name}", f"address:{address}")
        self._not_too_often(*keys)
        if not await passwords.matches(old, account.password_hash):
            await self._refuse(account.name, "password_refused", address, keys)
            raise SignInRefused("지금 비밀번호가 맞지 않습니다.")
        problem = "지금 비밀번호와 달라야 합니다." if old == new else passwords.problem_with(new, account.name)
        if problem:
            raise SignInRefused(problem)
        await self._accounts.change(account.id, password_hash=await passwords.hashed(new), must_change_password=False)
        await self._audit.note(account.name, account.role, "password_changed", address=address)
        await self._sessions.end_all_of(account.id)
        return await self._sessions.open(account, complete=session.complete)

    # ── the first administrator ──────────

    async def set_up_code(self) -> str | None:
        """What is printed where the process runs, while there is no administrator; None where there is one."""
        if await self._accounts.active_with(Role.ADMINISTRATOR):
            self._set_up_code = None
        elif self._set_up_code is None:
            letters = "".join(secrets.choice(_SET_UP_LETTERS) for _ in range(12))
            self._set_up_code = "-".join((letters[:4], letters[4:8], letters[8:]))
        return self._set_up_code

    async def set_up(self, code: str, name: str, shown: str, password: str, address: str) -> str:
        """The first administrator's account and their session's token. The code opens nothing afterwards."""
        keys = ("set_up", f"address:{address}")
        self._not_too_often(*keys)
        expected = await self.set_up_code()
        if expected is None:
            raise SignInRefused("관리자가 이미 있습니다. 로그인해 주십시오.")
        if not hmac.compare_digest(expected.encode(), code.strip().upper().encode()):
            await self._refuse("unknown", "set_up_refused", address, keys)
            raise SignInRefused("설치 코드가 맞지 않습니다. 프로그램을 실행한 화면에 나온 코드를 입력해 주십시오.")
        account = await self.make_account(name, shown, Role.ADMINISTRATOR, password)
        self._set_up_code = None
        await self._audit.note(account.name, account.role, "set_up", address=address)
        complete = not self._codes_required
        if complete:
            await self._signed_in(account, address, keys)
        return await self._sessions.open(account, complete=complete)

    async def make_account(
        self, name: str, shown: str, role: Role, password: str, *, must_change: bool = False
    ) -> Account:
        """A local account. Raises SignInRefused for a name or password that will not do, NameTaken."""
        name = name.strip().lower()
        if not NAME.fullmatch(name):
            raise SignInRefused("아이디는 영문 소문자와 숫자로 2자부터 32자까지입니다.")
        problem = passwords.problem_with(password, name)
        if problem:
            raise SignInRefused(problem)
        return await self._accounts.create(
            name,
            shown.strip()[:64] or name,
            role,
            password_hash=await passwords.hashed(password),
            must_change_password=must_change,
        )

    # ── small things ──────────

    async def _complete(self, session: Session, address: str, keys: tuple[str, ...]) -> str:
        await self._sessions.end(session.token)
        await self._signed_in(session.account, address, keys)
        return await self._sessions.open(session.account, complete=True)

    async def _signed_in(self, account: Account, address: str, keys: tuple[str, ...]) -> None:
        # The address keeps its failures: who knows one password could otherwise go on guessing others.
        self._limiter.succeeded(*(key for key in keys if not key.startswith("address:")))
        await self._audit.note(account.name, account.role, "signed_in", address=address)

    def _not_too_often(self, *keys: str) -> None:
        wait_s = self._limiter.wait_s(*keys, at_s=self._clock())
        if wait_s > 0:
            raise SignInRefused(f"로그인을 여러 번 실패했습니다. {round(wait_s) or 1}초 뒤에 다시 해 주십시오.")

    async def _refuse(self, name: str, what: str, address: str, keys: tuple[str, ...]) -> None:
        self._limiter.failed(*keys, at_s=self._clock())
        await self._audit.note(name, "", what, address=address)
