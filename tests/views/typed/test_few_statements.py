"""Saving a form costs few statements, though it notes what changed, sees what others changed, and is done once."""

from __future__ import annotations

from sqlalchemy import event

from tests.support.factories.people import make_member, make_staff
from tests.support.odd_forms import read_forms

MOST = 8  # visitor, row, that it was sent (on SQLite the lock too), the row locked, the change, two notes, who follows


def test_saving_takes_eight_statements_and_one_commit(db, client, sign_in_as, statements):
    member, team = make_member(city="Oud"), sign_in_as(client, make_staff())
    path = f"/leden/edit/{member.id}"
    form = next(form for form in read_forms(team.get(path).text, path) if "city" in form.fields)
    db.session.commit()
    commits: list[object] = []
    note = commits.append
    event.listen(db.engine, "commit", note)
    try:
        with statements() as seen:
            answer = team.post(path, data=form.values(city="Nieuw", is_civil_servant=None))
    finally:
        event.remove(db.engine, "commit", note)

    assert answer.status_code == 302
    assert len(seen) <= MOST, seen
    assert len(commits) == 1
    db.session.refresh(member)
    assert member.city == "Nieuw"
