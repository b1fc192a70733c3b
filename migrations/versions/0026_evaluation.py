"""After an election: worked hours, a round of questions without names, and notes of chairs."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def _to(column, on_delete):
    return sa.ForeignKey(column, ondelete=on_delete)


def _when(name, *, nullable=True):
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade():
    _make_hours()
    _make_survey()
    op.create_table(
        "chair_note",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("election_id", sa.Integer(), _to("election.id", "RESTRICT"), nullable=False, index=True),
        sa.Column("station_id", sa.Integer(), _to("polling_station.id", "RESTRICT"), nullable=False, index=True),
        sa.Column("member_id", sa.Integer(), _to("member.id", "CASCADE"), nullable=False, index=True),
        sa.Column("about_member_id", sa.Integer(), _to("member.id", "CASCADE"), index=True),
        sa.Column("body", sa.Text(), nullable=False),
        _when("written_at", nullable=False),
        _when("changed_at"),
    )
    op.create_index("ix_chair_note_written_at", "chair_note", ["written_at", "id"])


def _make_hours():
    op.create_table(
        "worked_hours",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("election_id", sa.Integer(), _to("election.id", "RESTRICT"), nullable=False),
        sa.Column("member_id", sa.Integer(), _to("member.id", "CASCADE"), nullable=False),
        sa.Column("station_id", sa.Integer(), _to("polling_station.id", "RESTRICT"), index=True),
        sa.Column("shift_id", sa.Integer(), _to("shift.id", "RESTRICT"), nullable=False, index=True),
        sa.Column("function_id", sa.Integer(), _to("function.id", "RESTRICT"), nullable=False),
        _when("starts_at", nullable=False),
        _when("ends_at", nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("is_absent", sa.Boolean(), nullable=False),
        sa.Column("source", sa.String(10), nullable=False),
        sa.Column("state", sa.String(9), nullable=False),
        sa.Column("reason", sa.String(300), nullable=False),
        _when("confirmed_at"),
        sa.Column("confirmed_by_user_id", sa.Integer(), _to("ab_user.id", "SET NULL")),
        sa.Column("service_id", sa.Integer(), _to("service.id", "SET NULL"), index=True),
        sa.UniqueConstraint("member_id", "shift_id"),
    )
    op.create_index("ix_worked_hours_election", "worked_hours", ["election_id", "state", "member_id"])
    op.create_index("ix_worked_hours_starts_at", "worked_hours", ["starts_at", "id"])
    op.create_index("ix_worked_hours_minutes", "worked_hours", ["minutes", "id"])


def _make_survey():
    op.create_table(
        "survey",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("election_id", sa.Integer(), _to("election.id", "RESTRICT"), nullable=False, unique=True),
        sa.Column("thanks", sa.Text(), nullable=False),
        sa.Column("thanks_en", sa.Text(), nullable=False),
        sa.Column("state", sa.String(6), nullable=False),
        _when("opened_at"),
        _when("closes_at"),
        _when("changed_at", nullable=False),
    )
    op.create_table(
        "survey_question",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("survey_id", sa.Integer(), _to("survey.id", "CASCADE"), nullable=False, index=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(6), nullable=False),
        sa.Column("words", sa.String(300), nullable=False),
        sa.Column("words_en", sa.String(300), nullable=False),
    )
    op.create_table(
        "survey_reply",
        sa.Column("survey_id", sa.Integer(), _to("survey.id", "CASCADE"), primary_key=True),
        sa.Column("member_id", sa.Integer(), _to("member.id", "CASCADE"), primary_key=True, index=True),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "survey_answer",
        sa.Column("id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("question_id", sa.Integer(), _to("survey_question.id", "CASCADE"), nullable=False),
        sa.Column("station_id", sa.Integer(), _to("polling_station.id", "CASCADE")),
        sa.Column("value", sa.Integer()),
        sa.Column("remark", sa.Text(), nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_survey_answer_question", "survey_answer", ["question_id", "station_id"])


def downgrade():
    for table in ("chair_note", "survey_answer", "survey_reply", "survey_question", "survey", "worked_hours"):
        op.drop_table(table)
