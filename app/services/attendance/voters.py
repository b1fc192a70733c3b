"""The names of voters who sat in are kept as briefly as the law needs: until the record may be destroyed."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select, update

from app.clock import local_today
from app.extensions import db
from app.models import Attendance, Election, ElectionDay
from app.services.audit import WORKER, record_event


def forget_voters(now: datetime, *, days: int) -> int:
    """Take the names away so many days after the last day of their election; gives how many. What they did stays."""
    last = select(func.max(ElectionDay.date)).where(ElectionDay.election_id == Election.id).scalar_subquery()
    is_over = select(Election.id).where(last < local_today(now) - timedelta(days=days))
    named = (Attendance.voter_name != "", Attendance.election_id.in_(is_over))
    found = dict(
        db.session.execute(
            select(Attendance.election_id, func.count(Attendance.id)).where(*named).group_by(Attendance.election_id)
        ).all()
    )
    for election in db.session.scalars(select(Election).where(Election.id.in_(found))):
        gone = (Attendance.election_id == election.id, Attendance.voter_name != "")
        db.session.execute(update(Attendance).where(*gone).values(voter_name=""))
        record_event(WORKER, "attendance.voters_forgotten", now=now, subject=election, count=found[election.id])
    return sum(found.values())
