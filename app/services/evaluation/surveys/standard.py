"""The thanks and questions that a round starts with, in Dutch and English: the team's content, theirs to change.

These are rows of the database, not words of the screens; so they are not in the translation catalogue.
"""

from __future__ import annotations

from typing import Final

from app.models import QuestionKind

THANKS: Final = (
    "Dank je wel voor je hulp bij deze verkiezing! Dankzij jou kon iedereen stemmen en is alles goed geteld.\n\n"
    "Wil je nog een paar korte vragen beantwoorden? Dan doen wij het de volgende keer beter."
)
THANKS_EN: Final = (
    "Thank you for your help at this election! Thanks to you everybody could vote and everything was counted well.\n\n"
    "Would you answer a few short questions? Then we do better next time."
)
QUESTIONS: Final = (
    (QuestionKind.SCALE, "Hoe vond je de dag?", "How was the day?"),
    (QuestionKind.SCALE, "Hoe goed was je voorbereid?", "How well were you prepared?"),
    (QuestionKind.SCALE, "Hoe ging de samenwerking op het stembureau?", "How was working together at the station?"),
    (QuestionKind.SCALE, "Hoe waren de ruimte en de spullen?", "How were the room and the materials?"),
    (QuestionKind.YES_NO, "Wil je een volgende keer weer helpen?", "Do you want to help again?"),
    (QuestionKind.REMARK, "Wat kan beter?", "What can be better?"),
)
TOLD: Final = ("Dank je wel, en een paar korte vragen", "Thank you, and a few short questions")
