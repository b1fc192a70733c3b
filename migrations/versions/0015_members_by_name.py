"""Members are listed by surname and then by first name."""

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade():
    op.create_index("ix_member_name", "member", ["surname", "first_name", "id"])
    op.create_index("ix_member_state_name", "member", ["state", "surname", "first_name", "id"])
    op.drop_index("ix_member_surname_id", table_name="member")
    op.drop_index("ix_member_state_surname", table_name="member")


def downgrade():
    op.create_index("ix_member_surname_id", "member", ["surname", "id"])
    op.create_index("ix_member_state_surname", "member", ["state", "surname", "id"])
    op.drop_index("ix_member_name", table_name="member")
    op.drop_index("ix_member_state_name", table_name="member")
