"""Personal documents in bulk on screen: upload, look what matches, publish or throw away."""

from __future__ import annotations

import io

import pytest
from sqlalchemy import select

from app import jobs
from app.jobs import due
from app.models import Document, ImportRun, Notification, PublicationState, StoredFile
from app.services.documents import personal_batches
from tests.support.factories.people import make_member, make_staff
from tests.support.files import sample_files as files


@pytest.fixture
def team(client, sign_in_as):
    return sign_in_as(client, make_staff())


def upload(team, *uploads, **values):
    data = {
        "title": "Benoemingsbrief",
        "category": "letter",
        "language": "nl",
        "election_id": "0",
        "is_announced": "y",
        "files": [(io.BytesIO(content), name) for name, content in uploads],
        **values,
    }
    return team.post("/persoonlijke-documenten/", data=data)


def test_the_team_sees_what_matches_and_what_does_not_before_anybody_gets_it(team, db):
    member = make_member(member_number="10023", surname="Zandstra")
    make_member(member_number="10024", surname="Bakker")
    content = files.zipped({"10023_brief.pdf": files.pdf(), "99999.pdf": files.pdf(), "10024.pdf": b"<html>"})
    page = team.get(upload(team, ("brieven.zip", content)).headers["Location"]).text
    assert "Zandstra" in page
    assert "Bakker" not in page
    assert "99999.pdf" in page
    assert "Geen lid heeft het nummer" in page
    assert "10024.pdf" in page
    assert "webpagina" in page
    document = db.session.scalars(select(Document)).one()
    assert "1 lid kan dit document lezen." in team.get(f"/documentbeheer/publiceren?id={document.id}").text
    team.post("/documentbeheer/publiceren", data={"id": document.id})
    due.start_campaigns()
    assert [notification.member_id for notification in db.session.scalars(select(Notification))] == [member.id]


def test_it_can_be_thrown_away(team, db):
    make_member(member_number="10023")
    url = upload(team, ("10023.pdf", files.pdf())).headers["Location"]
    assert "Niemand heeft iets gekregen" in team.post(f"{url}/weggooien", follow_redirects=True).text
    assert team.get(url).status_code == 404
    assert db.session.query(Document).count() == db.session.query(StoredFile).count() == 0


def test_what_was_published_is_not_thrown_away(team, db):
    make_member(member_number="10023")
    url = upload(team, ("10023.pdf", files.pdf())).headers["Location"]
    team.post("/documentbeheer/publiceren", data={"id": db.session.scalars(select(Document.id)).one()})
    team.post(f"{url}/weggooien")
    assert db.session.scalars(select(Document.state)).one() == PublicationState.PUBLISHED


def test_a_large_archive_shows_how_far_the_worker_is(team, db, monkeypatch):
    monkeypatch.setattr(personal_batches, "AT_ONCE", 1)
    make_member(member_number="10023")
    content = files.zipped({"10023.pdf": files.pdf(), "99999.pdf": files.pdf()})
    url = upload(team, ("brieven.zip", content)).headers["Location"]
    assert "0 van de 2 bestanden gecontroleerd" in team.get(url).text
    due.run_due_work(jobs.deliver_mail)
    assert "1 bestand" in team.get(url).text
    assert db.session.scalars(select(ImportRun)).one().rows_new == 1


def test_without_a_title_or_file_the_form_comes_back(team, db):
    answer = upload(team, title="")
    assert answer.status_code == 422
    assert "Kies een bestand." in answer.text
    assert db.session.query(ImportRun).count() == 0


def test_a_batch_that_is_not_there_is_a_404(team):
    for number in (1, 99999999999):
        assert team.get(f"/persoonlijke-documenten/{number}").status_code == 404
