"""Why somebody left or has a pause is never health: it becomes personal circumstances (docs/decisions/0038)."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade():
    member = sa.table("member", sa.column("stop_reason", sa.String))
    op.execute(member.update().where(member.c.stop_reason == "health").values(stop_reason="personal"))


def downgrade():
    """What was forgotten does not come back."""
