"""Writing many rows at once, the fastest way of each database: COPY on PostgreSQL, executemany on SQLite."""

from __future__ import annotations

import gc
import json
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager, suppress
from functools import cache
from itertools import islice
from typing import Any, Final, TypeVar

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Table,
    Text,
    any_,
    bindparam,
    cast,
    event,
    func,
    insert,
    inspect,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import DeclarativeBase, InstrumentedAttribute, lazyload

from app.extensions import db
from app.models import AuditEvent, Member, MergedMember, User
from app.models.derived.written import note_written

T = TypeVar("T")
InsertRows = Callable[[Table, Sequence[str], Iterable[Sequence[Any]]], None]

# What names a row that may be gone: nobody else may be taken for it.
STILL_NAMED: Final[dict[str, tuple[Any, ...]]] = {
    Member.__tablename__: (MergedMember.old_id, AuditEvent.member_id),
    User.__tablename__: (MergedMember.old_user_id, AuditEvent.actor_user_id),
}
ROWS_PER_STATEMENT = 5_000  # bounds memory, and the values that one IN or executemany binds
CANCEL_SECONDS: Final = 5  # for PostgreSQL to hear that we give up
BLOCKS_AHEAD: Final = 4  # of so many rows each, made and not yet written: bounds memory too


def in_parts(values: Collection[T]) -> Iterator[list[T]]:
    """The values in parts that fit into one IN (…)."""
    everything = list(values)
    for start in range(0, len(everything), ROWS_PER_STATEMENT):
        yield everything[start : start + ROWS_PER_STATEMENT]


def among(column: InstrumentedAttribute[Any], values: Collection[Any]) -> ColumnElement[bool]:
    """The column holds one of these texts, numbers or days: one bound value, so that 100,000 are no long statement."""
    listed = json.dumps(list(values), default=str)  # the driver takes ten times as long to write an array
    if is_postgresql():
        each = func.json_array_elements_text(cast(bindparam(None, listed, type_=Text), postgresql.JSON))
        return column == any_(func.array(select(cast(each, column.type)).scalar_subquery()))
    return column.in_(select(func.json_each(listed).table_valued("value").c.value))


@contextmanager
def collect_later() -> Iterator[None]:
    """Look for garbage in circles only afterwards: among a million objects that all stay, each look costs a second."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def is_postgresql() -> bool:
    """Whether the portal runs on PostgreSQL; else it is SQLite."""
    return db.session.connection().dialect.name == "postgresql"


_NOTHING: Final = (  # changes no row, and so takes SQLite's lock
    update(Member).where(Member.id.is_(None)).values(surname="").execution_options(synchronize_session=False)
)


def _has_written() -> bool:
    """Whether this transaction wrote something: the driver of SQLite begins one at the first write, which locks."""
    driver: Any = db.session.connection().connection.driver_connection
    return bool(driver.in_transaction)


def serialize(work: str) -> None:
    """Until the end of the transaction nobody else is at `work`: who comes second waits, and then sees our rows.

    On SQLite this takes the write lock, so read what you decide on after it.
    """
    if is_postgresql():
        db.session.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"ledenportal {work}"))))
    elif not _has_written():
        db.session.execute(_NOTHING)


def lock_row(item: Any) -> bool:
    """Until the end of the transaction nobody else changes this row (of several entities: the first); whether it is
    still there. All that the session holds is read anew where it is asked for.
    """
    row = item[0] if isinstance(item, Row) else item
    key = inspect(row).identity
    db.session.flush()
    if not is_postgresql():
        serialize("lock")  # SQLite has one lock for all
    db.session.expire_all()
    class_: Any = type(row)
    wanted, names = _select_locked(class_)
    return db.session.scalars(wanted, dict(zip(names, key, strict=True))).first() is not None


@cache
def _select_locked(class_: type[Any]) -> tuple[Any, list[str]]:
    """The row of this class, locked on PostgreSQL, with the names of the values of its key; asked through the ORM, for
    the row guard.
    """
    mapper = inspect(class_)
    names = [f"locked_{column.name}" for column in mapper.primary_key]
    keys = [getattr(class_, mapper.get_property_by_column(column).key) for column in mapper.primary_key]
    wanted = select(class_).where(*(key == bindparam(name) for key, name in zip(keys, names, strict=True)))
    return wanted.options(lazyload("*")).with_for_update(key_share=True, of=class_), names


def reserve_ids(table: Table, count: int) -> list[int]:
    """`count` fresh ids for rows of `table`, ascending. On SQLite they are ours only after `serialize`.

    Nobody gets the id of who is gone: the audit trail still has it (STILL_NAMED). PostgreSQL gives none twice.
    """
    if is_postgresql():
        # Looked up once, in a query of its own: beside `nextval` it would be for each row, at ten times the price.
        name = select(cast(func.pg_get_serial_sequence(table.name, "id"), postgresql.REGCLASS)).scalar_subquery()
        fresh = select(func.array_agg(func.nextval(name))).select_from(func.generate_series(1, count))
        ids: Any = db.session.scalar(fresh)
        return ids or []
    used = [db.session.scalar(select(func.max(column))) for column in (table.c.id, *STILL_NAMED.get(table.name, ()))]
    last = max(filter(None, used), default=0)
    return list(range(last + 1, last + 1 + count))


def insert_rows(table: Table, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert rows with exactly these columns, in this transaction. Defaults of the model are not filled in.

    Rows are read before they are written, some thousands at a time, so what makes them may ask the database: in the
    middle of a COPY the connection would wait for itself, without an end.
    """
    connection = db.session.connection()
    write = _copy if connection.dialect.name == "postgresql" else _insert_values
    note_written(table.name)
    for block in _in_blocks(rows):
        write(connection, table, columns, block)


@contextmanager
def insert_meanwhile() -> Iterator[InsertRows]:
    """An `insert_rows` that does not wait: PostgreSQL writes what it has while we make the next rows.

    All is written when this ends, in the order in which it was handed over; what PostgreSQL refuses is raised then, or
    before. A statement that is sent meanwhile waits for the rows before it; a commit or a savepoint does not: none in
    here. SQLite, which works within our process, writes at once.
    """
    connection = db.session.connection()
    if connection.dialect.name != "postgresql":
        yield insert_rows
        return
    unwritten: deque[Future[None]] = deque()

    def wait_for_all(*_: Any, but: int = 0) -> None:
        while len(unwritten) > but:
            unwritten[0].result()
            unwritten.popleft()

    def insert_later(table: Table, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        note_written(table.name)
        for block in _in_blocks(rows):
            wait_for_all(but=BLOCKS_AHEAD - 1)
            unwritten.append(writer.submit(_copy, connection, table, columns, block))

    event.listen(connection, "before_cursor_execute", wait_for_all)
    try:
        with ThreadPoolExecutor(1, thread_name_prefix="copy") as writer:
            try:
                yield insert_later
                wait_for_all()
            except BaseException:  # also Ctrl-C, while a COPY waits for a lock of somebody else
                writer.shutdown(wait=False, cancel_futures=True)
                _give_up(connection, unwritten)
                raise
    finally:
        event.remove(connection, "before_cursor_execute", wait_for_all)


def _give_up(connection: Connection, unwritten: Collection[Future[None]]) -> None:
    """End the COPY that runs, or that is about to."""
    driver: Any = connection.connection.driver_connection
    while running := [block for block in unwritten if not block.done()]:
        with suppress(connection.dialect.loaded_dbapi.Error):  # a server that is away ends the COPY by its silence
            driver.cancel_safe(timeout=CANCEL_SECONDS)
        wait(running, timeout=0.1)


def _in_blocks(rows: Iterable[Sequence[Any]]) -> Iterator[list[Sequence[Any]]]:
    waiting = iter(rows)
    while block := list(islice(waiting, ROWS_PER_STATEMENT)):
        yield block


def _insert_values(connection: Connection, table: Table, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    connection.execute(insert(table), [dict(zip(columns, row, strict=True)) for row in rows])


def _copy(connection: Connection, table: Table, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """COPY writes what the driver makes of a value, so the type's own conversion comes first. What PostgreSQL refuses
    is raised as SQLAlchemy raises it for other statements.
    """
    quote = connection.dialect.identifier_preparer.quote
    processors = [
        (index, processor)
        for index, name in enumerate(columns)
        if (processor := table.c[name].type.dialect_impl(connection.dialect).bind_processor(connection.dialect))
    ]
    driver: Any = connection.connection.driver_connection
    statement = f"COPY {quote(table.name)} ({', '.join(map(quote, columns))}) FROM STDIN"
    try:
        with driver.cursor() as cursor, cursor.copy(statement) as copy:
            for row in rows:
                values = list(row)
                for index, processor in processors:
                    values[index] = processor(values[index])
                copy.write_row(values)
    except connection.dialect.loaded_dbapi.Error as error:
        raise DBAPIError.instance(statement, None, error, connection.dialect.loaded_dbapi.Error) from error


def insert_unless_there(model: type[DeclarativeBase], conflict: str | None = None, **values: Any) -> bool:
    """INSERT … ON CONFLICT DO NOTHING; True when the row was written. The database decides, so a race has one winner.

    `conflict` is the unique column that may be taken; None: any of them.
    """
    statement = _insert_unless_there(model, conflict, is_postgresql=is_postgresql())
    return db.session.connection().execute(statement, values).first() is not None


@cache
def _insert_unless_there(model: type[DeclarativeBase], conflict: str | None, *, is_postgresql: bool) -> Any:
    dialect: Any = postgresql if is_postgresql else sqlite
    columns = None if conflict is None else [conflict]
    statement = dialect.insert(model).on_conflict_do_nothing(index_elements=columns)
    return statement.returning(inspect(model).primary_key[0])


def insert_selected(model: type[DeclarativeBase], columns: Sequence[str], rows: Any) -> int:
    """INSERT … SELECT of these columns; rows that are there already are left alone. Gives how many were written."""
    dialect = postgresql if is_postgresql() else sqlite
    statement = dialect.insert(model).from_select(list(columns), rows).on_conflict_do_nothing()
    # Without the option PostgreSQL's driver says -1: SQLAlchemy asks for the keys of an INSERT by itself.
    written: int = db.session.connection().execute(statement, execution_options={"preserve_rowcount": True}).rowcount
    return written
