"""A mark for each role, another one at each change of its pairs: what a visitor may is read once for it."""

import sqlalchemy as sa
from alembic import op

from app.models.derived.role_marks import mark_roles, stop_marking

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "role_mark",
        sa.Column("role_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("mark", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("role_id"),
    )
    mark_roles(op.get_bind())


def downgrade():
    stop_marking(op.get_bind())
    op.drop_table("role_mark")
