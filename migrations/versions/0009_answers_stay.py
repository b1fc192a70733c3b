"""An answer or declaration keeps the shift, station, function, text and election that it is about from being deleted.

Until now a delete took the answers along and only the services refused; now the database refuses as well.
"""

import re

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

# Table, column, what it refers to, and what a delete of that did before.
KEYS = (
    ("availability", "election_id", "election", "CASCADE"),
    ("availability_shift", "shift_id", "shift", "CASCADE"),
    ("preferred_station", "station_id", "polling_station", "CASCADE"),
    ("preferred_function", "function_id", "function", None),
    ("declaration", "election_id", "election", "CASCADE"),
    ("declaration", "text_id", "declaration_text", None),
)


def upgrade():
    change([(table, column, target, "RESTRICT") for table, column, target, _before in KEYS])


def downgrade():
    change(KEYS)


def change(keys):
    if op.get_bind().dialect.name == "sqlite":
        change_on_sqlite(keys)
        return
    for table, column, target, on_delete in keys:
        name = f"{table}_{column}_fkey"
        op.drop_constraint(name, table, type_="foreignkey")
        op.create_foreign_key(name, table, target, [column], ["id"], ondelete=on_delete)


def change_on_sqlite(keys):
    """SQLite changes a key only by making the table anew (its manual, "Making Other Kinds Of Table Schema Changes").

    Foreign keys are off meanwhile: dropping a table would delete what refers to it. That works outside a transaction
    only, so the rebuild has one of its own: all of it happens, or nothing.
    """
    with op.get_context().autocommit_block():
        run = op.get_bind().exec_driver_sql
        run("PRAGMA foreign_keys=OFF")
        run("BEGIN IMMEDIATE")
        try:
            for table in dict.fromkeys(key[0] for key in keys):
                rebuild(run, table, [key for key in keys if key[0] == table])
            faults = run("PRAGMA foreign_key_check").fetchall()
            if faults:
                raise RuntimeError(f"rows that refer to nothing: {faults[:5]}")
            run("COMMIT")
        except BaseException:
            run("ROLLBACK")
            raise
        finally:
            run("PRAGMA foreign_keys=ON")


def rebuild(run, table, keys):
    made = run("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = ?", (table,)).scalar_one()
    for _table, column, target, on_delete in keys:
        key = rf'(FOREIGN KEY\("?{column}"?\) REFERENCES "?{target}"? \("?id"?\))( ON DELETE \w+)?'
        made, count = re.subn(key, rf"\1 ON DELETE {on_delete}" if on_delete else r"\1", made)
        if count != 1:
            raise RuntimeError(f"no key {table}.{column} to {target}")
    others = run(
        "SELECT sql FROM sqlite_master WHERE type IN ('index', 'trigger') AND sql IS NOT NULL AND tbl_name = ?",
        (table,),
    )
    others = others.scalars().all()
    columns = ", ".join(f'"{row[1]}"' for row in run(f"PRAGMA table_info({table})"))
    run(re.sub(rf'^CREATE TABLE "?{table}"?', f"CREATE TABLE {table}_new", made))
    run(f"INSERT INTO {table}_new ({columns}) SELECT {columns} FROM {table}")
    run(f"DROP TABLE {table}")
    run(f"ALTER TABLE {table}_new RENAME TO {table}")
    for one in others:
        run(one)
