"""What a member declared for an election has an index: it is looked up for every member at once."""

from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

NAME = "ix_declaration_member"


def upgrade():
    op.create_index(NAME, "declaration", ["member_id", "election_id"])


def downgrade():
    op.drop_index(NAME, "declaration")
