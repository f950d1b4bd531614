"""Hand-offs: their steps, briefs and wrap-ups, and the queue."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "hand_offs"
down_revision = "0002"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "hand_off_steps",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("hand_off_id", sa.Text, nullable=False),
        sa.Column("step", sa.Integer, nullable=False),
        sa.Column("call_id", sa.Text, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("phase", sa.Text, nullable=False),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_hand_off_steps"),
        sa.ForeignKeyConstraint(["call_id"], ["calls.call_id"], name="fk_hand_off_steps_call_id", ondelete="CASCADE"),
        sa.UniqueConstraint("hand_off_id", "step", name="uq_hand_off_steps_hand_off_id_step"),
    )
    op.create_index("ix_hand_off_steps_call_id", "hand_off_steps", ["call_id"])
    op.create_table(
        "hand_off_briefs",
        sa.Column("hand_off_id", sa.Text, nullable=False),
        sa.Column("call_id", sa.Text, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("brief", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("hand_off_id", name="pk_hand_off_briefs"),
        sa.ForeignKeyConstraint(["call_id"], ["calls.call_id"], name="fk_hand_off_briefs_call_id", ondelete="CASCADE"),
    )
    op.create_index("ix_hand_off_briefs_call_id", "hand_off_briefs", ["call_id"])
    op.create_table(
        "wrap_ups",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("call_id", sa.Text, nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("disposition", sa.Text, nullable=False),
        sa.Column("notes_masked", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_wrap_ups"),
        sa.ForeignKeyConstraint(["call_id"], ["calls.call_id"], name="fk_wrap_ups_call_id", ondelete="CASCADE"),
        sa.UniqueConstraint("call_id", "person", name="uq_wrap_ups_call_id_person"),
    )
    op.create_table(
        "people_queue",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("saved", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_people_queue"),
    )


def downgrade() -> None:
    op.drop_table("people_queue")
    op.drop_table("wrap_ups")
    op.drop_table("hand_off_briefs")
    op.drop_table("hand_off_steps")
