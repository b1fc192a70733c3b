"""What a database refuses, told at the field or above the form instead of in the database's own words."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from flask import abort, flash
from flask_babel import gettext
from sqlalchemy import inspect
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from app import jobs
from app.database.tuning import waited_in_vain
from app.extensions import db
from app.i18n import translate
from app.models.derived.written import MAIL, take_written
from app.phrases import RuleBroken, phrase
from app.services.audit import find_authors
from app.services.bulk import lock_row
from app.services.typed_forms.sent_forms import SentAlready
from app.views.forms.forms import PortalForm
from app.views.typed.once import claim_posted, tell_sent_already
from app.views.typed.seen import ChangedByAnother, as_stored, find_changed, is_as_shown, read_seen, tell_changed

SQLITE = re.compile(r"(UNIQUE|NOT NULL) constraint failed: (.+)")
POSTGRESQL_KEY = re.compile(r"\(([^()]+)\)=")

# What may be a refusal; `why_refused` says whether it is one.
Refusals = (DBAPIError, StaleDataError, OverflowError)


def why_refused(error: BaseException) -> str:
    """A sentence for a person: the database took another's change first, or a value does not fit. Empty for what is
    nobody's doing, such as a database that is away.
    """
    if isinstance(error, IntegrityError):
        return str(gettext("This does not fit with other data, so it was not saved."))
    if isinstance(error, (DataError, OverflowError)):
        return str(gettext("Something that you filled in is too long or too large, so it was not saved."))
    if isinstance(error, StaleDataError) or waited_in_vain(error):
        return str(gettext("Somebody else changed this at the same moment, so it was not saved. Try again."))
    return ""


def _explain(error: BaseException, form: PortalForm, data: Any) -> None:
    """Put a message at the field that the database refused, or above the form. Raises what is no refusal."""
    sentence = why_refused(error)
    if not sentence:
        raise error
    is_missing, columns = _cause(error) if isinstance(error, IntegrityError) else (False, [])
    named = [name for column in columns if data is not None for name in _names(data.obj, column)]
    fields = [name for name in named if name in form]
    if is_missing:
        form.add_fault(gettext("This field is required."), field=fields[0] if fields else None)
    elif columns:
        form.add_fault(gettext("This is in use already. Choose another one."), field=fields[-1] if fields else None)
    else:
        form.add_fault(sentence)


def _cause(error: IntegrityError) -> tuple[bool, list[str]]:
    """Whether a value is missing, and the columns of the database that the error names."""
    diagnosis = getattr(error.orig, "diag", None)
    if diagnosis is not None:
        if diagnosis.sqlstate == "23502":
            return True, [diagnosis.column_name or ""]
        key = POSTGRESQL_KEY.search(diagnosis.message_detail or "") if diagnosis.sqlstate == "23505" else None
        return False, re.split(r",\s*", key[1]) if key else []
    found = SQLITE.search(str(error.orig))
    names = [part.rpartition(".")[2] for part in re.split(r",\s*", found[2])] if found else []
    return bool(found and found[1] == "NOT NULL"), names


def _names(model: type[Any], column: str) -> list[str]:
    """What forms call a column of the database: its attribute, or the relation over it."""
    mapper = inspect(model)
    attributes = [key for key, found in mapper.columns.items() if found.name == column]
    relations = [r.key for r in mapper.relationships if column in {local.name for local in r.local_columns}]
    return attributes + relations


class Saves:
    """For views: the one way to do what a form or a button asks."""

    names_others = False  # whether who uses this screen may know who else changed a row

    def _commit_or_refuse(self, work: Callable[[], Any], form: Any) -> bool:
        """Do the work and commit; what a rule or the database refuses is said at its field, and nothing is kept.

        Without a form it is said at the top of the next page. A form that was carried out is not carried out again.
        """
        try:
            if form:
                claim_posted(self._usual_target())
            work()
            self._commit()
        except SentAlready as already:
            abort(tell_sent_already(already, self._usual_target()))
        except ChangedByAnother as found:
            db.session.rollback()
            tell_changed(form, found)
        except RuleBroken as error:
            db.session.rollback()
            form.refuse(error) if form else flash(translate(error.text), "error")
        except Refusals as error:
            db.session.rollback()
            if form:
                _explain(error, form, getattr(self, "datamodel", None))
            else:
                flash(_say_refusal(error), "error")
        else:
            return True
        return False

    def _commit(self) -> None:
        """Commit; where a mail was queued the worker is told at once, else it would leave within a minute."""
        db.session.commit()
        if take_written(MAIL):
            jobs.deliver_mail()

    def require_seen(self, item: Any, form: PortalForm, make: Callable[[], PortalForm]) -> None:
        """In the transaction that changes `item`: lock it, and raise ChangedByAnother when `make()`, the form of now,
        holds something else than the sent form showed. Raises RuleBroken when the row is gone.
        """
        if not lock_row(item):
            raise RuleBroken(phrase("This was deleted in the meantime. What you filled in was not saved."))
        shown = read_seen(form)
        if shown is None or is_as_shown(item, shown):
            return
        fresh = as_stored(make)
        changed = find_changed(form, fresh, shown)
        if changed:
            authors = find_authors(item, shown.at) if self.names_others else {}
            raise ChangedByAnother(changed, fresh, authors)

    def _usual_target(self) -> str:
        """Where a form of this view leads to."""
        view: Any = self
        return str(view.get_redirect())


def _say_refusal(error: BaseException) -> str:
    """Why a button did not do it. Raises what is no refusal."""
    sentence = why_refused(error)
    if not sentence:
        raise error
    is_missing, doubles = _cause(error) if isinstance(error, IntegrityError) else (False, [""])
    if is_missing or not doubles:  # another row needs this one
        return str(gettext("This is still in use, so it cannot be deleted."))
    return sentence
