"""Accounts, API keys, the audit log."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from fastapi import HTTPException
from pydantic import BaseModel, Field

from voice_agent.console.access import Action, Actor, Role
from voice_agent.console.api.needs import Asker, Office, Routes
from voice_agent.console.application.console import Console
from voice_agent.storage.accounts import Account
from voice_agent.storage.audit import AuditEntry


class NewAccount(BaseModel):
    """Somebody who is to sign in."""

    name: str = Field(max_length=32)
    shown: str = Field(max_length=64)
    role: Role


class AccountShown(BaseModel):
    """One account, without its secrets."""

    name: str
    shown: str
    role: str
    active: bool
    second_factor: bool
    from_provider: bool
    created_at: datetime


class FirstPassword(BaseModel):
    """To be told to them; they must change it."""

    password: str


class AccountChange(BaseModel):
    """What is to be different."""

    role: Role | None = None
    active: bool | None = None


class NewKey(BaseModel):
    """A program that is to ask."""

    name: str = Field(min_length=1, max_length=64)
    scopes: list[str]
    expires_at: datetime | None = None


class KeyShown(BaseModel):
    """One API key, without its secret."""

    id: str
    name: str
    scopes: list[str]
    created_by: str
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    last_used_at: datetime | None


class KeySecret(BaseModel):
    """The key, in the clear for the only time."""

    key: str


def routes() -> Routes:
    """Everything that administrators and auditors do."""
    admin = Routes("administration")

    @admin.get("/accounts", Action.MANAGE_ACCOUNTS)
    async def accounts(console: Office, actor: Asker) -> list[AccountShown]:
        """Everybody."""
        return [_shown(account) for account in await console.accounts.all(actor)]

    @admin.post("/accounts", Action.MANAGE_ACCOUNTS, status_code=201)
    async def create_account(console: Office, actor: Asker, new: NewAccount) -> FirstPassword:
        """A new one."""
        return FirstPassword(password=await console.accounts.create(actor, new.name, new.shown, new.role))

    @admin.put("/accounts/{name}", Action.MANAGE_ACCOUNTS, status_code=204)
    async def change_account(console: Office, actor: Asker, name: str, change: AccountChange) -> None:
        """Another role; active or not."""
        account = await _account(console, actor, name)
        if change.role is not None:
            await console.accounts.set_role(actor, account, change.role)
        if change.active is not None:
            await console.accounts.set_active(actor, account, change.active)

    @admin.post("/accounts/{name}/new-password", Action.MANAGE_ACCOUNTS)
    async def new_password(console: Office, actor: Asker, name: str) -> FirstPassword:
        """In place of a forgotten one."""
        account = await _account(console, actor, name)
        return FirstPassword(password=await console.accounts.new_password(actor, account))

    @admin.get("/api-keys", Action.MANAGE_API_KEYS)
    async def keys(console: Office, actor: Asker) -> list[KeyShown]:
        """Every key, without its secret."""
        return [
            KeyShown(
                id=key.id,
                name=key.name,
                scopes=sorted(key.scopes),
                created_by=key.created_by,
                created_at=key.created_at,
                expires_at=key.expires_at,
                revoked_at=key.revoked_at,
                last_used_at=key.last_used_at,
            )
            for key in await console.keys.all(actor)
        ]

    @admin.post("/api-keys", Action.MANAGE_API_KEYS, status_code=201)
    async def create_key(console: Office, actor: Asker, new: NewKey) -> KeySecret:
        """A new one."""
        if new.expires_at is not None and new.expires_at.tzinfo is None:
            raise HTTPException(422, "expires_at: expected a time with a time zone")
        return KeySecret(key=await console.keys.create(actor, new.name, new.scopes, new.expires_at))

    @admin.delete("/api-keys/{key_id}", Action.MANAGE_API_KEYS, status_code=204)
    async def revoke_key(console: Office, actor: Asker, key_id: str) -> None:
        """It opens nothing from now on."""
        await console.keys.revoke(actor, key_id)

    @admin.get("/audit", Action.READ_AUDIT)
    async def audit(
        console: Office, actor: Asker, who: str = "", what: str = "", call_id: str = "", before_id: int | None = None
    ) -> list[AuditEntry]:
        """The newest first, a hundred at a time."""
        return await console.audit.read(actor, who=who, what=what, call_id=call_id, before_id=before_id)

    @admin.get("/me", Action.KEEP_OWN_ACCOUNT)
    async def me(console: Office, actor: Asker) -> dict[str, Any]:
        """Who one is and what one may do."""
        return {"name": actor.name, "role": actor.role, "allowed": sorted(actor.allowed)}

    return admin


async def _account(console: Console, actor: Actor, name: str) -> Account:
    for account in await console.accounts.all(actor):
        if account.name == name:
            return account
    raise HTTPException(404, "no such account")


def _shown(account: Account) -> AccountShown:
    return AccountShown(
        name=account.name,
        shown=account.display_name,
        role=account.role,
        active=account.active,
        second_factor=account.totp_secret is not None,
        from_provider=account.oidc_subject is not None,
        created_at=account.created_at,
    )
