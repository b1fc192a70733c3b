"""An archive (zip) of personal documents: how many files are in it, and each one unpacked within bounds."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from tempfile import SpooledTemporaryFile
from typing import IO, Final, cast

from app.contents import ContentRefused, Limits
from app.contents.archives import open_zip, unpack
from app.contents.kinds import MEBIBYTE
from app.phrases import Phrase, RuleBroken, phrase
from app.services.files.stored_files import MAX_FILE_BYTES

MOST_FILES: Final = 2_000  # in one archive
MAX_ZIP_BYTES: Final = 110 * MEBIBYTE
MAX_EXPANDED: Final = 500 * MEBIBYTE  # all files of an archive together; PDFs hardly shrink

Entry = tuple[str, IO[bytes]]


def count_files(stream: IO[bytes]) -> int:
    """How many files are in the archive. Raises RuleBroken (field "files") for one that cannot be a batch."""
    if stream.seek(0, 2) > MAX_ZIP_BYTES:
        raise RuleBroken(
            phrase("This file is too large: at most %(most)s MB.", most=MAX_ZIP_BYTES // MEBIBYTE), field="files"
        )
    with _open(stream) as archive:
        count = len(_parts(archive))
    if count > MOST_FILES:
        raise RuleBroken(
            phrase("There are too many files in this archive: at most %(most)s.", most=MOST_FILES), field="files"
        )
    if not count:
        raise RuleBroken(phrase("There are no files in this archive."), field="files")
    return count


def _open(stream: IO[bytes]) -> zipfile.ZipFile:
    try:
        return open_zip(stream, Limits(max_entries=MOST_FILES))
    except ContentRefused as error:
        raise RuleBroken(error.text, field="files") from None


def _parts(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """The files in it, without folders and what macOS adds."""
    return [
        info
        for info in archive.infolist()
        if not info.is_dir()
        and not info.filename.startswith("__MACOSX/")
        and not info.filename.rpartition("/")[2].startswith(".")
    ]


def read_entries(stream: IO[bytes], start: int = 0) -> Iterator[Entry]:
    """Each file of the archive, unpacked; one that is too large comes empty, and is refused as such."""
    left = MAX_EXPANDED
    with _open(stream) as archive:
        for info in _parts(archive)[start:]:
            with SpooledTemporaryFile(max_size=MEBIBYTE) as part:
                try:
                    left -= unpack(archive, info, part, min(left, MAX_FILE_BYTES))
                except ContentRefused as error:
                    yield info.filename, cast("IO[bytes]", _Unusable(error.text))
                    continue
                yield info.filename, part


class _Unusable:
    """Stands for a file that could not be unpacked."""

    def __init__(self, reason: Phrase) -> None:
        self.reason = reason

    def seek(self, *_place: int) -> int:
        """Refused as soon as anybody looks at it."""
        raise RuleBroken(self.reason, field="file")
