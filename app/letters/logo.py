"""The municipality's logo for letters: drawn anew by Pillow, so that nothing of the file that was sent in is kept."""

from __future__ import annotations

import io
import warnings
from typing import IO, Final

from PIL import Image

from app.contents.images import DAMAGED
from app.contents.kinds import ContentRefused

HEIGHT: Final = 425  # pixels: 18 mm at 600 dots an inch
WIDEST: Final = 1700


def redraw(content: IO[bytes]) -> bytes:
    """The picture as a PNG of at most 1,700 by 425 pixels, without anything beside it. Raises ContentRefused.

    `content` was recognised as an image of a bounded number of pixels (`app.contents.recognise`).
    """
    content.seek(0)
    drawn = io.BytesIO()
    try:
        with warnings.catch_warnings(), Image.open(content, formats=("PNG", "JPEG", "WEBP", "GIF")) as image:
            plain = image.convert("RGBA")
            plain.thumbnail((WIDEST, HEIGHT), Image.Resampling.LANCZOS)
            bare = Image.new("RGB", plain.size, "white")  # PDF/A-2a draws transparency, printers do not all
            bare.paste(plain, mask=plain.getchannel("A"))
            bare.save(drawn, "PNG", optimize=True)
    except (OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError):
        raise ContentRefused(DAMAGED) from None
    return drawn.getvalue()
