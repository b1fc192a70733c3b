"""What the certificate of a training says: who, what, when, and until when it counts."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from app.letters.paper import Sender
from app.models import TrainingResult
from app.services.training.certificate import compose
from tests.support.factories.people import make_member
from tests.support.factories.training import make_session

SENDER = Sender("Gemeente Voorbeeldstad", ["Team verkiezingen"])
LATE = datetime(2026, 2, 2, 23, 30, tzinfo=UTC)  # the third of February on a Dutch clock


@pytest.fixture
def result(db):
    def make(member, **values):
        given = {"source": "noted", "passed_on": date(2026, 2, 1), "noted_at": LATE, **values}
        row = TrainingResult(member_id=member.id, **given)
        db.session.add(row)
        db.session.commit()
        return row

    return make


def words_of(letter):
    return "".join(span["text"] for block in letter.blocks for span in block["spans"])


def test_it_names_the_member_the_training_and_the_days_on_a_dutch_calendar(result):
    member = make_member(first_name="Jan", initials="J.P.", infix="de", surname="Vries", member_number="L7")
    row = result(member, valid_until=date(2028, 1, 31))
    letter = compose(row, SENDER, language="nl")
    assert letter.title == "Certificaat: Training voor stembureauleden"
    assert list(letter.facts) == [
        ("Naam", "J.P. de Vries"),
        ("Lidnummer", "L7"),
        ("Training", "Training voor stembureauleden"),
        ("Geslaagd op", "1 februari 2026"),
        ("Geldig tot en met", "31 januari 2028"),
    ]
    assert letter.recipient[0] == "J.P. de Vries"
    assert "J.P. de Vries" in words_of(letter)
    assert "3 februari 2026" in words_of(letter)
    assert (letter.written_at, letter.footer, letter.language) == (LATE, f"{SENDER.name} · {row.id}", "nl")


def test_without_a_number_or_an_end_it_says_so(result):
    member = make_member(first_name="Jan", initials=None, infix=None, surname="Vries", member_number=None)
    letter = compose(result(member, source="e_learning"), SENDER, language="en")
    assert list(letter.facts) == [
        ("Name", "Jan Vries"),
        ("Training", "E-learning for polling-station members"),
        ("Passed on", "1 February 2026"),
        ("Counts until", "without an end"),
    ]


def test_a_session_is_called_by_its_own_title_in_the_language_where_it_has_one(result, now):
    plain, english = make_session(now, title="Kennis"), make_session(now, title="Praktijk", title_en="Practice")
    titles = {
        (session.title, language): compose(
            result(make_member(), source="session", session_id=session.id), SENDER, language=language
        ).title
        for session in (plain, english)
        for language in ("nl", "en")
    }
    assert titles == {
        ("Kennis", "nl"): "Certificaat: Kennis",
        ("Kennis", "en"): "Certificate: Kennis",
        ("Praktijk", "nl"): "Certificaat: Praktijk",
        ("Praktijk", "en"): "Certificate: Practice",
    }
