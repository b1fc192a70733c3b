"""What holds on every page: no accessibility fault, valid HTML, no error in the console, fits on a phone."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from playwright.sync_api import ConsoleMessage, Page, Response

from tests.browser.axe import run_axe
from tests.support import parts

PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 900}
NARROWEST = {"width": 320, "height": 640}  # WCAG 1.4.10
# WCAG 1.4.12; a sheet that is made by a script is no inline style (CSP).
SPACING = """* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important; }
p { margin-bottom: 2em !important; }"""
SPACE_OUT = """(css) => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  document.adoptedStyleSheets = [sheet];
}"""
# What a page must say of itself; then the words that stand out of it, where it scrolls sideways.
HEAD = """() => [
  document.documentElement.lang === "nl" ? "" : "not marked as Dutch",
  document.querySelectorAll("h1").length === 1 ? "" : "one h1",
  document.title ? "" : "no title",
].filter(Boolean).join(", ")"""
TOO_WIDE = """() => {
  const root = document.documentElement, width = root.clientWidth;
  if (root.scrollWidth <= width) return "";
  const out = [...document.body.querySelectorAll("*")].filter((el) => el.getBoundingClientRect().right > width + 1);
  const deepest = out.filter((el) => !out.some((other) => other !== el && el.contains(other)));
  return deepest.slice(0, 3).map((el) => el.outerHTML.slice(0, 150)).join(" | ") || `${root.scrollWidth} px`;
}"""
# The words in a box that hides what does not fit. What only a screen reader reads is meant to be hidden.
CUT_OFF = """() => [...document.body.querySelectorAll("*")].filter((el) => {
  const style = getComputedStyle(el);
  if (style.overflowX !== "hidden" && style.overflowX !== "clip" && style.overflowY !== "hidden") return false;
  if (el.clientWidth <= 1 || style.clipPath !== "none") return false;
  if (el.matches("[hidden], textarea, input, .visitor a")) return false;
  return el.scrollHeight > el.clientHeight + 1 || el.scrollWidth > el.clientWidth + 1;
}).slice(0, 3).map((el) => el.outerHTML.slice(0, 150)).join(" | ")"""
# Asked at once, because each question costs as much as its answer: in a window, and in the narrowest one.
ASK_WINDOW = f"() => [({HEAD})(), ({TOO_WIDE})()]"
ASK_NARROW = f"""(css) => {{
  const tooWide = ({TOO_WIDE})();
  ({SPACE_OUT})(css);
  const spaced = [({TOO_WIDE})(), ({CUT_OFF})()];
  document.adoptedStyleSheets = [];
  return [tooWide, ...spaced];
}}"""
# It runs for seconds: what makes Java quick in the long run costs twice the work; what is left wants a deeper stack.
QUICK_JAVA = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xss2m")
REFUSED = "Failed to load resource"  # Chromium's line for an answer such as 422 or 404, which a test may want


class PageWatch:
    """Follows one page: its errors, and the HTML that the server sent last."""

    def __init__(self, page: Page) -> None:
        self.errors: list[str] = []
        self._document: Response | None = None
        page.on("console", self._note_message)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("response", self._note_response)

    def _note_message(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith(REFUSED):
            self.errors.append(message.text)  # a blocked style or script (CSP) is here too

    def _note_response(self, response: Response) -> None:
        if response.request.resource_type == "document" and response.request.frame.parent_frame is None:
            self._document = response
        elif response.status >= 400:
            self.errors.append(f"{response.status} {response.url}")

    def html(self) -> str:
        """The page as the server sent it."""
        assert self._document is not None, "no page was loaded"
        return self._document.text()


class HtmlFolder:
    """Pages that wait for the HTML checker, which starts slowly and so checks all at once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._places: dict[str, str] = {}
        self._known: set[str] = set()

    def add(self, html: str, place: str) -> None:
        """Keep a page; `place` says where it comes from. What is there already is not kept again."""
        if html in self._known:
            return
        self._known.add(html)
        name = f"{len(self._places):04d}.html"
        (self._folder / name).write_text(html)
        self._places[name] = place

    def find_faults(self) -> list[str]:
        """The checker's errors, each with where it is; nothing when there is no checker."""
        java, jar = parts.find_java(), parts.find_html_checker()
        if not self._places or java is None or jar is None:
            return []
        command = [str(java), *QUICK_JAVA, "-jar", str(jar), "--format", "json", "--errors-only", str(self._folder)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        faults = json.loads(done.stderr or done.stdout)["messages"]
        return [self._describe(fault) for fault in faults]

    def _describe(self, fault: dict[str, object]) -> str:
        place = self._places.get(Path(str(fault.get("url"))).name, "?")
        return f"{place}: {fault.get('message')} — {str(fault.get('extract', '')).strip()}"


def check_page(page: Page, watch: PageWatch, folder: HtmlFolder) -> None:
    """Everything that holds on every page, in the state in which it is now; the window is as it was afterwards."""
    folder.add(watch.html(), page.url)
    usual = page.viewport_size or DESKTOP
    for size in sorted((PHONE, DESKTOP), key=usual.__ne__):  # first as it is
        if size != page.viewport_size:
            page.set_viewport_size(size)
        _check_window(page, watch, f"{page.url} ({size['width']} px)")
    check_reflow(page, page.url)
    page.set_viewport_size(usual)


def _check_window(page: Page, watch: PageWatch, place: str) -> None:
    missing, too_wide = page.evaluate(ASK_WINDOW)
    assert not watch.errors, f"{place}: {watch.errors}"
    assert not missing, f"{place}: {missing}"
    assert not too_wide, f"{place}: scrolls sideways: {too_wide}"
    results = run_axe(page)
    assert results.violations_count == 0, f"{place}: {results.generate_report()}"


def check_reflow(page: Page, place: str) -> None:
    """On the narrowest screen nothing scrolls sideways or is cut off, also with the spacing that some people set."""
    page.set_viewport_size(NARROWEST)
    too_wide, too_wide_spaced, cut_off = page.evaluate(ASK_NARROW, SPACING)
    assert not too_wide, f"{place}: scrolls sideways at 320 px: {too_wide}"
    assert not too_wide_spaced, f"{place}: scrolls sideways at 320 px with text spacing: {too_wide_spaced}"
    assert not cut_off, f"{place}: cut off with text spacing: {cut_off}"
