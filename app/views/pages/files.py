"""The one way out for files: /bestanden/<number>/<name>. File → row → right to read → bytes."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Any
from urllib.parse import quote

from flask import Flask, Response, current_app, g, request
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose, has_access
from werkzeug.exceptions import NotFound, RequestedRangeNotSatisfiable

from app.auth.visitor import current_actor, current_grants, signed_in_visitor
from app.contents import PDF
from app.extensions import db, storage
from app.models import StoredFile
from app.services.audit import record_event
from app.services.files.readers import FileReader, FileRight
from app.services.files.stored_files import kind_of
from app.storage.store import FileGone, FolderStore, StoreFailed
from app.views.base import Page
from app.views.subject import subjects

log = logging.getLogger(__name__)

# Nothing in a file may run or load. A PDF is not sandboxed: browsers then refuse to show it at all.
CSP_FILE = "default-src 'none'; sandbox; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
CSP_PDF = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"


class FilesView(Page):
    """Stored files. What is not there, and what is not for this visitor, is the same 404; the second is recorded."""

    route_base = "/bestanden"
    default_view = "read"

    @expose("/<int:file_id>/<name>", methods=["GET"])
    @has_access
    def read(self, file_id: int, name: str) -> ResponseReturnValue:
        """The file. `name` is for people: the number says which. `?toon=1` shows an image, `?bewaar=1` keeps a PDF."""
        file, right = _find(file_id)
        if _is_fetched_in_advance():
            return "", 204  # nobody reads it yet; who opens it asks again
        start, end, status = _piece_of(file)
        if right.note_read is not None and _is_read(start, end, right):
            right.note_read(g.now)
            db.session.commit()
        kind = kind_of(file)
        is_shown = kind is PDF if "toon" not in request.args else kind is PDF or kind.is_image
        is_inline = is_shown and "bewaar" not in request.args
        answer = _accelerated(file) or _send(file, start, end, status)
        answer.headers["Content-Type"] = file.media_type
        answer.headers["Content-Disposition"] = disposition(file.name, is_inline=is_inline)
        answer.headers["Content-Security-Policy"] = CSP_PDF if kind is PDF and is_inline else CSP_FILE
        answer.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        return answer


def _find(file_id: int) -> tuple[StoredFile, FileRight]:
    visitor = signed_in_visitor()
    file = db.session.get(StoredFile, file_id)
    right = find_right(file.id, g.now) if file else None
    if file is None or right is None:
        member_id = visitor.member.id if visitor.member else None
        record_event(current_actor(), "file.denied", now=g.now, member_id=member_id, file_id=file_id)
        db.session.commit()
        raise NotFound
    return file, right


def find_right(file_id: int, now: datetime) -> FileRight | None:
    """The first ground on which the visitor may read the file at `now`, of all subjects; or None."""
    visitor, actor, pairs = signed_in_visitor(), current_actor(), current_grants().pairs
    for rule in [rule for subject in subjects() for rule in subject.file_rules]:
        reader = FileReader(visitor.user.id, visitor.member, rule.team_needs in pairs, actor)
        right = rule.find(file_id, reader, now)
        if right is not None:
            return right
    return None


def _is_fetched_in_advance() -> bool:
    """Whether the browser only guesses that somebody may want it."""
    told = (request.headers.get(name, "") for name in ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz"))
    return any(word in purpose.lower() for purpose in told for word in ("prefetch", "prerender", "preview"))


def _is_read(start: int, end: int, right: FileRight) -> bool:
    """Decided on what leaves, not on what was asked: a person opens a file with its first byte; HEAD sends none."""
    if request.method != "GET" or start >= end:
        return False
    is_decided_elsewhere = bool(current_app.config["X_ACCEL_PREFIX"]) and "If-Range" in request.headers
    return start == 0 or right.is_each_piece_noted or is_decided_elsewhere


def _accelerated(file: StoredFile) -> Response | None:
    """Nginx sends the file itself, ranges too, from the folder that X_ACCEL_PREFIX stands for."""
    prefix, store = current_app.config["X_ACCEL_PREFIX"], storage.store
    if not prefix or not isinstance(store, FolderStore):
        return None
    try:
        store.open_to_group(file.key)
    except FileGone:
        raise NotFound from None
    except StoreFailed as error:
        log.error("nginx may not read a file, so the portal sends it: %s", error)
        return None
    answer = Response()
    answer.headers["X-Accel-Redirect"] = prefix + store.path_in_root(file.key)
    answer.headers["X-Accel-Buffering"] = "yes"
    return answer


def _piece_of(file: StoredFile) -> tuple[int, int, int]:
    """Where what is sent begins and ends, and the status: the piece that was asked for, else all of it."""
    if request.range is None or not _is_same_file(file):
        return 0, file.size, 200
    first = request.range.ranges[0][0]
    if len(request.range.ranges) == 1 and first is not None and -first >= file.size > 0:
        return 0, file.size, 206  # the last so many bytes of a shorter file: all of it (RFC 9110, 14.1.2)
    found = request.range.range_for_length(file.size)
    if found is None or found[0] >= file.size:
        raise RequestedRangeNotSatisfiable(length=file.size)
    return found[0], found[1], 206


def _send(file: StoredFile, start: int, end: int, status: int) -> Response:
    length = end - start
    try:
        pieces = storage.store.open(file.key, start=start, length=length) if request.method == "GET" else iter(())
    except FileGone:
        raise NotFound from None
    answer = Response(pieces, status=status, direct_passthrough=True)
    answer.headers.update({"Accept-Ranges": "bytes", "Content-Length": str(length), "ETag": f'"{file.sha256}"'})
    if status == 206:
        answer.headers["Content-Range"] = f"bytes {start}-{end - 1}/{file.size}"
    return answer


def _is_same_file(file: StoredFile) -> bool:
    """A piece is only of use to who has the rest of the same content."""
    condition: Any = request.headers.get("If-Range")
    return condition is None or condition.strip('"') == file.sha256


def disposition(name: str, *, is_inline: bool) -> str:
    """The header for a name in any script (RFC 6266): plain letters for old programs, UTF-8 for the others."""
    plain = name.encode("ascii", "replace").decode().replace("?", "_").replace('"', "_").replace("\\", "_")
    way = "inline" if is_inline else "attachment"
    return f"{way}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def init_app(app: Flask) -> None:
    """Give templates the words for a file: `file|file_kind` is "PDF"."""
    app.jinja_env.filters["file_kind"] = lambda file: kind_of(file).name


def send_pdf(pdf: bytes, name: str) -> Response:
    """A PDF that is kept nowhere, to look at."""
    answer = current_app.make_response(pdf)
    answer.headers["Content-Type"] = "application/pdf"
    answer.headers["Content-Disposition"] = disposition(name, is_inline=True)
    answer.headers["Content-Security-Policy"] = CSP_PDF
    answer.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return answer
