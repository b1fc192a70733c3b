"""User names differ in more than capitals; finding members by a part of their name stays fast with 100,000."""

from alembic import op
from sqlalchemy import text

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade():
    # The name starts with fts_ only because migrations/env.py leaves such indexes out of autogenerate.
    op.execute("CREATE UNIQUE INDEX fts_ab_user_lower_username ON ab_user (lower(username))")
    if op.get_bind().dialect.name == "sqlite":
        # SQLite reads this narrow index instead of the whole rows.
        op.execute("CREATE INDEX trgm_member_search ON member (search_text)")
        return
    if op.get_bind().scalar(text("SELECT 1 FROM pg_available_extensions WHERE name = 'pg_trgm'")):
        op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        op.execute("CREATE INDEX trgm_member_search ON member USING gin (search_text gin_trgm_ops)")


def downgrade():
    op.execute("DROP INDEX IF EXISTS trgm_member_search")
    op.execute("DROP INDEX fts_ab_user_lower_username")
