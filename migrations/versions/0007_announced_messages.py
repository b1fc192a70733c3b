"""General messages that are announced: whether, and when it was done."""

import sqlalchemy as sa
from alembic import op

from app.models.base import UtcDateTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table("news_item", schema=None) as batch_op:
        batch_op.add_column(sa.Column("is_announced", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("announced_at", UtcDateTime(timezone=True), nullable=True))


def downgrade():
    with op.batch_alter_table("news_item", schema=None) as batch_op:
        batch_op.drop_column("announced_at")
        batch_op.drop_column("is_announced")
