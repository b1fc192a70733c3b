"""PDFs with something in them that may not be there, hidden as attackers and odd programs hide it; made as bytes."""

from __future__ import annotations

import zlib
from collections.abc import Callable

from tests.support.files import sample_files


def with_catalog(more: bytes, *objects: bytes) -> bytes:
    """A PDF with these entries in its catalog, and these objects from number 20."""
    return build({1: b"<< /Type /Catalog /Pages 2 0 R %s >>" % more, **dict(enumerate(objects, 20))})


def build(objects: dict[int, bytes]) -> bytes:
    """A PDF of one page, with these objects beside or in place of the usual ones."""
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << >> >>"
    usual = {1: b"<< /Type /Catalog /Pages 2 0 R >>", 2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>", 3: page}
    everything = {**usual, **objects}
    out, places = bytearray(b"%PDF-1.7\n"), {}
    for number, content in sorted(everything.items()):
        places[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    size = max(everything) + 1
    rows = [b"%010d 00000 n \n" % places[n] if n in places else b"0000000000 00000 f \n" for n in range(1, size)]
    table = b"xref\n0 %d\n0000000000 65535 f \n%s" % (size, b"".join(rows))
    return bytes(out) + table + b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, len(out))


def packed(
    hidden: bytes,
    *,
    name: bytes = b"/ObjStm",
    filters: bytes = b"/FlateDecode",
    pack: Callable[[bytes], bytes] = zlib.compress,
    count: int = 1,
) -> bytes:
    """A PDF whose object 20 lies packed in a stream of objects (ISO 32000-1, 7.5.7); `count` such streams."""
    out = b"%PDF-1.7\n"
    places: dict[int, tuple[int, int, int]] = {}
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Resources << >> >>"
    plain = [b"<< /Type /Catalog /Pages 2 0 R /X 20 0 R >>", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>", page]
    for number, content in enumerate(plain, 1):
        places[number] = (1, len(out), 0)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    for number in range(20, 20 + 2 * count, 2):
        inner = b"%d 0 " % number
        data = pack(inner + hidden)
        places[number], places[number + 1] = (2, number + 1, 0), (1, len(out), 0)
        head = b"<< /Type %s /N 1 /First %d /Filter %s /Length %d >>" % (name, len(inner), filters, len(data))
        out += b"%d 0 obj\n%s\nstream\n%s\nendstream\nendobj\n" % (number + 1, head, data)
    last = max(places) + 1
    places[last] = (1, len(out), 0)
    rows = b"".join(
        bytes([kind]) + where.to_bytes(4, "big") + index.to_bytes(2, "big")
        for kind, where, index in (places.get(number, (0, 0, 0)) for number in range(last + 1))
    )
    body = zlib.compress(rows)
    head = b"<< /Type /XRef /Size %d /W [1 4 2] /Root 1 0 R /Filter /FlateDecode /Length %d >>" % (last + 1, len(body))
    return out + b"%d 0 obj\n%s\nstream\n%s\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % (
        last,
        head,
        body,
        places[last][1],
    )


def changed(later: bytes) -> bytes:
    """A harmless PDF whose catalog is replaced by a change at its end, as programs save changes."""
    first = sample_files.pdf()
    at = len(first)
    start = first.rindex(b"startxref\n") + len(b"startxref\n")
    before = int(first[start : first.index(b"\n", start)])
    second = b"1 0 obj\n<< /Type /Catalog /Pages 2 0 R %s >>\nendobj\n" % later
    table = b"xref\n1 1\n%010d 00000 n \n" % at
    end = b"trailer\n<< /Size 6 /Root 1 0 R /Prev %d >>\nstartxref\n%d\n%%%%EOF\n" % (before, at + len(second))
    return first + second + table + end


SCRIPT = b"<< /S /JavaScript /JS (app.alert\\(1\\)) >>"
HIDDEN_SCRIPT = b"<< /S /J#61vaScript /J#53 (app.alert\\(1\\)) >>"
PROGRAM = b"<< /S /L#61unch /F (cmd.exe) >>"
FILE = b"<< /Type /Filespec /F (a.exe) /EF << /F 30 0 R >> >>"

SCRIPTS = {
    "when it is opened": with_catalog(b"/OpenAction " + SCRIPT),
    "under an escaped name": with_catalog(b"/OpenAction " + HIDDEN_SCRIPT),
    "every letter escaped": with_catalog(b"/#4f#70#65#6e#41ction << /#53 /#4a#61#76#61#53cript /#4a#53 (1) >>"),
    "in a packed object": packed(SCRIPT),
    "escaped in a packed object": packed(HIDDEN_SCRIPT),
    "in a packed object whose type is escaped": packed(SCRIPT, name=b"/O#62jStm"),
    "packed twice": packed(
        SCRIPT, filters=b"[/FlateDecode /FlateDecode]", pack=lambda b: zlib.compress(zlib.compress(b))
    ),
    "in the tree of names": with_catalog(b"/Names << /JavaScript << /Names [(a) 20 0 R] >> >>", SCRIPT),
    "behind a harmless act": with_catalog(b"/OpenAction << /S /GoTo /D [3 0 R /Fit] /Next " + SCRIPT + b" >>"),
    "at a field": with_catalog(b"/AcroForm << /Fields [20 0 R] >>", b"<< /FT /Tx /AA << /K << /JS (1) >> >> >>"),
    "in lists of lists": with_catalog(b"/X [[[[ << /Y [ " + HIDDEN_SCRIPT + b" ] >> ]]]]"),
    "in a change at the end": changed(b"/OpenAction " + SCRIPT),
    "a form of another maker": with_catalog(b"/AcroForm << /XFA [(form) 20 0 R] >>", b"null"),
    "the word in pieces of two objects": with_catalog(
        b"/OpenAction 20 0 R", b"<< /S 21 0 R /JS (1) >>", b"/JavaScript"
    ),
}
PROGRAMS = {
    "when it is opened": with_catalog(b"/OpenAction << /S /Launch /F (cmd.exe) >>"),
    "under an escaped name": with_catalog(b"/OpenAction " + PROGRAM),
    "in a packed object": packed(PROGRAM),
    "at a page": build({3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /AA << /O " + PROGRAM + b" >> >>"}),
    "at a link": with_catalog(b"/X 20 0 R", b"<< /Type /Annot /Subtype /Link /A " + PROGRAM + b" >>"),
    "after another act": with_catalog(b"/X << /S /GoTo /Next [" + PROGRAM + b"] >>"),
    "in a change at the end": changed(b"/X " + PROGRAM),
    "with capitals in the escape": with_catalog(b"/OpenAction << /S /#4C#61unch >>"),
    "as an object of its own": with_catalog(b"/OpenAction 20 0 R", PROGRAM),
    "by a name that is an object": with_catalog(b"/OpenAction << /S 20 0 R >>", b"/L#61unch"),
}
FILES = {
    "in the tree of names": with_catalog(b"/Names << /EmbeddedFiles << /Names [(a) " + FILE + b"] >> >>"),
    "under escaped names": with_catalog(b"/X << /#45#46 << /F 30 0 R >> >>"),
    "in a packed object": packed(FILE),
    "at a note": with_catalog(b"/X 20 0 R", b"<< /Subtype /FileAttachment /FS " + FILE + b" >>"),
    "as associated file": with_catalog(b"/AF [" + FILE + b"]"),
    "by its type": with_catalog(b"/X 20 0 R", b"<< /Type /EmbeddedFile /Length 1 >>\nstream\nx\nendstream"),
    "by its escaped type": with_catalog(b"/X 20 0 R", b"<< /Type /Embed#64edFile /Length 1 >>\nstream\nx\nendstream"),
    "as a portfolio": with_catalog(b"/Collection << >> /Names << /EmbeddedFiles << /Names [(a) " + FILE + b"] >> >>"),
    "opened by an act": with_catalog(b"/X << /S /GoToE /T << /R /C >> >>"),
    "data that is fetched": with_catalog(b"/X << /S /Import#44ata /F (a.fdf) >>"),
    "in a change at the end": changed(b"/AF [" + FILE + b"]"),
}
ACTS = {
    "a page on the web": with_catalog(b"/OpenAction << /S /URI /URI (http://a.example) >>"),
    "another document": with_catalog(b"/OpenAction << /S /GoToR /F (b.pdf) /D [0 /Fit] >>"),
    "a form that is sent": with_catalog(b"/OpenAction << /S /SubmitForm /F (http://a.example) >>"),
    "under escaped names": with_catalog(b"/Open#41ction << /#53 /U#52I /URI (http://a.example) >>"),
    "in an object of its own": with_catalog(b"/OpenAction 20 0 R", b"<< /S /URI /URI (http://a.example) >>"),
    "when it is closed": with_catalog(b"/AA << /WC << /S /URI /URI (http://a.example) >> >>"),
    "when a page is reached": build(
        {3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /AA << /O << /S /URI >> >> >>"}
    ),
    "a film": with_catalog(b"/OpenAction << /S /Movie >>"),
    "hidden layers": with_catalog(b"/OpenAction << /S /SetOCGState /State [] >>"),
    "an act of tomorrow": with_catalog(b"/OpenAction << /S /Something >>"),
}
HARMLESS = {
    "the first page": with_catalog(b"/OpenAction [3 0 R /Fit]"),
    "the first page, by an act": with_catalog(b"/OpenAction << /S /GoTo /D [3 0 R /XYZ null null 1] >>"),
    "in an object of its own": with_catalog(b"/OpenAction 20 0 R", b"[3 0 R /FitH 800]"),
    "the next page": with_catalog(b"/OpenAction << /S /Named /N /NextPage >>"),
    "a link to the web": with_catalog(
        b"/X 20 0 R", b"<< /Type /Annot /Subtype /Link /A << /S /URI /URI (https://a.example) >> >>"
    ),
    "the word in a text": with_catalog(b"/Lang (/JavaScript /Launch /EF)"),
    "names that begin the same": with_catalog(b"/X << /JSX 1 /EFF 2 /Launcher 3 /AAA 4 >>"),
    "packed objects": packed(b"<< /Just /Something >>"),
    "a change at the end": changed(b"/Lang (nl)"),
    "an empty tree of files": with_catalog(b"/Names << /EmbeddedFiles << /Names [] >> >>"),
}
