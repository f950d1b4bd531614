"""The tables: one call, its turns, its events, its hand-offs. The same on SQLite and PostgreSQL.

``migrations/versions`` must lead to exactly these; a test compares them.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, DateTime, Dialect, Double, ForeignKey, MetaData, Text, TypeDecorator, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment in UTC. SQLite forgets time zones: UTC is taken off going in and put back coming out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("expected an aware datetime, got one without a time zone")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """All tables of this project."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - the form SQLAlchemy wants
        datetime: UtcDateTime,
        float: Double,
        str: Text,
        dict[str, Any]: JSON,
    }


class CallRow(Base):
    """One accepted or refused call. Once ``sealed`` it never changes."""

    __tablename__ = "calls"

    call_id: Mapped[str] = mapped_column(primary_key=True)
    remote_masked: Mapped[str]
    accepted_at: Mapped[datetime] = mapped_column(index=True)
    answered_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    sealed: Mapped[bool] = mapped_column(index=True)
    outcome: Mapped[str | None]
    reason: Mapped[str | None]
    duration_s: Mapped[float | None]
    recording: Mapped[str | None]
    sip_call_id: Mapped[str | None]


class TurnRow(Base):
    """One thing said, masked. ``seq`` is that of its event."""

    __tablename__ = "turns"
    __table_args__ = (UniqueConstraint("call_id", "seq"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[str] = mapped_column(ForeignKey("calls.call_id", ondelete="CASCADE"))
    seq: Mapped[int]
    at: Mapped[datetime]
    speaker: Mapped[str]
    """``caller`` or ``voice_agent``."""
    text_masked: Mapped[str]
    confidence: Mapped[float | None]
    """0 … 1, the recogniser's; caller only."""
    speech_s: Mapped[float | None]
    """Seconds of audio; caller only."""
    voice: Mapped[str | None]
    """Engine that spoke; voice agent only."""
    cached: Mapped[bool | None]
    """Whether the prompt came from the cache; voice agent only."""
    latency_ms: Mapped[float | None]
    """Caller: time in the recogniser. Voice agent: from the caller's last word to our first sample."""


class EventRow(Base):
    """One event of a call with its fields, masked."""

    __tablename__ = "events"
    __table_args__ = (UniqueConstraint("call_id", "seq"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[str] = mapped_column(ForeignKey("calls.call_id", ondelete="CASCADE"))
    seq: Mapped[int]
    """1, 2, 3 … in the order of telling."""
    at: Mapped[datetime]
    kind: Mapped[str]
    """The event's class name."""
    data: Mapped[dict[str, Any]]


class TicketRow(Base):
    """What a caller asked to be done, as they confirmed it: in the clear, because somebody has to do it."""

    __tablename__ = "tickets"
    __table_args__ = (UniqueConstraint("key"), UniqueConstraint("number"))

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str]
    """Idempotency: the same wish of the same call."""
    number: Mapped[str]
    """As it is told to the caller: ``2026-000123``."""
    action: Mapped[str]
    """``create_ticket`` or ``book_callback``."""
    kind: Mapped[str]
    fields: Mapped[dict[str, Any]]
    """Personal data. Never in a log, an event or a list of calls."""
    status: Mapped[str]
    """``received``, ``assigned`` or ``done``."""
    created_at: Mapped[datetime]


class HandOffStepRow(Base):
    """One step of one hand-off: every row of the contract that changed something."""

    __tablename__ = "hand_off_steps"
    __table_args__ = (UniqueConstraint("hand_off_id", "step"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    hand_off_id: Mapped[str]
    step: Mapped[int]
    """1, 2, 3 … in the order of happening."""
    call_id: Mapped[str] = mapped_column(ForeignKey("calls.call_id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime]
    phase: Mapped[str]
    """A :class:`voice_agent.handoff.contract.Phase` value."""
    outcome: Mapped[str]
    """A :class:`voice_agent.handoff.contract.Outcome` value."""
    person: Mapped[str]
    """Who is rung, was rung last, or talks: a configured or signed-in name; empty where nobody is."""


class BriefRow(Base):
    """What the person read, masked."""

    __tablename__ = "hand_off_briefs"

    hand_off_id: Mapped[str] = mapped_column(primary_key=True)
    call_id: Mapped[str] = mapped_column(ForeignKey("calls.call_id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime]
    brief: Mapped[dict[str, Any]]


class WrapUpRow(Base):
    """What one person noted on one call."""

    __tablename__ = "wrap_ups"
    __table_args__ = (UniqueConstraint("call_id", "person"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[str] = mapped_column(ForeignKey("calls.call_id", ondelete="CASCADE"))
    person: Mapped[str]
    at: Mapped[datetime]
    disposition: Mapped[str]
    notes_masked: Mapped[str]


class PeopleQueueRow(Base):
    """The queue of callers and people as it was kept last; one row."""

    __tablename__ = "people_queue"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    saved: Mapped[str]
    """JSON; no personal data: ids of calls, names of people, times."""
