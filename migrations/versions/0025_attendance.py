"""The day itself: who was at which station, the notes that say so, and who may keep them."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def _to(column, on_delete):
    return sa.ForeignKey(column, ondelete=on_delete)


def upgrade():
    op.create_table(
        "attendance",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("election_id", sa.Integer(), _to("election.id", "RESTRICT"), nullable=False),
        sa.Column("station_id", sa.Integer(), _to("polling_station.id", "RESTRICT"), nullable=False),
        sa.Column("shift_id", sa.Integer(), _to("shift.id", "RESTRICT"), nullable=False, index=True),
        sa.Column("member_id", sa.Integer(), _to("member.id", "CASCADE")),
        sa.Column("place_id", sa.Integer(), _to("published_place.id", "SET NULL"), index=True),
        sa.Column("function_id", sa.Integer(), _to("function.id", "RESTRICT")),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("expected_at", MOMENT),
        sa.Column("arrived_at", MOMENT),
        sa.Column("left_at", MOMENT),
        sa.Column("spells", sa.JSON(), nullable=False),
        sa.Column("voter_name", sa.String(120), nullable=False),
        sa.Column("voter_key", sa.String(40), unique=True),
        sa.Column("replaces_id", sa.Integer(), _to("attendance.id", "SET NULL"), index=True),
        sa.Column("noted_by_user_id", sa.Integer(), _to("ab_user.id", "SET NULL")),
        sa.Column("noted_at", MOMENT),
        sa.Column("last_key", sa.String(40)),
        sa.UniqueConstraint("station_id", "shift_id", "member_id"),
    )
    op.create_index("ix_attendance_election", "attendance", ["election_id", "station_id"])
    op.create_index("ix_attendance_member", "attendance", ["member_id", "election_id"])
    op.create_table(
        "attendance_event",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("key", sa.String(40), nullable=False, unique=True),
        sa.Column("attendance_id", sa.Integer(), _to("attendance.id", "CASCADE"), nullable=False),
        sa.Column("station_id", sa.Integer(), _to("polling_station.id", "RESTRICT"), nullable=False),
        sa.Column("kind", sa.String(6), nullable=False),
        sa.Column("at", MOMENT),
        sa.Column("noted_at", MOMENT, nullable=False),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.Column("user_id", sa.Integer(), _to("ab_user.id", "SET NULL")),
        sa.Column("amends_key", sa.String(40)),
        sa.Column("function_id", sa.Integer(), _to("function.id", "RESTRICT")),
    )
    op.create_index("ix_attendance_event_attendance", "attendance_event", ["attendance_id", "noted_at", "id"])
    op.create_index("ix_attendance_event_station", "attendance_event", ["station_id", "received_at"])
    op.create_table(
        "station_access",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("station_id", sa.Integer(), _to("polling_station.id", "CASCADE"), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("member_id", sa.Integer(), _to("member.id", "CASCADE"), nullable=False, index=True),
        sa.Column("given_at", MOMENT, nullable=False),
        sa.Column("given_by_user_id", sa.Integer(), _to("ab_user.id", "SET NULL")),
        sa.Column("ended_at", MOMENT),
        sa.UniqueConstraint("station_id", "on_date", "member_id"),
    )


def downgrade():
    op.drop_table("station_access")
    op.drop_table("attendance_event")
    op.drop_table("attendance")
