"""Appointments: numbered decisions per member with their letters, the text of those, and calendars."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def _to(column, on_delete):
    return sa.ForeignKey(column, ondelete=on_delete)


def upgrade():
    op.create_table(
        "appointment_setup",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("election_id", sa.Integer(), _to("election.id", "CASCADE"), nullable=False, unique=True),
        sa.Column("series", sa.String(20), nullable=False),
        sa.Column("next_number", sa.Integer(), nullable=False),
        sa.Column("mandate", sa.String(300), nullable=False),
        sa.Column("signatory_name", sa.String(120), nullable=False),
        sa.Column("signatory_role", sa.String(120), nullable=False),
        sa.Column("sender_address", sa.Text(), nullable=False),
        sa.Column("answer_until", sa.DateTime(timezone=True)),
        sa.Column("logo_file_id", sa.Integer(), _to("stored_file.id", "RESTRICT"), index=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "letter_text",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("election_id", sa.Integer(), _to("election.id", "CASCADE"), nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("title", sa.String(140), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by_user_id", sa.Integer(), _to("ab_user.id", "SET NULL")),
        sa.UniqueConstraint("election_id", "language"),
    )
    op.create_table(
        "appointment_run",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("election_id", sa.Integer(), _to("election.id", "RESTRICT"), nullable=False, index=True),
        sa.Column("version_id", sa.Integer(), _to("plan_version.id", "RESTRICT"), nullable=False),
        sa.Column("document_id", sa.Integer(), _to("document.id", "RESTRICT"), nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("failure", sa.String(300), nullable=False),
        sa.Column("created_by_user_id", sa.Integer(), _to("ab_user.id", "SET NULL")),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True)),
        sa.Column("lease_until", sa.DateTime(timezone=True)),
    )
    op.create_index("ix_appointment_run_waiting", "appointment_run", ["state", "lease_until"])
    _make_appointments()
    op.create_table(
        "calendar_link",
        sa.Column("member_id", sa.Integer(), _to("member.id", "CASCADE"), primary_key=True),
        sa.Column("token_hash", sa.String(64), nullable=False, unique=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True)),
    )


def _make_appointments():
    op.create_table(
        "appointment",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("election_id", sa.Integer(), _to("election.id", "RESTRICT"), nullable=False),
        sa.Column("member_id", sa.Integer(), _to("member.id", "CASCADE"), nullable=False),
        sa.Column("run_id", sa.Integer(), _to("appointment_run.id", "RESTRICT"), nullable=False, index=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("decision_number", sa.String(40), nullable=False, unique=True),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("superseded_by_id", sa.Integer(), _to("appointment.id", "SET NULL"), index=True),
        sa.Column("mandate", sa.String(300), nullable=False),
        sa.Column("signatory_name", sa.String(120), nullable=False),
        sa.Column("signatory_role", sa.String(120), nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("contacts", sa.JSON(), nullable=False),
        sa.Column("file_id", sa.Integer(), _to("stored_file.id", "RESTRICT"), nullable=False, index=True),
        sa.Column("on_paper", sa.Boolean(), nullable=False),
        sa.Column("printed_at", sa.DateTime(timezone=True)),
        sa.Column("answer_until", sa.DateTime(timezone=True)),
        sa.Column("answer", sa.String(9), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True)),
        sa.Column("decline_reason", sa.String(300), nullable=False),
        sa.Column("reminded_at", sa.DateTime(timezone=True)),
        sa.UniqueConstraint("election_id", "number"),
    )
    op.create_index("ix_appointment_state", "appointment", ["election_id", "state", "answer"])
    op.create_index("ix_appointment_member", "appointment", ["member_id", "election_id", "state"])
    op.create_table(
        "appointed_place",
        sa.Column("appointment_id", sa.Integer(), _to("appointment.id", "CASCADE"), primary_key=True),
        sa.Column("place_id", sa.Integer(), _to("published_place.id", "RESTRICT"), primary_key=True, index=True),
        sa.Column("member_id", sa.Integer(), _to("member.id", "CASCADE"), nullable=False, index=True),
        sa.Column("capacity", sa.String(13), nullable=False),
    )


def downgrade():
    for table in (
        "calendar_link",
        "appointed_place",
        "appointment",
        "appointment_run",
        "letter_text",
        "appointment_setup",
    ):
        op.drop_table(table)
