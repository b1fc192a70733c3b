"""The inbox of questions is read in its own order: unread first, and of those what waits longest."""

from alembic import op
from sqlalchemy import text

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade():
    # The name starts with fts_ only because migrations/env.py leaves such indexes out of autogenerate.
    op.execute(
        "CREATE INDEX fts_thread_inbox ON thread "
        "(is_unread_by_team DESC, (waiting_since IS NULL), waiting_since, last_message_at DESC, id DESC) "
        "WHERE merged_into_id IS NULL"
    )
    # Almost no thread is merged: an index of all of them makes SQLite read the inbox by it, unsorted.
    with op.batch_alter_table("thread", schema=None) as batch_op:
        batch_op.drop_index("ix_thread_merged_into_id")
        is_merged = text("merged_into_id IS NOT NULL")
        batch_op.create_index(
            "ix_thread_merged", ["merged_into_id"], unique=False, sqlite_where=is_merged, postgresql_where=is_merged
        )


def downgrade():
    with op.batch_alter_table("thread", schema=None) as batch_op:
        batch_op.drop_index("ix_thread_merged")
        batch_op.create_index("ix_thread_merged_into_id", ["merged_into_id"], unique=False)
    op.execute("DROP INDEX fts_thread_inbox")
