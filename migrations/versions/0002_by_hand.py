"""What the models cannot say: the audit trail that only grows, and the indexes that searching and the inbox need.

An index whose name starts with fts_ or trgm_ is left out of autogenerate (migrations/env.py).
"""

from alembic import op
from sqlalchemy import text

from app.models.derived.text_index import create_text_index, drop_text_index

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

AUDIT_ON_POSTGRESQL = (
    """CREATE FUNCTION refuse_audit_change() RETURNS trigger AS $$
       BEGIN RAISE EXCEPTION 'the audit trail is append-only'; END $$ LANGUAGE plpgsql""",
    """CREATE TRIGGER audit_event_append_only BEFORE UPDATE OR DELETE ON audit_event
       FOR EACH ROW EXECUTE FUNCTION refuse_audit_change()""",
)
AUDIT_ON_SQLITE = tuple(
    f"""CREATE TRIGGER audit_event_no_{verb.lower()} BEFORE {verb} ON audit_event
        BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END"""
    for verb in ("UPDATE", "DELETE")
)
ON_BOTH = (
    # User names differ in more than capitals.
    "CREATE UNIQUE INDEX fts_ab_user_lower_username ON ab_user (lower(username))",
    # The list of users is sorted by surname.
    "CREATE INDEX fts_ab_user_last_name ON ab_user (last_name, id)",
    # The inbox of questions in its own order: unread first, and of those what waits longest.
    "CREATE INDEX fts_thread_inbox ON thread "
    "(is_unread_by_team DESC, (waiting_since IS NULL), waiting_since, last_message_at DESC, id DESC) "
    "WHERE merged_into_id IS NULL",
)
ON_SQLITE = (
    # Beginnings of names: SQLite reads this narrow index instead of the whole rows.
    "CREATE INDEX trgm_member_search ON member (search_text)",
    "CREATE INDEX fts_member_number ON member (lower(member_number))",
)
ON_POSTGRESQL = (
    # Beginnings of surnames and numbers: the order of the database's language is of no use there.
    "CREATE INDEX fts_member_begins ON member (search_text text_pattern_ops)",
    "CREATE INDEX fts_member_number ON member (lower(member_number) text_pattern_ops)",
)
SEARCHED = ("member", "thread", "message", "internal_note", "news_item", "document", "faq")


def upgrade():
    connection = op.get_bind()
    is_sqlite = connection.dialect.name == "sqlite"
    if not is_sqlite and connection.scalar(text("SELECT 1 FROM pg_available_extensions WHERE name = 'pg_trgm'")):
        op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    own = (*AUDIT_ON_SQLITE, *ON_SQLITE) if is_sqlite else (*AUDIT_ON_POSTGRESQL, *ON_POSTGRESQL)
    for statement in (*ON_BOTH, *own):
        op.execute(statement)
    for table in SEARCHED:
        create_text_index(connection, table)


def downgrade():
    connection = op.get_bind()
    for table in SEARCHED:
        drop_text_index(connection, table)
    for index in ("fts_ab_user_lower_username", "fts_ab_user_last_name", "fts_thread_inbox", "fts_member_number"):
        op.execute(f"DROP INDEX {index}")
    if connection.dialect.name == "sqlite":
        op.execute("DROP INDEX trgm_member_search")
        op.execute("DROP TRIGGER audit_event_no_update")
        op.execute("DROP TRIGGER audit_event_no_delete")
        return
    op.execute("DROP INDEX fts_member_begins")
    op.execute("DROP TRIGGER audit_event_append_only ON audit_event")
    op.execute("DROP FUNCTION refuse_audit_change()")
