"""The message box of the demo: what members asked, what the team answered and asked, and what helps with both."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from app.extensions import db
from app.models import CannedAnswer, Condition, Election, Faq, Group, Member, SubjectChoice, Thread
from app.services.message_box import team, team_questions, threads
from app.services.message_box.read_receipts import mark_read_by_member
from app.services.message_box.team_questions import TeamQuestionText
from app.services.message_box.threads import NewQuestion
from app.services.message_box.writing.faqs import make_search_text
from app.services.operations.demo.history import History, actor_of

PER_HOUR: Final = 20  # messages of one member; nobody asks as many here
SUBJECTS: Final = (("Training", "Training"), ("Vergoeding", "Fee"), ("Mijn dagdelen", "My shifts"))
FAQS: Final = (
    (
        "Wanneer krijg ik mijn vergoeding?",
        "Binnen **zes weken** na de verkiezing, op je rekening.",
        "When do I get my fee?",
        "Within **six weeks** after the election, in your account.",
    ),
    (
        "Kan ik mijn dagdeel ruilen?",
        "Vaak wel. Schrijf ons met wie je wilt ruilen en wanneer.",
        "Can I swap my shift?",
        "Often you can. Write to us with whom you want to swap, and when.",
    ),
)
CANNED: Final = (
    "Training",
    "Beste {voornaam},\n\nDe training voor {verkiezing} kun je thuis doen.\n\nGroet,\n{medewerker}",
)
ASKED: Final = (  # subject, question, answer of the team ("": not yet), days ago
    ("Samen met mijn vrouw", "Kunnen mijn vrouw en ik op hetzelfde stembureau zitten?", "", 0),
    ("Training inhalen", "Ik kan de hele maand niet. Kan ik de training ook later doen?", "", 1),
    ("Parkeren", "Is er bij het stadhuis een plek om te parkeren?", "", 2),
    ("Rolstoel", "Ik zit in een rolstoel. Kan ik op elk stembureau terecht?", "", 4),
    ("Vergoeding", "Ik heb van vorige keer nog geen vergoeding gekregen.", "Die is gisteren betaald.", 9),
    ("Andere functie", "Ik wil dit keer graag voorzitter zijn. Kan dat?", "Dat kan. Geef het door als voorkeur.", 8),
    ("Alleen de avond", "Ik werk tot 17.00 uur. Kan ik alleen 's avonds komen?", "Ja, kies alleen de avond.", 6),
    ("Nieuw adres", "Ik ga verhuizen binnen de gemeente. Blijf ik lid?", "Zeker. Pas je adres aan bij je gegevens.", 5),
    ("Belgische partner", "Mijn partner is Belg. Mag die ook helpen?", "Ja, wie 18 is mag helpen.", 3),
)
TEAM_SUBJECT: Final = "Heb je een rijbewijs?"
TEAM_BODY: Final = (
    "Voor het mobiele stembureau zoeken we mensen die een bus mogen rijden. Heb je een rijbewijs, en welk?"
)
ANSWERS: Final = ("Ja, B.", "Ja, B en BE.", "Nee.", "Nee, ik heb geen rijbewijs.", "Ja, rijbewijs C. Ik rijd graag!")


def add_questions(history: History, members: Sequence[Member], election: Election) -> None:
    """Nine questions of members, of which four wait, and one of the team that half of fifty members answered."""
    add_help_with_questions()
    askers = history.chance.sample(list(members), len(ASKED))
    for member, (subject, body, answer, days_ago) in zip(askers, ASKED, strict=True):
        _ask(history, member, NewQuestion(subject, body, election_id=election.id), answer, days_ago)
    _ask_members(history, history.chance.sample(list(members), 50), election)


def add_help_with_questions() -> None:
    """What the message box offers who asks and who answers."""
    for position, (name, name_en) in enumerate(SUBJECTS):
        db.session.add(SubjectChoice(name=name, name_en=name_en, position=position))
    for question, answer, question_en, answer_en in FAQS:
        faq = Faq(question=question, answer=answer, question_en=question_en, answer_en=answer_en)
        faq.search_text = make_search_text(faq)
        db.session.add(faq)
    db.session.add(CannedAnswer(title=CANNED[0], body=CANNED[1]))
    db.session.flush()


def _ask(history: History, member: Member, question: NewQuestion, answer: str, days_ago: int) -> None:
    actor = actor_of(member)
    at = history.at(days_ago)
    thread = threads.ask_question(member, question, per_hour=PER_HOUR, actor=actor, now=at)
    if answer:
        at = history.at(days_ago - 1)
        team.answer(thread, answer, seen=thread.version, is_last=True, actor=history.clerk, now=at)


def _ask_members(history: History, asked: Sequence[Member], election: Election) -> None:
    picked = Group((Condition("picked", ids=tuple(sorted(member.id for member in asked))),))
    wanted = TeamQuestionText(TEAM_SUBJECT, TEAM_BODY, picked, election_id=election.id)
    at = history.at(5)
    question = team_questions.write_team_question(wanted, None, actor=history.clerk, now=at)
    team_questions.ask_audience(question, actor=history.clerk, now=at)
    for member in asked[::2]:
        thread_id = threads.find_asked_thread(member.id, question.id)
        thread = db.session.get_one(Thread, thread_id)
        actor, answer, read_at = actor_of(member), history.chance.choice(ANSWERS), history.sometime(4, 3)
        mark_read_by_member(thread, read_at)
        threads.reply(thread, answer, per_hour=PER_HOUR, actor=actor, now=read_at)
