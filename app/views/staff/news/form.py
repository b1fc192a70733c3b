"""The form of a general message: its texts with a preview, its period, and for whom it is."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from app.models import NewsItem
from app.services.news import news
from app.services.news.news import NewsText
from app.views.forms.audience import AudienceForm
from app.views.forms.forms import PortalForm
from app.views.forms.publishing import PUBLISHING_FIELDS, PublishingForm
from app.views.forms.uploads import FileNeeded, UploadField

LONGEST_BODY = 50_000
TYPED = ("title", "body", "title_en", "body_en", "is_pinned", *PUBLISHING_FIELDS)
WRITING = _(
    "A line that starts with # is a heading, with - a point of a list. **Bold**, *italic*, "
    "[words of a link](https://www.voorbeeldstad.nl)."
)


class NewsFileForm(PortalForm):
    """An image or attachment, one at a time: each image has words of its own."""

    files = UploadField(_("File"), [FileNeeded()])
    caption = StringField(
        _("What is it?"),
        [Optional(), Length(max=200)],
        description=_("Of an image: what is on it, for who cannot see it. Of another file: how members know it."),
    )


class NewsForm(PublishingForm, AudienceForm):
    """What it says, when it can be read, and for whom."""

    title = StringField(_("Title"), [InputRequired(), Length(max=160)])
    body = TextAreaField(_("Message"), [InputRequired(), Length(max=LONGEST_BODY)], description=WRITING)
    title_en = StringField(_("Title in English"), [Optional(), Length(max=160)])
    body_en = TextAreaField(_("Message in English"), [Optional(), Length(max=LONGEST_BODY)])
    is_pinned = BooleanField(_("Keep it on top of the list"))

    def __init__(self, *args: Any, obj: NewsItem | None = None, **kwargs: Any) -> None:
        if obj is not None:
            known = news.read_news(obj)
            kwargs.update(group=known.group, data={name: getattr(known, name) for name in TYPED})
        super().__init__(*args, **kwargs)

    def wanted(self) -> NewsText:
        """What was filled in. Raises RuleBroken for an audience that cannot be read."""
        return NewsText(
            title=self.title.data or "",
            body=(self.body.data or "").replace("\r\n", "\n"),
            group=self.group(),
            title_en=self.title_en.data or "",
            body_en=(self.body_en.data or "").replace("\r\n", "\n"),
            is_pinned=self.is_pinned.data,
            **self.publication(),
        )
