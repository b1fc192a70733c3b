"""The worker claims mail of one state at a time, for which the older index serves: the newer one only cost time."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

WAITS = sa.text("state IN ('queued', 'retrying')")


def upgrade():
    op.drop_index("ix_outbound_mail_waits", "outbound_mail")


def downgrade():
    columns = ["is_bulk", "next_attempt_at", "id"]
    op.create_index("ix_outbound_mail_waits", "outbound_mail", columns, sqlite_where=WAITS, postgresql_where=WAITS)
