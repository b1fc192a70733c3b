"""Another mark for a role at each change of what it gives: who knows the pairs of a mark need not read them again.

A role of the team has some 460 pairs, and each request asks what its visitor may. Triggers give the role a new mark,
in the transaction of the change and whatever way it was made, so rights that are taken away count at once. A mark is
random: it never comes back for other pairs, also not with a backup. Metadata cannot say triggers: a migration makes
them.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Model, StaffOnly
from app.models.derived.watching import ROWS

TABLE: Final = "ab_permission_view_role"  # FAB's: which pairs a role gives
PAIRS: Final = "ab_permission_view"  # and what each pair is: who changes one by hand changes roles that have it
CHANGES_OF_A_PAIR: Final = ("UPDATE", "DELETE")
ALL_AGAIN_ON_SQLITE: Final = "UPDATE role_mark SET mark = hex(randomblob(16));"


class RoleMark(StaffOnly, Model):
    """The mark of a role that has, or had, pairs. No foreign key: the role may go."""

    __tablename__ = "role_mark"

    role_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    mark: Mapped[str] = mapped_column(String(40))


def mark_roles(connection: Connection) -> None:
    """Mark the roles that are there, and again at each change from now on.

    A later batch change that makes FAB's table anew on SQLite drops its triggers: call `stop_marking` before it and
    this after it.
    """
    is_postgresql = connection.dialect.name == "postgresql"
    for statement in _on_postgresql() if is_postgresql else _on_sqlite():
        connection.exec_driver_sql(statement)
    connection.exec_driver_sql(f"UPDATE {TABLE} SET role_id = role_id")  # noqa: S608 (a change, as the triggers see it)


def stop_marking(connection: Connection) -> None:
    """Forget the marks, and make none any more."""
    is_postgresql = connection.dialect.name == "postgresql"
    for event in ROWS:
        connection.exec_driver_sql(f"DROP TRIGGER role_mark_{event.lower()}{f' ON {TABLE}' if is_postgresql else ''}")
    if is_postgresql:
        connection.exec_driver_sql(f"DROP TRIGGER role_mark_pairs ON {PAIRS}")
        connection.exec_driver_sql(f"DROP TRIGGER role_mark_truncate ON {TABLE}")
        connection.exec_driver_sql("DROP FUNCTION mark_role()")
        connection.exec_driver_sql("DROP FUNCTION mark_all_roles()")
    else:
        for event in CHANGES_OF_A_PAIR:
            connection.exec_driver_sql(f"DROP TRIGGER role_mark_pairs_{event.lower()}")
    connection.exec_driver_sql("DELETE FROM role_mark")


def _on_sqlite() -> list[str]:
    # Not REPLACE: an INSERT OR IGNORE that causes it would have it ignored too.
    again = (
        "DELETE FROM role_mark WHERE role_id = {row}.role_id;"
        " INSERT INTO role_mark (role_id, mark) VALUES ({row}.role_id, hex(randomblob(16)));"
    )
    of_roles = [
        f"CREATE TRIGGER role_mark_{event.lower()} AFTER {event} ON {TABLE}"
        f" BEGIN {' '.join(again.format(row=row) for row in rows)} END"
        for event, rows in ROWS.items()
    ]
    of_pairs = [
        f"CREATE TRIGGER role_mark_pairs_{event.lower()} AFTER {event} ON {PAIRS} BEGIN {ALL_AGAIN_ON_SQLITE} END"
        for event in CHANGES_OF_A_PAIR
    ]
    return [*of_roles, *of_pairs]


def _on_postgresql() -> list[str]:
    again = """INSERT INTO role_mark (role_id, mark)
        SELECT role_id, gen_random_uuid()::text FROM (SELECT DISTINCT role_id FROM {rows}) AS changed
        ON CONFLICT (role_id) DO UPDATE SET mark = excluded.mark;"""
    function = f"""CREATE FUNCTION mark_role() RETURNS trigger AS $$
        BEGIN
          IF TG_OP <> 'DELETE' THEN
            {again.format(rows="new_rows")}
          END IF;
          IF TG_OP <> 'INSERT' THEN
            {again.format(rows="old_rows")}
          END IF;
          RETURN NULL;
        END $$ LANGUAGE plpgsql"""
    triggers = [
        f"CREATE TRIGGER role_mark_{event.lower()} AFTER {event} ON {TABLE}"
        f" REFERENCING {' '.join(f'{row.upper()} TABLE AS {row}_rows' for row in rows)}"
        " FOR EACH STATEMENT EXECUTE FUNCTION mark_role()"
        for event, rows in ROWS.items()
    ]
    all_roles = """CREATE FUNCTION mark_all_roles() RETURNS trigger AS $$
        BEGIN
          UPDATE role_mark SET mark = gen_random_uuid()::text;
          RETURN NULL;
        END $$ LANGUAGE plpgsql"""
    run = "FOR EACH STATEMENT EXECUTE FUNCTION mark_all_roles()"
    return [
        function,
        *triggers,
        all_roles,
        f"CREATE TRIGGER role_mark_pairs AFTER {' OR '.join(CHANGES_OF_A_PAIR)} ON {PAIRS} {run}",
        f"CREATE TRIGGER role_mark_truncate AFTER TRUNCATE ON {TABLE} {run}",
    ]
