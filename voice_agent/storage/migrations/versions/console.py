"""Accounts, sessions, audit log and API keys of the console."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "console"
down_revision = "hand_offs"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("display_name", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("password_hash", sa.Text),
        sa.Column("totp_secret", sa.Text),
        sa.Column("totp_counter", sa.Integer),
        sa.Column("oidc_subject", sa.Text),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.Column("must_change_password", sa.Boolean, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_accounts"),
        sa.UniqueConstraint("name", name="uq_accounts_name"),
        sa.UniqueConstraint("oidc_subject", name="uq_accounts_oidc_subject"),
    )
    op.create_table(
        "console_sessions",
        sa.Column("token_hash", sa.Text, nullable=False),
        sa.Column("account_id", sa.Integer, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
        sa.Column("complete", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name="pk_console_sessions"),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name="fk_console_sessions_account_id", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_console_sessions_account_id", "console_sessions", ["account_id"])
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("call_id", sa.Text),
        sa.Column("detail", sa.JSON, nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
    )
    for column in ("at", "actor", "call_id"):
        op.create_index(f"ix_audit_{column}", "audit", [column])
    op.create_table(
        "api_keys",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("secret_hash", sa.Text, nullable=False),
        sa.Column("scopes", sa.Text, nullable=False),
        sa.Column("created_by", sa.Text, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT),
        sa.Column("revoked_at", MOMENT),
        sa.Column("last_used_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_api_keys"),
    )
    op.create_table(
        "call_topics",
        sa.Column("call_id", sa.Text, nullable=False),
        sa.Column("topic", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("call_id", name="pk_call_topics"),
        sa.ForeignKeyConstraint(["call_id"], ["calls.call_id"], name="fk_call_topics_call_id", ondelete="CASCADE"),
    )
    op.create_index("ix_call_topics_topic", "call_topics", ["topic"])


def downgrade() -> None:
    for table in ("call_topics", "api_keys", "audit", "console_sessions", "accounts"):
        op.drop_table(table)
