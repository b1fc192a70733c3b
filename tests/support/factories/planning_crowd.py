"""Very many members around the stations of an election, each with an answer, wishes, a past and an address: by chance,
the same for each `seed`. For tests and benches of the ranking.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from random import Random
from typing import Any

from app.clock import utc_now
from app.extensions import db
from app.models import (
    Account,
    Availability,
    AvailabilityShift,
    Couple,
    Election,
    Member,
    PollingStation,
    PreferredFunction,
    PreferredStation,
    Service,
    User,
)
from app.services.audit import COMMAND
from app.services.bulk import insert_rows
from app.services.certificates.results import note_days
from app.services.elections.functions import list_active_functions
from tests.support.factories.elections import shifts_of

FIRST = 100_001  # the key of the first one: apart from members that a test makes itself
WIDE = 0.16  # degrees around the middle: a town of some 18 by 11 kilometres
MIDDLE = (52.09, 5.12)
NAMES = ("Jansen", "Bakker", "Visser", "Smit", "Meijer", "Mulder", "Bos", "Peters", "Hendriks", "Çelik")


def make_crowd(election: Election, stations: Sequence[PollingStation], count: int, *, seed: int = 1) -> range:
    """`count` active members who answered for the election; gives their keys. Commits."""
    luck, ids = Random(seed), range(FIRST, FIRST + count)
    _insert_people(ids, luck)
    shifts, functions = [shift.id for shift in shifts_of(election)], [row.id for row in list_active_functions()]
    keys = [station.id for station in stations]
    now = utc_now()
    insert_rows(
        _table(Availability),
        ("id", "member_id", "election_id", "state", "remark", "submitted_at"),
        ((key, key, election.id, "submitted", "", now) for key in ids),
    )
    said = ("yes", "yes", "yes", "maybe", "no")
    insert_rows(
        _table(AvailabilityShift),
        ("availability_id", "member_id", "shift_id", "answer", "reason"),
        ((key, key, shift, luck.choice(said), "") for key in ids for shift in shifts),
    )
    _insert_wishes(PreferredStation, "station_id", ids, keys, luck)
    _insert_wishes(PreferredFunction, "function_id", ids, functions, luck)
    insert_rows(
        _table(Service),
        ("member_id", "election_name", "worked_on", "function_id", "station_id", "station_name"),
        (
            (key, "Eerder", date(2024, 6, 6), luck.choice(functions), luck.choice(keys), "")
            for key in ids
            if luck.random() < 0.5
        ),
    )
    pairs = [(key, key + 1) for key in ids[:-1:20]]
    insert_rows(_table(Couple), ("member_id", "other_id"), [*pairs, *((other, key) for key, other in pairs)])
    db.session.commit()
    return ids


def place_stations(stations: Sequence[PollingStation], *, seed: int = 2) -> None:
    """Addresses in the town for these stations. Commits."""
    luck = Random(seed)
    for station in stations:
        station.latitude, station.longitude = _somewhere(luck)
    db.session.commit()


def _somewhere(luck: Random) -> tuple[float, float]:
    return tuple(round(middle + luck.uniform(-WIDE, WIDE) / 2, 6) for middle in MIDDLE)  # type: ignore[return-value]


def _insert_people(ids: range, luck: Random) -> None:
    now: Any = utc_now()
    insert_rows(
        _table(User),
        ("id", "first_name", "last_name", "username", "active", "email"),
        ((key, "Jan", "Vries", f"crowd{key}", True, f"crowd{key}@x.invalid") for key in ids),
    )
    insert_rows(_table(Account), ("user_id", "epoch", "locale"), ((key, 1, "nl") for key in ids))
    same = {
        **dict.fromkeys(("initials", "phone", "mobile", "house_number_suffix", "iban_ending", "languages"), ""),
        **{"first_name": "Jan", "infix": "de", "street": "Dorpsstraat", "house_number": "1", "postcode": "3511 AB"},
        **{"city": "Voorbeeldstad", "is_civil_servant": False, "bsn_duplicate": False, "state": "active"},
        **{"birth_date": date(1970, 6, 6), "created_at": now, "changed_at": now},
    }
    columns = ("id", "user_id", "member_number", "surname", "email", "search_text", "latitude", "longitude", *same)
    insert_rows(_table(Member), columns, (_person(key, luck, tuple(same.values())) for key in ids))
    note_days(dict.fromkeys(ids, date(2025, 11, 1)), actor=COMMAND, now=now)


def _person(key: int, luck: Random, same: tuple[Any, ...]) -> tuple[Any, ...]:
    name = f"{NAMES[key % len(NAMES)]} {key}"
    where = _somewhere(luck) if luck.random() < 0.95 else (None, None)
    return key, key, f"9{key}", name, f"crowd{key}@post.example", name.lower(), *where, *same


def _insert_wishes(model: Any, column: str, ids: range, keys: Sequence[int], luck: Random) -> None:
    def rows() -> Iterator[tuple[int, ...]]:
        for key in ids:
            chosen = luck.sample(keys, min(len(keys), luck.choice((0, 1, 1, 2, 3))))
            yield from ((key, key, wish, rank) for rank, wish in enumerate(chosen, 1))

    insert_rows(_table(model), ("availability_id", "member_id", column, "rank"), rows())


def _table(model: Any) -> Any:
    return model.__table__
