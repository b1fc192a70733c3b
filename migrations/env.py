"""Alembic for all tables: FAB's ab_* tables and ours are one metadata (docs/decisions)."""

import warnings

from alembic import context
from flask import current_app
from flask_appbuilder import Model
from sqlalchemy.engine import Engine

from app.database.tuning import limit_lock_waits

# SQLite's reflection, which a batch change needs, cannot read our indexes on an expression. They stay as they are.
warnings.filterwarnings("ignore", "Skipped unsupported reflection of expression-based index fts_")

config = context.config
engine: Engine = current_app.extensions["migrate"].db.engine


def leave_out_what_models_cannot_say(object_, name, type_, reflected, compare_to):
    """What a revision made by hand (trigram indexes, full-text tables) and the job queue's tables are not dropped."""
    return not (reflected and compare_to is None and name is not None and name.startswith(("trgm_", "fts_", "huey_")))


def no_empty_revision(context, revision, directives):
    """`db migrate` without a change makes no file."""
    if getattr(config.cmd_opts, "autogenerate", False) and directives[0].upgrade_ops.is_empty():
        directives[:] = []


with engine.connect() as connection:
    limit_lock_waits(connection)
    connection.commit()
    context.configure(
        connection=connection,
        target_metadata=Model.metadata,
        include_object=leave_out_what_models_cannot_say,
        process_revision_directives=no_empty_revision,
        render_as_batch=True,
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()
