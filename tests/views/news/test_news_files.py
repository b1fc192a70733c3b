"""Images and attachments of general messages: with words, placed in the text, read by whom the message is for."""

from __future__ import annotations

import io

import pytest
from sqlalchemy import select

from app.models import Condition, Group, NewsFile, NewsItem, StoredFile
from app.services.audiences import groups
from app.services.audit import COMMAND
from app.services.news import news
from app.services.news.news import NewsText
from tests.support.factories.people import make_member, make_staff
from tests.support.files import sample_files


@pytest.fixture(autouse=True)
def _standing_clock(clock):
    """Requests have the same now as the test."""


@pytest.fixture
def team(app, db, sign_in_as):
    return sign_in_as(app.test_client(), make_staff())


def write(db, now, **values):
    wanted = {"title": "Nieuwsbrief", "body": "Beste leden", "group": groups.everybody(), **values}
    item = news.write_news(NewsText(**wanted), None, actor=COMMAND, now=now)
    db.session.commit()
    return item


def add(team, item, content=None, name="foto.png", caption="Het stadhuis"):
    given = {"files": (io.BytesIO(content or sample_files.png()), name), "caption": caption}
    return team.post(f"/berichtenbeheer/bestand/{item.id}", data=given, content_type="multipart/form-data")


def publish(db, now, item):
    news.publish_news(item, actor=COMMAND, now=now)
    db.session.commit()


def the_file(db):
    return db.session.scalars(select(NewsFile)).one()


def test_an_image_stands_below_the_text_with_its_words(client, sign_in_as, team, db, now):
    item = write(db, now)
    assert add(team, item).status_code == 302
    publish(db, now, item)
    shown = the_file(db)
    page = sign_in_as(client, make_member()).get(f"/algemene-berichten/{item.id}").text
    address = f"/bestanden/{shown.file_id}/foto.png?toon=1"
    assert f'<figure><img src="{address}" alt="Het stadhuis"></figure>' in page
    answer = client.get(address)
    assert (answer.status_code, answer.content_type) == (200, "image/png")


def test_an_image_can_be_placed_in_the_text_and_then_stands_there_only(client, sign_in_as, team, db, now):
    item = write(db, now)
    add(team, item)
    shown = the_file(db)
    item.body = f"Kijk:\n\n![](afbeelding-{shown.id})\n\n![x](afbeelding-999) ![x](https://evil.example/x.png)"
    publish(db, now, item)
    page = sign_in_as(client, make_member()).get(f"/algemene-berichten/{item.id}").text
    assert page.count("<img src=") - page.count("logo.svg") == 1
    assert 'alt="Het stadhuis"' in page
    assert "<figure>" not in page
    assert "evil.example" not in page


def test_the_preview_of_a_message_shows_its_images(team, db, now):
    item = write(db, now)
    add(team, item)
    typed = {"title": "x", "body": f"![Gezien](afbeelding-{the_file(db).id})", "item": str(item.id), "part": "1"}
    assert 'alt="Gezien"' in team.post("/berichtenbeheer/voorbeeld", data=typed).text


def test_an_image_without_words_is_refused_at_the_field_and_not_kept(team, db, now):
    answer = add(team, write(db, now), caption=" ")
    assert answer.status_code == 422
    assert "Schrijf wat er op de afbeelding staat" in answer.text
    assert db.session.scalar(select(StoredFile.id)) is None


def test_an_attachment_is_a_link_with_kind_and_size(client, sign_in_as, team, db, now):
    item = write(db, now)
    add(team, item, sample_files.pdf(), "handleiding.pdf", "De handleiding")
    publish(db, now, item)
    page = sign_in_as(client, make_member()).get(f"/algemene-berichten/{item.id}").text
    assert f'/bestanden/{the_file(db).file_id}/handleiding.pdf">De handleiding</a> (PDF, ' in page


def test_a_file_is_read_only_by_whom_the_message_is_for_now(app, sign_in_as, team, db, now):
    item = write(db, now, group=Group((Condition("civil_servant"),)))
    add(team, item)
    address = f"/bestanden/{the_file(db).file_id}/foto.png"
    servant = sign_in_as(app.test_client(), make_member(is_civil_servant=True))
    citizen = sign_in_as(app.test_client(), make_member())
    assert (servant.get(address).status_code, team.get(address).status_code) == (404, 200)  # a draft
    publish(db, now, item)
    assert (servant.get(address).status_code, citizen.get(address).status_code) == (200, 404)
    news.NEWS.withdraw(item, actor=COMMAND, now=now)
    assert servant.get(address).status_code == 404


def test_a_file_that_is_taken_away_is_deleted(team, db, now):
    item = write(db, now)
    add(team, item)
    kept = the_file(db)
    other = write(db, now)
    team.post(f"/berichtenbeheer/bestand/{other.id}/{kept.id}/weg")
    assert db.session.scalar(select(NewsFile.id)) == kept.id
    team.post(f"/berichtenbeheer/bestand/{item.id}/{kept.id}/weg")
    assert db.session.scalar(select(NewsFile.id)) is None
    assert db.session.scalar(select(StoredFile.id)) is None


def test_the_files_of_a_deleted_draft_go_with_it(team, db, now):
    item = write(db, now)
    add(team, item)
    team.post(f"/berichtenbeheer/delete/{item.id}")
    assert db.session.scalar(select(NewsItem.id)) is None
    assert db.session.scalar(select(StoredFile.id)) is None


def test_a_member_adds_and_takes_away_nothing(client, sign_in_as, team, db, now):
    item = write(db, now)
    add(team, item)
    member = sign_in_as(client, make_member())
    assert add(member, item).status_code == 403
    assert member.post(f"/berichtenbeheer/bestand/{item.id}/{the_file(db).id}/weg").status_code == 403
