"""Files that go with a message: whose they are, what is refused, and that nothing is kept of what is refused."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image
from sqlalchemy import func, select

from app.clock import utc_now
from app.contents.kinds import JPEG
from app.contents.photos import clean
from app.extensions import storage
from app.models import AuditEvent, Condition, Group, Message, MessageAttachment, MessageDraft, StoredFile
from app.services.audit import COMMAND
from app.services.documents import documents
from app.services.documents.documents import DocumentText
from app.services.files.stored_files import keep_file
from tests.support.factories.message_box import ask
from tests.support.factories.people import make_member, make_staff
from tests.support.files.sample_files import jpeg, pdf

ASK = "/berichtenbox/vraag"


@pytest.fixture
def member(client, sign_in_as):
    asking = make_member()
    sign_in_as(client, asking)
    return asking


def filled(*files, **values):
    return {
        "choice_id": "0",
        "election_id": "0",
        "subject": "Foto",
        "body": "Zie de foto.",
        "files": [(BytesIO(content), name) for content, name in files],
        **values,
    }


def path_of(file):
    return f"/bestanden/{file.id}/{file.name}"


def test_a_photo_goes_with_a_question_and_both_sides_can_open_it(client, member, db, app, sign_in_as):
    page = client.post(ASK, data=filled((jpeg(), "ingang.jpg")), follow_redirects=True)
    file = db.session.scalars(select(StoredFile)).one()
    assert path_of(file) in page.text
    assert client.get(path_of(file)).data == clean(BytesIO(jpeg()), JPEG).read()
    team = sign_in_as(app.test_client(), make_staff())
    assert team.get(path_of(file)).status_code == 200


def test_the_file_of_somebody_elses_message_is_not_there_and_the_try_is_in_the_trail(
    client, member, db, app, sign_in_as
):
    client.post(ASK, data=filled((pdf(), "brief.pdf")))
    file = db.session.scalars(select(StoredFile)).one()
    other = make_member()
    ask(other)
    browser = sign_in_as(app.test_client(), other)
    assert browser.get(path_of(file)).status_code == 404
    row = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "file.denied")).one()
    assert (row.actor_user_id, row.details) == (other.user_id, {"file_id": file.id})


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ([(b"<html><script>1</script></html>", "brief.pdf")], "brief.pdf:"),
        ([(jpeg(), f"{number}.jpg") for number in range(6)], "hoogstens 5 bestanden"),
    ],
    ids=["html", "too many"],
)
def test_what_is_refused_is_said_at_the_field_and_neither_sent_nor_kept(client, member, db, files, words):
    refused = client.post(ASK, data=filled(*files))
    assert refused.status_code == 422
    assert words in refused.text
    assert "Zie de foto.</textarea>" in refused.text
    assert db.session.scalar(select(func.count(Message.id))) == 0
    assert db.session.scalar(select(func.count(StoredFile.id))) == 0
    assert db.session.scalars(select(MessageDraft.body)).all() == ["Zie de foto."]


def test_more_than_the_total_is_refused_and_leaves_nothing_on_the_disk(client, member, db, now):
    large = jpeg()[:-2] + b"\0" * (9 * 1024 * 1024) + b"\xff\xd9"  # all of it is picture
    before = set(storage.store.old_keys(now.replace(year=2100)))
    refused = client.post(ASK, data=filled((large, "1.jpg"), (large, "2.jpg"), (large, "3.jpg")))
    assert refused.status_code == 422
    assert "Alle bestanden samen mogen hoogstens 20 MB zijn." in refused.text
    assert set(storage.store.old_keys(now.replace(year=2100))) == before


def test_the_form_tells_how_many_and_how_large(client, member):
    page = client.get(ASK).text
    assert "Samen hoogstens 20 MB. Hoogstens 5 bestanden van elk 10 MB" in page


def test_the_team_answers_with_a_file(client, db, app, sign_in_as):
    member = make_member()
    thread = ask(member)
    team = sign_in_as(client, make_staff())
    data = {"seen": thread.version, "body": "Zie de brief.", "canned": "0", "files": (BytesIO(pdf()), "brief.pdf")}
    assert team.post(f"/vragen/answer/{thread.id}", data=data).status_code == 302
    attached = db.session.scalars(select(MessageAttachment)).one()
    assert attached.member_id == member.id
    browser = sign_in_as(app.test_client(), member)
    assert browser.get(path_of(attached.file)).status_code == 200


def make_document(db, now, group):
    wanted = DocumentText(title="Handleiding stembureau", category="manual", group=group)
    file = keep_file(BytesIO(pdf()), "Gids.pdf", actor=COMMAND, now=now)
    (document,) = documents.add_documents(wanted, [file], actor=COMMAND, now=now)
    documents.publish_documents([document], actor=COMMAND, now=now)
    db.session.commit()
    return document


def test_a_document_of_the_library_goes_with_the_answer_until_it_is_withdrawn(client, db, app, sign_in_as):
    now = utc_now()
    document = make_document(db, now, Group((Condition("civil_servant"),)))
    member, other = make_member(), make_member()
    thread = ask(member)
    team = sign_in_as(client, make_staff())
    assert "Handleiding stembureau</option>" in team.get(f"/vragen/show/{thread.id}").text
    data = {"seen": thread.version, "body": "Zie de gids.", "document_id": document.id}
    assert team.post(f"/vragen/answer/{thread.id}", data=data).status_code == 302
    file = db.session.scalars(select(StoredFile)).one()
    browser, foreign = sign_in_as(app.test_client(), member), sign_in_as(app.test_client(), other)
    assert path_of(file) in browser.get(f"/berichtenbox/{thread.id}").text
    assert browser.get(path_of(file)).status_code == 200
    assert foreign.get(path_of(file)).status_code == 404
    documents.DOCUMENTS.withdraw(document, actor=COMMAND, now=now)
    db.session.commit()
    assert "niet meer beschikbaar" in browser.get(f"/berichtenbox/{thread.id}").text
    assert browser.get(path_of(file)).status_code == 404


def test_what_is_not_in_the_library_is_refused_and_the_text_kept(client, db, sign_in_as):
    thread, team = ask(make_member()), sign_in_as(client, make_staff())
    refused = team.post(f"/vragen/answer/{thread.id}", data={"seen": 1, "body": "Zie de gids.", "document_id": 99})
    assert refused.status_code == 422
    assert "Zie de gids.</textarea>" in refused.text
    assert db.session.scalar(select(func.count(Message.id))) == 1


def test_a_photo_in_a_message_does_not_tell_where_it_was_taken(client, member, db):
    exif = Image.Exif()
    exif[0x0112] = 6
    exif.get_ifd(0x8825).update({1: "N", 2: (52.0, 5.0, 26.0), 29: "2026:03:18"})
    photo = BytesIO()
    Image.new("RGB", (40, 20), "red").save(photo, "JPEG", exif=exif)
    assert client.post(ASK, data=filled((photo.getvalue(), "foto.jpg"))).status_code == 302
    file = db.session.scalars(select(StoredFile)).one()
    read = client.get(f"/bestanden/{file.id}/{file.name}").data
    assert b"Exif" not in read
    assert b"2026:03:18" not in read
    assert Image.open(BytesIO(read)).size == (20, 40)
    assert file.size == len(read)
