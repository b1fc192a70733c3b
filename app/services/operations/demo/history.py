"""When things happened in the demo, and who did them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random

from app.clock import from_local, local, local_today
from app.models import Member
from app.services.audit import Actor

_OFFICE = time(10)  # o'clock, on a Dutch clock


@dataclass(frozen=True, slots=True)
class History:
    """The moment at which the demo is made, the clerk who did the team's work, and chance, the same each time."""

    now: datetime
    clerk: Actor
    chance: Random = field(default_factory=lambda: Random(1917))  # noqa: S311 (a demo, no secret)

    @property
    def today(self) -> date:
        """The day of `now` on a Dutch calendar."""
        return local_today(self.now)

    def at(self, days_ago: int, at: time = _OFFICE) -> datetime:
        """The instant of a Dutch wall-clock time so many days ago; never after `now`."""
        return min(self.now, self.moment(days_ago, at))

    def moment(self, days_ago: int, at: time) -> datetime:
        """As `at`, also in the future: `days_ago` below zero."""
        return from_local(datetime.combine(self.today - timedelta(days=days_ago), at))

    def sometime(self, days_ago: int, within: int) -> datetime:
        """An instant by day or in the evening, at most `within` days after `days_ago`; never after `now`."""
        at = time(self.chance.randint(8, 21), self.chance.randint(0, 59))
        return min(self.now, self.at(days_ago - self.chance.randint(0, within), at))

    def wednesday(self, days_from_now: int) -> date:
        """The first Wednesday from then on: Dutch elections are on Wednesdays."""
        day = local(self.now).date() + timedelta(days=days_from_now)
        return day + timedelta(days=(2 - day.weekday()) % 7)


def actor_of(member: Member) -> Actor:
    """The member, who does something. Load `user` with many members, or each is a statement."""
    return Actor(member.user.username, member.user_id)
