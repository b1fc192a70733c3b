"""What the tests want of the machine beside Python: servers, a browser, Java, and two tools of npm."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from functools import cache
from itertools import zip_longest
from pathlib import Path

import pytest

from tests.support.machines import postgresql

SERVER_URL = pytest.StashKey[str]()  # of the PostgreSQL server of this run, "" on SQLite
ROOT = Path(__file__).resolve().parents[2]
SCREENS = tuple(ROOT / "tests" / name for name in ("auth", "guards", "views"))
# What asks the database all that the screens can ask: every page opened and every form sent, in the role of each who
# may; every list sorted, filtered, searched and exported; the rows that a role may see; the doors, in and out, and what
# does not fit into a column there.
WALKS = tuple(
    ROOT / "tests" / name
    for name in (
        *("guards/input/test_no_crash.py", "guards/test_every_list.py", "guards/rows", "views/tables"),
        *("auth/test_sign_in.py", "auth/test_visitor.py", "auth/limits/test_endless_addresses.py"),
    )
)
PAGES = {"client", "csrf_client", "sign_in_as"}  # who asks for one of these looks at pages
LONGEST = (ROOT / "tests/browser/test_every_page.py",)
LONG = tuple(ROOT / "tests" / name for name in ("browser", "guards"))
WAITING = tuple(ROOT / "tests" / name for name in ("operations", "mail"))


def find_chromium() -> Path | None:
    """The Chromium of the system; Playwright downloads none. The shell draws no window: two thirds of the work."""
    return _which("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")


def find_java() -> Path | None:
    """The Java runtime."""
    return _which("java")


def find_html_checker() -> Path | None:
    """The jar of the Nu HTML checker: npm's `vnu-jar`, which `make test` puts into .cache."""
    jar = Path(os.environ.get("VNU_JAR", ROOT / ".cache/node_modules/vnu-jar/build/dist/vnu.jar"))
    return jar if jar.exists() else None


def find_calendar_reader() -> Path | None:
    """npm's `ical.js`, which reads calendars in Thunderbird; `make test` puts it into .cache. It needs Node."""
    module = ROOT / ".cache/node_modules/ical.js/dist/ical.js"
    return module if module.exists() and _which("node", "nodejs") else None


def find_redis() -> Path | None:
    """The server of Redis."""
    return _which("redis-server")


def find_nginx() -> Path | None:
    """The web server that stands before the portal; Debian keeps it off the path of people."""
    return _which("nginx", "/usr/sbin/nginx")


def _which(*names: str) -> Path | None:
    found = next(filter(None, map(shutil.which, names)), None)
    return Path(found) if found else None


FINDERS: dict[str, Callable[[], Path | None]] = {
    "PostgreSQL": postgresql.find_programs,
    "Chromium": find_chromium,
    "Redis": find_redis,
    "nginx": find_nginx,
    "Java": find_java,
    "HTML checker": find_html_checker,
    "calendar reader": find_calendar_reader,
}


@cache
def has(part: str) -> bool:
    """Whether this machine has the part."""
    return FINDERS[part]() is not None


def need(part: str) -> None:
    """Skip the test when the part is missing; the end of the run says so again."""
    if not has(part):
        pytest.skip(f"{part} is not on this machine")


def depends_on_the_database(item: pytest.Item) -> bool:
    """Whether the test may go another way on another database: it asks for one, itself or through what it asks for.

    Of the tests of screens and doors these do: the walks through all of them, those in which several people act at
    once, and those that look at rows and at no page. What else a screen asks the database, the tests of the services
    and the walks ask it too.
    """
    asked = getattr(item, "fixturenames", ())
    if _lies_in(item.path, SCREENS) and not (_lies_in(item.path, WALKS) or _acts_at_once(item)):
        return "db" in asked and PAGES.isdisjoint(asked)
    return "database" in asked


@cache
def _lies_in(path: Path, places: tuple[Path, ...]) -> bool:
    return any(place in (path, *path.parents) for place in places)


def _acts_at_once(item: pytest.Item) -> bool:
    names = vars(item.module) if hasattr(item, "module") else {}
    return not names.keys().isdisjoint(("at_once", "threading"))


def in_line(items: list[pytest.Item]) -> list[pytest.Item]:
    """The crawl of all pages first, then the files that walk through the whole portal; each third file is one that
    mostly waits for processes. So no long file is left for the end, and what waits does so beside what works.
    """
    files: dict[Path, list[pytest.Item]] = {}
    for item in items:
        files.setdefault(item.path, []).append(item)
    waiting = [path for path in files if _lies_in(path, WAITING)]
    working = [path for path in files if not _lies_in(path, WAITING)]
    working.sort(key=lambda path: 0 if _lies_in(path, LONGEST) else 1 if _lies_in(path, LONG) else 2)
    groups = zip_longest(working[::2], working[1::2], waiting)
    return [item for group in groups for path in group if path is not None for item in files[path]]


def look_for(config: pytest.Config) -> None:
    """Under CI=true nothing may be left out: the run does not even start."""
    missing = _missing(config)
    if missing and os.environ.get("CI") == "true":
        raise pytest.UsageError(f"not on this machine: {', '.join(missing)}; under CI nothing is left out")


def tell_what_is_left_out(reporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """The last words of a run: which part is missing, so that nobody takes green for complete."""
    for part in _missing(config):
        reporter.write_line(f"LEFT OUT: this machine has no {part}; the tests that need it did not run.", red=True)


def _missing(config: pytest.Config) -> list[str]:
    wanted = [
        "Redis",
        "nginx",
        "calendar reader",
        *(["PostgreSQL"] if config.getoption("--database") == "postgresql" else []),
    ]
    if "not browser" not in (config.getoption("-m") or ""):
        wanted += ["Chromium", "Java", "HTML checker"]
    return [part for part in wanted if not has(part)]
