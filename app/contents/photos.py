"""Images without what nobody sees in them: where, when and with what a photo was taken, and what lies behind it.

The picture itself stays as it is, byte for byte. Only a photo that its camera marked as lying on its side is turned
(by Pillow), because the mark goes too. Formats: ISO 10918-1 and JFIF, W3C PNG, GIF89a, RFC 9649 (WebP).
"""

from __future__ import annotations

import io
import re
import struct
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from threading import Lock
from typing import IO, Final

from PIL import Image

from app.contents.images import DAMAGED
from app.contents.kinds import GIF, JPEG, PNG, WEBP, ContentRefused, Kind

ORIENTATION: Final = 0x0112  # the tag of Exif 2.3 that says how the camera was held
TURNS: Final = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
HALVED_ABOVE: Final = 25_000_000  # pixels of a photo that is turned: twice as many take 300 MB for a moment
QUALITY: Final = 90  # of a photo that is turned; nobody sees the difference
_one_at_a_time: Final = Lock()  # a turned photo takes much memory

EXIF_START: Final = b"Exif\0\0"
# What colours and shapes need, beside the picture: ICC profiles, JFIF and the mark of Adobe's colours.
JPEG_KEPT: Final = ((0xE0, b"JFIF\0"), (0xE2, b"ICC_PROFILE\0"), (0xEE, b"Adobe"))
_NEXT_MARKER: Final = re.compile(rb"\xff+[^\x00\xd0-\xd7\xff]", re.DOTALL)
PNG_KEPT: Final = frozenset(b"tRNS gAMA cHRM sRGB iCCP sBIT bKGD hIST pHYs cICP acTL fcTL fdAT".split())
WEBP_KEPT: Final = frozenset((b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP"))
GIF_PLAYS: Final = (b"NETSCAPE2.0", b"ANIMEXTS1.0")  # how often an animation is repeated


@dataclass(slots=True)
class Stripped:
    """An image in pieces, and what its camera wrote (Exif), which is left out."""

    pieces: list[bytes] = field(default_factory=list)
    exif: bytes = b""


def clean(content: IO[bytes], kind: Kind) -> IO[bytes]:
    """The same image, upright, with nothing in it but the picture. Raises ContentRefused for a damaged one.

    The image was checked (`images.check`): it has a bounded number of pixels.
    """
    content.seek(0)
    found = _strip(content.read(), kind)
    upright = io.BytesIO(b"".join(found.pieces))
    turn = TURNS.get(_orientation(found.exif))
    return upright if turn is None else _turn(upright, kind, turn)


def strip(image: bytes, kind: Kind) -> bytes:
    """The picture alone, lying as it lay. Raises ContentRefused for a damaged one."""
    return b"".join(_strip(image, kind).pieces)


def _strip(image: bytes, kind: Kind) -> Stripped:
    try:
        return _STRIP[kind.media_type](image)
    except (struct.error, IndexError, ValueError):
        raise ContentRefused(DAMAGED) from None


def _orientation(exif: bytes) -> int:
    """How the camera was held; 1 (upright) where it does not say, or cannot be read."""
    known = Image.Exif()
    try:
        known.load(exif)
        return int(known.get(ORIENTATION, 1))
    except Exception:  # Pillow raises SyntaxError, struct.error, TypeError and more on odd Exif
        return 1


def _turn(content: IO[bytes], kind: Kind, turn: Image.Transpose) -> IO[bytes]:
    turned = io.BytesIO()
    try:
        with _one_at_a_time, warnings.catch_warnings(), Image.open(content) as image:
            if getattr(image, "is_animated", False):
                content.seek(0)
                return content
            if image.width * image.height > HALVED_ABOVE:
                image.draft(None, (image.width // 2, image.height // 2))
            profile = image.info.get("icc_profile")
            image.transpose(turn).save(turned, kind.name, quality=QUALITY, icc_profile=profile)
    except (OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError):
        raise ContentRefused(DAMAGED) from None
    turned.seek(0)
    return turned


# --- what is left out, by format -------------------------------------------------------------------------------------


def _strip_jpeg(image: bytes) -> Stripped:
    """Segments until the end of the image; what phones hang behind it (a film, a second photo) is left out."""
    found = Stripped([image[:2]])
    for marker, whole in _jpeg_segments(image):
        segment = whole[4:]
        if marker == 0xE1 and segment.startswith(EXIF_START) and not found.exif:
            found.exif = segment
        if _stays(marker, segment):
            found.pieces.append(whole)
    found.pieces.append(b"\xff\xd9")
    return found


def _jpeg_segments(image: bytes) -> Iterator[tuple[int, bytes]]:
    """Marker and whole segment; a scan comes with the picture that follows it."""
    at = 2
    while start := _NEXT_MARKER.match(image, at):
        marker, at = image[start.end() - 1], start.end()
        if marker == 0xD9:
            return
        length = struct.unpack_from(">H", image, at)[0]
        if length < 2 or at + length > len(image):
            raise ValueError("cut off")
        stop = at + length
        if marker == 0xDA:
            following = _NEXT_MARKER.search(image, stop)
            stop = following.start() if following else len(image)
        yield marker, b"\xff" + bytes([marker]) + image[at:stop]
        at = stop
    if at < len(image):
        raise ValueError("no marker")


def _stays(marker: int, segment: bytes) -> bool:
    is_said = marker == 0xFE or 0xE0 <= marker <= 0xEF  # a remark, or something of a program
    return not is_said or any(marker == kept and segment.startswith(start) for kept, start in JPEG_KEPT)


def _strip_png(image: bytes) -> Stripped:
    """Chunks until the last; of those that may be left out only the ones about colours and animation stay."""
    found = Stripped([image[:8]])
    at = 8
    while True:
        length, name = struct.unpack_from(">I4s", image, at)
        whole = image[at : at + 12 + length]
        if len(whole) != 12 + length:
            raise ValueError("cut off")
        if name == b"eXIf":
            found.exif = EXIF_START + whole[8:-4]
        if name[:1].isupper() or name in PNG_KEPT:
            found.pieces.append(whole)
        if name == b"IEND":
            return found
        at += len(whole)


def _strip_webp(image: bytes) -> Stripped:
    """Chunks within the size that the file says; the marks of what is left out are taken from its head."""
    found, size = Stripped(), struct.unpack_from("<I", image, 4)[0]
    kept: list[bytes] = []
    for name, chunk in _riff_chunks(image[: size + 8]):
        if name == b"EXIF":
            found.exif = chunk if chunk.startswith(EXIF_START) else EXIF_START + chunk
        if name == b"VP8X":
            chunk = bytes([chunk[0] & ~0x0C]) + chunk[1:]
        if name in WEBP_KEPT:
            kept.append(name + struct.pack("<I", len(chunk)) + chunk + b"\0" * (len(chunk) % 2))
    body = b"WEBP" + b"".join(kept)
    found.pieces = [b"RIFF", struct.pack("<I", len(body)), body]
    return found


def _riff_chunks(image: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 12
    while at + 8 <= len(image):
        name, length = struct.unpack_from("<4sI", image, at)
        chunk = image[at + 8 : at + 8 + length]
        if not chunk or len(chunk) != length:
            raise ValueError("cut off")
        yield name, chunk
        at += 8 + length + length % 2


def _strip_gif(image: bytes) -> Stripped:
    """Blocks until the end; remarks and what programs added are left out, but for how often an animation plays."""
    at = 13 + _colours(image[10])
    found = Stripped([image[:at]])
    while image[at] != 0x3B:
        start = at
        if image[at] == 0x2C:
            at = _skip_blocks(image, at + 11 + _colours(image[at + 9]))
        elif image[at] == 0x21:
            at = _skip_blocks(image, at + 2)
        else:
            raise ValueError("no block")
        block = image[start:at]
        if block[0] == 0x2C or block[1] == 0xF9 or (block[1] == 0xFF and block[3:14] in GIF_PLAYS):
            found.pieces.append(block)
    found.pieces.append(b";")
    return found


def _colours(flags: int) -> int:
    """Bytes of a table of colours."""
    return 3 * 2 ** ((flags & 7) + 1) if flags & 0x80 else 0


def _skip_blocks(image: bytes, at: int) -> int:
    while image[at]:
        at += image[at] + 1
    return at + 1


_STRIP: Final = {
    JPEG.media_type: _strip_jpeg,
    PNG.media_type: _strip_png,
    GIF.media_type: _strip_gif,
    WEBP.media_type: _strip_webp,
}
