"""A document of one page to try the portal with, written here so that no file has to be shipped."""

from __future__ import annotations

from collections.abc import Sequence

_HEAD, _BODY, _STEP = 20, 13, 28  # points


def make_pdf(title: str, lines: Sequence[str]) -> bytes:
    """The PDF, whole for every reader. Only ASCII words without brackets: nothing in them is escaped."""
    texts = [
        f"/F1 {_BODY if row else _HEAD} Tf ({line}) Tj 0 -{_STEP} Td" for row, line in enumerate((title, "", *lines))
    ]
    stream = f"BT 72 760 Td {' '.join(texts)} ET"
    objects = (
        "<< /Type /Catalog /Pages 2 0 R /Lang (nl-NL) >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 5 0 R "
        "/Resources << /Font << /F1 4 0 R >> >> >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream",
    )
    out, places = "%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n{content}\nendobj\n"
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    size = len(objects) + 1
    end = f"trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{len(out)}\n%%EOF\n"
    return f"{out}xref\n0 {size}\n0000000000 65535 f \n{table}{end}".encode("ascii")
