"""nginx as the operator's guide sets it up: it sends the files itself, and only those that the portal hands over."""

from __future__ import annotations

import os
import re
import shutil
import stat
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from flask import Flask
from werkzeug.serving import make_server

from app.extensions import storage
from app.models import Member
from app.storage.store import FolderStore
from tests.browser.live import Quiet
from tests.support import parts
from tests.support.machines.postgresql import free_port
from tests.support.machines.processes import ROOT
from tests.support.worker import wait_for
from tests.views.files.test_files import Rights, kept_for, member, rights

__all__ = ["member", "rights"]

CONFIGURATION = """
daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log; worker_processes 1; {user}
events {{ worker_connections 64; }}
http {{
    access_log off; client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3;
    uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
    server {{
        listen 127.0.0.1:{port};
        location / {{ proxy_pass http://127.0.0.1:{portal_port}; proxy_set_header Host $host; }}
        {location}
    }}
}}
"""


def location_of_guide(folder: Path) -> str:
    """The block that the guide tells to copy, for another folder."""
    guide = (ROOT / "docs/operator.md").read_text()
    block = re.search(r"^    location /bestanden-intern/ \{\n(?:        .*\n)+    \}", guide, re.MULTILINE)
    assert block is not None
    return block[0].replace("/var/lib/ledenportal/", f"{folder}/")


@pytest.fixture
def folder() -> Iterator[Path]:
    """An instance folder that nginx can reach but not read: pytest's own lies in folders that nobody may pass."""
    top = Path(tempfile.mkdtemp(prefix="portal-nginx-"))
    top.chmod(0o711)
    instance = top / "instance"
    instance.mkdir(mode=0o700)
    yield instance
    shutil.rmtree(top)


@pytest.fixture
def portal(app: Flask, db, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of the portal behind nginx."""
    parts.need("nginx")
    monkeypatch.setitem(app.config, "X_ACCEL_PREFIX", "/bestanden-intern/")
    storage.use(FolderStore(folder / "files"))
    portal_port, port = free_port(), free_port()
    server = make_server("127.0.0.1", portal_port, app, threaded=True, request_handler=Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    user = "user nobody root;" if os.geteuid() == 0 else ""  # in the group of who runs the portal, and nobody else
    values = {"folder": folder.parent, "port": port, "portal_port": portal_port, "user": user}
    (folder.parent / "nginx.conf").write_text(CONFIGURATION.format(**values, location=location_of_guide(folder)))
    nginx = subprocess.Popen([str(parts.find_nginx()), "-c", str(folder.parent / "nginx.conf")], stderr=subprocess.PIPE)
    mask = os.umask(0o077)  # as the service units set it
    try:
        wait_for(lambda: ask(f"http://127.0.0.1:{port}/healthz")[0] == 200, 20)
        yield f"http://127.0.0.1:{port}"
    finally:
        os.umask(mask)
        nginx.terminate()
        nginx.wait(10)
        server.shutdown()


def ask(url: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    try:
        request = Request(url, headers={name.replace("_", "-"): value for name, value in headers.items()})
        with urlopen(request, timeout=10) as answer:
            return answer.status, dict(answer.headers), answer.read()
    except HTTPError as error:
        return error.code, dict(error.headers), error.read()
    except OSError:
        return 0, {}, b""


def test_nginx_sends_what_the_portal_hands_over_and_nothing_else(
    app: Flask, portal: str, client, sign_in_as, member: Member, rights: Rights, now, folder: Path
) -> None:
    sign_in_as(client, member)
    cookie = client.get_cookie(app.config["SESSION_COOKIE_NAME"])
    url = portal + kept_for(member, rights, now)
    plain = b"".join(storage.store.open(next(iter(storage.store.old_keys(now.replace(year=2100))))))

    status, headers, content = ask(url, Cookie=f"{cookie.key}={cookie.value}")
    assert (status, content) == (200, plain)
    assert headers["Server"].startswith("nginx")
    assert headers["Content-Type"] == "application/pdf"
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "no-store"
    assert ask(url, Cookie=f"{cookie.key}={cookie.value}", Range="bytes=5-9")[::2] == (206, plain[5:10])

    (file,) = [path for path in (folder / "files").rglob("*") if path.is_file()]
    inside = file.relative_to(folder / "files")
    assert ask(f"{portal}/bestanden-intern/{inside}")[0] == 404, "the internal location has no door to the outside"
    assert b"%PDF" not in ask(url)[2], "who is not signed in gets the sign-in page"
    assert [stat.S_IMODE(path.stat().st_mode) for path in (file, file.parent, folder)] == [0o640, 0o710, 0o710]
