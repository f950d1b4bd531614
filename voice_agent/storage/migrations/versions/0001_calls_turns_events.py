"""Calls, turns and events."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "calls",
        sa.Column("call_id", sa.Text, nullable=False),
        sa.Column("remote_masked", sa.Text, nullable=False),
        sa.Column("accepted_at", MOMENT, nullable=False),
        sa.Column("answered_at", MOMENT),
        sa.Column("ended_at", MOMENT),
        sa.Column("sealed", sa.Boolean, nullable=False),
        sa.Column("outcome", sa.Text),
        sa.Column("reason", sa.Text),
        sa.Column("duration_s", sa.Double),
        sa.Column("recording", sa.Text),
        sa.Column("sip_call_id", sa.Text),
        sa.PrimaryKeyConstraint("call_id", name="pk_calls"),
    )
    op.create_index("ix_calls_accepted_at", "calls", ["accepted_at"])
    op.create_index("ix_calls_sealed", "calls", ["sealed"])
    op.create_table(
        "turns",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("call_id", sa.Text, nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("speaker", sa.Text, nullable=False),
        sa.Column("text_masked", sa.Text, nullable=False),
        sa.Column("confidence", sa.Double),
        sa.Column("speech_s", sa.Double),
        sa.Column("voice", sa.Text),
        sa.Column("cached", sa.Boolean),
        sa.Column("latency_ms", sa.Double),
        sa.PrimaryKeyConstraint("id", name="pk_turns"),
        sa.ForeignKeyConstraint(["call_id"], ["calls.call_id"], name="fk_turns_call_id", ondelete="CASCADE"),
        sa.UniqueConstraint("call_id", "seq", name="uq_turns_call_id_seq"),
    )
    op.create_table(
        "events",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("call_id", sa.Text, nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("data", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_events"),
        sa.ForeignKeyConstraint(["call_id"], ["calls.call_id"], name="fk_events_call_id", ondelete="CASCADE"),
        sa.UniqueConstraint("call_id", "seq", name="uq_events_call_id_seq"),
    )


def downgrade() -> None:
    op.drop_table("events")
    op.drop_table("turns")
    op.drop_table("calls")
