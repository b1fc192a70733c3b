"""A BSN or IBAN that does not open stops nothing: the card opens and says so, and the team repairs it."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app import extensions
from app.extensions import vault
from app.models import Member, MemberIdentity
from app.services.audit import Actor
from app.services.members import bsn, profile
from app.services.operations.key_rotation import rotate_keys
from app.services.rosters import runs
from setting_rules import make_key, parse_keys
from tests.support.factories.people import make_member, make_staff

TEAM = Actor("team")
BSN, IBAN, OTHER_IBAN = "111222333", "NL91ABNA0417164300", "NL02ABNA0123456789"


def damage(member: Member) -> None:
    """Bytes of the ciphertexts were changed."""
    identity = member_identity(member)
    identity.sealed_bsn = identity.sealed_bsn[:-8] + "AAAAAAA="
    member.sealed_iban = f"{(member.sealed_iban or '')[:-8]}AAAAAAA="


def lose_key(member: Member) -> None:
    """The key is no longer among the settings."""
    vault.use_keys(parse_keys(make_key("new")))


def garble(member: Member) -> None:
    """Not even the form of a ciphertext."""
    member_identity(member).sealed_bsn = member.sealed_iban = "é"


def member_identity(member: Member) -> MemberIdentity:
    return extensions.db.session.get_one(MemberIdentity, member.id)


@pytest.fixture(params=[damage, lose_key, garble])
def broken(db, now, request):
    """A member whose BSN, which a twin has too, and IBAN do not open."""
    keys = dict(vault._keys)
    member, twin = make_member(surname="Kapot"), make_member(surname="Tweeling")
    for person in (member, twin):
        bsn.record_bsn(person, BSN, actor=TEAM, now=now)
    profile.change_data(member, {"iban": IBAN}, actor=TEAM, now=now)
    request.param(member)
    db.session.commit()
    yield member
    vault.use_keys(keys)


def test_the_card_opens_and_says_what_does_not(broken, client, sign_in_as):
    page = sign_in_as(client, make_staff()).get(f"/leden/show/{broken.id}")
    assert page.status_code == 200
    assert "Het BSN kan niet worden geopend" in page.text
    assert "Het IBAN kan niet worden geopend" in page.text
    assert "Tweeling" in page.text


def test_a_card_of_which_all_opens_says_nothing(db, now, client, sign_in_as):
    member = make_member()
    bsn.record_bsn(member, BSN, actor=TEAM, now=now)
    profile.change_data(member, {"iban": IBAN}, actor=TEAM, now=now)
    db.session.commit()
    assert "kan niet worden geopend" not in sign_in_as(client, make_staff()).get(f"/leden/show/{member.id}").text


def test_the_team_clears_the_bsn_and_the_member_gives_it_again(broken, db, now, client, sign_in_as):
    team = sign_in_as(client, make_staff())
    cleared = team.post(f"/leden/bsn-herstellen/{broken.id}", data={"reason": "It could not be opened any more"})
    assert cleared.status_code == 302
    bsn.record_bsn(broken, BSN, actor=TEAM, now=now)
    assert not bsn.is_unreadable(broken)


def test_the_team_types_the_iban_anew(broken, client, sign_in_as):
    team = sign_in_as(client, make_staff())
    assert team.get(f"/leden/edit/{broken.id}").status_code == 200
    team.post(f"/leden/edit/{broken.id}", data={"surname": "Kapot", "iban": IBAN})
    assert profile.open_iban(broken.id, broken.sealed_iban) == IBAN


@pytest.mark.parametrize("iban", [IBAN, OTHER_IBAN])
def test_a_roster_brings_the_iban_again(broken, db, now, iban):
    content = f"Lidnummer;Achternaam;IBAN;BSN\r\n{broken.member_number};Kapot;{iban};{BSN}".encode()
    runs.import_file(content, "leden.csv", actor=TEAM, now=now)
    db.session.commit()
    db.session.expire_all()
    assert profile.open_iban(broken.id, broken.sealed_iban) == iban


def test_another_member_with_that_bsn_is_still_taken_in(broken, db, now):
    third = make_member()
    bsn.record_bsn(third, BSN, actor=TEAM, now=now)
    assert third.bsn_known_at is not None


def test_the_rest_is_sealed_again_and_what_does_not_open_is_named(broken, app, db, now):
    whole = make_member()
    profile.change_data(whole, {"iban": OTHER_IBAN}, actor=TEAM, now=now)
    db.session.commit()
    vault.use_keys({**parse_keys(make_key("newest")), **vault._keys})
    done = app.test_cli_runner().invoke(args=["portal", "rotate-keys", "--batch", "1"])
    assert done.exit_code == 2
    assert "of " in done.stderr.splitlines()[0]
    assert "is not in ENCRYPTION_KEYS" in done.stderr or f"/leden/show/{broken.id} is damaged" in done.stderr
    assert BSN not in done.output + done.stderr
    db.session.expire_all()
    assert whole.sealed_iban.startswith("newest.")
    left = db.session.scalars(select(MemberIdentity.key_id)).all()
    assert "newest" not in left or len(left) == 2
    rotation = [*rotate_keys(500)][-1]
    assert rotation.sealed == 0
    assert rotation.seen == rotation.total > 0
