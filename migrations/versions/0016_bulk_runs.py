"""Acts on everything that a search of a list found, with the rows that they are about."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "bulk_run",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("screen", sa.String(60), nullable=False),
        sa.Column("act", sa.String(40), nullable=False),
        sa.Column("query", sa.String(2000), nullable=False),
        sa.Column("parameters", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("created_by_user_id", sa.Integer(), sa.ForeignKey("ab_user.id", ondelete="SET NULL")),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True)),
        sa.Column("lease_until", sa.DateTime(timezone=True)),
    )
    op.create_index("ix_bulk_run_waiting", "bulk_run", ["state", "lease_until"])
    op.create_table(
        "bulk_row",
        sa.Column("run_id", sa.Integer(), sa.ForeignKey("bulk_run.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("subject_id", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("member_id", sa.Integer(), sa.ForeignKey("member.id", ondelete="CASCADE")),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("reason", sa.String(300), nullable=False),
        sa.Column("reason_values", sa.JSON(), nullable=False),
    )
    op.create_index("ix_bulk_row_member_id", "bulk_row", ["member_id"])
    op.create_index("ix_bulk_row_state", "bulk_row", ["run_id", "state"])


def downgrade():
    op.drop_table("bulk_row")
    op.drop_table("bulk_run")
