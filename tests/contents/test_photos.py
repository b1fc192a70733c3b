"""A photo is kept without what it tells of its maker: place, moment, camera, remarks, and what hangs behind it."""

from __future__ import annotations

import contextlib
import io
import struct
import zlib
from typing import Any

import pytest
from PIL import Image, ImageChops

from app.contents import ContentRefused, photos
from app.contents.kinds import GIF, JPEG, PNG, WEBP, Kind
from tests.support.files import sample_files

SECRET = b"52.0907N-5.1214E"
KINDS = {"JPEG": JPEG, "PNG": PNG, "WEBP": WEBP, "GIF": GIF}
XMP = b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta>" + SECRET + b"</x:xmpmeta>"


def exif_of(orientation: int = 1) -> Image.Exif:
    """What a phone writes: how it was held, what it is, and where it was."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = SECRET.decode()
    exif[0x9003] = "2026:03:18 07:30:00"
    exif.get_ifd(0x8825).update({1: "N", 2: (52.0, 5.0, 26.0), 3: "E", 4: (5.0, 7.0, 17.0), 29: SECRET.decode()})
    return exif


def picture() -> Image.Image:
    """Four colours in four corners, so that a turn is seen; wider than high."""
    image = Image.new("RGB", (64, 32), "white")
    for place, colour in (((0, 0), "red"), ((32, 0), "green"), ((0, 16), "blue")):
        image.paste(colour, (*place, place[0] + 32, place[1] + 16))
    return image


def saved(kind: str, image: Image.Image | None = None, **more: Any) -> bytes:
    out = io.BytesIO()
    (image or picture()).save(out, kind, **more)
    return out.getvalue()


def cleaned(content: bytes, kind: Kind) -> bytes:
    return photos.clean(io.BytesIO(content), kind).read()


def opened(content: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(content))
    image.load()
    return image


def look_the_same(image: Image.Image, other: Image.Image) -> bool:
    """But for what compression changes."""
    if image.size != other.size:
        return False
    extremes = ImageChops.difference(image.convert("RGB").resize((8, 8)), other.convert("RGB").resize((8, 8)))
    return max(high for _low, high in extremes.getextrema()) < 40


def with_segment(content: bytes, marker: int, segment: bytes) -> bytes:
    """A JPEG with one segment more, behind its first."""
    return content[:2] + bytes([0xFF, marker]) + struct.pack(">H", len(segment) + 2) + segment + content[2:]


def with_chunk(content: bytes, name: bytes, chunk: bytes) -> bytes:
    """A PNG with one chunk more, behind its head."""
    whole = struct.pack(">I", len(chunk)) + name + chunk + struct.pack(">I", zlib.crc32(name + chunk))
    return content[:33] + whole + content[33:]


def with_riff(content: bytes, name: bytes, chunk: bytes) -> bytes:
    """A WebP with one chunk more at its end."""
    whole = content + name + struct.pack("<I", len(chunk)) + chunk + b"\0" * (len(chunk) % 2)
    return whole[:4] + struct.pack("<I", len(whole) - 8) + whole[8:]


def with_block(content: bytes, label: int, *blocks: bytes) -> bytes:
    """A GIF with one extension more, before its end."""
    inner = b"".join(bytes([len(block)]) + block for block in blocks)
    return content[:-1] + b"\x21" + bytes([label]) + inner + b"\0;"


TRACES = {
    "JPEG exif": (saved("JPEG", exif=exif_of()), JPEG),
    "JPEG xmp": (saved("JPEG", xmp=b"<x:xmpmeta>" + SECRET + b"</x:xmpmeta>"), JPEG),
    "JPEG remark": (saved("JPEG", comment=SECRET), JPEG),
    "JPEG iptc": (with_segment(saved("JPEG"), 0xED, b"Photoshop 3.0\0" + SECRET), JPEG),
    "JPEG maker": (with_segment(saved("JPEG"), 0xE5, SECRET), JPEG),
    "JPEG second exif": (with_segment(saved("JPEG", exif=exif_of()), 0xE1, b"Exif\0\0" + SECRET), JPEG),
    "JPEG xmp in parts": (with_segment(saved("JPEG"), 0xE1, XMP), JPEG),
    "JPEG thumbnail": (with_segment(saved("JPEG"), 0xE0, b"JFXX\0\x10" + SECRET), JPEG),
    "JPEG more photos": (with_segment(saved("JPEG"), 0xE2, b"MPF\0" + SECRET), JPEG),
    "JPEG film behind": (saved("JPEG") + b"\0\0\0\x18ftypmp42" + SECRET, JPEG),
    "JPEG progressive": (saved("JPEG", progressive=True, exif=exif_of()), JPEG),
    "PNG exif": (saved("PNG", exif=exif_of()), PNG),
    "PNG text": (with_chunk(saved("PNG"), b"tEXt", b"Location\0" + SECRET), PNG),
    "PNG packed text": (with_chunk(saved("PNG"), b"zTXt", b"Location\0\0" + zlib.compress(SECRET)), PNG),
    "PNG xmp": (with_chunk(saved("PNG"), b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + SECRET), PNG),
    "PNG moment": (with_chunk(saved("PNG"), b"tIME", b"\x07\xea\x03\x12\x07\x1e\x00"), PNG),
    "PNG own chunk": (with_chunk(saved("PNG"), b"prVt", SECRET), PNG),
    "PNG behind": (saved("PNG") + SECRET, PNG),
    "WebP exif": (saved("WEBP", exif=exif_of()), WEBP),
    "WebP xmp": (saved("WEBP", xmp=SECRET), WEBP),
    "WebP own chunk": (with_riff(saved("WEBP"), b"PRVT", SECRET), WEBP),
    "WebP behind": (saved("WEBP") + SECRET, WEBP),
    "WebP lossless": (saved("WEBP", lossless=True, exif=exif_of()), WEBP),
    "GIF remark": (with_block(saved("GIF"), 0xFE, SECRET), GIF),
    "GIF xmp": (with_block(saved("GIF"), 0xFF, b"XMP DataXMP", SECRET), GIF),
    "GIF text": (with_block(saved("GIF"), 0x01, b"\0" * 12, SECRET), GIF),
    "GIF behind": (saved("GIF") + SECRET, GIF),
}


@pytest.mark.parametrize(("content", "kind"), TRACES.values(), ids=list(TRACES))
def test_nothing_of_its_maker_stays_in_a_photo_and_the_picture_does(content: bytes, kind: Kind):
    kept = cleaned(content, kind)
    for word in (SECRET, b"Exif", b"xmp", b"Location", b"tIME", b"EXIF", b"XMP", b"2026:03"):
        assert word not in kept
    assert not opened(kept).getexif()
    assert look_the_same(opened(kept), opened(content))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photo_that_was_taken_with_the_phone_on_its_side_stands_upright(kind: str, orientation: int):
    from PIL import ImageOps

    content = saved(kind, exif=exif_of(orientation))
    kept = opened(cleaned(content, KINDS[kind]))
    assert look_the_same(kept, ImageOps.exif_transpose(opened(content)))
    assert not kept.getexif()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_a_picture_without_traces_is_kept_byte_for_byte(kind: str):
    content = saved(kind)
    assert cleaned(content, KINDS[kind]) == content
    assert cleaned(cleaned(content, KINDS[kind]), KINDS[kind]) == content


def test_colours_animation_and_transparency_stay():
    profile = b"\0" * 128
    assert opened(cleaned(saved("JPEG", icc_profile=profile), JPEG)).info["icc_profile"] == profile
    assert opened(cleaned(saved("JPEG", picture().convert("CMYK")), JPEG)).mode == "CMYK"
    clear = opened(cleaned(saved("PNG", picture().convert("P"), transparency=1), PNG))
    assert "transparency" in clear.info
    frames = {"save_all": True, "append_images": [picture().rotate(180)], "loop": 0, "duration": 100}
    for kind in ("GIF", "WEBP", "PNG"):
        moving: Any = opened(cleaned(saved(kind, **frames), KINDS[kind]))
        assert moving.n_frames == 2
        assert moving.info["loop"] == 0


@pytest.mark.parametrize("make", [sample_files.png, sample_files.jpeg, sample_files.gif, sample_files.webp])
def test_an_image_that_is_cut_off_is_refused_or_kept_in_part_and_no_error(make):
    whole = make()
    kind = KINDS[{"png": "PNG", "jpeg": "JPEG", "gif": "GIF", "webp": "WEBP"}[make.__name__]]
    for length in range(16, len(whole)):
        with contextlib.suppress(ContentRefused):
            cleaned(whole[:length], kind)


@pytest.mark.parametrize("exif", [b"", b"Exif\0\0", b"Exif\0\0II*\0\xff\xff\xff\xff", b"Exif\0\0" + b"\xff" * 60])
def test_odd_notes_of_a_camera_are_left_out_like_others(exif: bytes):
    assert cleaned(with_segment(saved("JPEG"), 0xE1, exif), JPEG) == saved("JPEG")


def test_a_photo_on_its_side_that_cannot_be_read_is_refused():
    broken = with_segment(sample_files.jpeg(), 0xE1, exif_of(6).tobytes())
    with pytest.raises(ContentRefused, match="damaged"):
        cleaned(broken, JPEG)


def test_a_turned_photo_of_very_many_pixels_becomes_smaller():
    large = Image.new("RGB", (6000, 5000), "white")
    content = saved("JPEG", large, exif=exif_of(6))
    assert opened(cleaned(content, JPEG)).size == (2500, 3000)
