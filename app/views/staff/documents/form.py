"""The forms of documents: files with what is said of them, a new version, and personal documents in bulk."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import BooleanField, SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional

from app.contents.kinds import MEBIBYTE
from app.models import Document, Group
from app.services.audiences.choices import find_choices
from app.services.documents import documents
from app.services.documents.documents import LONGEST_TITLE, DocumentText
from app.services.documents.zip_archive import MAX_ZIP_BYTES, MOST_FILES
from app.views.forms.asked import AskedField
from app.views.forms.audience import AudienceForm
from app.views.forms.forms import PortalForm
from app.views.forms.publishing import PUBLISHING_FIELDS, TOLD, PublishingForm
from app.views.forms.uploads import FileNeeded, UploadField
from app.views.labels.documents import DOCUMENT_CATEGORIES, DOCUMENT_LANGUAGES

MOST_UPLOADS = 20
MOST_LETTERS = 200  # PDFs that are chosen one by one; more come in an archive
REQUEST_MEGABYTES = 120

TYPED = ("title", "title_en", "category", "language", *PUBLISHING_FIELDS)


class AboutDocument(PublishingForm):
    """What is said of a document, whomever it is for."""

    category = AskedField(_("Kind of document"), choices=list(DOCUMENT_CATEGORIES.items()))
    language = AskedField(_("Written in"), choices=list(DOCUMENT_LANGUAGES.items()))
    election_id = SelectField(_("About the election"), coerce=int)

    def about(self, title: str, title_en: str, group: Group) -> DocumentText:
        """What was filled in."""
        return DocumentText(
            title=title,
            category=self.category.data,
            group=group,
            title_en=title_en,
            language=self.language.data,
            election_id=self.election_id.data or None,
            **self.publication(),
        )

    def offer_elections(self) -> None:
        """The elections that are going on, and the one that was chosen before."""
        self.election_id.choices = [(0, gettext("No choice"))] + [
            (election.id, election.name) for election in find_choices().elections
        ]

    def keep_election(self, document: Document) -> None:
        """An election that is over can stay."""
        election = document.election
        if election is not None and election.id not in dict(self.election_id.choices):
            self.election_id.choices = [*self.election_id.choices, (election.id, election.name)]


def _typed(document: Document) -> dict[str, Any]:
    return {name: getattr(document, name) for name in TYPED} | {"election_id": document.election_id or 0}


class DocumentForm(AboutDocument, AudienceForm):
    """A document for an audience, to change."""

    title = StringField(_("Title"), [InputRequired(), Length(max=LONGEST_TITLE)])
    title_en = StringField(_("Title in English"), [Optional(), Length(max=LONGEST_TITLE)])

    def __init__(self, *args: Any, obj: Document | None = None, **kwargs: Any) -> None:
        if obj is not None:
            kwargs.update(group=documents.read_document(obj).group, data=_typed(obj))
        super().__init__(*args, **kwargs)
        self.election_id.choices = self.audience_election.choices
        if obj is not None:
            self.keep_election(obj)

    def wanted(self) -> DocumentText:
        """What was filled in. Raises RuleBroken for an audience that cannot be read."""
        return self.about(self.title.data or "", self.title_en.data or "", self.group())


class DocumentsUploadForm(DocumentForm):
    """Files, with what is said of all of them."""

    files = UploadField(_("Files"), [FileNeeded()], most=MOST_UPLOADS)
    title = StringField(
        _("Title"),
        [Optional(), Length(max=LONGEST_TITLE)],
        description=_("Empty: the name of the file. With several files each document is called after its file."),
    )


class PersonalDocumentForm(AboutDocument):
    """What is said of a personal document, to change."""

    title = StringField(_("Title"), [InputRequired(), Length(max=LONGEST_TITLE)])
    title_en = StringField(_("Title in English"), [Optional(), Length(max=LONGEST_TITLE)])

    def __init__(self, *args: Any, obj: Document | None = None, **kwargs: Any) -> None:
        if obj is not None:
            kwargs.update(data=_typed(obj))
        super().__init__(*args, **kwargs)
        self.offer_elections()
        if obj is not None:
            self.keep_election(obj)

    def wanted(self) -> DocumentText:
        """What was filled in; whom it is for is who has a file."""
        return self.about(self.title.data or "", self.title_en.data or "", Group(()))


class LettersField(UploadField):
    """PDFs named by member number, or one archive of them. The service looks into both."""

    def __init__(self, label: Any = None, validators: Any = (), **kwargs: Any) -> None:
        super().__init__(label, validators, most=MOST_LETTERS, max_bytes=MAX_ZIP_BYTES, **kwargs)
        self.limits = self.description = gettext(
            "PDFs, or one archive (zip) with at most %(most)s PDFs. The name of each starts with the member number, "
            "such as 10023.pdf or 10023_letter.pdf. At most %(size)s MB in all, 20 MB for one PDF.",
            most=MOST_FILES,
            size=MAX_ZIP_BYTES // MEBIBYTE,
        )
        self.render_kw["accept"] = ".pdf,.zip"


class PersonalUploadForm(PersonalDocumentForm):
    """Files for one member each."""

    files = LettersField(_("Files"), [FileNeeded()])
    is_announced = BooleanField(_("Tell members when it appears"), default=True, description=TOLD)


class VersionForm(PortalForm):
    """A file in place of the one that members read."""

    files = UploadField(_("New file"), [FileNeeded()], most=1)
    tells = BooleanField(_("Tell members of the new version"), description=TOLD)
