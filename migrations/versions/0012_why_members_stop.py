"""Who brought a member into a state, when and why."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from app.models.base import UtcDateTime

revision = "0012"
down_revision = "0011"
branch_labels = depends_on = None

TEXTS = {"state_changed_by": 128, "stop_reason": 10, "stop_note": 300}


def upgrade() -> None:
    op.add_column("member", sa.Column("state_changed_at", UtcDateTime(), nullable=True))
    for name, length in TEXTS.items():
        op.add_column("member", sa.Column(name, sa.String(length), nullable=False, server_default=""))


def downgrade() -> None:
    for name in ("state_changed_at", *TEXTS):
        op.drop_column("member", name)
