"""Planning: needs, who may be appointed, places, versions and proposals; experience, and where members live."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

CENTRAL = {"sqlite_where": sa.text("station_id IS NULL"), "postgresql_where": sa.text("station_id IS NULL")}


def _to(column, on_delete):
    return sa.ForeignKey(column, ondelete=on_delete)


def upgrade():
    op.create_table(
        "need_template",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("election_id", sa.Integer(), _to("election.id", "CASCADE"), nullable=False),
        sa.Column("station_type", sa.String(8), nullable=False),
        sa.Column("shift_id", sa.Integer(), _to("shift.id", "CASCADE"), nullable=False),
        sa.Column("function_id", sa.Integer(), _to("function.id", "RESTRICT"), nullable=False),
        sa.Column("minimum", sa.Integer(), nullable=False),
        sa.Column("target", sa.Integer(), nullable=False),
        sa.UniqueConstraint("election_id", "station_type", "shift_id", "function_id"),
        sa.CheckConstraint("minimum >= 0 AND target >= minimum AND target <= 500", name="ck_need_template_enough"),
    )
    op.create_table(
        "staffing_need",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("election_id", sa.Integer(), _to("election.id", "CASCADE"), nullable=False),
        sa.Column("station_id", sa.Integer(), _to("polling_station.id", "CASCADE"), nullable=True),
        sa.Column("shift_id", sa.Integer(), _to("shift.id", "RESTRICT"), nullable=False),
        sa.Column("function_id", sa.Integer(), _to("function.id", "RESTRICT"), nullable=False),
        sa.Column("minimum", sa.Integer(), nullable=False),
        sa.Column("target", sa.Integer(), nullable=False),
        sa.UniqueConstraint("station_id", "shift_id", "function_id"),
        sa.CheckConstraint("minimum >= 0 AND target >= minimum AND target <= 500", name="ck_staffing_need_enough"),
    )
    op.create_index("ix_staffing_need_election", "staffing_need", ["election_id", "shift_id", "function_id"])
    op.create_index(
        "uq_staffing_need_central",
        "staffing_need",
        ["shift_id", "function_id"],
        unique=True,
        sqlite_where=sa.text("station_id IS NULL"),
        postgresql_where=sa.text("station_id IS NULL"),
    )
    op.create_table(
        "eligibility_rule",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("election_id", sa.Integer(), _to("election.id", "CASCADE"), nullable=False),
        sa.Column("code", sa.String(14), nullable=False),
        sa.Column("basis", sa.String(6), nullable=False),
        sa.Column("source", sa.String(200), nullable=False),
        sa.Column("is_blocking", sa.Boolean(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.UniqueConstraint("election_id", "code"),
    )
    op.create_table(
        "eligibility_finding",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("member_id", sa.Integer(), _to("member.id", "CASCADE"), nullable=False),
        sa.Column("election_id", sa.Integer(), _to("election.id", "CASCADE"), nullable=False),
        sa.Column("rule_id", sa.Integer(), _to("eligibility_rule.id", "CASCADE"), nullable=False),
        sa.Column("is_blocking", sa.Boolean(), nullable=False),
        sa.Column("cause", sa.String(40), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("overridden_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("overridden_by_user_id", sa.Integer(), _to("ab_user.id", "SET NULL"), nullable=True),
        sa.Column("override_reason", sa.String(300), nullable=False),
        sa.UniqueConstraint("member_id", "rule_id"),
    )
    op.create_index("ix_eligibility_finding_election", "eligibility_finding", ["election_id", "member_id"])
    op.create_index("ix_eligibility_finding_rule_id", "eligibility_finding", ["rule_id"])
    op.create_table(
        "committee_seat",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("election_id", sa.Integer(), _to("election.id", "CASCADE"), nullable=False),
        sa.Column("member_id", sa.Integer(), _to("member.id", "CASCADE"), nullable=False),
        sa.UniqueConstraint("election_id", "member_id"),
    )
    op.create_index("ix_committee_seat_member_id", "committee_seat", ["member_id"])
    op.create_table(
        "candidate",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("election_id", sa.Integer(), _to("election.id", "CASCADE"), nullable=False),
        sa.Column("list_number", sa.Integer(), nullable=False),
        sa.Column("list_name", sa.String(200), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("initials", sa.String(40), nullable=False),
        sa.Column("first_name", sa.String(80), nullable=False),
        sa.Column("infix", sa.String(40), nullable=False),
        sa.Column("surname", sa.String(120), nullable=False),
        sa.Column("city", sa.String(80), nullable=False),
        sa.UniqueConstraint("election_id", "list_number", "position"),
    )
    op.create_table(
        "candidate_match",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("election_id", sa.Integer(), _to("election.id", "CASCADE"), nullable=False),
        sa.Column("candidate_id", sa.Integer(), _to("candidate.id", "CASCADE"), nullable=False),
        sa.Column("member_id", sa.Integer(), _to("member.id", "CASCADE"), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_user_id", sa.Integer(), _to("ab_user.id", "SET NULL"), nullable=True),
        sa.UniqueConstraint("candidate_id", "member_id"),
    )
    op.create_index("ix_candidate_match_election_id", "candidate_match", ["election_id"])
    op.create_index("ix_candidate_match_member_id", "candidate_match", ["member_id"])
    op.create_table(
        "assignment",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("election_id", sa.Integer(), _to("election.id", "RESTRICT"), nullable=False),
        sa.Column("member_id", sa.Integer(), _to("member.id", "CASCADE"), nullable=False),
        sa.Column("station_id", sa.Integer(), _to("polling_station.id", "RESTRICT"), nullable=True),
        sa.Column("shift_id", sa.Integer(), _to("shift.id", "RESTRICT"), nullable=False),
        sa.Column("function_id", sa.Integer(), _to("function.id", "RESTRICT"), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_locked", sa.Boolean(), nullable=False),
        sa.Column("note", sa.String(300), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by_user_id", sa.Integer(), _to("ab_user.id", "SET NULL"), nullable=True),
        sa.UniqueConstraint("member_id", "shift_id"),
        sa.CheckConstraint("starts_at < ends_at", name="ck_assignment_times"),
    )
    op.create_index("ix_assignment_changed", "assignment", ["election_id", "changed_at"])
    op.create_index("ix_assignment_election", "assignment", ["election_id", "station_id", "shift_id"])
    op.create_index("ix_assignment_shift_id", "assignment", ["shift_id"])
    op.create_index("ix_assignment_station", "assignment", ["station_id", "shift_id", "function_id"])
    op.create_table(
        "plan_act",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("election_id", sa.Integer(), _to("election.id", "CASCADE"), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("user_id", sa.Integer(), _to("ab_user.id", "SET NULL"), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
    )
    op.create_index("ix_plan_act_election", "plan_act", ["election_id", "id"])
    op.create_table(
        "plan_step",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("act_id", sa.Integer(), _to("plan_act.id", "CASCADE"), nullable=False),
        sa.Column("assignment_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), _to("member.id", "CASCADE"), nullable=True),
        sa.Column("station_id", sa.Integer(), _to("polling_station.id", "CASCADE"), nullable=True),
        sa.Column("before", sa.JSON(), nullable=True),
        sa.Column("after", sa.JSON(), nullable=True),
    )
    op.create_index("ix_plan_step_act_id", "plan_step", ["act_id"])
    op.create_index("ix_plan_step_assignment_id", "plan_step", ["assignment_id"])
    op.create_index("ix_plan_step_member_id", "plan_step", ["member_id"])
    op.create_table(
        "plan_version",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("election_id", sa.Integer(), _to("election.id", "RESTRICT"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by_user_id", sa.Integer(), _to("ab_user.id", "SET NULL"), nullable=True),
        sa.Column("added", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("removed", sa.Integer(), nullable=False),
        sa.UniqueConstraint("election_id", "number"),
    )
    op.create_table(
        "published_place",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("election_id", sa.Integer(), _to("election.id", "RESTRICT"), nullable=False),
        sa.Column("member_id", sa.Integer(), _to("member.id", "CASCADE"), nullable=False),
        sa.Column("assignment_id", sa.Integer(), nullable=False),
        sa.Column("station_id", sa.Integer(), _to("polling_station.id", "RESTRICT"), nullable=True),
        sa.Column("shift_id", sa.Integer(), _to("shift.id", "RESTRICT"), nullable=False),
        sa.Column("function_id", sa.Integer(), _to("function.id", "RESTRICT"), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("since_version_id", sa.Integer(), _to("plan_version.id", "RESTRICT"), nullable=False),
        sa.Column("until_version_id", sa.Integer(), _to("plan_version.id", "RESTRICT"), nullable=True),
    )
    op.create_index("ix_published_place_assignment_id", "published_place", ["assignment_id"])
    op.create_index("ix_published_place_election", "published_place", ["election_id", "until_version_id"])
    op.create_index("ix_published_place_member", "published_place", ["member_id", "election_id", "until_version_id"])
    op.create_index("ix_published_place_station_id", "published_place", ["station_id"])
    op.create_table(
        "proposal",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("election_id", sa.Integer(), _to("election.id", "CASCADE"), nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("station_ids", sa.JSON(), nullable=False),
        sa.Column("weights", sa.JSON(), nullable=False),
        sa.Column("keeps_published", sa.Boolean(), nullable=False),
        sa.Column("steps_done", sa.Integer(), nullable=False),
        sa.Column("steps_total", sa.Integer(), nullable=False),
        sa.Column("is_stop_asked", sa.Boolean(), nullable=False),
        sa.Column("outcome", sa.JSON(), nullable=False),
        sa.Column("failure", sa.String(300), nullable=False),
        sa.Column("created_by_user_id", sa.Integer(), _to("ab_user.id", "SET NULL"), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
    )
    op.create_index("ix_proposal_election_id", "proposal", ["election_id"])
    op.create_index("ix_proposal_waiting", "proposal", ["state", "lease_until"])
    op.create_table(
        "proposed_place",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("proposal_id", sa.Integer(), _to("proposal.id", "CASCADE"), nullable=False),
        sa.Column("assignment_id", sa.Integer(), nullable=True),
        sa.Column("member_id", sa.Integer(), _to("member.id", "CASCADE"), nullable=False),
        sa.Column("station_id", sa.Integer(), _to("polling_station.id", "CASCADE"), nullable=True),
        sa.Column("shift_id", sa.Integer(), _to("shift.id", "CASCADE"), nullable=False),
        sa.Column("function_id", sa.Integer(), _to("function.id", "CASCADE"), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
    )
    op.create_index("ix_proposed_place_member_id", "proposed_place", ["member_id"])
    op.create_index("ix_proposed_place_station", "proposed_place", ["proposal_id", "station_id"])
    op.create_table(
        "plan_weight",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("election_id", sa.Integer(), _to("election.id", "CASCADE"), nullable=False),
        sa.Column("code", sa.String(30), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.UniqueConstraint("election_id", "code"),
    )
    op.create_table(
        "service",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("member_id", sa.Integer(), _to("member.id", "CASCADE"), nullable=False),
        sa.Column("election_id", sa.Integer(), _to("election.id", "SET NULL"), nullable=True),
        sa.Column("election_name", sa.String(200), nullable=False),
        sa.Column("worked_on", sa.Date(), nullable=False),
        sa.Column("function_id", sa.Integer(), _to("function.id", "RESTRICT"), nullable=False),
        sa.Column("station_id", sa.Integer(), _to("polling_station.id", "SET NULL"), nullable=True),
        sa.Column("station_name", sa.String(200), nullable=False),
    )
    op.create_index("ix_service_election_id", "service", ["election_id"])
    op.create_index("ix_service_function", "service", ["member_id", "function_id", "station_id"])
    op.create_index("ix_service_station", "service", ["station_id", "member_id"])
    op.create_table(
        "postcode_point",
        sa.Column("postcode", sa.String(7), primary_key=True),
        sa.Column("latitude", sa.Float(), nullable=False),
        sa.Column("longitude", sa.Float(), nullable=False),
    )
    op.add_column("member", sa.Column("latitude", sa.Float(), nullable=True))
    op.add_column("member", sa.Column("longitude", sa.Float(), nullable=True))
    op.add_column("member", sa.Column("trained_on", sa.Date(), nullable=True))
    op.create_table(
        "couple",
        sa.Column("member_id", sa.Integer(), _to("member.id", "CASCADE"), primary_key=True),
        sa.Column("other_id", sa.Integer(), _to("member.id", "CASCADE"), nullable=False, unique=True),
    )
    op.create_index("ix_member_place", "member", ["latitude", "longitude", "id", "state"])
    for name in ("what_to_bring", "what_to_bring_en"):
        op.add_column("election", sa.Column(name, sa.Text(), nullable=False, server_default=""))
    for name, table, _columns in NARROW:
        op.drop_index(name, table)
    for name, table, columns in WIDE:
        op.create_index(name, table, columns)


NARROW = [
    ("ix_availability_shift_member_id", "availability_shift", ["member_id"]),
    ("ix_availability_shift_shift_id", "availability_shift", ["shift_id"]),
    ("ix_preferred_function_member_id", "preferred_function", ["member_id"]),
]
WIDE = [
    ("ix_availability_shift_answer", "availability_shift", ["shift_id", "answer", "member_id"]),
    ("ix_availability_shift_member", "availability_shift", ["member_id", "shift_id", "answer"]),
    ("ix_preferred_function_member", "preferred_function", ["member_id", "function_id", "rank"]),
    ("ix_preferred_station_station", "preferred_station", ["station_id", "member_id", "rank"]),
]
TABLES = [
    "couple",
    "postcode_point",
    "service",
    "plan_weight",
    "proposed_place",
    "proposal",
    "published_place",
    "plan_version",
    "plan_step",
    "plan_act",
    "assignment",
    "candidate_match",
    "candidate",
    "committee_seat",
    "eligibility_finding",
    "eligibility_rule",
    "staffing_need",
    "need_template",
]


def downgrade():
    for name, table, _columns in WIDE:
        op.drop_index(name, table)
    for name, table, columns in NARROW:
        op.create_index(name, table, columns)
    for name in ("what_to_bring", "what_to_bring_en"):
        op.drop_column("election", name)
    op.drop_index("ix_member_place", "member")
    for name in ("trained_on", "latitude", "longitude"):
        op.drop_column("member", name)
    for name in TABLES:
        op.drop_table(name)
