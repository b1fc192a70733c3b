"""Catches the mail of a portal on this machine: an SMTP server and a page to read what arrived. For development only.

    python -m devtools.mail_catcher FOLDER SMTP_PORT WEB_PORT

Both listen on this machine only. Mails are kept in FOLDER as .eml files, so that a restart loses none.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from zoneinfo import ZoneInfo

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from flask import Flask, Response, abort, render_template
from werkzeug.serving import WSGIRequestHandler, make_server

LOOPBACK = "127.0.0.1"
AMSTERDAM = ZoneInfo("Europe/Amsterdam")
CSP = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"


class Folder:
    """The mails of this machine, one file each, named after the moment they came in."""

    def __init__(self, path: Path) -> None:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._path = path

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """aiosmtpd's hook for one message; answers only after the file is there."""
        name = f"{datetime.now(UTC):%Y%m%d-%H%M%S-%f}.eml"
        half = self._path / f".{name}"
        with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(envelope.content or b"")
        half.rename(self._path / name)
        return "250 OK"

    def newest_first(self) -> list[tuple[str, EmailMessage]]:
        """Every mail with its name."""
        names = sorted((path.name for path in self._path.glob("[0-9]*.eml")), reverse=True)
        return [(name, self._read(name)) for name in names]

    def find(self, name: str) -> EmailMessage | None:
        """The mail with this name, or None."""
        known = {path.name for path in self._path.glob("[0-9]*.eml")}
        return self._read(name) if name in known else None

    def _read(self, name: str) -> EmailMessage:
        message = message_from_bytes((self._path / name).read_bytes(), policy=policy.default)
        assert isinstance(message, EmailMessage)
        return message


def make_page(folder: Folder) -> Flask:
    """The page: a list, newest first, and each mail with its text and its HTML."""
    page = Flask(__name__, template_folder=str(Path(__file__).parent))
    page.config["TRUSTED_HOSTS"] = ["localhost", LOOPBACK]  # a site elsewhere must not read along through DNS
    page.add_template_filter(received_at)
    page.add_template_filter(part)

    @page.get("/")
    def show_list() -> str:
        return render_template("mail_catcher.html", mails=folder.newest_first(), mail=None)

    @page.get("/<name>")
    def show_mail(name: str) -> str:
        mail = folder.find(name) or abort(404)
        return render_template("mail_catcher.html", mails=[], mail=mail, name=name)

    @page.after_request
    def add_headers(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = CSP
        response.headers["Referrer-Policy"] = "no-referrer"  # links hold tokens
        response.headers["Cache-Control"] = "no-store"
        return response

    return page


def received_at(name: str) -> str:
    """The moment in a file name, on a Dutch clock."""
    moment = datetime.strptime(name[:15], "%Y%m%d-%H%M%S").replace(tzinfo=UTC)
    return f"{moment.astimezone(AMSTERDAM):%d-%m-%Y %H:%M:%S}"


def part(mail: EmailMessage, kind: str) -> str:
    """The `plain` or `html` part of a mail; empty when it has none."""
    body = mail.get_body((kind,))
    return str(body.get_content()) if body else ""


class Quiet(WSGIRequestHandler):
    """No line per request."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Nothing."""


def main(folder: str, smtp_port: str, web_port: str) -> None:
    """Listen until Ctrl-C or SIGTERM."""
    mails = Folder(Path(folder))
    smtp = Controller(mails, hostname=LOOPBACK, port=int(smtp_port))
    web = make_server(LOOPBACK, int(web_port), make_page(mails), threaded=True, request_handler=Quiet)
    smtp.start()
    threading.Thread(target=web.serve_forever, daemon=True).start()
    signal.sigwait({signal.SIGINT, signal.SIGTERM})
    smtp.stop()


if __name__ == "__main__":
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})  # taken in by sigwait, in every thread
    main(*sys.argv[1:])
