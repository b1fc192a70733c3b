"""A field for files: plain in every browser; with JavaScript files can be dropped, and a bar tells how far it is.

    files = UploadField(_("Files"), most=10)
    …
    kept = form.files.keep(actor=current_actor(), now=g.now)   # a refusal is said at the field

The page writes `forms.whole(form, …, upload=true)` or `forms.form(form, upload=true)`. What all files together may be
is `takes_uploads(megabytes)` on the view's method (app.body_limits).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from flask import Flask, Response, request
from flask_babel import gettext, lazy_gettext
from flask_wtf.file import FileField, FileRequired, MultipleFileField
from wtforms.validators import InputRequired, ValidationError
from wtforms.widgets import FileInput

from app.contents import DOCUMENTS, Kind
from app.contents.kinds import MEBIBYTE
from app.importing.limits import Limits
from app.models import StoredFile
from app.phrases import RuleBroken, phrase, refuse_together
from app.services.audit import Actor
from app.services.files.stored_files import MAX_FILE_BYTES, clean_name, keep_file, name_kinds

BY_SCRIPT: Final = "X-Upload"  # uploads.js sends this: it cannot see where a redirect leads


class UploadField(MultipleFileField):
    """Files of the allowed kinds. The hint tells the limits before anybody chooses, and so does a refusal."""

    def __init__(
        self,
        label: Any = None,
        validators: Sequence[Any] = (),
        *,
        most: int = 1,
        description: Any = "",
        allowed: Sequence[Kind] = DOCUMENTS,
        max_bytes: int = MAX_FILE_BYTES,
        **kwargs: Any,
    ) -> None:
        super().__init__(label, validators, description=description, **kwargs)
        self.widget = FileInput(multiple=most > 1)
        self.most, self.allowed, self.max_bytes = most, allowed, max_bytes
        self.limits = _say_limits(most, max_bytes, allowed)
        self.description = f"{description} {self.limits}".strip()
        endings = dict.fromkeys(f".{ending}" for kind in allowed for ending in kind.endings)
        self.render_kw = {
            "accept": ",".join(endings),
            **_words_for_script(most, max_bytes),
        }

    def pre_validate(self, form: Any) -> None:
        """Not more files than may be sent at once."""
        if len(self.data or ()) > self.most:
            too_many = gettext("Choose at most %(most)s files.", most=self.most)
            raise ValidationError(f"{too_many} {self.limits}")

    def keep(self, *, actor: Actor, now: datetime) -> list[StoredFile]:
        """Keep every file. Raises RuleBroken at this field, naming each file that is refused; then none is kept."""
        kept, refused = [], []
        for item in self.data or ():
            try:
                row = keep_file(
                    item.stream,
                    item.filename or "",
                    actor=actor,
                    now=now,
                    allowed=self.allowed,
                    max_bytes=self.max_bytes,
                )
                kept.append(row)
            except RuleBroken as error:
                reason = phrase("%(name)s: %(reason)s", name=clean_name(item.filename or ""), reason=error.text)
                refused.append(RuleBroken(reason, field=self.short_name))
        refuse_together(refused)
        return kept


class ImportFileField(FileField):
    """One file, with the same comforts. Its hint says which kinds."""

    def __init__(self, *args: Any, description: Any = "", max_bytes: int | None = None, **kwargs: Any) -> None:
        largest = max_bytes or Limits().max_bytes
        size = gettext("At most %(most)s MB.", most=largest // MEBIBYTE)
        self.limits = f"{description} {size}"
        super().__init__(*args, description=self.limits, **kwargs)
        self.render_kw = _words_for_script(1, largest)


def import_file(label: Any, hint: Any, *, max_bytes: int | None = None) -> FileField:
    """The field of a form that reads one file and keeps nothing of it: `data` is the file. The hint says how large."""
    needed = FileRequired(lazy_gettext("Choose a file."))
    return ImportFileField(label, [needed], description=hint, max_bytes=max_bytes)


class FileNeeded(InputRequired):
    """At least one file must be chosen."""

    def __init__(self) -> None:
        super().__init__(lazy_gettext("Choose a file."))

    def __call__(self, form: Any, field: Any) -> None:
        """Raises the message at an empty field."""
        if not field.data:
            raise ValidationError(str(self.message))


def _words_for_script(most: int, max_bytes: int) -> dict[str, str]:
    """What uploads.js must know, and says."""
    return {
        "data-most": str(most),
        "data-max-bytes": str(max_bytes),
        "data-drop": gettext("Or drop files here"),
        "data-remove": gettext("Take away"),
        "data-removed": gettext("The file has been taken away."),
        "data-too-many": gettext("Choose at most %(most)s files.", most=most),
        "data-too-large": gettext("too large: at most %(most)s MB", most=max_bytes // MEBIBYTE),
        "data-sending": gettext("Uploading…"),
        "data-failed": gettext("The upload did not succeed. Check your connection and try again."),
    }


def _say_limits(most: int, max_bytes: int, allowed: Sequence[Kind]) -> str:
    size, kinds = max_bytes // MEBIBYTE, name_kinds(allowed)
    if most == 1:
        return str(gettext("At most %(size)s MB: %(kinds)s.", size=size, kinds=kinds))
    return str(gettext("At most %(most)s files of %(size)s MB each: %(kinds)s.", most=most, size=size, kinds=kinds))


def init_app(app: Flask) -> None:
    """Tell uploads.js where a redirect leads, so that the page behind it is opened once, with its messages."""
    app.after_request(_tell_where)


def _tell_where(answer: Response) -> Response:
    if BY_SCRIPT in request.headers and answer.status_code in (302, 303):
        answer.headers["X-Location"] = answer.headers.pop("Location")
        answer.status_code = 204
        answer.set_data(b"")
    return answer
