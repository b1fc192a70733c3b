"""What the database sees to itself: no member in two places at once, where members live, counts, and what changed."""

from alembic import op

from app.models.derived.eligibility_marks import WATCHED
from app.models.derived.likeness_marks import NAMES
from app.models.derived.tallies import TALLIED, create_tally, drop_tally
from app.models.derived.watching import stop_watching, watch

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

IS_TAKEN = """EXISTS (SELECT 1 FROM assignment AS other WHERE other.member_id = new.member_id
  AND other.id IS DISTINCT FROM new.id AND other.starts_at < new.ends_at AND new.starts_at < other.ends_at)"""
# The member is locked before the look: of two at once the second waits, and then sees the first.
OVERLAP_ON_POSTGRESQL = (
    f"""CREATE FUNCTION refuse_overlapping_places() RETURNS trigger AS $$
       BEGIN
         PERFORM 1 FROM member WHERE id = new.member_id FOR NO KEY UPDATE;
         IF {IS_TAKEN} THEN
           RAISE EXCEPTION 'assignment_overlap' USING ERRCODE = 'exclusion_violation';
         END IF;
         RETURN new;
       END $$ LANGUAGE plpgsql""",
    """CREATE TRIGGER assignment_overlap BEFORE INSERT OR UPDATE OF member_id, starts_at, ends_at ON assignment
       FOR EACH ROW EXECUTE FUNCTION refuse_overlapping_places()""",
)
OVERLAP_ON_SQLITE = tuple(
    f"""CREATE TRIGGER assignment_overlap_{event.split()[0].lower()} BEFORE {event} ON assignment
        WHEN {IS_TAKEN.replace("IS DISTINCT FROM", "IS NOT")}
        BEGIN SELECT RAISE(ABORT, 'assignment_overlap'); END"""
    for event in ("INSERT", "UPDATE OF member_id, starts_at, ends_at")
)
# The whole postcode where the file has it, else its digits.
POINT = """(SELECT {column} FROM postcode_point WHERE postcode IN (new.postcode, substr(new.postcode, 1, 4))
  ORDER BY length(postcode) DESC LIMIT 1)"""
LATITUDE, LONGITUDE = (POINT.format(column=column) for column in ("latitude", "longitude"))
# Whoever writes a place itself, such as a merge of members, is left alone.
PLACE_ON_POSTGRESQL = (
    f"""CREATE FUNCTION place_member() RETURNS trigger AS $$
       BEGIN
         new.latitude := {LATITUDE};
         new.longitude := {LONGITUDE};
         RETURN new;
       END $$ LANGUAGE plpgsql""",
    """CREATE TRIGGER member_place_insert BEFORE INSERT ON member
       FOR EACH ROW WHEN (new.latitude IS NULL AND new.postcode <> '') EXECUTE FUNCTION place_member()""",
    """CREATE TRIGGER member_place_update BEFORE UPDATE OF postcode ON member
       FOR EACH ROW WHEN (new.postcode IS DISTINCT FROM old.postcode) EXECUTE FUNCTION place_member()""",
)
PLACE = f"BEGIN UPDATE member SET latitude = {LATITUDE}, longitude = {LONGITUDE} WHERE id = new.id; END"
PLACE_ON_SQLITE = (
    f"""CREATE TRIGGER member_place_insert AFTER INSERT ON member
        WHEN new.latitude IS NULL AND new.postcode <> '' AND EXISTS (SELECT 1 FROM postcode_point) {PLACE}""",
    f"""CREATE TRIGGER member_place_update AFTER UPDATE OF postcode ON member
        WHEN new.postcode IS NOT old.postcode {PLACE}""",
)


def upgrade():
    connection = op.get_bind()
    is_sqlite = connection.dialect.name == "sqlite"
    for statement in (
        (*OVERLAP_ON_SQLITE, *PLACE_ON_SQLITE) if is_sqlite else (*OVERLAP_ON_POSTGRESQL, *PLACE_ON_POSTGRESQL)
    ):
        op.execute(statement)
    for tallied in TALLIED:
        create_tally(connection, tallied)
    for watched in (*WATCHED, NAMES):
        watch(connection, watched)


def downgrade():
    connection = op.get_bind()
    for watched in (*WATCHED, NAMES):
        stop_watching(connection, watched)
    for tallied in TALLIED:
        drop_tally(connection, tallied)
    triggers = {
        "assignment": ("assignment_overlap_insert", "assignment_overlap_update"),
        "member": ("member_place_insert", "member_place_update"),
    }
    if connection.dialect.name == "sqlite":
        for name in (*triggers["assignment"], *triggers["member"]):
            op.execute(f"DROP TRIGGER {name}")
        return
    op.execute("DROP TRIGGER assignment_overlap ON assignment")
    for name in triggers["member"]:
        op.execute(f"DROP TRIGGER {name} ON member")
    for function in ("refuse_overlapping_places", "place_member"):
        op.execute(f"DROP FUNCTION {function}()")
