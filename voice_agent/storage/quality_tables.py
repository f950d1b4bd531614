"""The tables of quality work: what rules made of a call, and what people did."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from voice_agent.storage.schema import Base


class CallScoreRow(Base):
    """The automatic scorecard of one call. It goes with the call's record, and is deleted with it."""

    __tablename__ = "call_scores"

    call_id: Mapped[str] = mapped_column(ForeignKey("calls.call_id", ondelete="CASCADE"), primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    grade: Mapped[str]
    """A :class:`voice_agent.qa.grade.Grade` value."""
    score: Mapped[dict[str, Any]]
    """The fields of :class:`voice_agent.qa.scorecard.Score`; no word of the caller."""


class HumanScoreRow(Base):
    """What one person thought of one call."""

    __tablename__ = "human_scores"
    __table_args__ = (UniqueConstraint("call_id", "person"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[str] = mapped_column(ForeignKey("calls.call_id", ondelete="CASCADE"))
    person: Mapped[str]
    at: Mapped[datetime] = mapped_column(index=True)
    grade: Mapped[str]
    """As the automatic one's."""
    drawn: Mapped[bool]
    """Chance had picked the call: only such calls say how well people and rules agree."""
    notes_masked: Mapped[str]
