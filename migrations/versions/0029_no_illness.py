"""Why somebody does not come is a kind, and never that somebody is ill: what says so becomes personal circumstances."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade():
    run = op.get_bind().execute
    run(sa.text("UPDATE vacancy SET cause = 'absent', reason = 'personal' WHERE cause = 'ill'"))
    for table, column in (("vacancy", "reason"), ("appointment", "decline_reason")):
        rows = sa.table(table, sa.column(column, sa.String))
        of_health = sa.or_(*(rows.c[column].icontains(word) for word in ("ziek", "griep", "koorts")))
        run(rows.update().where(of_health).values({column: "personal"}))


def downgrade():
    """What was forgotten does not come back, and the words that are left mean the same."""
