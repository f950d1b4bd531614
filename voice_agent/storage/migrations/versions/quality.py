"""Scores of calls: the rules' and people's."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "quality"
down_revision = "console"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "call_scores",
        sa.Column("call_id", sa.Text, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("grade", sa.Text, nullable=False),
        sa.Column("score", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("call_id", name="pk_call_scores"),
        sa.ForeignKeyConstraint(["call_id"], ["calls.call_id"], name="fk_call_scores_call_id", ondelete="CASCADE"),
    )
    op.create_index("ix_call_scores_at", "call_scores", ["at"])
    op.create_table(
        "human_scores",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("call_id", sa.Text, nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("grade", sa.Text, nullable=False),
        sa.Column("drawn", sa.Boolean, nullable=False),
        sa.Column("notes_masked", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_human_scores"),
        sa.ForeignKeyConstraint(["call_id"], ["calls.call_id"], name="fk_human_scores_call_id", ondelete="CASCADE"),
        sa.UniqueConstraint("call_id", "person", name="uq_human_scores_call_id_person"),
    )
    op.create_index("ix_human_scores_at", "human_scores", ["at"])


def downgrade() -> None:
    op.drop_table("human_scores")
    op.drop_table("call_scores")
