"""axe on each page, without what it would do again and again.

The page gets its half megabyte once. The contrast of what looks the same is the same: of each look, one part is looked
at, which saves most of the time. A page that says the same as one that was sound, as in the window of a phone before,
is looked at where it shows more than it did there, and for new looks.
"""

from __future__ import annotations

from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from playwright.sync_api import Page

LOAD = f"() => {{ if (!window.axe) {{ {AXE_SCRIPT} }} }}"
KEEP = f"window.loadAxe = {LOAD}"
FORGET = """() => ["data-new-look", "data-new-part"].forEach((mark) => {
  for (const part of document.querySelectorAll(`[${mark}]`)) part.removeAttribute(mark);
})"""
# A look is all that decides which colour a text has and what is painted beneath it: of the part, and of all it is in.
# What is hidden or switched off is another look, because axe passes it over.
READ = """() => {
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
  return {
    says: document.documentElement.outerHTML.replace(/ open=""|[\\w.-]{24,}|\\d+/g, ""),  // no token, no number
    looks: [...new Set(parts.map((part) => part.look))],
    shown: parts.map((part) => (part.checkVisibility() ? "1" : "0")).join(""),
  };
}"""
# `shown` is what a page that says the same showed when it was sound; null where none did.
RUN = """async ([looks, shown]) => {
  const wanted = new Set(looks), options = {resultTypes: ["violations"], preload: {assets: ["media"]}};
  const parts = [document.documentElement, ...document.querySelectorAll("body, body *")];
  for (const part of parts.slice(1)) part.toggleAttribute("data-new-look", wanted.delete(part.look));
  axe.configure({rules: [{id: "color-contrast", selector: "[data-new-look]"}]});
  if (shown === null) return axe.run(document, options);
  const added = new Set(parts.filter((part, place) => part.checkVisibility() && shown[place] === "0"));
  for (const part of added) part.toggleAttribute("data-new-part", !added.has(part.parentElement));
  const contrast = {...options, runOnly: {type: "rule", values: ["color-contrast"]}};
  const found = [];
  if (added.size) found.push(await axe.run({include: [["[data-new-part]"]]}, options));
  if (looks.length) found.push(await axe.run(document, contrast));
  return {violations: found.flatMap((results) => results.violations)};
}"""

_sound_looks: set[str] = set()  # the looks in which this process found no fault
_sound_pages: dict[str, str] = {}  # and what pages say that had none → what of them was shown


def run_axe(page: Page) -> AxeResults:
    """What axe finds on the page as it is now."""
    if page.evaluate("window.loadAxe ? window.loadAxe() : 'absent'") == "absent":
        page.add_init_script(KEEP)
        page.evaluate(LOAD)
    read = page.evaluate(READ)
    new = [look for look in read["looks"] if look not in _sound_looks]
    results = AxeResults(page.evaluate(RUN, [new, _sound_pages.get(read["says"])]))
    page.evaluate(FORGET)
    if not results.violations_count:
        _sound_looks.update(new)
        _sound_pages.setdefault(read["says"], read["shown"])
    return results
