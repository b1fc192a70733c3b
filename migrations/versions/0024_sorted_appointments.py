"""Indexes by which the list of appointments is sorted."""

from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

COLUMNS = ("number", "issued_at", "answered_at")


def upgrade():
    for column in COLUMNS:
        op.create_index(f"ix_appointment_{column}", "appointment", [column, "id"])


def downgrade():
    for column in COLUMNS:
        op.drop_index(f"ix_appointment_{column}", "appointment")
