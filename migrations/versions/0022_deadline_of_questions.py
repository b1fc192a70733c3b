"""A question of the team may ask for an answer before a moment; each member's conversation knows it too."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade():
    for table in ("team_question", "thread"):
        op.add_column(table, sa.Column("due_at", sa.DateTime(timezone=True)))


def downgrade():
    for table in ("thread", "team_question"):
        with op.batch_alter_table(table) as batch:
            batch.drop_column("due_at")
