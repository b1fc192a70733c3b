"""Requests whose changes are taken back: each is tried on the same rows, and hundreds take as long as a few resets."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from flask import Flask
from flask_sqlalchemy import SQLAlchemy


@contextmanager
def undoing(app: Flask, db: SQLAlchemy) -> Iterator[Callable[[], None]]:
    """Inside, all sessions share one transaction; what is given ends it: nothing that was committed in it stays.

    A commit releases a savepoint in it, so that the database checks and refuses as it always does.
    """
    db.session.commit()
    db.session.remove()
    engines = db._app_engines[app]
    engine = engines[None]
    options = db.session.session_factory.kw
    with engine.connect() as connection:

        def begin() -> None:
            connection.begin()
            if engine.dialect.name == "sqlite":
                connection.exec_driver_sql("BEGIN")  # else the first savepoint would be the transaction

        def undo() -> None:
            db.session.remove()
            connection.rollback()
            begin()

        engines[None] = connection
        options["join_transaction_mode"] = "create_savepoint"
        begin()
        try:
            yield undo
        finally:
            db.session.remove()
            del options["join_transaction_mode"]
            engines[None] = engine
            connection.rollback()
