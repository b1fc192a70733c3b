"""The migrations make the tables that the models say, and nothing is missing on either side."""

from __future__ import annotations

import pytest
from flask_migrate import check
from sqlalchemy import Column, Integer, Table

from app.extensions import db as portal_db


def test_the_models_say_what_the_migrations_made(app, db):
    check(directory="migrations")


def test_a_table_without_a_migration_is_noticed(app, db):
    table = Table("nobody_made_this", portal_db.metadata, Column("id", Integer, primary_key=True))
    try:
        with pytest.raises(SystemExit):  # flask-migrate logs what is missing and ends
            check(directory="migrations")
    finally:
        portal_db.metadata.remove(table)
