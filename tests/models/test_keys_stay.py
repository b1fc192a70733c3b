"""A flush looks for no rows that would follow a key that changes: no key does."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.unitofwork import UOWTransaction

from app.services.members.change_log import note_change
from tests.support.factories.people import make_member


def test_saving_a_member_looks_at_no_other_table(db, monkeypatch):
    member = make_member()
    looked = []
    make = UOWTransaction._generate_actions

    def note(transaction):
        looked.extend(str(look) for look, _is_delete in transaction.presort_actions)
        return make(transaction)

    monkeypatch.setattr(UOWTransaction, "_generate_actions", note)
    member.city = "Elders"
    db.session.flush()
    assert looked == ["_ManyToOneDP(Member.user)"]


def test_the_key_of_a_row_that_others_lead_to_stays(db, now):
    member = make_member()
    note_change(member, "city", "Hier", "Daar", None, now)
    db.session.commit()
    member.id += 1
    with pytest.raises(IntegrityError):
        db.session.flush()
    db.session.rollback()
