"""What rules ask of each member is read by the member: by the election alone it would be the square of the members."""

from __future__ import annotations

from app.models import Election
from app.models.base import Model
from app.services.planning.eligibility.causes import select_causes
from tests.support.factories.elections import make_open_election
from tests.support.plans import WHOLE, indexes_read

BY_ELECTION_ALONE = {
    (table.name, index.name)
    for table in Model.metadata.tables.values()
    if "member_id" in table.columns
    for index in table.indexes
    if index.columns.keys() == ["election_id"]
}


def test_no_rule_reads_everything_of_an_election_for_each_member(db):
    election = make_open_election()

    read = indexes_read(db.engine, lambda: db.session.execute(select_causes(Election.id == election.id)).all())

    # By which index PostgreSQL reads them hangs on what other tests left in its statistics.
    assert {index for table, index in read if table == "declaration"} - {WHOLE}
    assert read.isdisjoint(BY_ELECTION_ALONE)
