"""Marks of members whose name changed, for the candidates that they are compared with."""

import sqlalchemy as sa
from alembic import op

from app.models.derived.likeness_marks import NAMES
from app.models.derived.watching import stop_watching, watch

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade():
    mark = op.create_table(
        "likeness_mark",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("member_id", sa.Integer(), nullable=False),
    )
    connection = op.get_bind()
    if connection.execute(sa.text("SELECT 1 FROM candidate LIMIT 1")).first():  # who came after a file was read
        members = connection.execute(sa.text("SELECT id FROM member")).all()
        op.bulk_insert(mark, [{"member_id": key} for (key,) in members])
    watch(connection, NAMES)


def downgrade():
    stop_watching(op.get_bind(), NAMES)
    op.drop_table("likeness_mark")
