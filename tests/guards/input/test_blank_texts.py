"""What cannot be seen is no reason, title or message: of whatever rule that asks for one."""

from __future__ import annotations

import re
from pathlib import Path
from types import SimpleNamespace

import pytest

from app.phrases import RuleBroken
from app.services.appointments import answers
from app.services.audit import COMMAND
from app.services.evaluation.hours import confirming
from app.services.members import bsn
from app.services.message_box import threads
from app.services.notes import tags
from app.services.planning.eligibility import findings, rules
from app.typed.texts import is_blank, tidy_line, tidy_text

BLANK = [
    "",
    " \n\t",
    "\u200b\u200d\ufeff",
    "\xa0\u2003",
    "\u2060\u00ad\u202e",
    "\u3164\u115f\uffa0",
    "\u2800",
    "\u0301\ufe0f",
    "\x00\x07",
]
SEEN = ["x", "12", "?", "é", "م\u200dن", "👍\ufe0f", "–"]


@pytest.mark.parametrize("typed", BLANK)
def test_what_cannot_be_seen_is_nothing(typed):
    assert is_blank(typed)
    assert tidy_line(typed) == tidy_text(typed) == ""


@pytest.mark.parametrize("typed", SEEN)
def test_what_can_be_seen_stays_as_it_is(typed):
    assert tidy_line(f" {typed}\n {typed} ") == f"{typed} {typed}"
    assert tidy_text(f" {typed}\r\n{typed} ") == f"{typed}\n{typed}"


ASKING = {
    "decline": lambda typed, now: answers.tidy_reason(typed),
    "leave": lambda typed, now: answers.choose_reason("other", typed),
    "hours": lambda typed, now: confirming._check_reason(typed),
    "bsn": lambda typed, now: bsn._check_reason(typed),
    "overrule": lambda typed, now: findings.override(SimpleNamespace(), typed, actor=COMMAND, now=now),
    "decision": lambda typed, now: rules.change_rule(
        SimpleNamespace(election=SimpleNamespace(state="planning"), basis="policy", source=""),
        source=typed,
        is_blocking=True,
        is_active=True,
        actor=COMMAND,
        now=now,
    ),
    "message": lambda typed, now: threads.clean_body(typed),
    "subject": lambda typed, now: threads.clean_subject(typed),
    "tag": lambda typed, now: tags.clean_name(typed),
}


@pytest.mark.parametrize("asked", ASKING)
def test_a_required_text_that_cannot_be_seen_is_refused_at_its_field(asked, now):
    with pytest.raises(RuleBroken) as refused:
        ASKING[asked]("\u200b \u2060", now)
    assert refused.value.field


SERVICES = Path(__file__).parents[3] / "app" / "services"
BY_HAND = re.compile(r'if not [\w.]+\.strip\(\):|" "\.join\(\w*(reason|why)\w*\b')


def test_no_rule_looks_for_an_empty_text_by_itself():
    found = [
        f"{path.relative_to(SERVICES)}: {line.strip()}"
        for path in sorted(SERVICES.rglob("*.py"))
        for line in path.read_text().splitlines()
        if BY_HAND.search(line)
    ]
    assert not found
