"""What stands in a letter of appointment: the own places, colleagues, and contact details of who shares them only."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from app.letters.press import Press
from app.models import Assignment, Declaration, DeclarationKind, DeclarationText, LetterText
from app.phrases import RuleBroken
from app.services.appointments import setups
from app.services.appointments.letters import preview, texts
from app.services.appointments.letters.sources import find_shared, read_sources
from app.services.appointments.office import Office
from app.services.appointments.setups import SetupText
from app.services.audit import COMMAND
from app.services.planning.times import shift_hours
from tests.services.appointments.letter_blocks import words_of
from tests.support.factories.elections import (
    give_availability,
    make_election,
    make_function,
    make_open_election,
    make_station,
    shifts_of,
)
from tests.support.factories.people import make_member, train
from tests.support.factories.plans import publish_places
from tests.support.files.valid_pdfs import find_faults
from tests.support.statements import seen_statements

OFFICE = Office("Gemeente Voorbeeldstad", "Team verkiezingen", "t@v.example", "14 0123", "https://leden.v.example")
WANTED = SetupText("SB-GR2026", "Mandaatbesluit 2025", "M. Bakker", "teamleider", "Postbus 1\n1234 AB Voorbeeldstad")


@pytest.fixture
def election(db, now):
    return make_open_election()


@pytest.fixture
def setup(election, now):
    return setups.add_setup(election, WANTED, actor=COMMAND, now=now)


def dutch(setup):
    return next(text for text in texts.list_texts(setup.election_id) if text.language == "nl")


def place_team(election, now):
    """A chair who shares, a member who does not, at one station."""
    station, early = make_station(election, 12), shifts_of(election)[0]
    chair = make_member(first_name="Anna", infix="", surname="Bos", mobile="+31612345678", email="anna@post.example")
    silent = make_member(first_name="Piet", infix="", surname="Stil", mobile="+31687654321", email="piet@post.example")
    give_availability(chair, election)
    publish_places(
        election,
        [
            (chair, station, early, make_function("voorzitter")),
            (silent, station, early, make_function("stembureaulid")),
        ],
        now=now,
    )
    return chair, silent


def test_contact_details_stand_only_of_who_shares_them_with_the_text_version(setup, election, now, db):
    chair, silent = place_team(election, now)
    shared = preview.make_preview(setup, dutch(setup), silent, OFFICE, now=now)
    words = words_of(shared.letter.blocks)
    assert "Anna Bos" in words
    assert "06 12345678" in words
    assert "anna@post.example" in words
    hidden = words_of(preview.make_preview(setup, dutch(setup), chair, OFFICE, now=now).letter.blocks)
    assert "Piet Stil" in hidden
    assert "87654321" not in hidden
    assert "piet@post.example" not in hidden
    text = db.session.scalars(
        select(DeclarationText).where(DeclarationText.kind == DeclarationKind.SHARE_CONTACT)
    ).one()
    assert find_shared(election.id, [chair.id, silent.id]) == {chair.id: text.id}
    assert read_sources(election.id, [silent.id])[silent.id].contacts == [[chair.id, text.id]]


def test_the_letter_says_where_when_what_and_how_much(setup, election, now, db):
    function = make_function("voorzitter")
    function.fee = Decimal("120.50")
    election.what_to_bring = "- een **identiteitsbewijs**"
    chair, _silent = place_team(election, now)
    train(chair, date(2026, 1, 15))
    letter = preview.make_preview(setup, dutch(setup), chair, OFFICE, now=now).letter
    words = words_of(letter.blocks)
    for wanted in (
        *("Stembureau 12 Stadhuis", "woensdag 18 maart 2026", "Voorzitter", "120,50", "voorzitter van het stembureau"),
        *("SB-GR2026-0001", "identiteitsbewijs", "15 januari 2026", "M. Bakker", "Mandaatbesluit 2025"),
    ):
        assert wanted in words, wanted
    assert letter.recipient == ["J. Bos", "Dorpsstraat 1", "1234 AB Voorbeeldstad"]
    assert "vervangt" not in words


def test_the_member_number_stands_among_the_facts_where_there_is_one(setup, election, now, db):
    chair, silent = place_team(election, now)
    chair.member_number, silent.member_number = "L77", None
    db.session.flush()
    facts = [preview.make_preview(setup, dutch(setup), who, OFFICE, now=now).letter.facts for who in (chair, silent)]
    assert facts[0][-1] == ("Lidnummer", "L77")
    assert "Lidnummer" not in dict(facts[1])


def test_who_is_known_by_initials_only_is_called_by_the_whole_name(setup, election, now, db):
    chair, silent = place_team(election, now)
    silent.first_name = ""
    text = dutch(setup)
    text.body = "Dag {{voornaam}}!"
    db.session.flush()
    for who, called in ((chair, "Anna"), (silent, silent.full_name)):
        letter = preview.make_preview(setup, text, who, OFFICE, now=now).letter
        assert " ".join(words_of(letter.blocks).split()).startswith(f"Dag {called} !")


def test_no_sentence_stands_open_where_no_fee_is_known(setup, election, now, db):
    make_function("voorzitter").fee = None
    chair, _silent = place_team(election, now)
    db.session.flush()

    words = words_of(preview.make_preview(setup, dutch(setup), chair, OFFICE, now=now).letter.blocks)

    assert "Je vergoeding is in totaal nog niet bekend ." in " ".join(words.split())
    assert "in totaal ." not in words


def test_the_standard_texts_use_known_fill_ins_and_print_in_both_languages(setup, election, now):
    chair, _silent = place_team(election, now)
    with Press() as press:
        for text in texts.list_texts(election.id):
            texts.check(text.title, text.body)
            pdf = press.print(preview.make_preview(setup, text, chair, OFFICE, now=now).letter)
            assert find_faults(pdf) == []


def test_what_is_read_for_many_letters_takes_no_more_statements(setup, election, now, db):
    place_team(election, now)
    ids = [make_member().id for _ in range(20)]
    with seen_statements(db.engine) as seen:
        read_sources(election.id, ids)
    assert len(seen) <= 4, seen


def test_a_text_with_an_unknown_fill_in_is_not_kept(setup, now, db):
    text = dutch(setup)
    with pytest.raises(RuleBroken) as refused:
        texts.change_text(text, "Titel", "Beste {{naam}}\n\n{{salaris}}", actor=COMMAND, now=now)
    assert refused.value.field == "body"
    assert "Line 3" in str(refused.value.text)
    assert db.session.get(LetterText, text.id).title != "Titel"


def test_the_next_election_starts_with_the_text_of_the_one_before(setup, now):
    texts.change_text(dutch(setup), "Titel", "Onze {{naam}}", actor=COMMAND, now=now)
    other = make_election(code="EP2029", type="EP", name="Europa 2029", voting_on=date(2029, 6, 7))
    proposed = setups.propose(other)
    assert (proposed.series, proposed.mandate) == ("SB-EP2029", "Mandaatbesluit 2025")
    new = setups.add_setup(other, proposed, actor=COMMAND, now=now)
    assert dutch(new).body == "Onze {{naam}}"


def test_a_series_is_of_one_election(setup, now):
    other = make_election(code="EP2029", type="EP", name="Europa 2029", voting_on=date(2029, 6, 7))
    with pytest.raises(RuleBroken) as refused:
        setups.add_setup(other, WANTED, actor=COMMAND, now=now)
    assert refused.value.field == "series"


@pytest.mark.parametrize(
    ("language", "body", "times"),
    [
        ("nl", "Beste {{naam}}", 1),
        ("nl", "Beste {{naam}}\n\n{{ bezwaar }}\n\nGroet", 1),
        ("en", "Dear {{naam}}", 1),
        ("en", "Dear {{naam}}\n\n{{bezwaar}}", 1),
        ("en", "Dear {{naam}}. You can lodge an objection: ask us.", 0),
        ("nl", "Beste {{naam}}. Bezwaar maken kan bij ons loket.", 0),
    ],
)
def test_a_letter_says_once_how_to_object_also_with_a_text_of_before(setup, election, now, language, body, times):
    chair, _silent = place_team(election, now)
    text = next(text for text in texts.list_texts(election.id) if text.language == language)
    texts.change_text(text, "Titel", body, actor=COMMAND, now=now)
    letter = preview.make_preview(setup, text, chair, OFFICE, now=now).letter
    said = " ".join(words_of(letter.blocks).split())
    assert said.count("6:7") == times, said
    if times:
        assert "Postbus 1, 1234 AB Voorbeeldstad" in said
        assert "Gemeente Voorbeeldstad" in said
        assert "SB-GR2026-0001" in said


def test_the_preview_is_of_the_plan_as_it_is_being_made_until_it_is_published(setup, election, now, db):
    chair, _silent = place_team(election, now)
    drawn, nowhere = make_member(), make_member()
    shift = shifts_of(election)[0]
    starts_at, ends_at = shift_hours(shift)
    draft = {"shift_id": shift.id, "function_id": make_function("teller").id, "changed_at": now}
    db.session.add(
        Assignment(member_id=drawn.id, election_id=election.id, starts_at=starts_at, ends_at=ends_at, **draft)
    )
    db.session.commit()
    for member, is_draft, has_places in ((chair, False, True), (drawn, True, True), (nowhere, False, False)):
        shown = preview.make_preview(setup, dutch(setup), member, OFFICE, now=now)
        assert (shown.member, shown.is_draft, shown.has_places) == (member, is_draft, has_places)


def test_the_example_is_a_member_with_a_published_place_else_of_the_plan_else_anybody(setup, election, now, db):
    assert preview.find_example(election.id) == (setup, None)
    assert preview.find_example(election.id + 1) is None
    first = make_member(surname="Aa")
    assert preview.find_example(election.id) == (setup, first)
    drawn, published = make_member(surname="Bb"), make_member(surname="Cc")
    shift = shifts_of(election)[0]
    starts_at, ends_at = shift_hours(shift)
    draft = {"shift_id": shift.id, "function_id": make_function("teller").id, "changed_at": now}
    db.session.add(
        Assignment(member_id=drawn.id, election_id=election.id, starts_at=starts_at, ends_at=ends_at, **draft)
    )
    db.session.commit()
    assert preview.find_example(election.id) == (setup, drawn)
    places = publish_places(election, [(published, None, shift, make_function("teller"))], now=now)
    assert preview.find_example(election.id) == (setup, published)
    publish_places(election, [], ended=places, now=now)
    assert preview.find_example(election.id) == (setup, drawn)


def test_who_shared_contact_details_and_took_it_back_or_did_so_for_another_election_shares_nothing(election, db):
    member, other = make_member(), make_member()
    elsewhere = make_open_election(code="PS2027", name="Provinciale Staten")
    give_availability(member, election)
    give_availability(other, elsewhere)
    assert set(find_shared(election.id, [member.id, other.id])) == {member.id}
    rows = select(Declaration).join(DeclarationText, DeclarationText.id == Declaration.text_id)
    kind = DeclarationText.kind == DeclarationKind.SHARE_CONTACT
    for given in db.session.scalars(rows.where(Declaration.member_id == member.id, kind)):
        given.is_given = False
    db.session.flush()
    assert find_shared(election.id, [member.id, other.id]) == {}


def test_colleagues_stand_by_function_and_name_and_are_of_the_own_stations_only(election, now, db):
    own, other, shifts = make_station(election, 1), make_station(election, 2), shifts_of(election)
    me, late, chair, zwart, aarts, elsewhere, gone = (
        make_member(surname=name) for name in ("Ik", "Laat", "Voorzitter", "Zwart", "Aarts", "Elders", "Weg")
    )
    member, counter, head = (make_function(code) for code in ("stembureaulid", "teller", "voorzitter"))
    places = publish_places(
        election,
        [
            (me, own, shifts[0], member),
            (late, own, shifts[1], counter),
            (late, own, shifts[2], counter),
            (chair, own, shifts[0], head),
            (zwart, own, shifts[0], member),
            (aarts, own, shifts[0], member),
            (elsewhere, other, shifts[0], member),
            (elsewhere, None, shifts[2], counter),
            (gone, own, shifts[0], member),
        ],
        now=now,
    )
    publish_places(election, [], ended=places[-1:], now=now)
    source = read_sources(election.id, [me.id])[me.id]
    assert [who.member.surname for who in source.colleagues] == ["Voorzitter", "Aarts", "Zwart", "Laat"]
    assert [len(who.functions) for who in source.colleagues] == [1, 1, 1, 2]
    (seen,) = [each for each in read_sources(election.id, [elsewhere.id]).values()]
    assert seen.colleagues == []
    assert [place.station_id for place in seen.places] == [other.id, None]
