"""With every id of somebody else, in every route and form, a member sees and changes nothing of theirs (SECURITY §2).

The rows are made from the tables themselves, so that a table or a route that is added later is walked too.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from flask_appbuilder import Model
from sqlalchemy import Boolean, Date, DateTime, Float, Integer, Numeric, String, Table, Time, insert, inspect, select
from sqlalchemy.types import JSON
from werkzeug.routing import IntegerConverter

from app.models import Member, User
from app.models.base import MemberOwned, StaffOnly, UserOwned
from app.models.guard.row_guard import guarded_classes
from app.permissions import MEMBER, ROLES
from tests.guards.test_routes import PUBLIC, _permission_of
from tests.support.factories.elections import make_open_election, make_station
from tests.support.factories.people import make_member
from tests.support.factories.training import make_session

MARK = "EENANDER"
OF_EVERYBODY = {
    "Campaign": "a notification shows its text; which are whose, the notifications say",
    "DeclarationText": "who gives availability reads it",
    "Document": "the grants say which are whose, `rights` who reads the file",
    "DocumentVersion": "as the document",
    "Election": "who gives availability reads it",
    "ElectionDay": "who gives availability reads it",
    "Faq": "suggested to who asks",
    "Function": "who gives availability reads it",
    "NewsFile": "`own_news` says which messages are for whom, `files` which files",
    "NewsItem": "`own_news` says which messages are for whom",
    "PollingStation": "who gives availability reads it",
    "PostcodePoint": "where a postcode lies is public",
    "Shift": "who gives availability reads it",
    "StoredFile": "`file_rights` says who reads which",
    "Survey": "who worked at the election reads its thanks and answers it",
    "SurveyQuestion": "as the survey",
    "TrainingFunction": "as the session",
    "TrainingSession": "who chooses one reads it; `for_member` says which are for whom",
    "SubjectChoice": "who asks a question chooses from them",
}
OUT = ("SessionsView.end_all", "SignInView.sign_out")
SAFE = {"GET", "HEAD", "OPTIONS"}


def value_for(column: Any, now: dt.datetime) -> Any:
    """Something that the column takes; texts can be recognised."""
    kind = getattr(column.type, "impl", column.type)
    for types, value in (
        (String, MARK[: getattr(kind, "length", None) or len(MARK)]),
        (JSON, {}),
        (Boolean, False),
        ((Integer, Numeric, Float), 1),
        (DateTime, now),
        (Date, now.date()),
        (Time, now.time()),
    ):
        if isinstance(kind, types):
            return value
    raise AssertionError(f"no value for {column}")


def fill(db: Any, table: Table, given: dict[str, Any], now: dt.datetime) -> None:
    """One row: `given` for the owner, the first row of each table it points at, recognisable texts."""
    values = dict(given)
    for column in table.columns:
        counts = column.autoincrement is not False and isinstance(column.type, Integer)
        makes_itself = column.primary_key and not column.foreign_keys and counts
        if column.name in values or makes_itself:
            continue
        key = next(iter(column.foreign_keys), None)
        if key is not None:
            if not column.nullable:
                values[column.name] = first_of(db, key.column, now)
        elif not column.nullable or isinstance(column.type, String):
            values[column.name] = value_for(column, now)
    db.session.execute(insert(table).values(values))


def first_of(db: Any, key: Any, now: dt.datetime) -> Any:
    """The key of a row of that table, made if there is none."""
    found = db.session.scalar(select(key).order_by(key).limit(1))
    if found is None:
        fill(db, key.table, {}, now)
        found = db.session.scalar(select(key).order_by(key).limit(1))
    return found


def owned() -> list[tuple[Table, str]]:
    """Every table of members' and users' own rows with its owner's column, parents first."""
    made = {"member", "ab_user", "account"}
    columns = {
        inspect(c).local_table.name: c.owner_column
        for c in guarded_classes()
        if issubclass(c, (MemberOwned, UserOwned))
    }
    return [(t, columns[t.name]) for t in Model.metadata.sorted_tables if t.name in columns and t.name not in made]


def rows_of(db: Any, tables: list[tuple[Table, str]], owners: dict[str, int]) -> dict[str, list[Any]]:
    """All that the database holds of somebody."""
    return {
        table.name: db.session.execute(select(table).where(table.c[owner] == owners[owner])).all()
        for table, owner in tables
    }


@pytest.fixture
def other(db, now):
    """Somebody else, with a row in every table of members' rows."""
    election = make_open_election()
    make_station(election, 1)
    make_session(now)  # whose times are in order
    member = make_member(surname=MARK, city=MARK)
    owners = {"member_id": member.id, "user_id": member.user_id}
    for table, owner in owned():
        fill(db, table, {owner: owners[owner]} | {k: v for k, v in owners.items() if k in table.c}, now)
    db.session.commit()
    return owners


def keys_of(db: Any, owners: dict[str, int], codes: list[str]) -> list[str]:
    """Everything that an address could name of them."""
    found = {str(value) for value in owners.values()} | set(codes)
    for table, owner in owned():
        key = next(iter(table.primary_key.columns))
        found |= {
            str(found_key) for found_key in db.session.scalars(select(key).where(table.c[owner] == owners[owner]))
        }
    return sorted(found)


def walk(app: Any, keys: list[str]) -> Any:
    """Each method of each guarded route, with each key in its places."""
    addresses = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        if rule.endpoint in PUBLIC:
            continue
        for key in keys if rule.arguments else [""]:
            places = {name: isinstance(converter, IntegerConverter) for name, converter in rule._converters.items()}
            if any(places.values()) and not key.isdecimal():
                continue
            values = {name: int(key) if is_number else key for name, is_number in places.items()}
            path = addresses.build(rule.endpoint, values)
            for method in sorted(rule.methods - {"HEAD", "OPTIONS"}):
                yield method, path, rule


def test_another_members_ids_open_and_change_nothing(app, db, client, sign_in_as, other, clock):
    me = make_member()
    tables = [*owned(), (Member.__table__, "id"), (User.__table__, "id")]
    owners = {**other, "id": other["member_id"]}
    keys = keys_of(db, other, [])
    before = rows_of(db, tables, owners)
    assert all(rows for rows in before.values())
    may_be_out = True
    asked = 0
    for method, path, rule in walk(app, keys):
        # What a member may not open is refused whatever stands in its address: see test_routes.py.
        if rule.endpoint in OUT or _permission_of(app, rule.endpoint) not in ROLES[MEMBER]:
            continue
        asked += 1
        if may_be_out:
            sign_in_as(client, me)
        may_be_out = method not in SAFE
        form = {
            name: keys[0]
            for name in ("pk", "id", "thread", "thread_id", "member_id", "user_id", "file_id", "session_id")
        }
        form |= {"rowid": keys, "sure": "yes", "body": "Dag", "subject": "Vraag", "q": MARK}
        answer = client.open(path, method=method, **({} if method in SAFE else {"data": form}))
        assert answer.status_code < 500, (method, path)
        assert MARK not in answer.text, (method, path)
    db.session.expire_all()
    assert rows_of(db, tables, owners) == before
    assert asked > 100


def test_what_no_member_owns_is_of_the_team_or_of_everybody():
    """A new table is put in one of the groups on purpose."""
    of_everybody = {
        c.__name__
        for c in (mapper.class_ for mapper in Model.registry.mappers)
        if not issubclass(c, (MemberOwned, UserOwned, StaffOnly)) and not c.__module__.startswith("flask_appbuilder")
    }
    assert of_everybody == set(OF_EVERYBODY)
