"""Where files lie that were uploaded to stay: under random names, never inside a folder that is served.

`Store` is the whole interface. `FolderStore` is the default; `app.store_s3` keeps the same files at an S3-compatible
service. A leaf: it takes and gives plain data and knows nothing of rows or rights.
"""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import shutil
import stat
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import IO, Protocol

from app.private_files import FULL

CHUNK = 64 * 1024  # bytes that are in memory at a time
_KEY = re.compile(r"[0-9a-f]{48}")


class FileGone(Exception):
    """No file lies under this key."""


class StoreFailed(Exception):
    """The store cannot be reached, or is full. Nothing was kept."""


class StoreFull(StoreFailed):
    """There is no room for it."""


class Store(Protocol):
    """Files by random key."""

    def keep(self, content: IO[bytes]) -> str:
        """Keep all of `content` from where it stands, whole or not at all; gives the key. Raises StoreFailed."""

    def open(self, key: str, *, start: int = 0, length: int | None = None) -> Iterator[bytes]:
        """The bytes from `start`, at most `length`, in pieces; opened at once. Raises FileGone, StoreFailed."""

    def check(self) -> None:
        """Raises StoreFailed when files can be neither kept nor read."""

    def size(self, key: str) -> int:
        """In bytes. Raises FileGone, StoreFailed."""

    def delete(self, key: str) -> None:
        """Delete it; it may be gone already. Raises StoreFailed."""

    def old_keys(self, before: datetime) -> Iterator[str]:
        """The keys of the files that were kept before an instant."""

    def delete_incomplete(self, before: datetime) -> int:
        """Delete what an upload left that was cut off before an instant; gives how many."""


def new_key() -> str:
    """A random name that nobody can guess."""
    return secrets.token_hex(24)


def check_key(key: str) -> str:
    """The key itself; a key that cannot be ours never becomes a path. Raises FileGone."""
    if not _KEY.fullmatch(key):
        raise FileGone(key)
    return key


def _allow(path: Path, bit: int) -> None:
    mode = stat.S_IMODE(path.stat().st_mode)
    if not mode & bit:
        path.chmod(mode | bit)


class FolderStore:
    """Files in a folder of this machine (or one that all machines share), readable by this user alone."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._halves = root / "halves"

    def path_in_root(self, key: str) -> str:
        """Where the file lies below the root: two levels of 256 folders, so that none gets long."""
        return f"{check_key(key)[:2]}/{key[2:4]}/{key}"

    def check(self) -> None:
        """See Store."""
        folder = self.root if self.root.exists() else self.root.parent
        if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
            raise StoreFailed("the folder of files cannot be written")

    def open_to_group(self, key: str) -> None:
        """The group of the folder may read this one file: each folder on the way lets it pass, and none is listed.

        Raises FileGone, and StoreFailed when the modes are not ours to change.
        """
        place = self.root / self.path_in_root(key)
        try:
            for folder in (self.root.parent, self.root, place.parent.parent, place.parent):
                _allow(folder, stat.S_IXGRP)
            _allow(place, stat.S_IRGRP)
        except FileNotFoundError:
            raise FileGone from None
        except OSError as error:
            raise StoreFailed(str(error)) from error

    def keep(self, content: IO[bytes]) -> str:
        """Written beside its place and renamed into it, so that a half file is never found."""
        key = new_key()
        half, place = self._halves / key, self.root / self.path_in_root(key)
        try:
            for folder in (self.root, self._halves, place.parent.parent, place.parent):
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                shutil.copyfileobj(content, file, CHUNK)
                file.flush()
                os.fsync(file.fileno())
            os.replace(half, place)
        except OSError as error:
            with contextlib.suppress(OSError):
                half.unlink(missing_ok=True)
            raise (StoreFull if error.errno in FULL else StoreFailed)(str(error)) from error
        return key

    def open(self, key: str, *, start: int = 0, length: int | None = None) -> Iterator[bytes]:
        """See Store."""
        try:
            file = (self.root / self.path_in_root(key)).open("rb")
        except FileNotFoundError:
            raise FileGone(key) from None
        except OSError as error:
            raise StoreFailed(str(error)) from error
        file.seek(start)
        return read_pieces(file, length)

    def size(self, key: str) -> int:
        """See Store."""
        try:
            return (self.root / self.path_in_root(key)).stat().st_size
        except FileNotFoundError:
            raise FileGone(key) from None

    def delete(self, key: str) -> None:
        """See Store."""
        try:
            (self.root / self.path_in_root(key)).unlink(missing_ok=True)
        except OSError as error:
            raise StoreFailed(str(error)) from error

    def old_keys(self, before: datetime) -> Iterator[str]:
        """See Store."""
        for path in self.root.glob("[0-9a-f][0-9a-f]/[0-9a-f][0-9a-f]/*"):
            if _KEY.fullmatch(path.name) and _is_older(path, before):
                yield path.name

    def delete_incomplete(self, before: datetime) -> int:
        """See Store."""
        old = [path for path in self._halves.glob("*") if _is_older(path, before)]
        for path in old:
            path.unlink(missing_ok=True)
        return len(old)


def _is_older(path: Path, before: datetime) -> bool:
    try:
        return path.stat().st_mtime < before.timestamp()
    except FileNotFoundError:
        return False  # somebody deleted it just now


def read_pieces(file: IO[bytes], length: int | None) -> Iterator[bytes]:
    """What is left of an open file, at most `length` bytes, in pieces; closes the file."""
    with file:
        left = length
        while left is None or left > 0:
            piece = file.read(CHUNK if left is None else min(CHUNK, left))
            if not piece:
                return
            yield piece
            left = None if left is None else left - len(piece)


class Storage:
    """The store of this process, which `create_app` names. Unbound, so that services can import it."""

    def __init__(self) -> None:
        self._store: Store | None = None

    def use(self, store: Store) -> None:
        """Keep files there from now on."""
        self._store = store

    @property
    def store(self) -> Store:
        """The store in use."""
        if self._store is None:
            raise RuntimeError("no store is configured")
        return self._store
