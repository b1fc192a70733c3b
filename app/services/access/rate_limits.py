"""How often something may be tried: counters per account, device and address, in our database.

Flask-Limiter has no SQL storage, and a counter in memory is one per process. A try is counted before it is judged, so
that parallel guesses cannot pass the limit. A window ends by itself: no lock lasts longer (SECURITY §1).
"""

from __future__ import annotations

import ipaddress
import math
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Final, NamedTuple

from sqlalchemy import bindparam, case, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from app.extensions import db, vault
from app.models import AttemptCounter
from app.models.guard.row_guard import everyone
from app.models.shortcuts.kept_statements import run_kept
from app.services.bulk import is_postgresql


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `tries` in a window that starts at the first one.

    `told` further ones are still judged, and open nothing: who then types the right password is told until when it is
    locked. After those nobody learns anything, so that a lock is no place to go on guessing.
    """

    kind: str
    tries: int
    window: timedelta
    told: int = 0


class Tries(NamedTuple):
    """What was counted, the newest try included, and when the window ends."""

    number: int
    ends_at: datetime

    def is_over(self, limit: Limit) -> bool:
        """Whether this try was one too many."""
        return self.number > limit.tries

    def is_told(self, limit: Limit) -> bool:
        """Whether its owner may still be told of the lock."""
        return self.number <= limit.tries + limit.told

    def minutes(self, now: datetime) -> int:
        """How long the wait is, in whole minutes."""
        return max(1, math.ceil((self.ends_at - now) / timedelta(minutes=1)))


# The sum of what somebody can guess who keeps at it stands in docs/decisions/0019-locks.md: read it before a change.
PASSWORD_PER_ACCOUNT = Limit("password", 10, timedelta(minutes=15), told=5)
PASSWORD_PER_PLACE = Limit("password-place", 10, timedelta(minutes=15), told=5)  # a known device, or an open session
PASSWORD_PER_ADDRESS = Limit("password-address", 100, timedelta(minutes=15), told=20)  # an office shares one address
WRONG_CODES = Limit("code", 20, timedelta(hours=1))
WRONG_CODES_PER_PLACE = Limit("code-place", 10, timedelta(hours=1))
CODES_SENT = Limit("code-sent", 20, timedelta(hours=1))
LINKS_PER_ACCOUNT = Limit("link", 5, timedelta(hours=1))
LINKS_PER_DEVICE = Limit("link-device", 5, timedelta(hours=1))
# Apart from the links: who may ask for either must not use up the way out of a lock.
NAMES_PER_ACCOUNT = Limit("names", 5, timedelta(hours=1))
NAMES_PER_DEVICE = Limit("names-device", 5, timedelta(hours=1))
LINKS_PER_ADDRESS = Limit("link-address", 30, timedelta(hours=1))
PASSWORDS_JUDGED = Limit("meter", 200, timedelta(minutes=10))  # while somebody types a new one; zxcvbn takes a while
# The sum for the code in a letter stands in docs/decisions/0026-letters.md.
LETTER_CODES_PER_ADDRESS = Limit("letter-address", 20, timedelta(hours=1))
LETTER_CODES = Limit("letter", 1_000, timedelta(hours=1))  # of everybody together
CERTIFICATES = Limit("certificate", 20, timedelta(hours=1))  # PDFs that a member lets us print
PROOFS_SENT = Limit("proof-sent", 5, timedelta(hours=1))  # codes to an address that a letter's reader typed


@everyone("count a try")
def count_try(limit: Limit, who: str, now: datetime) -> Tries:
    """Count one try of `who` and give how many there are in this window, this one included. One atomic statement."""
    given = {"of_key": _key(limit, who), "at": now, "ends_at": now + limit.window}
    return Tries._make(run_kept(db.session(), _count(is_postgresql=is_postgresql()), given).one())


_COUNTERS: Any = AttemptCounter.__table__
_IS_IT: Final = _COUNTERS.c.key == bindparam("of_key")
_AT: Final = bindparam("at", type_=_COUNTERS.c.window_ends_at.type)


@cache
def _count(*, is_postgresql: bool) -> Any:
    """Made once, as what else a sign-in asks: to make them anew took longer than all that the database does for it."""
    insert = (postgresql if is_postgresql else sqlite).insert
    ends_at = bindparam("ends_at", type_=_COUNTERS.c.window_ends_at.type)
    is_over = _COUNTERS.c.window_ends_at <= _AT
    statement = insert(_COUNTERS).values(key=bindparam("of_key"), tries=1, window_ends_at=ends_at)
    return statement.on_conflict_do_update(
        index_elements=[_COUNTERS.c.key],
        set_={
            "tries": case((is_over, 1), else_=_COUNTERS.c.tries + 1),
            "window_ends_at": case((is_over, ends_at), else_=_COUNTERS.c.window_ends_at),
        },
    ).returning(_COUNTERS.c.tries, _COUNTERS.c.window_ends_at)


@everyone("give a try back")
def refund(limit: Limit, who: str) -> None:
    """The try was right after all: only wrong ones count."""
    run_kept(db.session(), _GIVE_BACK, {"of_key": _key(limit, who)})


_GIVE_BACK: Final = update(_COUNTERS).where(_IS_IT, _COUNTERS.c.tries > 0).values(tries=_COUNTERS.c.tries - 1)


@everyone("read a counter")
def find_lock(limit: Limit, who: str, now: datetime) -> Tries | None:
    """The tries of `who`, when all of this window are used up."""
    row = run_kept(db.session(), _FIND_LOCK, {"of_key": _key(limit, who), "at": now, "most": limit.tries}).one_or_none()
    return Tries._make(row) if row else None


_FIND_LOCK: Final = select(_COUNTERS.c.tries, _COUNTERS.c.window_ends_at).where(
    _IS_IT, _COUNTERS.c.window_ends_at > _AT, _COUNTERS.c.tries >= bindparam("most")
)


@everyone("read counters")
def find_exceeded(limit: Limit, whos: Collection[str], now: datetime) -> set[str]:
    """Those of `whos` who have used all tries of this window; one statement."""
    keys = {_key(limit, who): who for who in whos}
    exceeded = select(AttemptCounter.key).where(
        AttemptCounter.key.in_(keys), AttemptCounter.window_ends_at > now, AttemptCounter.tries >= limit.tries
    )
    return {keys[key] for key in db.session.scalars(exceeded)}


@everyone("reset a counter")
def reset(limit: Limit, who: str) -> None:
    """Forget the tries of `who`."""
    run_kept(db.session(), _RESET, {"of_key": _key(limit, who)})


_RESET: Final = delete(_COUNTERS).where(_IS_IT)


@everyone("remove old counters")
def delete_old(now: datetime) -> None:
    """Remove the counters whose window is over."""
    db.session.execute(delete(AttemptCounter).where(AttemptCounter.window_ends_at <= now))


def network_of(ip: str) -> str:
    """The address to count by: an IPv4 address, or the /64 that an IPv6 household shares."""
    try:
        address = ipaddress.ip_address(ip)
    except ValueError:
        return "unknown"
    if address.version == 4:
        return str(address)
    return str(ipaddress.ip_network((address, 64), strict=False).network_address)


def _key(limit: Limit, who: str) -> str:
    """Keyed, because people type their password where the user name goes."""
    return f"{limit.kind}:{vault.lookup_hash(who, purpose='attempts')}"
