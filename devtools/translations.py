"""The texts of the screens: collect them from the code, and check that every one has its Dutch.

python -m devtools.translations update | check
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[1]
TEMPLATE = ROOT / "babel/messages.pot"
TRANSLATIONS = ROOT / "app/translations"
LANGUAGES = ("nl",)  # English is the language of the code
# `phrase` and `counted` mark what rules say; the rest are Babel's own names.
KEYWORDS = ("_", "phrase", "lazy_gettext", "_l", "ngettext:1,2", "counted:1,2")


def extract(target: Path) -> None:
    """Collect the texts of the code and the templates in `target`."""
    keywords = [argument for keyword in KEYWORDS for argument in ("-k", keyword)]
    layout = ["--no-location", "--sort-output", "--project=ledenportal"]
    _pybabel("extract", "-F", str(ROOT / "babel/babel.cfg"), *keywords, *layout, "-o", str(target), "app")


def update() -> None:
    """Bring the template and every translation up to date; what is new has an empty translation."""
    extract(TEMPLATE)
    _pybabel(
        "update", "--ignore-obsolete", "--no-fuzzy-matching", "-w", "110", "-i", str(TEMPLATE), "-d", str(TRANSLATIONS)
    )


def find_problems() -> Iterator[str]:
    """One sentence for each text that is missing, not translated, unsure or wrongly filled in."""
    with TemporaryDirectory() as folder:
        fresh = Path(folder) / "messages.pot"
        extract(fresh)
        in_code = {message.id for message in _read(fresh) if message.id}
    for language in LANGUAGES:
        catalog = _read(TRANSLATIONS / language / "LC_MESSAGES/messages.po")
        yield from _find_problems_in(catalog, in_code, language)


def _find_problems_in(catalog: Catalog, in_code: set[object], language: str) -> Iterator[str]:
    known = {message.id: message for message in catalog if message.id}
    for msgid in sorted(in_code - known.keys(), key=str):
        yield f"{language}: not collected yet, run `make translations`: {msgid!r}"
    for msgid in sorted(in_code & known.keys(), key=str):
        yield from (f"{language}: {problem}: {msgid!r}" for problem in _find_faults(known[msgid], catalog))


def _find_faults(message: Message, catalog: Catalog) -> Iterator[str]:
    if not _is_translated(message):
        yield "not translated"
    if message.fuzzy:
        yield "unsure (fuzzy)"
    for error in message.check(catalog):  # places such as %(name)s that are not the same
        yield str(error)


def _is_translated(message: Message) -> bool:
    strings = message.string if isinstance(message.string, (tuple, list)) else (message.string,)
    return all(strings)


def _read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=path.parents[1].name if path.suffix == ".po" else None)


def _pybabel(*arguments: str) -> None:
    subprocess.run([sys.executable, "-m", "babel.messages.frontend", "-q", *arguments], cwd=ROOT, check=True)


def main() -> int:
    """0 when all is well, 1 when a text lacks its translation, 2 for a wrong argument."""
    match sys.argv[1:]:
        case ["update"]:
            update()
        case ["check"]:
            problems = list(find_problems())
            print("\n".join(problems) or "Every text is translated.")
            return 1 if problems else 0
        case _:
            print(__doc__, file=sys.stderr)
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
