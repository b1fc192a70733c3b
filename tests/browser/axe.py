"""axe on each page, without what it would do again and again.

The page gets its half megabyte once. The contrast of what looks the same is the same: of each look, one part is looked
at, which saves most of the time. Style sheets are fetched and read when they come for the first time.
"""

from __future__ import annotations

from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from playwright.sync_api import Page

LOAD = f"() => {{ if (!window.axe) {{ {AXE_SCRIPT} }} }}"
KEEP = f"window.loadAxe = {LOAD}"
# A look is all that decides which colour a text has and what is painted beneath it: of the part, and of all it is in.
# What is hidden or switched off is another look, because axe passes it over.
READ_LOOKS = """() => {
  const shorten = (text) => {
    let left = 0xdeadbeef, right = 0x41c6ce57;
    for (let at = 0; at < text.length; at++) {
      left = Math.imul(left ^ text.charCodeAt(at), 2654435761);
      right = Math.imul(right ^ text.charCodeAt(at), 1597334677);
    }
    return `${(left >>> 0).toString(36)}.${(right >>> 0).toString(36)}`;
  };
  const read = (part) => {
    const style = getComputedStyle(part);
    const hasWords = [...part.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
    return [part.parentElement?.look, part.tagName, part.className, part.getAttribute("type"), hasWords, style.color,
      style.backgroundColor, style.backgroundImage, style.opacity, style.fontSize, style.fontWeight, style.textShadow,
      style.position, style.overflow, style.clipPath, style.filter, style.mixBlendMode, part.checkVisibility(),
      part.matches(":disabled, [aria-disabled=true], [aria-hidden=true], [inert]"), part.control?.disabled];
  };
  const parts = [document.documentElement, ...document.querySelectorAll("body, body *")];
  for (const part of parts) part.look = shorten(JSON.stringify(read(part)));  // each after the part that it is in
  return [...new Set(parts.map((part) => part.look))];
}"""
RUN = """async (looks) => {
  const wanted = new Set(looks);
  for (const part of document.querySelectorAll("body, body *")) {
    part.toggleAttribute("data-new-look", wanted.delete(part.look));
  }
  axe.configure({rules: [{id: "color-contrast", selector: "[data-new-look]"}]});
  const found = await axe.run(document, {resultTypes: ["violations"], preload: {assets: ["media"]}});
  for (const part of document.querySelectorAll("[data-new-look]")) part.removeAttribute("data-new-look");
  return found;
}"""

_sound: set[str] = set()  # the looks in which this process found no fault


def run_axe(page: Page) -> AxeResults:
    """What axe finds on the page as it is now."""
    if page.evaluate("window.loadAxe ? window.loadAxe() : 'absent'") == "absent":
        page.add_init_script(KEEP)
        page.evaluate(LOAD)
    new = [look for look in page.evaluate(READ_LOOKS) if look not in _sound]
    results = AxeResults(page.evaluate(RUN, new))
    if not results.violations_count:
        _sound.update(new)
    return results
