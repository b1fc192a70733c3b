"""The Dutch and English texts that a new election starts with: the team's content, theirs to change.

These are rows of the database, not words of the screens; so they are not in the translation catalogue.
"""

from __future__ import annotations

from datetime import date

from babel.dates import format_date

from app.models import DeclarationKind, ElectionType

WEDNESDAY = 2

# The body that is elected, in a sentence: "… zit ik nu niet in …".
BODIES = {
    ElectionType.TK: ("de Tweede Kamer", "the House of Representatives"),
    ElectionType.PS: ("Provinciale Staten", "the provincial council"),
    ElectionType.WS: ("het algemeen bestuur van het waterschap", "the board of the water authority"),
    ElectionType.GR: ("de gemeenteraad", "the municipal council"),
    ElectionType.EP: ("het Europees Parlement", "the European Parliament"),
    ElectionType.ER: ("de eilandsraad of het kiescollege", "the island council or the electoral college"),
    ElectionType.IR: ("het bestuur dat wordt gekozen", "the body that is elected"),
}

# Each fact: (Dutch, English). Sources: Kieswet J 1 (opening hours), J 12 (three members present), J 30 (the queue at
# closing time), B 3 (who votes for the municipal council), and article 10 of the EU's electoral act of 1976 (results).
OF_EVERY_TYPE = (
    (
        "Stembureaus zijn open van 7.30 tot 21.00 uur. Wie om 21.00 uur in de rij staat, mag nog stemmen.",
        "Polling stations are open from 7:30 to 21:00. Whoever is in the queue at 21:00 may still vote.",
    ),
    (
        "Er zijn altijd minstens drie stembureauleden aanwezig. Daarom is elk dagdeel belangrijk.",
        "At least three members are always present at a polling station. That is why every shift counts.",
    ),
)
OF_TYPE = {
    ElectionType.TK: (
        (
            "Bij de Tweede Kamer zijn de stembiljetten het grootst. Het tellen duurt daarom vaak tot na middernacht.",
            "The ballot papers of the House of Representatives are the largest: counting often lasts beyond midnight.",
        ),
    ),
    ElectionType.PS: (
        (
            "De verkiezing van Provinciale Staten is op dezelfde dag als die van het waterschap. "
            "Kiezers krijgen dus vaak twee stembiljetten.",
            "The provincial election is on the same day as that of the water authority. "
            "Voters therefore often get two ballot papers.",
        ),
    ),
    ElectionType.WS: (
        (
            "De verkiezing van het waterschap is op dezelfde dag als die van Provinciale Staten. "
            "Kiezers krijgen dus vaak twee stembiljetten.",
            "The election of the water authority is on the same day as the provincial one. "
            "Voters therefore often get two ballot papers.",
        ),
    ),
    ElectionType.GR: (
        (
            "Voor de gemeenteraad mogen ook inwoners zonder Nederlands paspoort stemmen: burgers van de Europese Unie, "
            "en anderen die minstens vijf jaar legaal in Nederland wonen.",
            "Residents without a Dutch passport may vote for the council too: citizens of the European Union, "
            "and others who have lived in the Netherlands legally for at least five years.",
        ),
    ),
    ElectionType.EP: (
        (
            "De uitslag wordt pas bekend als er in heel Europa is gestemd.",
            "The result is published only when all of Europe has voted.",
        ),
        (
            "Burgers van andere landen van de Europese Unie mogen ook stemmen, als zij zich hebben aangemeld.",
            "Citizens of other countries of the European Union may vote too, if they have registered.",
        ),
        ("De dag is lang en druk.", "The day is long and busy."),
    ),
}
ABOUT_APPLYING = (
    (
        "Je contactgegevens staan in de benoemingsbrief van de collega's van je stembureau.",
        "Your contact details are in the letter of appointment of the colleagues at your polling station.",
    ),
    (
        "Kandidaten voor {body} en zittende leden kunnen zich niet aanmelden.",
        "Candidates for {body} and sitting members cannot apply.",
    ),
)


def facts_for(election_type: str, voting_on: date, *, candidates_may_apply: bool) -> tuple[str, str]:
    """The "wist je dat" list of a new election as Markdown, in Dutch and English."""
    kind = ElectionType(election_type)
    facts = [*_weekday_fact(voting_on), *OF_TYPE.get(kind, ()), *OF_EVERY_TYPE, ABOUT_APPLYING[0]]
    if not candidates_may_apply:
        facts.append(ABOUT_APPLYING[1])
    body_nl, body_en = BODIES[kind]
    dutch = [f"- {nl.replace('{body}', body_nl)}" for nl, _ in facts]
    english = [f"- {en.replace('{body}', body_en)}" for _, en in facts]
    return "\n".join(dutch), "\n".join(english)


def _weekday_fact(voting_on: date) -> list[tuple[str, str]]:
    """Dutch elections are on a Wednesday; another day is worth a fact."""
    if voting_on.weekday() == WEDNESDAY:
        return []
    dutch, english = (format_date(voting_on, "EEEE d MMMM", locale=locale) for locale in ("nl", "en_GB"))
    return [
        (
            f"Deze verkiezing is niet op een woensdag, maar op {dutch}.",
            f"This election is not on a Wednesday but on {english}.",
        )
    ]


def declarations_for(election_type: str) -> list[tuple[DeclarationKind, str, str]]:
    """The declarations of a new election in their order: (kind, Dutch, English)."""
    body_nl, body_en = BODIES[ElectionType(election_type)]
    return [
        (
            DeclarationKind.ELIGIBLE,
            "Ik ben op de dag van de stemming 18 jaar of ouder, ik heb kiesrecht en ik ben niet van het kiesrecht "
            "uitgesloten. Ik zit niet in het hoofdstembureau of het centraal stembureau van deze verkiezing.",
            "On voting day I am 18 years or older, I have the right to vote and I am not excluded from it. "
            "I am not on the principal or central electoral committee of this election.",
        ),
        (
            DeclarationKind.NOT_A_CANDIDATE,
            f"Ik sta bij deze verkiezing niet op een kandidatenlijst en ik zit nu niet in {body_nl}.",
            f"I am not on a list of candidates for this election and I am not a sitting member of {body_en}.",
        ),
        (
            DeclarationKind.SHARE_CONTACT,
            "Ik weet dat mijn naam, telefoonnummer en e-mailadres in de benoemingsbrief komen te staan. Zo kunnen de "
            "collega's van mijn stembureau mij bereiken.",
            "I know that my name, phone number and e-mail address will be in the letter of appointment, so that the "
            "colleagues at my polling station can reach me.",
        ),
    ]
