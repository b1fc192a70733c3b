"""Members are found by postcode."""

from __future__ import annotations

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = depends_on = None


def upgrade() -> None:
    op.create_index("ix_member_postcode", "member", ["postcode", "id"])


def downgrade() -> None:
    op.drop_index("ix_member_postcode", "member")
