"""The explanation of the period for availability in English."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = depends_on = None


def upgrade() -> None:
    op.add_column("election", sa.Column("availability_explanation_en", sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("election", "availability_explanation_en")
