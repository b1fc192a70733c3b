"""The images and attachments of a general message as its page shows them."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for

from app.i18n import write_size
from app.models import NewsFile
from app.services.files.stored_files import kind_of
from app.services.news import files as news_files
from app.views.parts.markdown import Image, named_images


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file to read apart from the text."""

    url: str
    name: str
    about: str  # kind and size


@dataclass(frozen=True, slots=True)
class NewsParts:
    """`images` by the name that a text places them with; `below` those that no text places; and the attachments."""

    images: dict[str, Image]
    below: list[Image]
    attachments: list[Attachment]
    files: list[tuple[NewsFile, str | None]]  # each with its name in a text, where it is an image


def name_in_text(file: NewsFile) -> str:
    """What `![…](name)` calls an image."""
    return f"afbeelding-{file.id}"


def parts_of(item_id: int, *texts: str) -> NewsParts:
    """What belongs to the message with these texts. One statement."""
    files = news_files.list_files(item_id)
    images = {name_in_text(file): _image(file) for file in files if kind_of(file.file).is_image}
    placed = set().union(*(named_images(text) for text in texts))
    return NewsParts(
        images,
        [image for name, image in images.items() if name not in placed],
        [_attachment(file) for file in files if name_in_text(file) not in images],
        [(file, name_in_text(file) if name_in_text(file) in images else None) for file in files],
    )


def _image(attached: NewsFile) -> Image:
    return Image(url_for("FilesView.read", file_id=attached.file_id, name=attached.file.name, toon=1), attached.caption)


def _attachment(attached: NewsFile) -> Attachment:
    file = attached.file
    about = f"{kind_of(file).name}, {write_size(file.size)}"
    return Attachment(url_for("FilesView.read", file_id=file.id, name=file.name), attached.caption or file.name, about)
