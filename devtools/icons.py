"""The icons for home screens, drawn from favicon.svg in Chromium: after another logo, `make icons`."""

from __future__ import annotations

import os
from pathlib import Path

from playwright.sync_api import sync_playwright

from devtools.screenshots import CHROMIUM

STATIC = Path(__file__).resolve().parents[1] / "app/static"
# Name, pixels, and how much of the width the logo takes: systems cut the outer tenth of a maskable one, and round it.
ICONS = (("icon-192", 192, 1.0), ("icon-512", 512, 1.0), ("icon-512-maskable", 512, 0.7), ("icon-180", 180, 0.8))


def main() -> None:
    """Draw each."""
    logo = (STATIC / "favicon.svg").read_text(encoding="utf-8")
    with sync_playwright() as playwright:
        path = next(program for program in CHROMIUM if Path(program).exists())
        arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=path, args=arguments)
        for name, size, part in ICONS:
            page = browser.new_page(viewport={"width": size, "height": size})
            page.set_content(_around(logo, part))
            page.screenshot(path=STATIC / f"{name}.png", omit_background=part == 1.0)
            print(f"app/static/{name}.png")
        browser.close()


def _around(logo: str, part: float) -> str:
    """The logo in the middle; where it does not fill the picture, on the colour of its own ground."""
    ground = "transparent" if part == 1.0 else logo.split('fill="', 1)[1].split('"', 1)[0]
    style = f"margin:0;height:100vh;display:grid;place-items:center;background:{ground}"
    return f'<body style="{style}"><div style="width:{part * 100}vw">{logo}</div></body>'


if __name__ == "__main__":
    main()
