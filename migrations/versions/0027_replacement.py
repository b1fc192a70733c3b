"""Replacement: places that came free, questions to take them, who is in reserve; appointing a few members alone."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def _to(column, on_delete):
    return sa.ForeignKey(column, ondelete=on_delete)


def upgrade():
    _make_vacancies()
    _make_asks()
    op.create_table(
        "reserve",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("member_id", sa.Integer(), _to("member.id", "CASCADE"), nullable=False),
        sa.Column("election_id", sa.Integer(), _to("election.id", "CASCADE"), nullable=False),
        sa.Column("shift_id", sa.Integer(), _to("shift.id", "CASCADE"), nullable=False),
        sa.Column("state", sa.String(3), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_user_id", sa.Integer(), _to("ab_user.id", "SET NULL")),
        sa.UniqueConstraint("member_id", "shift_id"),
    )
    op.create_index("ix_reserve_shift", "reserve", ["shift_id", "state", "member_id"])
    op.create_index("ix_reserve_election", "reserve", ["election_id", "state"])
    op.create_index("ix_reserve_since", "reserve", ["since", "id"])
    op.add_column("appointment_run", sa.Column("only", sa.JSON()))


def _make_vacancies():
    op.create_table(
        "vacancy",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("election_id", sa.Integer(), _to("election.id", "RESTRICT"), nullable=False),
        sa.Column("station_id", sa.Integer(), _to("polling_station.id", "RESTRICT"), index=True),
        sa.Column("shift_id", sa.Integer(), _to("shift.id", "RESTRICT"), nullable=False, index=True),
        sa.Column("function_id", sa.Integer(), _to("function.id", "RESTRICT"), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("left_member_id", sa.Integer(), _to("member.id", "CASCADE"), nullable=False, index=True),
        sa.Column("appointment_id", sa.Integer(), _to("appointment.id", "SET NULL"), index=True),
        sa.Column("cause", sa.String(9), nullable=False),
        sa.Column("reason", sa.String(300), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_by_user_id", sa.Integer(), _to("ab_user.id", "SET NULL")),
        sa.Column("state", sa.String(6), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True)),
        sa.Column("filled_by_member_id", sa.Integer(), _to("member.id", "SET NULL"), index=True),
        sa.Column("act_id", sa.Integer(), _to("plan_act.id", "SET NULL"), index=True),
        sa.Column("run_id", sa.Integer(), _to("appointment_run.id", "SET NULL"), index=True),
    )
    op.create_index("ix_vacancy_election", "vacancy", ["election_id", "state", "starts_at"])
    op.create_index("ix_vacancy_state", "vacancy", ["state", "starts_at"])
    for column in ("starts_at", "opened_at"):
        op.create_index(f"ix_vacancy_{column}", "vacancy", [column, "id"])


def _make_asks():
    op.create_table(
        "replacement_ask",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("vacancy_id", sa.Integer(), _to("vacancy.id", "CASCADE"), nullable=False),
        sa.Column("member_id", sa.Integer(), _to("member.id", "CASCADE"), nullable=False),
        sa.Column("state", sa.String(9), nullable=False),
        sa.Column("channel", sa.String(5), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by_user_id", sa.Integer(), _to("ab_user.id", "SET NULL")),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True)),
    )
    is_open = sa.text("state = 'asked'")
    op.create_index(
        "uq_replacement_ask_open",
        "replacement_ask",
        ["vacancy_id", "member_id"],
        unique=True,
        sqlite_where=is_open,
        postgresql_where=is_open,
    )
    op.create_index("ix_replacement_ask_vacancy", "replacement_ask", ["vacancy_id", "state"])
    op.create_index("ix_replacement_ask_member", "replacement_ask", ["member_id", "state"])
    op.create_index("ix_replacement_ask_due", "replacement_ask", ["state", "until"])
    op.create_index("ix_replacement_ask_asked_at", "replacement_ask", ["asked_at", "id"])


def downgrade():
    with op.batch_alter_table("appointment_run") as batch:
        batch.drop_column("only")
    op.drop_table("reserve")
    op.drop_table("replacement_ask")
    op.drop_table("vacancy")
