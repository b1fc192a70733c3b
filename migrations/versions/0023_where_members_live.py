"""Members lie where their postcode lies, from when it is written; and who worked at a station, by its name."""

from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

# The whole postcode where the file has it, else its digits.
POINT = """(SELECT {column} FROM postcode_point WHERE postcode IN (new.postcode, substr(new.postcode, 1, 4))
  ORDER BY length(postcode) DESC LIMIT 1)"""
LATITUDE, LONGITUDE = (POINT.format(column=column) for column in ("latitude", "longitude"))
# Whoever writes a place itself, such as a merge of members, is left alone.
ON_POSTGRESQL = (
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
ON_SQLITE = (
    f"""CREATE TRIGGER member_place_insert AFTER INSERT ON member
        WHEN new.latitude IS NULL AND new.postcode <> '' AND EXISTS (SELECT 1 FROM postcode_point) {PLACE}""",
    f"""CREATE TRIGGER member_place_update AFTER UPDATE OF postcode ON member
        WHEN new.postcode IS NOT old.postcode {PLACE}""",
)


def upgrade():
    op.create_index("ix_service_station_name", "service", ["station_name", "member_id"])
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in ON_SQLITE if is_sqlite else ON_POSTGRESQL:
        op.execute(statement)


def downgrade():
    op.drop_index("ix_service_station_name", "service")
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER member_place_insert")
        op.execute("DROP TRIGGER member_place_update")
        return
    op.execute("DROP TRIGGER member_place_insert ON member")
    op.execute("DROP TRIGGER member_place_update ON member")
    op.execute("DROP FUNCTION place_member()")
