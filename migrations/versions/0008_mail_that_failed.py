"""Why an address does not work, since when a mail is tried, and an index of the mail that waits."""

import sqlalchemy as sa
from alembic import op

from app.models.base import UtcDateTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

WAITS = sa.text("state IN ('queued', 'retrying')")


def upgrade():
    op.add_column("outbound_mail", sa.Column("first_tried_at", UtcDateTime(timezone=True), nullable=True))
    op.add_column("outbound_mail", sa.Column("resends", sa.Integer(), nullable=False, server_default="0"))
    columns = ["is_bulk", "next_attempt_at", "id"]
    op.create_index("ix_outbound_mail_waits", "outbound_mail", columns, sqlite_where=WAITS, postgresql_where=WAITS)
    reason = sa.Column("email_broken_reason", sa.String(length=300), nullable=False, server_default="")
    op.add_column("member", reason)
    by_report = sa.Column("email_broken_by_report", sa.Boolean(), nullable=False, server_default=sa.text("false"))
    op.add_column("member", by_report)


def downgrade():
    op.drop_column("member", "email_broken_by_report")
    op.drop_column("member", "email_broken_reason")
    op.drop_index("ix_outbound_mail_waits", "outbound_mail")
    op.drop_column("outbound_mail", "resends")
    op.drop_column("outbound_mail", "first_tried_at")
