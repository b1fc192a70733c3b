"""E-mail addresses: one spelling is kept and compared, what cannot be mailed is refused with the reason."""

from __future__ import annotations

import pytest

from app.addresses import ascii_address, one_spelling, read_address
from app.phrases import Phrase, RuleBroken
from app.services.access.email_addresses import check_email
from app.services.access.people import find_by_email, find_by_name
from app.services.audit import COMMAND
from app.services.mail.address_refusals import is_about_address
from app.services.mail.undeliverable_addresses import mark_broken
from app.services.members import search as member_search
from app.services.search.query import read_search
from tests.support.factories.people import make_member

KEPT = {
    "Jan@Voorbeeld.NL": "jan@voorbeeld.nl",
    " jan@voorbeeld.nl ": "jan@voorbeeld.nl",
    "'klaas@voorbeeld.nl": "klaas@voorbeeld.nl",
    "’klaas@voorbeeld.nl’": "klaas@voorbeeld.nl",
    "\u200bjan@voorbeeld.nl\ufeff": "jan@voorbeeld.nl",
    "jan\u00ad@voorbeeld.nl": "jan@voorbeeld.nl",
    "jan@voorbeeld.nl\u00a0": "jan@voorbeeld.nl",
    "\u202ajan@voorbeeld.nl\u202c": "jan@voorbeeld.nl",
    "mailto:jan@voorbeeld.nl": "jan@voorbeeld.nl",
    "o'neill@voorbeeld.nl": "o'neill@voorbeeld.nl",
    "jan@straße-voorbeeld.nl": "jan@straße-voorbeeld.nl",
    "piet@MÜLLER-voorbeeld.nl": "piet@müller-voorbeeld.nl",
    "piet@xn--mller-voorbeeld-zvb.nl": "piet@müller-voorbeeld.nl",
    "piet@mu\u0308ller-voorbeeld.nl": "piet@müller-voorbeeld.nl",
    "nikos@σωλις.gr": "nikos@σωλις.gr",
    "jan@ｖoorbeeld.nl": "jan@voorbeeld.nl",
    f"{'a' * 64}@voorbeeld.nl": f"{'a' * 64}@voorbeeld.nl",
}
REFUSED = {
    "jörg@voorbeeld.nl": "without accents",
    "ivan@почта@x.nl": "one e-mail address",
    "jan": "with an @",
    "": "with an @",
    "jan@": "with an @",
    "jan p@voorbeeld.nl": "no spaces",
    "jan@voorbeeld.nl; piet@voorbeeld.nl": "one e-mail address",
    "jan@voorbeeld.nl, piet@voorbeeld.nl": "one e-mail address",
    "Jan <jan@voorbeeld.nl>": "one e-mail address",
    "jan@voorbeeld.nl\nBcc: piet@voorbeeld.nl": "one e-mail address",
    "jan@voorbeeld": "name with a full stop",
    "jan@voor_beeld.nl": "name with a full stop",
    "jan@voorbeeld..nl": "name with a full stop",
    "jan@xn--zz.nl": "name with a full stop",
    "jan..vries@voorbeeld.nl": "before the @",
    "@voorbeeld.nl": "before the @",
    f"{'a' * 65}@voorbeeld.nl": "too long",
    f"jan@{'a.' * 250}nl": "too long",
    "a" * 500: "too long",
    f"{'x' * 64}@{'y' * 60}.{'z' * 60}.{'w' * 60}.{'v' * 20}.nl": "too long",
    f"{'x' * 64}@{'ü' * 40}.{'ü' * 40}.{'ü' * 40}.{'ü' * 20}.nl": "name with a full stop",  # on the wire
}


@pytest.mark.parametrize("typed", KEPT)
def test_an_address_is_kept_in_one_spelling(typed):
    assert read_address(typed) == KEPT[typed]
    assert one_spelling(typed) == KEPT[typed]


@pytest.mark.parametrize("typed", REFUSED)
def test_what_cannot_be_mailed_is_refused_with_the_reason(typed):
    result = read_address(typed)
    assert isinstance(result, Phrase)
    assert REFUSED[typed] in str(result)
    assert not typed or typed not in str(result)
    with pytest.raises(RuleBroken) as refused:
        check_email(typed, field="e")
    assert refused.value.field == "e"


WIRE = {
    "jan@straße-voorbeeld.nl": "jan@xn--strae-voorbeeld-tib.nl",  # IDNA 2003 would mail to strasse-voorbeeld.nl
    "nikos@σωλις.gr": "nikos@xn--uxadwb4a.gr",
    "piet@müller-voorbeeld.nl": "piet@xn--mller-voorbeeld-zvb.nl",
}


@pytest.mark.parametrize("kept", WIRE)
def test_on_the_wire_a_domain_is_idna_2008_and_comes_back_as_it_is_kept(kept):
    assert ascii_address(kept) == WIRE[kept]
    assert one_spelling(WIRE[kept]) == kept


@pytest.mark.parametrize("kept", WIRE)
def test_what_a_server_says_of_the_address_on_the_wire_is_said_of_the_member(db, now, kept):
    words = f"550 5.1.1 <{WIRE[kept]}>: Recipient address rejected: User unknown"
    assert is_about_address(words, kept)
    member = make_member(email=kept)
    assert mark_broken(WIRE[kept], words, by_report=True, actor=COMMAND, now=now) == [member.id]


@pytest.mark.parametrize("kept", WIRE)
def test_a_member_is_found_by_either_spelling(db, kept):
    member = make_member(email=kept)
    member.search_text = member_search.make_search_text(member, member.user.username)
    db.session.commit()
    for typed in (kept, WIRE[kept], WIRE[kept].upper()):
        assert find_by_name(typed).user.id == member.user_id
        assert [person.user.id for person in find_by_email(typed)] == [member.user_id]
        found = member_search.found_by(read_search(typed))
        assert db.session.query(type(member)).where(found).all() == [member]
