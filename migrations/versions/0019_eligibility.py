"""Rules of eligibility for the elections that are there, and marks of what changed, for findings that follow."""

import sqlalchemy as sa
from alembic import op

from app.models.derived.eligibility_marks import WATCHED
from app.models.derived.watching import stop_watching, watch
from app.services.elections.default_rules import DEFAULT_RULES

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade():
    mark = op.create_table(
        "eligibility_mark",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("election_id", sa.Integer(), nullable=True),
    )
    connection = op.get_bind()
    elections = [key for (key,) in connection.execute(sa.text("SELECT id FROM election")).all()]
    names = ("election_id", "code", "basis", "source", "is_blocking", "is_active")
    rule = sa.table("eligibility_rule", *(sa.column(name) for name in names))
    rows = [{"election_id": key, **_values(default)} for key in elections for default in DEFAULT_RULES]
    if rows:
        op.bulk_insert(rule, rows)
        op.bulk_insert(mark, [{"election_id": key} for key in elections])  # the first commit finds what they find
    for watched in _then():
        watch(connection, watched)


def _then():
    """The tables that are causes at this point: those of later migrations are watched there."""
    return [watched for watched in WATCHED if watched.table != "training_result"]


def _values(default):
    return {**default._asdict(), "code": str(default.code), "basis": str(default.basis)}


def downgrade():
    for watched in _then():
        stop_watching(op.get_bind(), watched)
    op.drop_table("eligibility_mark")
    op.execute("DELETE FROM eligibility_rule")
