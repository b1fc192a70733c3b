"""Who works, and whose turn the regular work is: a worker no longer needs the queue for it."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "work_turn",
        sa.Column("name", sa.String(20), primary_key=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True)),
    )
    op.create_table(
        "worker_beat",
        sa.Column("worker", sa.String(200), primary_key=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("hears_queue", sa.Boolean(), nullable=False),
    )


def downgrade():
    op.drop_table("worker_beat")
    op.drop_table("work_turn")
