"""Alembic's entry point. The connection is handed in by :mod:`voice_agent.storage.database`; logging is left alone."""

from __future__ import annotations

from alembic import context

from voice_agent.storage.schema import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    compare_type=True,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
