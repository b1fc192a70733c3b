"""Changes after which the portal does the same: no test can notice them. Each was looked at, and says why."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Equivalent:
    """The change of the file at `path` that makes this `line` of it."""

    path: str
    line: str  # after the change, without the spaces around it
    why: str


READS_TWO = (  # rows, of which the first is taken
    ("services/postcodes.py", ".limit( 2)"),
    ("planning/board/writing.py", ".limit( 2)"),
    ("attendance/stations.py", ".limit( 2)"),
    ("message_box/search.py", ".limit( 2)"),
    (
        "appointments/letters/preview.py",
        "anybody = select(Member.id).order_by(*Member.by_name()).limit( 2)",
    ),
    ("elections/candidacy.py", ".limit( 2)"),
    ("training/seats.py", ".limit( 2)"),
    (
        "training/upkeep.py",
        "if not (db.session.scalars(gone.limit( 2)).all() or db.session.scalars(free.limit(1)).all()):",
    ),
    (
        "training/upkeep.py",
        "if not (db.session.scalars(gone.limit(1)).all() or db.session.scalars(free.limit( 2)).all()):",
    ),
    (
        "evaluation/certificates.py",
        "return db.session.scalars(latest.order_by(Election.voting_on.desc(), Election.id.desc()).limit( 2)).first()",
    ),
    ("evaluation/hours/confirming.py", "known = db.session.scalars(select(Service).where(*same).limit( 2)).first()"),
    ("evaluation/surveys/replies.py", "return db.session.scalar(rows.limit( 2))"),
    (
        "evaluation/surveys/surveys.py",
        "return db.session.scalars(rows.order_by(Election.voting_on.desc(), Survey.id.desc()).limit( 2)).first()",
    ),
)
EQUIVALENTS = (
    *(Equivalent(f"app/services/{path}", line, "Of two rows the first is taken too.") for path, line in READS_TWO),
    Equivalent(
        "app/services/members/members.py",
        "locales = ((user_id, 0, row.language or DEFAULT_LOCALE) for row, _, user_id, _ in people)",
        "An epoch is compared, and goes up; with which number it begins is a choice.",
    ),
    Equivalent(
        "app/services/documents/personal_batches.py",
        "run.file_name = keep_raw(zips[ -1])",
        "There is one archive: two are refused some lines above.",
    ),
    Equivalent(
        "app/services/availability/open_tasks.py",
        "until = asked.with_only_columns(first_due(now), maintain_column_froms=False).correlate(Election)"
        ".scalar_subquery()",
        "What it selects from is said by `still_asked`, not by its columns.",
    ),
    Equivalent(
        "app/services/bulk.py",
        'written: int = db.session.connection().execute(statement, execution_options={"preserve_rowcount": False})'
        ".rowcount",
        "Only PostgreSQL's driver needs to be told, and changes are tried on SQLite.",
    ),
    Equivalent(
        "app/services/search/highlighting.py",
        "return begin or start, last if last > 1 else stop",
        "The space is looked for at the end of an excerpt, never at its second letter.",
    ),
    Equivalent(
        "app/services/search/query.py",
        "return and_(text_column >= word, text_column <= word + chr(0x10FFFF))",
        "The last character that there is stands for none, so nobody writes it.",
    ),
    Equivalent(
        "app/services/planning/coverage/intervals.py",
        "if found.capacity in OF_BUREAU and found.starts_at <= span.ends_at and found.ends_at > span.starts_at",
        "Who comes as the span ends is there at no moment of it.",
    ),
    Equivalent(
        "app/services/planning/coverage/intervals.py",
        "if found.capacity in OF_BUREAU and found.starts_at < span.ends_at and found.ends_at >= span.starts_at",
        "Who goes as the span begins is there at no moment of it.",
    ),
    Equivalent(
        "app/services/planning/coverage/intervals.py",
        "whole = [who for who in inside if who.starts_at < span.starts_at and who.ends_at >= span.ends_at]",
        "A short cut: what it does not see is found by looking at every moment, which takes longer.",
    ),
    Equivalent(
        "app/services/planning/coverage/intervals.py",
        "whole = [who for who in inside if who.starts_at <= span.starts_at and who.ends_at > span.ends_at]",
        "The same short cut.",
    ),
    Equivalent(
        "app/services/planning/coverage/intervals.py",
        "return len({who.member_id for who in whole}) > people and any(who.capacity == CHAIR for who in whole)",
        "The same short cut.",
    ),
    Equivalent(
        "app/services/planning/proposals/solver/program.py",
        '"mip_heuristic_run_feasibility_jump": True,',
        "One way more in which HiGHS looks for the same: only time.",
    ),
    Equivalent(
        "app/services/planning/proposals/solver/program.py",
        '"mip_heuristic_run_rins": True,',
        "One way more in which HiGHS looks for the same: only time.",
    ),
    Equivalent(
        "app/services/planning/proposals/solver/program.py",
        '"mip_heuristic_run_root_reduced_cost": True,',
        "One way more in which HiGHS looks for the same: only time.",
    ),
)


def explain(path: str, lines: list[str]) -> str | None:
    """Why a change that makes these lines changes nothing, or None."""
    made = {line.strip() for line in lines}
    return next((known.why for known in EQUIVALENTS if known.path == path and known.line in made), None)
