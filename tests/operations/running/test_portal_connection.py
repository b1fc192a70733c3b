"""What PostgreSQL planned for a page serves the next one; what was not committed is taken back all the same.

And the named values of a statement reach it with numbers.
"""

from __future__ import annotations

import pytest
from sqlalchemy import bindparam, create_engine, literal, select, text

from app.database.postgresql import PortalCursor
from app.database.tuning import tune
from tests.support import parts

OFTEN = 8  # the driver has the server keep what it asked five times
COUNT = text("SELECT count(*) FROM tried")
ADD = text("INSERT INTO tried VALUES (1)")


@pytest.fixture
def engine(pytestconfig, database):
    """With one connection, that has a table of its own."""
    server_url = pytestconfig.stash[parts.SERVER_URL]
    if not server_url:
        pytest.skip("about PostgreSQL; the run on PostgreSQL has this test")
    address = f"{server_url}/postgres".replace("postgresql://", "postgresql+psycopg://")
    engine = create_engine(address, pool_size=1, max_overflow=0, pool_pre_ping=True)
    tune(engine, is_command=False)
    with engine.begin() as connection:
        connection.execute(text("CREATE TEMPORARY TABLE tried (number integer)"))
    yield engine
    engine.dispose()


def count_kept(connection):
    """How many statements with this table the server keeps."""
    return connection.scalar(text("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%FROM tried'"))


def test_pages_that_only_read_use_the_plan_of_the_pages_before(engine):
    for _page in range(OFTEN):
        with engine.connect() as connection:  # ends with a rollback
            connection.execute(COUNT)
    with engine.connect() as connection:
        assert count_kept(connection) == 1


def test_a_rollback_of_what_was_written_forgets_what_may_be_of_tables_that_are_gone(engine):
    with engine.connect() as connection:
        for _page in range(OFTEN):
            connection.execute(COUNT)
        connection.execute(ADD)
    with engine.connect() as connection:
        assert count_kept(connection) == 0


def insert(connection):
    connection.execute(ADD)


def insert_many(connection):
    connection.execute(text("INSERT INTO tried VALUES (:number)"), [{"number": 1}, {"number": 2}])


def copy(connection):
    with connection.connection.driver_connection.cursor() as cursor, cursor.copy("COPY tried FROM STDIN") as rows:
        rows.write_row([1])


def ask_the_driver(connection):
    connection.connection.driver_connection.execute("INSERT INTO tried VALUES (1)")


def write_within_a_reading(connection):
    connection.execute(text("WITH new AS (INSERT INTO tried VALUES (1) RETURNING 1) SELECT * FROM new"))


def write_in_a_savepoint(connection):
    with connection.begin_nested():
        connection.execute(ADD)


@pytest.mark.parametrize(
    "write", [insert, insert_many, copy, ask_the_driver, write_within_a_reading, write_in_a_savepoint]
)
@pytest.mark.parametrize("reads_after", [False, True])
def test_what_was_not_committed_is_taken_back(engine, write, reads_after):
    with engine.connect() as connection:
        connection.execute(COUNT)
        write(connection)
        if reads_after:
            assert connection.scalar(COUNT) > 0
    with engine.connect() as connection:
        assert connection.scalar(COUNT) == 0


def test_pages_that_write_and_commit_keep_the_plans_too(engine):
    for _page in range(OFTEN):
        with engine.connect() as connection:
            connection.execute(ADD)
            connection.commit()
            connection.execute(COUNT)
    with engine.connect() as connection:
        assert count_kept(connection) == 1
        assert connection.scalar(COUNT) == OFTEN


@pytest.fixture
def connection(engine):
    with engine.connect() as connection:
        yield connection


def test_a_value_that_is_named_twice_is_given_once(connection):
    number = bindparam("number", 7)
    statement = select(number, number + 1, bindparam("other", 3))
    assert connection.execute(statement).one() == (7, 8, 3)
    assert connection.execute(statement, {"number": 1}).one() == (1, 2, 3)


def test_a_percent_sign_is_one(connection):
    assert connection.execute(select(literal("90%").like("%0\\%", escape="\\"), 7 % literal(4))).one() == (True, 3)
    assert connection.exec_driver_sql("SELECT 7 %% 4").scalar() == 3


@pytest.mark.parametrize("value", ["%(other)s", "%%", "$1", "%s"])
def test_a_value_is_no_part_of_the_statement(connection, value):
    assert connection.execute(text("SELECT CAST(:value AS text)"), {"value": value}).scalar() == value


def test_many_values_keep_their_places(connection):
    numbers = range(300)
    found = connection.execute(select(*(literal(number).label(f"of_{number}") for number in numbers))).one()
    assert list(found) == list(numbers)


def test_what_is_done_for_many_takes_the_values_of_each(connection):
    rows = [{"number": 3}, {"number": 5}]
    connection.execute(text("INSERT INTO tried VALUES (:number)"), rows)
    connection.execute(text("UPDATE tried SET number = :number * 2 WHERE number = :number"), rows)
    assert sorted(connection.scalars(text("SELECT number FROM tried"))) == [6, 10]


def test_the_columns_of_what_was_found_are_made_when_somebody_looks(connection, monkeypatch):
    statement = select(literal(1).label("first"), literal("two").label("second"))
    for _page in range(2):
        assert connection.execute(statement).mappings().one() == {"first": 1, "second": "two"}
    monkeypatch.setattr(PortalCursor, "describe", lambda _cursor: pytest.fail("a statement that was asked before"))
    assert connection.execute(statement).mappings().one() == {"first": 1, "second": "two"}


def test_columns_are_of_the_result_that_they_were_asked_of(connection):
    cursor = connection.connection.driver_connection.cursor()
    cursor.execute("SELECT 1 AS first, 2 AS second")
    columns = cursor.description
    assert [column.name for column in columns] == ["first", "second"]
    unseen = cursor.execute("SELECT 3 AS third").description
    cursor.execute("SELECT 4 AS fourth")
    assert (len(unseen), columns[0].name) == (1, "first")
    with pytest.raises(LookupError):
        unseen[0]
    assert cursor.execute("SET application_name = 'tried'").description is None
