"""An index with the key for every column that a list of many rows can be sorted by."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

MADE = {
    "ix_member_city": ("member", ["city", "id"]),
    "ix_member_state": ("member", ["state", "id"]),
    "ix_member_data_checked_at": ("member", ["data_checked_at", "id"]),
    "ix_profile_change_changed_at": ("profile_change", ["changed_at", "id"]),
    "ix_thread_by_subject": ("thread", ["subject", "id"]),
    "ix_thread_by_state": ("thread", ["state", "id"]),
    "ix_thread_by_waiting_since": ("thread", ["waiting_since", "id"]),
    "ix_thread_by_last_message_at": ("thread", ["last_message_at", "id"]),
    "ix_thread_by_created_at": ("thread", ["created_at", "id"]),
    "fts_ab_user_last_name": ("ab_user", ["last_name", "id"]),  # of FAB's table, so no model says it
}
OLD = {
    "ix_profile_change_changed_at": ("profile_change", ["changed_at"]),
    "ix_thread_waiting": ("thread", ["waiting_since"]),
}


def upgrade():
    for name, (table, _columns) in OLD.items():
        op.drop_index(name, table)
    for name, (table, columns) in MADE.items():
        op.create_index(name, table, columns)
    op.create_index(
        "ix_campaign_by_hand",
        "campaign",
        ["id"],
        sqlite_where=sa.text("is_automatic = 0"),
        postgresql_where=sa.text("NOT is_automatic"),
    )


def downgrade():
    op.drop_index("ix_campaign_by_hand", "campaign")
    for name, (table, _columns) in MADE.items():
        op.drop_index(name, table)
    for name, (table, columns) in OLD.items():
        op.create_index(name, table, columns)
