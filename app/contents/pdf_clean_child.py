"""Takes out of a PDF who made it, in a process of its own: run as a script, the PDF on its standard input.

It writes the PDF anew to its standard output, or nothing where there is nothing to take out, or where that would break
the PDF: a signature is over each byte, and one that is locked cannot be written again. Bounds as of `pdf_child.py`; it
imports nothing of `app`.
"""

from __future__ import annotations

import io
import sys
from typing import Any, Final

# What stays: what it is called and what kind of PDF it is, not by whom or with which program.
INFO: Final = {"/Title", "/Subject", "/Keywords", "/CreationDate", "/ModDate", "/Producer", "/Trapped"}
_DC, _PDF = "{http://purl.org/dc/elements/1.1/}", "{http://ns.adobe.com/pdf/1.3/}"
_XMP: Final = "{http://ns.adobe.com/xap/1.0/}"
PROPERTIES: Final = {
    *(f"{_DC}{name}" for name in ("title", "description", "subject", "language", "format", "date")),
    *(f"{_PDF}{name}" for name in ("Producer", "Keywords", "PDFVersion", "Trapped")),
    *(f"{_XMP}{name}" for name in ("CreateDate", "ModifyDate", "MetadataDate")),
}
STANDARDS: Final = ("{http://www.aiim.org/pdfa/ns/id/}", "{http://www.aiim.org/pdfua/ns/id/}")
TRACES: Final = ("/Metadata", "/PieceInfo")  # of pages and pictures: what programs remember there


def clean(pdf: Any) -> bool:
    """Take out the traces of people; whether there were any."""
    return any([_clean_info(pdf), _clean_properties(pdf), _clean_objects(pdf)])


def _clean_info(pdf: Any) -> bool:
    if "/Info" not in pdf.trailer:
        return False
    doomed = [name for name in pdf.docinfo.keys() if name not in INFO]  # noqa: SIM118 (not a dictionary)
    for name in doomed:
        del pdf.docinfo[name]
    return bool(doomed)


def _clean_properties(pdf: Any) -> bool:
    """The XMP of the document; one that is broken goes."""
    if "/Metadata" not in pdf.Root:
        return False
    try:
        with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as found:
            names = list(found)
            doomed = [name for name in names if name not in PROPERTIES and not name.startswith(STANDARDS)]
            for name in doomed:
                del found[name]
    except Exception:  # whatever the parser stumbles over
        names, doomed = [], []
    if not names:  # nothing that can be read: what cannot be read may hold a name
        del pdf.Root["/Metadata"]
    return bool(doomed) or not names


def _clean_objects(pdf: Any) -> bool:
    from pikepdf import Dictionary, Stream

    found = False
    for item in pdf.objects:
        whole = item.stream_dict if isinstance(item, Stream) else item
        if not isinstance(whole, Dictionary):
            continue
        is_root = whole.get("/Type") == "/Catalog"
        for name in TRACES:
            if name in whole and not (is_root and name == "/Metadata"):
                del whole[name]
                found = True
    return found


def is_sealed(pdf: Any) -> bool:
    """Signed, or locked: written anew it would not be what it was."""
    from pikepdf import Dictionary

    if pdf.is_encrypted or "/Perms" in pdf.Root or "/DSS" in pdf.Root:
        return True
    signed = (item for item in pdf.objects if isinstance(item, Dictionary))
    return any("/ByteRange" in item or item.get("/Type") in ("/Sig", "/DocTimeStamp") for item in signed)


def main() -> bytes:
    """The PDF on standard input without traces; empty where it stays as it is."""
    import pikepdf

    with pikepdf.open(io.BytesIO(sys.stdin.buffer.read()), suppress_warnings=True) as pdf:
        if is_sealed(pdf) or not clean(pdf):
            return b""
        out = io.BytesIO()
        pdf.save(out, preserve_pdfa=True, linearize=False)
        return out.getvalue()


if __name__ == "__main__":
    sys.stdout.buffer.write(main())
