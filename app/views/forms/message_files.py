"""The files that go with a message; its hint tells every limit."""

from __future__ import annotations

from typing import Any, Final

from flask_babel import gettext

from app.body_limits import MEBIBYTE
from app.services.message_box.threads import MOST_FILES, MOST_MEGABYTES, MOST_MEGABYTES_EACH
from app.views.forms.uploads import UploadField

# What a request may carry: all files as large as one may be, so that too much is told at the field, with the text kept.
REQUEST_MEGABYTES: Final = MOST_FILES * MOST_MEGABYTES_EACH + 5


class MessageFilesField(UploadField):
    """A few files."""

    def __init__(self, label: Any = None, validators: Any = (), **kwargs: Any) -> None:
        together = gettext("Together at most %(most)s MB.", most=MOST_MEGABYTES)
        limit = MOST_MEGABYTES_EACH * MEBIBYTE
        super().__init__(label, validators, description=together, most=MOST_FILES, max_bytes=limit, **kwargs)
        self.limits = self.description
