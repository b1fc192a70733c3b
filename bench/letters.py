"""Letters of appointment: how many the portal makes of a second of the processor, against bare typst.

PERF: at least 0.9 × bare typst a core. The floor is a process that compiles the same letters, already made, through the
same template in a bare loop; ours reads the team's Markdown, fills it in and prints in a process with bounds.
usage: bench/letters.py [letters]
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

LETTERS = 200
ROUNDS = 3
AT_LEAST = 0.9
BARE = "--bare"
WRITTEN_AT = datetime(2026, 12, 1, 9, tzinfo=UTC)
WORDS = (
    *("naam", "stemdag", "gemeente", "hoedanigheid", "besluitnummer", "besluitdatum", "portaal", "antwoord_voor"),
    *("telefoon", "vergoeding", "e_mail", "ondertekenaar", "functie_ondertekenaar", "mandaat"),
)


def main() -> None:
    from app.letters.paper import as_input
    from app.letters.press import TEMPLATE
    from bench.support.portals import judge

    count = int(sys.argv[1]) if len(sys.argv) > 1 else LETTERS
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "letters.json"
        made.write_text(json.dumps([as_input(make_letter(number), logo="") for number in range(count)]))
        alone = {**os.environ, "RAYON_NUM_THREADS": "1"}  # as the press: threads that wait cost a processor too
        bare = partial(
            subprocess.run, [sys.executable, __file__, BARE, str(TEMPLATE), str(made)], check=True, env=alone
        )
        seconds = [(used_by(bare), used_by(lambda: print_all(count))) for _ in range(ROUNDS)]  # in turns
    floor, ours = (min(each) for each in zip(*seconds, strict=True))
    print(f"{'bare typst, letters that were made before':<46} {count / floor:7.1f} a second of the processor")
    print(f"{'the press: Markdown, fill-ins, bounds':<46} {count / ours:7.1f}  {floor / ours:.2f} × bare")
    judge("letters", ours / floor, at_most=1 / AT_LEAST)


def used_by(work: Callable[[], Any]) -> float:
    """Seconds of the processor, of this process and of those that it ended."""
    before = _used()
    work()
    return _used() - before


def _used() -> float:
    both = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(used.ru_utime + used.ru_stime for used in both)


def make_letter(number: int) -> Any:
    """A letter like those of an election: two places, eight colleagues; each has words of its own."""
    from app.letters.markdown import read_blocks
    from app.letters.paper import FilledIn, Letter, Sender, Table
    from app.services.appointments.letters.standard_text import BODIES

    places = Table(("Dag", "Tijd", "Waar", "Functie", "Vergoeding"), _rows(number, 2, 5), (3, 2, 4, 2, 2)).as_block()
    team = Table(("Naam", "Functie", "Telefoon", "E-mail"), _rows(number, 8, 4), (3, 2, 2, 4)).as_block()
    said = [{"kind": "paragraph", "spans": [{"kind": "text", "text": f"Neem mee {number}"}]}]
    blocks = {"dagdelen": [places], "collegas": [team], "training": said, "meenemen": said, "vervangt": []}
    filled = FilledIn({name: f"{name} {number}" for name in WORDS}, blocks)
    sender, facts = Sender("Gemeente Voorbeeldstad", ("Team verkiezingen",)), (("Besluit", f"SB-{number:04d}"),)
    body = read_blocks(BODIES["nl"], filled)
    return Letter("nl", "Benoeming", sender, ("J. de Vries",), facts, body, WRITTEN_AT, f"SB-{number:04d}")


def _rows(number: int, rows: int, columns: int) -> list[list[str]]:
    return [[f"cel {number} {row} {column}" for column in range(columns)] for row in range(rows)]


def print_all(count: int) -> None:
    """As the portal does it."""
    from app.letters.press import Press

    with Press() as press:
        for number in range(count):
            press.print(make_letter(number))


def compile_bare(template: Path, made: Path) -> None:
    """The floor, in a process of its own that imports nothing of the portal."""
    import typst

    fonts = typst.Fonts(include_system_fonts=False)
    compiler = typst.Compiler(str(template), root=str(template.parent), font_paths=fonts)
    written_at = int(WRITTEN_AT.timestamp())
    for text in json.loads(made.read_text()):
        compiler.compile(
            format="pdf", sys_inputs={"letter": text}, pdf_standards=["a-2a", "ua-1"], timestamp=written_at
        )


if __name__ == "__main__":
    compile_bare(*map(Path, sys.argv[2:])) if sys.argv[1:2] == [BARE] else main()
