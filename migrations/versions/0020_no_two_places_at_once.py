"""No member is in two places at once: the database refuses it, whoever writes."""

from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

IS_TAKEN = """EXISTS (SELECT 1 FROM assignment AS other WHERE other.member_id = new.member_id
  AND other.id IS DISTINCT FROM new.id AND other.starts_at < new.ends_at AND new.starts_at < other.ends_at)"""
# The member is locked before the look: of two at once the second waits, and then sees the first.
ON_POSTGRESQL = (
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
ON_SQLITE = tuple(
    f"""CREATE TRIGGER assignment_overlap_{event.split()[0].lower()} BEFORE {event} ON assignment
        WHEN {IS_TAKEN.replace("IS DISTINCT FROM", "IS NOT")}
        BEGIN SELECT RAISE(ABORT, 'assignment_overlap'); END"""
    for event in ("INSERT", "UPDATE OF member_id, starts_at, ends_at")
)


def upgrade():
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in ON_SQLITE if is_sqlite else ON_POSTGRESQL:
        op.execute(statement)


def downgrade():
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER assignment_overlap_insert")
        op.execute("DROP TRIGGER assignment_overlap_update")
        return
    op.execute("DROP TRIGGER assignment_overlap ON assignment")
    op.execute("DROP FUNCTION refuse_overlapping_places()")
