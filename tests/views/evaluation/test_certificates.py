"""A certificate says where a member helped, and the hours where they are confirmed; each reads only the own one."""

from __future__ import annotations

import io
from datetime import date

import pikepdf
import pytest

from app.models import Service
from app.services.access.rate_limits import CERTIFICATES
from app.services.audit import COMMAND
from app.services.evaluation import certificates
from app.services.evaluation.hours import confirming
from tests.support.factories.appointments import OFFICE, make_setup
from tests.support.factories.elections import make_election, make_function
from tests.support.factories.evaluation import after, collect, place
from tests.support.factories.people import make_member, make_staff
from tests.support.files.valid_pdfs import find_faults

HERE = "/mijn-ervaring/"


@pytest.fixture
def election(db):
    return make_election()


@pytest.fixture
def member(election, db):
    """Helped long ago, and at this election with confirmed hours."""
    member = make_member()
    function = make_function("voorzitter")
    long_ago = {"election_name": "Tweede Kamer 2012", "worked_on": date(2012, 9, 12), "station_name": "De Brug"}
    db.session.add(Service(member_id=member.id, function_id=function.id, **long_ago))
    place(election, member)
    confirming.confirm(collect(election)[0], actor=COMMAND, now=after(election))
    db.session.commit()
    return member


@pytest.mark.parametrize("language", ["nl", "en"])
def test_it_is_an_archival_pdf_with_what_is_known_and_the_same_each_time(member, election, now, language, db):
    make_setup(election, sender_address="Raadhuisplein 1", now=now)
    pdf = certificates.print_certificate(member, OFFICE, language=language, now=now)
    assert pdf == certificates.print_certificate(member, OFFICE, language=language, now=now)
    assert find_faults(pdf) == []
    with pikepdf.open(io.BytesIO(pdf)) as read:
        assert read.docinfo["/Title"] == certificates.WORDS[language]["title"]
    (latest, first) = certificates.list_helped(member.id)
    assert latest.minutes
    assert (first.minutes, first.service.election_name) == (None, "Tweede Kamer 2012")


def test_a_member_reads_it_and_prints_it_so_often_and_somebody_else_has_nothing(
    client, sign_in_as, member, app, monkeypatch
):
    monkeypatch.setattr(
        "app.views.member.work.experience.CERTIFICATES", CERTIFICATES.__class__("few", 1, CERTIFICATES.window)
    )
    phone = sign_in_as(client, member)
    page = phone.get(HERE).text
    for wanted in ("Tweede Kamer 2012", "De Brug", "Gemeenteraad Voorbeeldstad 2026", "Voorzitter", "uur"):
        assert wanted in page, wanted
    printed = phone.post(f"{HERE}bewijs.pdf")
    assert printed.data.startswith(b"%PDF")
    assert printed.headers["Cache-Control"] == "no-store"
    assert phone.post(f"{HERE}bewijs.pdf").status_code == 302
    other = sign_in_as(app.test_client(), make_member())
    assert "Tweede Kamer 2012" not in other.get(HERE).text
    assert other.post(f"{HERE}bewijs.pdf").status_code == 302
    assert other.get(f"/bewijs-van-deelname/{member.id}.pdf").status_code in (403, 404)


def test_the_team_prints_it_from_the_page_of_the_member(client, sign_in_as, member):
    team = sign_in_as(client, make_staff())
    here = f"/bewijs-van-deelname/{member.id}.pdf"
    page = team.get(f"/leden/show/{member.id}/achteraf").text
    assert here in page
    assert "bevestigd" in page
    assert team.get(here).data.startswith(b"%PDF")
    assert team.get(f"/bewijs-van-deelname/{make_member().id}.pdf").status_code == 302
    assert team.get("/bewijs-van-deelname/99999.pdf").status_code == 404
