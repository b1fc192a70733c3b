"""Searching in all text: trigram indexes on both databases, e-mail and telephone in members' search text, titles."""

import sqlalchemy as sa
from alembic import op

from app.models.text_index import create_text_index, drop_text_index
from app.services.search.folding import fold_text

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

SEARCHED = (
    "thread",
    "message",
    "internal_note",
    "news_item",
    "document",
)  # and member, whose index on PostgreSQL is older
MEMBER_FIELDS = ("surname", "infix", "first_name", "initials", "member_number", "mobile", "phone", "email")
FIELDS = {"news_item": ("title", "title_en", "body", "body_en"), "document": ("title", "title_en")}
BATCH = 5_000


def upgrade():
    connection = op.get_bind()
    for table, fields in FIELDS.items():
        op.add_column(table, sa.Column("search_text", sa.Text(), nullable=False, server_default=""))
        _write(connection, table, _texts(connection, table, fields))
    _write(connection, "member", _member_texts(connection))
    if connection.dialect.name == "postgresql":
        op.execute("ALTER INDEX IF EXISTS trgm_thread RENAME TO trgm_thread_search")
        op.execute("ALTER INDEX IF EXISTS trgm_message RENAME TO trgm_message_search")
        op.execute("ALTER INDEX IF EXISTS trgm_internal_note RENAME TO trgm_internal_note_search")
        # Beginnings of surnames and numbers: the order of the database's language is of no use there.
        op.execute("CREATE INDEX fts_member_begins ON member (search_text text_pattern_ops)")
        op.execute("CREATE INDEX fts_member_number ON member (lower(member_number) text_pattern_ops)")
    else:
        create_text_index(connection, "member")
        op.execute("CREATE INDEX fts_member_number ON member (lower(member_number))")
    for table in SEARCHED:
        create_text_index(connection, table)


def downgrade():
    connection = op.get_bind()
    op.execute("DROP INDEX fts_member_number")
    for table in (*SEARCHED, *([] if connection.dialect.name == "postgresql" else ["member"])):
        drop_text_index(connection, table)
    if connection.dialect.name == "postgresql":
        op.execute("DROP INDEX fts_member_begins")
    for table in FIELDS:
        op.drop_column(table, "search_text")


def _texts(connection, table, fields):
    for row in connection.execute(sa.text(f"SELECT id, {', '.join(fields)} FROM {table}")).all():
        yield row.id, fold_text(" ".join(filter(None, row[1:])))


def _member_texts(connection):
    fields = ", ".join(f"m.{name}" for name in MEMBER_FIELDS)
    found = sa.text(f"SELECT m.id, {fields}, u.username FROM member m JOIN ab_user u ON u.id = m.user_id")
    for row in connection.execute(found).all():
        numbers = [number for number in (row.mobile, row.phone) if number]
        numbers += [f"0{number[3:]}" for number in numbers if number.startswith("+31")]
        names = (row.surname, row.infix, row.first_name, row.initials, row.member_number, row.username)
        yield row.id, fold_text(" ".join(filter(None, (*names, *numbers, row.email))))[:400]


def _write(connection, table, texts):
    rows = [{"id": key, "words": words} for key, words in texts]
    for start in range(0, len(rows), BATCH):
        statement = sa.text(f"UPDATE {table} SET search_text = :words WHERE id = :id")
        connection.execute(statement, rows[start : start + BATCH])
