"""Places have an index by member and election: whether somebody has one is asked for each of many."""

from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

NAME = "ix_assignment_member"


def upgrade():
    op.create_index(NAME, "assignment", ["member_id", "election_id"])


def downgrade():
    op.drop_index(NAME, "assignment")
