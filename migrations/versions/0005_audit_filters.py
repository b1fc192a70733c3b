"""The audit trail is searched by who acted, on what and from where; quick with a million rows."""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

INDEXES = {
    "ix_audit_event_actor": ["actor_user_id", "at"],
    "ix_audit_event_actor_name": ["actor_name", "at"],
    "ix_audit_event_subject": ["subject_type", "subject_id", "at"],
    "ix_audit_event_ip": ["ip", "at"],
}


def upgrade():
    for name, columns in INDEXES.items():
        op.create_index(name, "audit_event", columns)


def downgrade():
    for name in reversed(INDEXES):
        op.drop_index(name, "audit_event")
