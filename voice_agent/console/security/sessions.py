"""Signed-in browsers, kept by the server: a random token in a cookie, its hash in the database, an idle limit."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections import OrderedDict
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from voice_agent.console.access import Action, Actor, Role
from voice_agent.events import now
from voice_agent.storage.accounts import Account, Accounts

COOKIE = "voice_agent_session"
WATCHING = frozenset({Action.SEE_WALLBOARD})
"""All that is left to an idle session: the wallboard hangs on a wall and nobody touches it."""
_TOUCH_EVERY = timedelta(seconds=20)
_MOST_CACHED = 2_000


@dataclass(frozen=True, slots=True)
class Session:
    """One signed-in browser as a request sees it."""

    token: str
    account: Account
    created_at: datetime
    seen_at: datetime
    complete: bool
    """The second factor was given where one is wanted."""
    idle: bool = False

    @property
    def csrf(self) -> str:
        """Goes with every form of this session: known to our pages, not to anybody else's."""
        return csrf_of(self.token)

    def actor(self, address: str) -> Actor | None:
        """Who that is; None before the second factor and while a new password is owed."""
        if not self.complete or self.account.must_change_password or not self.account.active:
            return None
        actor = Actor.person(
            self.account.name, Role(self.account.role), shown=self.account.display_name, address=address
        )
        return replace(actor, allowed=actor.allowed & WATCHING) if self.idle else actor


def csrf_of(token: str) -> str:
    """The form token that belongs to a cookie."""
    return hmac.new(token.encode(), b"form", hashlib.sha256).hexdigest()


class Sessions:
    """Opens, finds and ends sessions. Methods raise StorageError."""

    def __init__(self, accounts: Accounts, *, idle: timedelta, longest: timedelta) -> None:
        self._accounts = accounts
        self._idle = idle
        self._longest = longest
        self._known: OrderedDict[str, Session] = OrderedDict()

    async def open(self, account: Account, *, complete: bool) -> str:
        """A new session's token. It never takes over a token that was there before signing in."""
        token = secrets.token_urlsafe(32)
        await self._accounts.forget_sessions(now() - self._longest)
        await self._accounts.open_session(_hash(token), account.id, complete=complete)
        return token

    async def find(self, token: str, *, active: bool) -> Session | None:
        """Whose it is, or None. ``active``: a person did something, which puts off the idle limit."""
        at = now()
        session = self._known.get(token) or await self._stored(token)
        if session is None or at - session.created_at > self._longest:
            self._known.pop(token, None)
            return None
        idle = at - session.seen_at > self._idle
        if active and not idle and at - session.seen_at > _TOUCH_EVERY:
            session = replace(session, seen_at=at)
            await self._accounts.touch(_hash(token), at)
        session = replace(session, idle=idle)
        self._keep(session)
        return session

    async def end(self, token: str) -> None:
        """Sign out."""
        self._known.pop(token, None)
        await self._accounts.end_session(_hash(token))

    async def end_all_of(self, account_id: int) -> None:
        """Sign somebody out everywhere."""
        for token in [token for token, session in self._known.items() if session.account.id == account_id]:
            del self._known[token]
        await self._accounts.end_sessions_of(account_id)

    async def _stored(self, token: str) -> Session | None:
        stored = await self._accounts.session(_hash(token))
        if stored is None:
            return None
        return Session(token, stored.account, stored.created_at, stored.seen_at, stored.complete)

    def _keep(self, session: Session) -> None:
        self._known[session.token] = session
        self._known.move_to_end(session.token)
        while len(self._known) > _MOST_CACHED:
            self._known.popitem(last=False)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
