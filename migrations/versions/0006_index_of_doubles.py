"""The members with the same BSN as another are counted on every page of the team: an index of those few."""

from alembic import op
from sqlalchemy import text

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade():
    few = text("bsn_duplicate")
    op.create_index(
        "ix_member_bsn_duplicate", "member", ["id"], sqlite_where=text("bsn_duplicate = 1"), postgresql_where=few
    )


def downgrade():
    op.drop_index("ix_member_bsn_duplicate", "member")
