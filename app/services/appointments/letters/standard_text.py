"""The text that a letter of appointment starts with, in Dutch and English: the team's content, theirs to change.

These are rows of the database, not words of the screens; so they are not in the translation catalogue.
"""

from __future__ import annotations

from typing import Final

TITLES: Final = {
    "nl": "Je benoeming voor de verkiezing {{verkiezing}}",
    "en": "Your appointment for the election {{verkiezing}}",
}

BODIES: Final = {
    "nl": """Beste {{naam}},

Fijn dat je meehelpt op {{stemdag}}. Het college van burgemeester en wethouders van {{gemeente}} benoemt je als \
**{{hoedanigheid}}**. Dit is besluit {{besluitnummer}} van {{besluitdatum}}.

{{vervangt}}

## Je antwoord

{{antwoord}}

Kun je later toch niet komen? Meld dat dan meteen in het portaal, of bel {{telefoon}}. Dan zoeken wij iemand anders.

## Waar en wanneer

{{dagdelen}}

Kom op tijd: een stembureau mag alleen open als er genoeg leden zijn. Na het stemmen help je met tellen als dat in je \
rooster staat. Je vergoeding is in totaal {{vergoeding}}. Je krijgt dit bedrag na de verkiezing op je rekening.

## Training

{{training}}

## Wat neem je mee?

{{meenemen}}

## Met wie werk je samen?

{{collegas}}

De gegevens van je collega's zijn alleen bedoeld om met elkaar af te spreken over deze verkiezing. Gooi deze brief \
daarna weg.

Heb je vragen? Stel ze in het portaal, mail naar {{e_mail}} of bel {{telefoon}}.

Met vriendelijke groet,
namens burgemeester en wethouders van {{gemeente}},

{{ondertekenaar}}
{{functie_ondertekenaar}}

*{{mandaat}}*

## Ben je het niet eens met dit besluit?

{{bezwaar}}
""",
    "en": """Dear {{naam}},

Thank you for helping on {{stemdag}}. The mayor and aldermen of {{gemeente}} appoint you as **{{hoedanigheid}}**. \
This is decision {{besluitnummer}} of {{besluitdatum}}.

{{vervangt}}

## Your answer

{{antwoord}}

Can you not come after all, later on? Tell us at once in the portal, or call {{telefoon}}. Then we look for somebody \
else.

## Where and when

{{dagdelen}}

Be in time: a polling station may open only with enough members. After the voting you help to count if that is in \
your schedule. Your fee is {{vergoeding}} in all. You receive it in your bank account after the election.

## Training

{{training}}

## What do you bring?

{{meenemen}}

## Who do you work with?

{{collegas}}

The contact details of your colleagues are only meant for arrangements about this election. Throw this letter away \
afterwards.

Do you have questions? Ask them in the portal, write to {{e_mail}} or call {{telefoon}}.

Kind regards,
on behalf of the mayor and aldermen of {{gemeente}},

{{ondertekenaar}}
{{functie_ondertekenaar}}

*{{mandaat}}*

## Do you not agree with this decision?

{{bezwaar}}
""",
}
