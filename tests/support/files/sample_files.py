"""Small files of each kind, whole and broken, made here."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping

WORD_TYPES = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"


def pdf(words: str = "Werkinstructie", *, pages: int = 1) -> bytes:
    """A PDF that every reader opens."""
    kids = " ".join(f"{3 + 2 * number} 0 R" for number in range(pages))
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", f"<< /Type /Pages /Kids [{kids}] /Count {pages} >>".encode()]
    for number in range(pages):
        stream = f"BT /F1 24 Tf 72 720 Td ({words} {number + 1}) Tj ET".encode()
        font = b"<< /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >>"
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources %s /Contents %d 0 R >>"
            % (font, 4 + 2 * number)
        )
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream))
    out, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    return out + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
        % (size, table, size, len(out))
    )


def zipped(parts: Mapping[str, bytes | str]) -> bytes:
    """A zip with these parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def docx(**more: bytes | str) -> bytes:
    """A Word document; `more` are further parts, with / written as __ and . as _dot_."""
    extra = {name.replace("__", "/").replace("_dot_", "."): content for name, content in more.items()}
    types = f"<Types><Override PartName='/word/document.xml' ContentType='{WORD_TYPES}'/></Types>"
    return zipped({"[Content_Types].xml": types, "word/document.xml": "<w:document/>", **extra})


def xlsx() -> bytes:
    """An Excel workbook."""
    return zipped({"[Content_Types].xml": "<Types/>", "xl/workbook.xml": "<workbook/>"})


def odt() -> bytes:
    """A LibreOffice text."""
    return zipped({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<office/>"})


def png(width: int = 2, height: int = 2) -> bytes:
    """A white image; one larger than 1,000 pixels high or wide has only its head right."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    rows = b"".join(b"\0" + b"\xff" * 3 * width for _ in range(height)) if max(width, height) <= 1000 else b""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def jpeg(width: int = 640, height: int = 480) -> bytes:
    """The head of a photo, with a segment before the frame that looks like a frame of another size."""
    inner = b"\xff\xc0\x00\x11\x08\xff\xff\xff\xff"
    segment = b"\xff\xe1" + struct.pack(">H", len(inner) + 2) + inner
    frame = b"\xff\xc0\x00\x11\x08" + struct.pack(">HH", height, width) + b"\x03" + b"\0" * 9
    return b"\xff\xd8" + segment + frame + b"\xff\xda\x00\x02\xff\xd9"


def gif(width: int = 10, height: int = 10) -> bytes:
    """The head of a GIF."""
    return b"GIF89a" + struct.pack("<HH", width, height) + b"\0\0\0;"


def webp(width: int = 10, height: int = 10) -> bytes:
    """The head of a WebP."""
    return (
        b"RIFF\x1e\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0"
        + (width - 1).to_bytes(3, "little")
        + (height - 1).to_bytes(3, "little")
        + b"\0" * 8
    )


def bomb(expanded: int) -> bytes:
    """A Word document that unfolds to so many bytes and declares a few."""
    out = docx(word__media__image1_dot_bmp=b"\0" * expanded)
    return out.replace(struct.pack("<I", expanded), struct.pack("<I", 1000))
