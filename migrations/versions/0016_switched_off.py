"""When an administrator switched an account off: leaving and coming back does not switch it on."""

import sqlalchemy as sa
from alembic import op

from app.models.base import UtcDateTime

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("account", sa.Column("switched_off_at", UtcDateTime(timezone=True), nullable=True))
    # Who is off and did not leave was switched off by an administrator; when, is in the audit trail.
    op.execute(
        "UPDATE account SET switched_off_at = CURRENT_TIMESTAMP WHERE user_id IN ("
        "SELECT u.id FROM ab_user u LEFT JOIN member m ON m.user_id = u.id "
        "WHERE NOT u.active AND (m.id IS NULL OR m.state NOT IN ('resigned', 'anonymised')))"
    )


def downgrade():
    op.drop_column("account", "switched_off_at")
