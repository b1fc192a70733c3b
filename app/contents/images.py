"""Images: how large they are when shown, from their heads; nothing is decoded."""

from __future__ import annotations

import struct
from typing import IO, Final

from app.contents.kinds import GIF, JPEG, PNG, WEBP, ContentRefused, Kind, Limits
from app.phrases import phrase

DAMAGED: Final = phrase("This image is damaged. Save it again, or take another one.")
_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}  # JPEG's start of frame: has height and width
_BARE: Final = frozenset({0x01, *range(0xD0, 0xD9)})  # markers without a length


_STARTS: Final = ((b"\x89PNG\r\n\x1a\n", PNG), (b"\xff\xd8\xff", JPEG), (b"GIF87a", GIF), (b"GIF89a", GIF))


def kind_of_image(head: bytes) -> Kind | None:
    """The kind of an image by its first bytes, or None."""
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return WEBP
    return next((kind for start, kind in _STARTS if head.startswith(start)), None)


def check(content: IO[bytes], kind: Kind, limits: Limits) -> None:
    """Raises ContentRefused for an image that is damaged or has too many pixels."""
    content.seek(0)
    try:
        width, height = _size(content, kind)
    except (struct.error, IndexError, ValueError):
        raise ContentRefused(DAMAGED) from None
    if width < 1 or height < 1:
        raise ContentRefused(DAMAGED)
    if width * height > limits.max_pixels:
        most = limits.max_pixels // 1_000_000
        raise ContentRefused(
            phrase("This image has too many pixels: at most %(most)s million. Make it smaller.", most=most)
        )


def _size(content: IO[bytes], kind: Kind) -> tuple[int, int]:
    if kind is JPEG:
        return _jpeg(content)
    head = content.read(64)
    if kind is PNG:
        if head[12:16] != b"IHDR":
            raise ValueError
        return struct.unpack_from(">II", head, 16)
    if kind is GIF:
        return struct.unpack_from("<HH", head, 6)
    return _webp(head)


def _jpeg(content: IO[bytes]) -> tuple[int, int]:
    """From segment to segment until the frame. A preview inside a segment is skipped with it."""
    content.seek(2)
    while True:
        start, marker = content.read(2)
        if start != 0xFF:
            raise ValueError
        while marker == 0xFF:  # filling
            marker = content.read(1)[0]
        if marker in _BARE:
            continue
        length = struct.unpack(">H", content.read(2))[0]
        if marker in _FRAMES:
            height, width = struct.unpack_from(">xHH", content.read(5))
            return width, height
        if length < 2 or marker == 0xDA:
            raise ValueError
        content.seek(length - 2, 1)


def _webp(head: bytes) -> tuple[int, int]:
    form = head[12:16]
    if form == b"VP8 ":
        width, height = struct.unpack_from("<HH", head, 26)
        return width & 0x3FFF, height & 0x3FFF
    if form == b"VP8L":
        bits = struct.unpack_from("<I", head, 21)[0]
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if form == b"VP8X":
        return 1 + int.from_bytes(head[24:27], "little"), 1 + int.from_bytes(head[27:30], "little")
    raise ValueError
