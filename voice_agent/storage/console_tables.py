"""The console's tables: who may use it, who is signed in, who looked at what, which programs may ask."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from voice_agent.storage.schema import Base


class AccountRow(Base):
    """One person who may sign in."""

    __tablename__ = "accounts"
    __table_args__ = (UniqueConstraint("name"), UniqueConstraint("oidc_subject"))

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    """What they sign in with: lower case."""
    display_name: Mapped[str]
    role: Mapped[str]
    password_hash: Mapped[str | None]
    """argon2id in PHC form; None where the identity provider signs them in."""
    totp_secret: Mapped[str | None]
    """Base 32; None until they have enrolled."""
    totp_counter: Mapped[int | None]
    """The newest 30-second step whose code was used: none is taken twice."""
    oidc_subject: Mapped[str | None]
    """``issuer subject`` of the identity provider."""
    active: Mapped[bool]
    must_change_password: Mapped[bool]
    """The password was given by somebody else."""
    created_at: Mapped[datetime]


class SessionRow(Base):
    """One signed-in browser. The token itself is only in its cookie."""

    __tablename__ = "console_sessions"

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    complete: Mapped[bool]
    """Password alone opens an incomplete session, which can only give the second factor."""


class AuditRow(Base):
    """Who did what, on which call, when. Written before it is done, never changed."""

    __tablename__ = "audit"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    actor: Mapped[str] = mapped_column(index=True)
    """An account's name, or ``key:`` and an API key's."""
    role: Mapped[str]
    action: Mapped[str]
    call_id: Mapped[str | None] = mapped_column(index=True)
    detail: Mapped[dict[str, Any]]
    address: Mapped[str]
    """The network address it came from."""


class ApiKeyRow(Base):
    """One program that may ask. The secret is only at its owner's."""

    __tablename__ = "api_keys"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    secret_hash: Mapped[str]
    scopes: Mapped[str]
    """Separated by spaces."""
    created_by: Mapped[str]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]


class CallTopicRow(Base):
    """What a call was about in the end: the title of its last flow or answer. Searched for in the history."""

    __tablename__ = "call_topics"

    call_id: Mapped[str] = mapped_column(ForeignKey("calls.call_id", ondelete="CASCADE"), primary_key=True)
    topic: Mapped[str] = mapped_column(index=True)
