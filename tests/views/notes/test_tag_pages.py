"""Tags: their screen, those of one member, giving and taking them for many, finding members by them."""

from __future__ import annotations

import html
import re

import pytest
from sqlalchemy import select

from app.clock import utc_now
from app.jobs import due
from app.models import Audience, AuditEvent, Condition, Group, Member, MemberTag, Tag
from app.phrases import RuleBroken
from app.services import bulk_runs
from app.services.audiences import groups
from app.services.audit import COMMAND
from app.services.members.one_person import merging
from app.services.members.one_person.references import is_used_elsewhere
from app.services.notes import tags
from tests.support.factories.people import make_member, make_staff


@pytest.fixture
def team(db, client, sign_in_as):
    return sign_in_as(client, make_staff())


@pytest.fixture
def make_tag(db):
    def make(name, *members):
        tag = Tag(name=name)
        db.session.add(tag)
        db.session.flush()
        db.session.add_all(MemberTag(member_id=member.id, tag_id=tag.id) for member in members)
        db.session.commit()
        return tag

    return make


def names_of(db, member):
    db.session.expire_all()
    return [tag.name for tag in tags.tags_of(member.id)]


def test_from_the_choice_of_tags_one_makes_a_new_one_and_comes_back(db, team):
    here = f"/leden/{make_member().id}/labels"
    way = re.search(r'href="([^"]+)">Nieuw label maken', team.get(here).text)[1]
    made = team.post(html.unescape(way), data={"name": "Rustig type"})
    assert made.location == here
    assert "Rustig type" in team.get(here).text


def test_a_tag_has_a_name_of_its_own(db, team, make_tag):
    make_tag("Ervaren")
    assert team.post("/labels/add", data={"name": "  Rustig   type "}).status_code == 302
    assert sorted(db.session.scalars(select(Tag.name))) == ["Ervaren", "Rustig type"]
    page = team.post("/labels/add", data={"name": "ERVAREN"})
    assert page.status_code == 422
    assert "Een ander label heeft deze naam." in page.text
    other = db.session.scalars(select(Tag.id).where(Tag.name == "Rustig type")).one()
    assert team.post(f"/labels/edit/{other}", data={"name": "ervaren"}).status_code == 422
    assert team.post(f"/labels/edit/{other}", data={"name": "Rustig"}).status_code == 302


def test_a_tag_that_members_have_is_not_deleted(db, team, make_tag):
    used, free = make_tag("Gebruikt", make_member()), make_tag("Vrij")
    assert ">1<" in team.get("/labels/list/").text
    assert f"/labels/delete/{used.id}" not in team.get(f"/labels/show/{used.id}").text
    assert f"/labels/delete/{free.id}" in team.get(f"/labels/show/{free.id}").text
    team.post(f"/labels/delete/{used.id}")
    team.post(f"/labels/delete/{free.id}")
    assert list(db.session.scalars(select(Tag.name))) == ["Gebruikt"]


def test_the_tags_of_one_member_are_chosen_on_a_form_and_shown_on_the_page(db, team, make_tag):
    member, other = make_member(), make_member()
    old, new = make_tag("Oud", member, other), make_tag("Nieuw")
    page = team.get(f"/leden/show/{member.id}").text
    assert re.search(r"<dt>Labels</dt><dd>Oud</dd>", page)
    assert f'href="/leden/{member.id}/labels"' in page
    assert "checked" in team.get(f"/leden/{member.id}/labels").text
    team.post(f"/leden/{member.id}/labels", data={"before": str(old.id), "chosen": [new.id]})
    assert names_of(db, member) == ["Nieuw"]
    assert names_of(db, other) == ["Oud"]
    events = db.session.execute(
        select(AuditEvent.action, AuditEvent.subject_id, AuditEvent.member_id)
        .where(AuditEvent.action.startswith("member_tag."))
        .order_by(AuditEvent.id)
    ).all()
    assert events == [("member_tag.given", new.id, member.id), ("member_tag.taken", old.id, member.id)]


def test_what_a_colleague_gave_meanwhile_stays(db, team, make_tag):
    member = make_member()
    mine, theirs = make_tag("Mijn"), make_tag("Hun", member)
    team.post(f"/leden/{member.id}/labels", data={"before": "", "chosen": [mine.id]})
    assert names_of(db, member) == ["Hun", "Mijn"]
    assert theirs.id != mine.id


def test_an_unknown_tag_is_refused(db, team):
    member = make_member()
    assert team.post(f"/leden/{member.id}/labels", data={"chosen": ["77"]}).status_code == 422
    with pytest.raises(RuleBroken):
        tags.give_tag(member, 77, actor=COMMAND, now=utc_now())


def test_the_ticked_members_get_a_tag_and_lose_it(db, team, make_tag):
    first, second, third = make_member(), make_member(), make_member()
    tag = make_tag("Teller", first)
    address = team.post("/leden/action_post", data={"action": "tag", "rowid": [first.id, second.id]}).location
    assert first.full_name in team.get(address).text
    assert team.post(address, data={"tag_id": tag.id}).status_code == 302
    assert [names_of(db, member) for member in (first, second, third)] == [["Teller"], ["Teller"], []]
    address = team.post("/leden/action_post", data={"action": "untag", "rowid": [first.id]}).location
    team.post(address, data={"tag_id": tag.id})
    assert [names_of(db, member) for member in (first, second, third)] == [[], ["Teller"], []]
    assert team.get("/leden/label/anders?lid=1").status_code == 404
    assert team.get("/leden/label/tag?lid=x").status_code == 404


@pytest.mark.parametrize(("act", "has"), [("tag", ["Teller"]), ("untag", [])])
def test_all_that_is_found_get_a_tag_or_lose_it(db, team, make_tag, act, has):
    found, other = make_member(city="Hier"), make_member(city="Daar")
    tag = make_tag("Teller", *([found, other] if act == "untag" else []))
    asked = {"scope": "found", "action": act, "tag_id": tag.id}
    page = team.post("/leden/action_post?city=Hier", data={"scope": "found", "action": act}).text
    seen = re.search(r'name="seen" value="([^"]+)"', page)[1]
    team.post("/leden/action_post?city=Hier", data={**asked, "sure": "yes", "seen": seen})
    for run_id in bulk_runs.find_waiting(utc_now()):
        due.run_bulk(run_id, lambda: True)
    assert names_of(db, found) == has
    assert names_of(db, other) == (["Teller"] if act == "untag" else [])


def test_the_list_of_members_is_filtered_on_a_tag(db, team, make_tag):
    found = make_member(surname="Metmans")
    make_member(surname="Zonderman")
    tag = make_tag("Teller", found)
    page = team.get(f"/leden/list/?tag={tag.id}").text
    assert "Metmans" in page
    assert "Zonderman" not in page
    nothing = team.get("/leden/list/?tag=999").text
    assert "Metmans" not in nothing


def test_a_group_is_who_has_one_of_the_tags(db, team, make_tag):
    first, second = make_member(), make_member()
    make_member()
    one_tag, other_tag = make_tag("Teller", first), make_tag("Voorzitter", second)
    group = Group((Condition("tagged", ids=(one_tag.id, other_tag.id)),))
    groups.check_group(group)
    assert {member.id for member, _why in groups.list_members(group, limit=9)} == {first.id, second.id}
    assert [str(words) for words in groups.describe(group)] == ["Has the tag (Teller, Voorzitter)"]
    with pytest.raises(RuleBroken):
        groups.check_group(Group((Condition("tagged", ids=(999,)),)))


def test_the_form_of_an_audience_offers_tags_and_shows_them_again(db, team, make_tag):
    tag = make_tag("Teller", make_member())
    nothing = {"audience_saved": 0, "audience_election": 0, "audience_match": "all"}
    answer = team.post("/doelgroepen/add", data={**nothing, "name": "Tellers", "audience_tags": [tag.id]})
    assert answer.status_code == 302
    audience = db.session.scalars(select(Audience)).one()
    assert audience.group == Group((Condition("tagged", ids=(tag.id,)),))
    page = team.get(f"/doelgroepen/edit/{audience.id}").text
    assert "checked" in re.search(r'<input[^>]*name="audience_tags"[^>]*>', page)[0]


def test_tags_move_along_when_two_members_are_merged(db, make_tag, now):
    kept, gone = make_member(), make_member(state="imported")
    make_tag("Beide", kept, gone)
    make_tag("Wie gaat", gone)
    chosen = {question.field: question.proposed for question in merging.compare(kept, gone)}
    merging.merge_members(kept.id, gone.id, chosen, seen=(kept.changed_at, gone.changed_at), actor=COMMAND, now=now)
    db.session.commit()
    assert names_of(db, kept) == ["Beide", "Wie gaat"]


def test_a_member_with_a_tag_is_in_use_for_the_undoing_of_an_import(db, make_tag):
    tagged, _other = make_member(), make_member()
    make_tag("Teller", tagged)
    assert list(db.session.scalars(select(Member).where(is_used_elsewhere()))) == [tagged]


def test_a_member_reaches_no_tag(db, client, sign_in_as, make_tag):
    member = make_member()
    tag = make_tag("Teller", member)
    sign_in_as(client, member)
    for path in ("/labels/list/", f"/labels/show/{tag.id}", f"/leden/{member.id}/labels", "/leden/label/tag?lid=1"):
        assert client.get(path).status_code == 403
