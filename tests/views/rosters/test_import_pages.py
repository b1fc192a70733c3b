import io
import shutil

import pytest
from sqlalchemy import select

from app.models import AuditEvent, ImportRun, Member
from tests.support.factories.people import make_member, make_staff

ROSTER = (
    "Lidnummer;Voornaam;Achternaam;E-mail;BSN\r\n"
    "1;Jan;Bakker;jan@post.example;111222333\r\n"
    "2;Piet;;piet@post.example;123456782\r\n"
)


def upload(client, content: str = ROSTER, name: str = "leden.csv"):
    return client.post("/leden-importeren/", data={"file": (io.BytesIO(content.encode()), name)})


def test_the_team_uploads_checks_imports_and_downloads_what_was_refused(db, client, sign_in_as, capfd):
    sign_in_as(client, make_staff())
    uploaded = upload(client)
    run = db.session.scalars(select(ImportRun)).one()
    columns = client.get(uploaded.location)
    assert "Bakker" in columns.text
    chosen = {f"column-{field}": index for field, index in run.mapping["columns"].items()}

    checked = client.post(uploaded.location, data=chosen, follow_redirects=True)
    assert not db.session.scalars(select(Member)).all()
    done = client.post(f"/leden-importeren/{run.id}/importeren", follow_redirects=True)
    refused = client.get(f"/leden-importeren/{run.id}/geweigerd.csv")

    assert db.session.scalars(select(Member.surname)).all() == ["Bakker"]
    assert (run.state, run.rows_new, run.rows_refused, run.file_name) == ("done", 1, 1, None)
    assert "piet@post.example" in refused.text
    assert done.status_code == 200
    seen = [columns.text, checked.text, done.text, refused.text, *capfd.readouterr()]
    seen += [repr(vars(event)) for event in db.session.scalars(select(AuditEvent))]
    assert not [text for text in seen if "111222333" in text or "123456782" in text]


def test_a_file_that_is_no_roster_is_refused_at_its_field(db, client, sign_in_as):
    sign_in_as(client, make_staff())

    answer = upload(client, "%PDF-1.7 nonsense")

    assert answer.status_code == 422
    assert "file-error" in answer.text


def test_without_the_surname_nothing_is_checked(db, client, sign_in_as):
    sign_in_as(client, make_staff())
    uploaded = upload(client)

    answer = client.post(uploaded.location, data={"column-email": "3"})

    assert answer.status_code == 422


def test_what_is_wrong_with_the_columns_stands_at_each_choice(db, client, sign_in_as):
    sign_in_as(client, make_staff())
    uploaded = upload(client)
    answer = client.post(uploaded.location, data={"column-city": "3", "column-street": "3"})
    for name in ("surname", "member_number", "city", "street"):
        assert f'id="column-{name}-error"' in answer.text, name


def test_only_a_column_of_the_file_can_be_chosen(db, client, sign_in_as):
    sign_in_as(client, make_staff())
    uploaded = upload(client)
    answer = client.post(uploaded.location, data={"column-surname": "2", "column-email": "999999999"})
    assert answer.status_code == 422


def test_a_large_file_waits_for_the_worker_and_the_page_lives(db, client, sign_in_as, monkeypatch):
    monkeypatch.setattr("app.services.rosters.runs.AT_ONCE", 1)
    sign_in_as(client, make_staff())
    uploaded = upload(client)

    page = client.post(uploaded.location, data={"column-surname": "2", "column-email": "3"}, follow_redirects=True)

    assert "data-goes-on" in page.text


def test_a_file_that_is_thrown_away_is_gone(db, client, sign_in_as):
    sign_in_as(client, make_staff())
    run_id = upload(client).location.split("/")[2]

    client.post(f"/leden-importeren/{run_id}/weggooien")

    assert not db.session.scalars(select(ImportRun)).all()


@pytest.fixture
def _no_place_for_uploads(app):
    """The folder of uploads cannot be written: a file stands where it should be."""
    uploads = app.config["INSTANCE_DIR"] / "uploads"
    shutil.rmtree(uploads, ignore_errors=True)
    uploads.write_text("in the way")
    yield
    uploads.unlink()


@pytest.mark.usefixtures("_no_place_for_uploads")
def test_an_upload_that_cannot_be_kept_is_told_at_the_field_and_leaves_nothing(db, client, sign_in_as):
    sign_in_as(client, make_staff())

    answer = upload(client)

    assert answer.status_code == 422
    assert "file-error" in answer.text
    assert "kan nu niet worden bewaard" in answer.text
    assert not db.session.scalars(select(ImportRun)).all()


def test_a_member_cannot_import(db, client, sign_in_as):
    sign_in_as(client, make_member())

    assert client.get("/leden-importeren/").status_code in (302, 403)
    assert upload(client).status_code in (302, 403)
    assert not db.session.scalars(select(ImportRun)).all()


def test_an_import_is_undone_in_three_clicks_and_found_by_its_filter(db, client, sign_in_as, statements):
    sign_in_as(client, make_staff())
    run_id = int(upload(client).location.split("/")[2])
    run = db.session.get(ImportRun, run_id)
    chosen = {f"column-{field}": index for field, index in run.mapping["columns"].items()}
    preview = client.post(f"/leden-importeren/{run_id}/kolommen", data=chosen, follow_redirects=True)
    assert "Jan Bakker" not in preview.text  # what is refused comes first
    assert "Jan Bakker" in client.get(f"/leden-importeren/{run_id}?deel=new").text
    client.post(f"/leden-importeren/{run_id}/importeren")

    found = client.get(f"/leden/list/?import={run_id}")
    assert "Bakker" in found.text
    done = client.get(f"/leden-importeren/{run_id}")
    assert f"/leden-importeren/{run_id}/terugdraaien" in done.text
    sure = client.get(f"/leden-importeren/{run_id}/terugdraaien")
    assert "1 nieuw lid gaat weg" in sure.text
    with statements() as seen:
        undone = client.post(f"/leden-importeren/{run_id}/terugdraaien")
    assert len(seen) < 60
    page = client.get(undone.location)
    assert "1 nieuw lid is weggehaald" in page.text
    assert not db.session.scalars(select(Member)).all()
    assert client.get(f"/leden-importeren/{run_id}/terugdraaien").status_code == 302


def test_a_large_import_is_undone_by_the_worker_and_the_page_lives(db, client, sign_in_as, monkeypatch):
    sign_in_as(client, make_staff())
    run_id = int(upload(client).location.split("/")[2])
    client.post(f"/leden-importeren/{run_id}/kolommen", data={"column-surname": "2", "column-email": "3"})
    client.post(f"/leden-importeren/{run_id}/importeren")
    monkeypatch.setattr("app.services.rosters.undo.AT_ONCE", 0)
    page = client.post(f"/leden-importeren/{run_id}/terugdraaien", follow_redirects=True)
    assert "data-goes-on" in page.text
