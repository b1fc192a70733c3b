"""Trainings: sessions, seats and results. The day that was noted with a member becomes a result without an end."""

import sqlalchemy as sa
from alembic import op

from app.models.derived.eligibility_marks import WATCHED
from app.models.derived.watching import stop_watching, watch

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
BY_TABLE = {watched.table: watched for watched in WATCHED}


def _to(column, on_delete):
    return sa.ForeignKey(column, ondelete=on_delete)


def upgrade():
    _make_sessions()
    _make_seats()
    _make_results()
    op.add_column("member", sa.Column("trained_until", sa.Date(), nullable=True))
    connection = op.get_bind()
    connection.execute(
        sa.text(
            "INSERT INTO training_result (member_id, source, passed_on, noted_at)"
            " SELECT id, 'noted', trained_on, changed_at FROM member WHERE trained_on IS NOT NULL"
        )
    )
    stop_watching(connection, BY_TABLE["member"])  # the day on the member is no cause any more: the results are
    watch(connection, BY_TABLE["member"])
    watch(connection, BY_TABLE["training_result"])


def _make_sessions():
    op.create_table(
        "training_session",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("election_id", sa.Integer(), _to("election.id", "RESTRICT"), index=True),
        sa.Column("title", sa.String(160), nullable=False),
        sa.Column("title_en", sa.String(160), nullable=False),
        sa.Column("kind", sa.String(5), nullable=False),
        sa.Column("place", sa.String(300), nullable=False),
        sa.Column("link", sa.String(500), nullable=False),
        sa.Column("explanation", sa.Text(), nullable=False),
        sa.Column("explanation_en", sa.Text(), nullable=False),
        sa.Column("starts_at", MOMENT, nullable=False),
        sa.Column("ends_at", MOMENT, nullable=False),
        sa.Column("sign_up_until", MOMENT),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.Column("waiting", sa.Integer(), nullable=False),
        sa.Column("valid_months", sa.Integer()),
        sa.Column("remind_days", sa.Integer()),
        sa.Column("reminded_at", MOMENT),
        sa.Column("state", sa.String(9), nullable=False),
        sa.Column("cancelled_at", MOMENT),
        sa.Column("cancel_reason", sa.String(300), nullable=False),
        sa.Column("changes", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.CheckConstraint("taken >= 0 AND taken <= capacity", name="ck_training_session_taken"),
        sa.CheckConstraint("waiting >= 0", name="ck_training_session_waiting"),
        sa.CheckConstraint("starts_at < ends_at", name="ck_training_session_times"),
    )
    op.create_index("ix_training_session_starts_at", "training_session", ["starts_at", "id"])
    op.create_index("ix_training_session_title", "training_session", ["title", "id"])
    op.create_table(
        "training_function",
        sa.Column("session_id", sa.Integer(), _to("training_session.id", "CASCADE"), primary_key=True),
        sa.Column("function_id", sa.Integer(), _to("function.id", "RESTRICT"), primary_key=True, index=True),
    )


def _make_seats():
    op.create_table(
        "training_seat",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("session_id", sa.Integer(), _to("training_session.id", "RESTRICT"), nullable=False),
        sa.Column("member_id", sa.Integer(), _to("member.id", "CASCADE"), nullable=False),
        sa.Column("state", sa.String(9), nullable=False),
        sa.Column("queued_at", MOMENT, nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.Column("changes", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(7), nullable=False),
        sa.Column("outcome_at", MOMENT),
        sa.UniqueConstraint("session_id", "member_id"),
    )
    op.create_index("ix_training_seat_queue", "training_seat", ["session_id", "state", "queued_at", "id"])
    op.create_index("ix_training_seat_member", "training_seat", ["member_id", "state"])
    op.create_index("ix_training_seat_queued_at", "training_seat", ["queued_at", "id"])


def _make_results():
    op.create_table(
        "training_result",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("member_id", sa.Integer(), _to("member.id", "CASCADE"), nullable=False),
        sa.Column("session_id", sa.Integer(), _to("training_session.id", "RESTRICT")),
        sa.Column("source", sa.String(10), nullable=False),
        sa.Column("passed_on", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date()),
        sa.Column("noted_at", MOMENT, nullable=False),
        sa.Column("noted_by_user_id", sa.Integer(), _to("ab_user.id", "SET NULL")),
        sa.Column("import_run_id", sa.Integer(), _to("import_run.id", "SET NULL"), index=True),
        sa.UniqueConstraint("session_id", "member_id"),
    )
    op.create_index("ix_training_result_member", "training_result", ["member_id", "passed_on"])
    op.create_index("ix_training_result_passed_on", "training_result", ["passed_on", "id"])


def downgrade():
    stop_watching(op.get_bind(), BY_TABLE["training_result"])
    for table in ("training_result", "training_seat", "training_function", "training_session"):
        op.drop_table(table)
    op.drop_column("member", "trained_until")
