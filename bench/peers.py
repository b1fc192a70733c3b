"""The team's pages beside Django's admin, Flask-Admin and stock Flask-AppBuilder on the same 100,000 members.

One process each, requests in turns, without a network between; the fastest of each, because a busy moment of the
machine falls on one of them alone. Aim: no page slower than that of the best peer; a
member's page with all its sections at most 2 ×. usage: bench/peers.py [members]; on SQLite and PostgreSQL, or only on
DATABASE_URL. The peers are installed in .cache/peers, which the portal does not use.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from html.parser import HTMLParser
from itertools import count
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.support.portals import MEMBERS, ROOT, judge, on_each_database, portal_with_members

ROUNDS = 100
STOCK = Path(__file__).parent / "stock"
PLACE = ROOT / ".cache/peers"
PEERS = {"Django": "with_django.py", "Flask-Admin": "with_flask_admin.py", "FAB": "with_fab.py"}
ONE = 1_500  # a member that is there
SORTED = {"Django": "?o=5", "Flask-Admin": "?sort=4", "FAB": "?_oc_MemberView=city&_od_MemberView=asc"}
FILTERED = {"Django": "?state__exact=active", "Flask-Admin": "?flt0_0=active", "FAB": "?_flt_3_state=active"}
FOUND = {"Django": "?q=endrik", "Flask-Admin": "?search=endrik", "FAB": "?_flt_2_surname=endrik"}
LIST = {"Django": "/admin/auth/member/", "Flask-Admin": "/admin/member/", "FAB": "/member/list/"}
HOME = {"Django": "/admin/", "Flask-Admin": "/admin/", "FAB": "/"}
SHOW = {
    "Django": f"/admin/auth/member/{ONE}/change/",
    "Flask-Admin": f"/admin/member/details/?id={ONE}",
    "FAB": f"/member/show/{ONE}",
}
EDIT = {
    "Django": f"/admin/auth/member/{ONE}/change/",
    "Flask-Admin": f"/admin/member/edit/?id={ONE}",
    "FAB": f"/member/edit/{ONE}",
}
OF_THE_PORTAL = {
    "home": "/",
    "list, page 1": "/leden/list/",
    "search inside a name": "/leden/list/?q=endrik",
    "filter by state": "/leden/list/?state=active",
    "sorted by town": "/leden/list/?sort=city",
    "one member's page": f"/leden/show/{ONE}",
    "edit form opened": f"/leden/edit/{ONE}",
}
AIMS = {"one member's page": 2.0}  # it shows what the peers do not: answers, questions, mails, changes
towns = count(1)
Ask = Callable[[str, str, dict[str, str]], float]


class Peer:
    """A peer in a process of its own."""

    def __init__(self, script: str) -> None:
        command = [str(PLACE / "bin/python"), str(STOCK / script)]
        pipe = subprocess.PIPE
        self.process: Any = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, text=True)
        while (line := self.process.stdout.readline()) != "ready\n":
            if not line:
                raise SystemExit(f"{script} does not start")

    def ask(self, method: str, path: str, data: dict[str, str]) -> float:
        """The seconds of this request. Ends the bench when it is refused: then nothing was measured."""
        self.process.stdin.write(json.dumps({"method": method, "path": path, "data": data}) + "\n")
        self.process.stdin.flush()
        answered = json.loads(self.process.stdout.readline())
        if answered["status"] != (302 if method == "POST" else 200):
            raise SystemExit(f"{self.process.args[1]} answers {answered['status']} to {method} {path}")
        return float(answered["seconds"])

    def stop(self) -> None:
        """End it."""
        self.process.stdin.close()
        self.process.wait(timeout=20)


def install() -> None:
    """The environment of the peers, made once."""
    if not (PLACE / "installed").exists():
        uv = [str(ROOT / ".venv/bin/uv")]
        subprocess.run([*uv, "venv", "--quiet", "--clear", str(PLACE)], check=True)
        wanted = ["--requirement", str(STOCK / "requirements.txt")]
        subprocess.run([*uv, "pip", "install", "--quiet", "--python", str(PLACE / "bin/python"), *wanted], check=True)
        (PLACE / "installed").touch()


def pages_of(peer: str) -> dict[str, str]:
    """The addresses of the same rows."""
    return {
        "home": HOME[peer],
        "list, page 1": LIST[peer],
        "search inside a name": LIST[peer] + FOUND[peer],
        "filter by state": LIST[peer] + FILTERED[peer],
        "sorted by town": LIST[peer] + SORTED[peer],
        "one member's page": SHOW[peer],
        "edit form opened": EDIT[peer],
    }


def changed_row() -> dict[str, str]:
    """What the form of a peer sends: another town each time, so that there is something to write."""
    row = {"surname": "Vries", "first_name": "Jan", "member_number": str(ONE), "email": f"lid{ONE}@post.example"}
    row |= {"initials": "J.", "infix": "de", "street": "Dorpsstraat", "house_number": "1", "postcode": "1234 AB"}
    return {**row, "city": f"Dorp {next(towns)}", "state": "active"}


class Fields(HTMLParser):
    """The fields of a form with their values, as a browser would send them back."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.values: dict[str, str] = {}
        self._list = ""
        self.feed(page[page.index("<main") :])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name = given.get("name") or ""
        if tag == "input" and name and (given.get("type") not in ("checkbox", "radio", "submit") or "checked" in given):
            self.values[name] = given.get("value") or ""
        if tag == "select":
            self._list = name
        if tag == "option" and "selected" in given:
            self.values[self._list] = given.get("value") or ""
        if tag == "textarea":
            self.values[name] = ""


def portal_asker(app: Any) -> Ask:
    """Asks the portal as somebody of the team; a form is opened before it is sent, as it says what it showed."""
    from tests.support.client import PortalClient, sign_in
    from tests.support.factories.people import make_staff

    app.test_client_class = PortalClient
    team = sign_in(app.test_client(), make_staff())
    team.sends_csrf_token = False  # that of the form is sent; one more, made while the clock runs, no browser makes

    def ask(method: str, path: str, data: dict[str, str]) -> float:
        sent = {**Fields(team.get(path).text).values, "city": data["city"]} if method == "POST" else {}
        start = time.perf_counter()
        response = team.open(path, method=method, data=sent)
        seconds = time.perf_counter() - start
        if response.status_code != (302 if method == "POST" else 200):
            raise SystemExit(f"the portal answers {response.status_code} to {method} {path}")
        return seconds

    return ask


def measure(askers: dict[str, Ask], pages: dict[str, dict[str, str]]) -> dict[str, dict[str, float]]:
    """The fastest seconds by page and by who, in turns."""
    works = [(page, "GET", {who: own[page] for who, own in pages.items()}) for page in OF_THE_PORTAL]
    works.append(("edit form saved", "POST", {who: own["edit form opened"] for who, own in pages.items()}))
    fastest: dict[str, dict[str, float]] = {}
    for page, method, paths in works:
        seen: dict[str, list[float]] = {who: [] for who in askers}
        for turn in range(ROUNDS + 1):
            for who, ask in askers.items():
                seconds = ask(method, paths[who], changed_row() if method == "POST" else {})
                if turn:  # the first one warms up
                    seen[who].append(seconds)
        fastest[page] = {who: min(values) for who, values in seen.items()}
    return fastest


def main() -> None:
    """Measure and print, on the database that DATABASE_URL names."""
    members = int(sys.argv[1]) if len(sys.argv) > 1 else MEMBERS
    install()
    with portal_with_members(members) as app:
        peers = {name: Peer(script) for name, script in PEERS.items()}
        try:
            askers: dict[str, Ask] = {"portal": portal_asker(app), **{name: peer.ask for name, peer in peers.items()}}
            pages = {"portal": OF_THE_PORTAL, **{name: pages_of(name) for name in PEERS}}
            show(measure(askers, pages), members)
        finally:
            for peer in peers.values():
                peer.stop()


def show(fastest: dict[str, dict[str, float]], members: int) -> None:
    """A row per page in milliseconds; the last column is the portal against the best peer."""
    print(f"{'with ' + format(members, ',') + ' members, ms':30}" + "".join(f"{who:>13}" for who in ("portal", *PEERS)))
    for page, seconds in fastest.items():
        ratio = seconds["portal"] / min(seconds[who] for who in PEERS)
        print(f"{page:30}" + "".join(f"{seconds[who] * 1000:13.1f}" for who in ("portal", *PEERS)) + f"{ratio:8.2f} ×")
        judge(f"{page} against the best peer", ratio, at_most=AIMS.get(page, 1.0))


if __name__ == "__main__":
    os.environ["LOG_LEVEL"] = "ERROR"
    on_each_database(__file__, main)
