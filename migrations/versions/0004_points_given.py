"""PostgreSQL: who writes many members looks up where they live at once, and says so; else the database does, by row."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

PLACE = """CREATE TRIGGER member_place_insert BEFORE INSERT ON member
  FOR EACH ROW WHEN (new.latitude IS NULL AND new.postcode <> ''{but}) EXECUTE FUNCTION place_member()"""
GIVEN = " AND current_setting('ledenportal.points', true) IS DISTINCT FROM 'given'"


def upgrade():
    _make_trigger(but=GIVEN)


def downgrade():
    _make_trigger(but="")


def _make_trigger(*, but):
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER member_place_insert ON member")
        op.execute(PLACE.format(but=but))
