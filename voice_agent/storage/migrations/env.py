"""Alembic's entry point. The connection is handed in by :mod:`voice_agent.storage.database`; logging is left alone."""

from __future__ import annotations

from alembic import context

from voice_agent.storage import console_tables, quality_tables
from voice_agent.storage.schema import Base

# Imported for its tables: what is not known to Base would be dropped by the next revision made by comparison.
assert console_tables.AccountRow.metadata is quality_tables.CallScoreRow.metadata is Base.metadata
context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    compare_type=True,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
