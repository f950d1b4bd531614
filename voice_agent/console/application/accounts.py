"""Who may use the console, which programs may ask, and who did what."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import datetime

from voice_agent.console.access import Action, Actor, Role
from voice_agent.console.application.guard import Audit, allowed_by, note
from voice_agent.console.security.keys import make_key
from voice_agent.console.security.passwords import hashed
from voice_agent.console.security.sessions import Sessions
from voice_agent.console.security.sign_in import SignIn
from voice_agent.errors import VoiceAgentError
from voice_agent.storage.accounts import Account, Accounts
from voice_agent.storage.api_keys import ApiKey, ApiKeys
from voice_agent.storage.audit import AuditEntry, AuditLog


class LastAdministrator(VoiceAgentError):
    """Somebody must be left who can give out accounts."""


class AccountWork:
    """For administrators. Methods raise SignInRefused for names that will not do, NameTaken, LastAdministrator."""

    def __init__(self, accounts: Accounts, sessions: Sessions, sign_in: SignIn, audit: Audit) -> None:
        self._accounts = accounts
        self._sessions = sessions
        self._sign_in = sign_in
        self._audit = audit

    @allowed_by(Action.MANAGE_ACCOUNTS)
    async def all(self, actor: Actor) -> list[Account]:
        """Everybody."""
        return await self._accounts.all()

    @allowed_by(Action.MANAGE_ACCOUNTS)
    async def create(self, actor: Actor, name: str, shown: str, role: Role) -> str:
        """A new account. Its first password, to be told to them: they must change it when they sign in."""
        password = secrets.token_urlsafe(12)
        account = await self._sign_in.make_account(name, shown, role, password, must_change=True)
        await note(self._audit, actor, "account_created", None, account=account.name, role=role.value)
        return password

    @allowed_by(Action.MANAGE_ACCOUNTS)
    async def set_role(self, actor: Actor, account: Account, role: Role) -> None:
        """Another role; they have to sign in again."""
        if role is not Role.ADMINISTRATOR:
            await self._another_than(account)
        await note(self._audit, actor, "role_changed", None, account=account.name, role=role.value)
        await self._change(account, role=role.value)

    @allowed_by(Action.MANAGE_ACCOUNTS)
    async def set_active(self, actor: Actor, account: Account, active: bool) -> None:
        """Let them in, or not any more: then they are signed out at once."""
        if not active:
            await self._another_than(account)
        await note(self._audit, actor, "account_opened" if active else "account_closed", None, account=account.name)
        await self._change(account, active=active)

    @allowed_by(Action.MANAGE_ACCOUNTS)
    async def new_password(self, actor: Actor, account: Account) -> str:
        """A password to be told to them, in place of a forgotten one; their second factor has to be set up again."""
        password = secrets.token_urlsafe(12)
        await note(self._audit, actor, "password_reset", None, account=account.name)
        await self._change(
            account,
            password_hash=await hashed(password),
            must_change_password=True,
            totp_secret=None,
            totp_counter=None,
        )
        return password

    async def _another_than(self, account: Account) -> None:
        is_one = account.role == Role.ADMINISTRATOR and account.active
        if is_one and await self._accounts.active_with(Role.ADMINISTRATOR) < 2:
            raise LastAdministrator("accounts: expected another active administrator, got none")

    async def _change(self, account: Account, **values: object) -> None:
        await self._accounts.change(account.id, **values)
        await self._sessions.end_all_of(account.id)


class ApiKeyWork:
    """For administrators. :meth:`create` raises WrongScope."""

    def __init__(self, keys: ApiKeys, audit: Audit) -> None:
        self._keys = keys
        self._audit = audit

    @allowed_by(Action.MANAGE_API_KEYS)
    async def all(self, actor: Actor) -> list[ApiKey]:
        """Every key, without its secret."""
        return await self._keys.all()

    @allowed_by(Action.MANAGE_API_KEYS)
    async def create(self, actor: Actor, name: str, scopes: Iterable[str], expires_at: datetime | None) -> str:
        """A new key, in the clear for the only time."""
        wanted = sorted(scopes)
        await note(self._audit, actor, "api_key_created", None, key=name, scopes=wanted)
        return await make_key(self._keys, name.strip()[:64] or "key", wanted, actor.name, expires_at)

    @allowed_by(Action.MANAGE_API_KEYS)
    async def revoke(self, actor: Actor, key_id: str) -> None:
        """It opens nothing from now on."""
        await note(self._audit, actor, "api_key_revoked", None, key=key_id)
        await self._keys.revoke(key_id)


class AuditReading:
    """For auditors."""

    def __init__(self, audit: AuditLog) -> None:
        self._audit = audit

    @allowed_by(Action.READ_AUDIT)
    async def read(
        self, actor: Actor, *, who: str = "", what: str = "", call_id: str = "", before_id: int | None = None
    ) -> list[AuditEntry]:
        """The newest first, a hundred at a time. Reading it is noted as well."""
        if before_id is None:
            await note(self._audit, actor, Action.READ_AUDIT, None)
        return await self._audit.read(actor=who, action=what, call_id=call_id, before_id=before_id, limit=100)
