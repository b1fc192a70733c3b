"""One open code, link and wish for another address at a time, held by the database; a code knows its place.

Codes live for ten minutes, so those that wait are dropped; of the others the newest stays open.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

OPEN = (
    ("sign_in_challenge", ["user_id", "purpose", "place"], "used_at IS NULL"),
    ("mailed_link", ["user_id", "kind"], "used_at IS NULL AND ended_at IS NULL"),
    ("email_change", ["user_id"], "ended_at IS NULL"),
)


def upgrade():
    op.execute("DELETE FROM sign_in_challenge")
    with op.batch_alter_table("sign_in_challenge") as batch:
        batch.add_column(sa.Column("place", sa.String(length=64), nullable=False, server_default=""))
    with op.batch_alter_table("sign_in_challenge") as batch:
        batch.alter_column("place", server_default=None)
    for table, of_one in (("mailed_link", "user_id, kind"), ("email_change", "user_id")):
        is_open = next(condition for name, _, condition in OPEN if name == table)
        newest = f"SELECT max(id) FROM {table} WHERE {is_open} GROUP BY {of_one}"
        op.execute(f"UPDATE {table} SET ended_at = created_at WHERE {is_open} AND id NOT IN ({newest})")
    for table, columns, is_open in OPEN:
        where = sa.text(is_open)
        op.create_index(f"uq_{table}_open", table, columns, unique=True, sqlite_where=where, postgresql_where=where)


def downgrade():
    for table, _, _ in OPEN:
        op.drop_index(f"uq_{table}_open", table)
    with op.batch_alter_table("sign_in_challenge") as batch:
        batch.drop_column("place")
