"""What an import made and changed, so that it can be undone; and members that became part of another one."""

import sqlalchemy as sa
from alembic import op

from app.models.base import UtcDateTime

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

# What is written here is read by the data step below; the tables are as they were at this revision.
EVENTS = sa.table(
    "audit_event",
    sa.column("at", UtcDateTime()),
    sa.column("action", sa.String()),
    sa.column("actor_user_id", sa.Integer()),
    sa.column("details", sa.JSON()),
)
RUNS = sa.table(
    "import_run",
    sa.column("id", sa.Integer()),
    sa.column("kind", sa.String()),
    sa.column("original_name", sa.String()),
    sa.column("mapping", sa.JSON()),
    sa.column("state", sa.String()),
    sa.column("rows_total", sa.Integer()),
    sa.column("rows_done", sa.Integer()),
    sa.column("rows_new", sa.Integer()),
    sa.column("rows_changed", sa.Integer()),
    sa.column("rows_refused", sa.Integer()),
    sa.column("message", sa.String()),
    sa.column("created_by_user_id", sa.Integer()),
    sa.column("created_at", UtcDateTime()),
    sa.column("finished_at", UtcDateTime()),
)
CHANGES = sa.table("profile_change", sa.column("changed_at", UtcDateTime()), sa.column("import_run_id", sa.Integer()))
MEMBERS = sa.table("member", sa.column("created_at", UtcDateTime()), sa.column("import_run_id", sa.Integer()))


def upgrade():
    for table in ("member", "profile_change", "polling_station"):
        _refer_to_run(table)
    # Plain ALTERs: making `member` anew would drop the triggers of its counts and of its search.
    op.add_column("profile_change", sa.Column("old_sealed", sa.String(length=200), nullable=True))
    op.add_column("polling_station", sa.Column("created_at", UtcDateTime(), nullable=True))
    op.create_index("ix_member_import_run", "member", ["import_run_id", "id"])
    op.create_index("ix_profile_change_import_run", "profile_change", ["import_run_id", "member_id"])
    op.create_index("ix_polling_station_import_run_id", "polling_station", ["import_run_id"])
    _create_tables()
    _tell_which_import()


def _refer_to_run(table):
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"ALTER TABLE {table} ADD COLUMN import_run_id INTEGER REFERENCES import_run (id)")
        return
    op.add_column(table, sa.Column("import_run_id", sa.Integer(), nullable=True))
    op.create_foreign_key(None, table, "import_run", ["import_run_id"], ["id"])


def _create_tables():
    op.create_table(
        "station_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("import_run_id", sa.Integer(), nullable=False),
        sa.Column("station_id", sa.Integer(), nullable=False),
        sa.Column("old_values", sa.JSON(), nullable=False),
        sa.Column("new_values", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["import_run_id"], ["import_run.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["station_id"], ["polling_station.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "import_leftover",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("import_run_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("station_id", sa.Integer(), nullable=True),
        sa.Column("field", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=30), nullable=False),
        sa.ForeignKeyConstraint(["import_run_id"], ["import_run.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["station_id"], ["polling_station.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "merged_member",
        sa.Column("old_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("old_user_id", sa.Integer(), nullable=False),
        sa.Column("old_user_name", sa.String(length=64), nullable=False),
        sa.Column("member_number", sa.String(length=40), nullable=True),
        sa.Column("merged_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("old_id"),
    )
    for table, column in (
        ("station_change", "import_run_id"),
        ("station_change", "station_id"),
        ("import_leftover", "import_run_id"),
        ("import_leftover", "member_id"),
        ("import_leftover", "station_id"),
        ("merged_member", "member_id"),
        ("merged_member", "member_number"),
    ):
        op.create_index(f"ix_{table}_{column}", table, [column])


def _tell_which_import():
    """Members and changes of earlier imports: all of one import have its moment, which the audit trail knows."""
    connection = op.get_bind()
    for event in connection.execute(sa.select(EVENTS).where(EVENTS.c.action == "roster.imported")).all():
        run_id = event.details.get("import_run_id") or _make_run(connection, event)
        if connection.scalar(sa.select(RUNS.c.id).where(RUNS.c.id == run_id)) is None:
            continue
        for table, moment in ((CHANGES, CHANGES.c.changed_at), (MEMBERS, MEMBERS.c.created_at)):
            connection.execute(sa.update(table).where(moment == event.at).values(import_run_id=run_id))


def _make_run(connection, event):
    """An import by command had none."""
    counts = {name: event.details.get(name) or 0 for name in ("total", "new", "changed", "refused")}
    values = {
        "kind": "roster",
        "original_name": "",
        "mapping": {},
        "state": "done",
        "rows_total": counts["total"],
        "rows_done": counts["total"],
        "rows_new": counts["new"],
        "rows_changed": counts["changed"],
        "rows_refused": counts["refused"],
        "message": "",
        "created_by_user_id": event.actor_user_id,
        "created_at": event.at,
        "finished_at": event.at,
    }
    return connection.scalar(sa.insert(RUNS).values(values).returning(RUNS.c.id))


def downgrade():
    for table in ("merged_member", "import_leftover", "station_change"):
        op.drop_table(table)
    op.drop_index("ix_polling_station_import_run_id", "polling_station")
    op.drop_index("ix_profile_change_import_run", "profile_change")
    op.drop_index("ix_member_import_run", "member")
    op.drop_column("polling_station", "created_at")
    op.drop_column("profile_change", "old_sealed")
    for table in ("member", "profile_change", "polling_station"):
        op.drop_column(table, "import_run_id")
