"""The pictures of the README: the demo portal, walked through as a member on a phone and as the team.

python -m devtools.screenshots; starts its own portal with demo data in a temporary folder, and leaves
docs/pictures/*.png.
"""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from email import message_from_bytes, policy
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
PICTURES = ROOT / "docs/pictures"
PASSWORD = "vier paarden in de wei 58"
CHROMIUM = ("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
PHONE, WIDE = {"width": 390, "height": 780}, {"width": 1100, "height": 760}
START_SECONDS = 60


def main() -> None:
    """Take every picture anew."""
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        port, mail_port, web_port = (str(_free_port()) for _ in range(3))
        own = {"INSTANCE_DIR": folder, "PORT": port, "MAIL_PORT": mail_port, "MAIL_WEB_PORT": web_port}
        portal = subprocess.Popen([sys.executable, "run.py"], cwd=ROOT, env={**os.environ, **own})
        try:
            home = f"http://localhost:{port}"
            _wait_for(home + "/healthz")
            _take_all(home, Path(folder))
        finally:
            portal.terminate()
            portal.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(url: str) -> None:
    for _ in range(START_SECONDS * 2):
        try:
            urlopen(url).close()
            return
        except (URLError, OSError):
            time.sleep(0.5)
    raise SystemExit("the portal did not start")


def _take_all(home: str, folder: Path) -> None:
    with sync_playwright() as playwright:
        path = next(program for program in CHROMIUM if Path(program).exists())
        arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=path, args=arguments)
        page = _sign_in(browser, home, folder, "fyilmaz", PHONE)
        _take(page, home + "/", "member-home")
        page.goto(home + "/beschikbaarheid/")
        link = page.get_by_role("main").get_by_role("link").first.get_attribute("href")
        _take(page, home + str(link), "member-availability")
        page = _sign_in(browser, home, folder, "medewerker", WIDE)
        _take(page, home + "/", "team-home")
        _take(page, home + "/leden/list/", "team-members")
        browser.close()


def _sign_in(browser: Browser, home: str, folder: Path, user_name: str, size: dict[str, int]) -> Page:
    """As a person does it: the invitation from the mail catcher, a password, and the code."""
    page = browser.new_page(viewport=size, locale="nl-NL")  # type: ignore[arg-type]
    page.goto(_find_in_mail(folder, user_name, r"http\S+/uitnodiging/\S+"))
    page.get_by_label("Nieuw wachtwoord").fill(PASSWORD)
    page.get_by_role("button", name="Wachtwoord bewaren").click()
    page.goto(home + "/inloggen/")
    page.get_by_label("Gebruikersnaam of e-mailadres").fill(user_name)
    page.get_by_label("Wachtwoord", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Verder").click()
    code = _find_in_mail(folder, user_name, r"\b\d{3} ?\d{3}\b")
    page.get_by_label("Inlogcode").fill(code)
    page.get_by_role("main").get_by_role("button", name="Inloggen").click()
    page.wait_for_load_state()
    return page


def _find_in_mail(folder: Path, user_name: str, pattern: str) -> str:
    """The newest mail for this user that holds it; the worker needs a moment."""
    for _ in range(60):
        mails = sorted((folder / "mail").glob("*"), key=lambda path: path.stat().st_mtime, reverse=True)
        for path in mails:
            mail = message_from_bytes(path.read_bytes(), policy=policy.default)
            body = mail.get_body(("plain",))
            words = body.get_content() if body else ""
            found = re.search(pattern, words)
            if user_name in words and found:
                return found[0]
        time.sleep(0.5)
    raise SystemExit(f"no mail for {user_name}")


def _take(page: Page, url: str, name: str) -> None:
    page.goto(url)
    page.screenshot(path=PICTURES / f"{name}.png")
    print(f"docs/pictures/{name}.png")


if __name__ == "__main__":
    main()
