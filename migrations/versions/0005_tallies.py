"""Counts of members and answers that the database keeps, for the team's home."""

import sqlalchemy as sa
from alembic import op

from app.models.derived.tallies import TALLIED, create_tally, drop_tally

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "member_tally",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("needs_bsn", sa.Boolean(), nullable=False),
        sa.Column("is_unchecked", sa.Boolean(), nullable=False),
        sa.Column("lacks_email", sa.Boolean(), nullable=False),
        sa.Column("has_broken_email", sa.Boolean(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "availability_tally",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("election_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    for tallied in TALLIED:
        create_tally(op.get_bind(), tallied)


def downgrade():
    for tallied in TALLIED:
        drop_tally(op.get_bind(), tallied)
        op.drop_table(f"{tallied.table}_tally")
