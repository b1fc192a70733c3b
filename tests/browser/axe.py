"""axe on each page, without what it would do again and again.

What is made the same is sound the same: axe looks at the whole of each outline (what headings and landmarks a page
shows), at each shape of a part once, and at the contrast of each look once. Where all is known it does not even start.
The other window is looked at in the same way: what only that one shows has a shape of its own.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from playwright.sync_api import Page

LOAD = f"() => {{ if (!window.axe) {{ {AXE_SCRIPT} }} }}"
# A look is all that decides which colour a text has and what is painted beneath it: of the part, and of all it is in.
# A shape is all that the other rules go by: what the part is, says of itself and holds, and what it is in. Of names,
# numbers and addresses counts only whether they are there, of a reference whether it leads somewhere.
# What is hidden or switched off is another look and another shape, because axe passes it over.
READ = r"""() => {
  const shorten = (text) => {
    let left = 0xdeadbeef, right = 0x41c6ce57;
    for (let at = 0; at < text.length; at++) {
      left = Math.imul(left ^ text.charCodeAt(at), 2654435761);
      right = Math.imul(right ^ text.charCodeAt(at), 1597334677);
    }
    return `${(left >>> 0).toString(36)}.${(right >>> 0).toString(36)}`;
  };
  const parts = [document.documentElement, ...document.querySelectorAll("body, body *")];
  const named = new Map(), saying = new Set();
  for (const part of parts.toReversed()) {  // each before the part that it is in
    if (part.id) named.set(part.id, [...(named.get(part.id) ?? []), part]);
    part.isShown = part.checkVisibility();
    part.hasWords = [...part.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
    if (part.hasWords || part.ariaLabel?.trim() || part.alt?.trim()) saying.add(part);
    if (saying.has(part) && part.isShown && part.ariaHidden !== "true") saying.add(part.parentElement);
  }
  const leadsTo = (id) => named.get(id)?.map((part) => saying.has(part));
  const said = /^(role|type|lang|scope|tabindex|autocomplete|contenteditable|open|aria-.*)$/;
  const isThere = /^(alt|title|href|placeholder|accesskey|aria-label)$/;
  const refers = /^(for|headers|list|aria-(labelledby|describedby|controls|owns|activedescendant|details|error.*))$/;
  const describe = ({name, value}) => {
    if (refers.test(name)) return `${name} ${JSON.stringify(value.split(/\s+/).filter(Boolean).map(leadsTo))}`;
    return isThere.test(name) ? `${name} ${value.trim() !== ""}` : said.test(name) ? `${name}=${value}` : "";
  };
  const reachable = "a, button, summary, input, select, textarea, [tabindex], [role]";
  const holders = "ul, ol, dl, table, thead, tbody, tr, select, details, figure, fieldset, [role]";
  for (const part of parts) {  // each after the part that it is in
    const style = getComputedStyle(part), parent = part.parentElement;
    const isButton = part.matches("input[type=submit], input[type=button]");
    const isOff = part.matches(":disabled, [aria-disabled=true], [aria-hidden=true], [inert]");
    part.look = shorten(JSON.stringify([parent?.look, part.tagName, part.className, part.getAttribute("type"),
      part.hasWords, style.color, style.backgroundColor, style.backgroundImage, style.opacity, style.fontSize,
      style.fontWeight, style.textShadow, style.position, style.overflow, style.clipPath, style.filter,
      style.mixBlendMode, part.isShown, isOff, part.control?.disabled]));
    part.kind = shorten(JSON.stringify([parent?.kind, part.tagName, part.isShown, isOff, style.display === "inline",
      [...part.attributes].map(describe).filter(Boolean).sort()]));
    const held = part.matches(holders) ? [...part.children].map((child) => child.role ?? child.tagName) : [];
    const reached = part.matches(reachable + ", label, [aria-hidden=true]") && part.querySelector(reachable) !== null;
    part.shape = part.isShown && shorten(JSON.stringify([part.kind, part.hasWords, parent?.hasWords, saying.has(part),
      reached, [...new Set(held)].sort(), named.get(part.id)?.length > 1, isButton && part.value !== "",
      part.labels && [...part.labels].map((label) => saying.has(label))]));
  }
  const shown = (selector) => [...document.querySelectorAll(selector)].filter((part) => part.isShown);
  const levels = shown("h1, h2, h3, h4, h5, h6, [role=heading]").map((part) => part.tagName + (part.ariaLevel ?? ""));
  const labelOf = (part) => part.ariaLabel ?? part.getAttribute("aria-labelledby")?.split(/\s+/)
    .map((id) => document.getElementById(id)?.textContent.trim()).join(" ") ?? "";
  const landmarks = shown("main, nav, aside, header, footer, section, form, iframe, dialog, [role], [accesskey]")
    .map((part) => [part.role ?? part.tagName, part.accessKey, labelOf(part)].join(" "));
  const twice = landmarks.filter((landmark, place) => landmarks.indexOf(landmark) < place);
  const steps = levels.map((level, place) => `${levels[place - 1]} ${level}`);
  const outline = [twice, steps, landmarks.map((landmark) => landmark.split(" ")[0]), [document.title !== ""]];
  return {
    looks: [...new Set(parts.map((part) => part.look))],
    shapes: [...new Set(parts.map((part) => part.shape).filter(Boolean))],
    outline: [shorten(JSON.stringify(outline.map((each) => [...new Set(each)].sort())))],
  };
}"""
# In the whole page, or where shapes are new: each in the parts whose shape is new, and not in the one it is in.
RUN = """async ([looks, shapes, isWhole]) => {
  const wanted = new Set(looks), unknown = new Set(shapes), options = {resultTypes: ["violations"], preload: false};
  const parts = [document.documentElement, ...document.querySelectorAll("body, body *")];
  for (const part of parts.slice(1)) part.toggleAttribute("data-new-look", wanted.delete(part.look));
  axe.configure({rules: [{id: "color-contrast", selector: "[data-new-look]"}]});
  const found = [];
  if (isWhole) found.push(await axe.run(document, options));
  else {
    for (const part of parts) part.toggleAttribute("data-new-part", unknown.delete(part.shape));
    const within = document.querySelectorAll("[data-new-part] [data-new-part]");
    for (const part of within) part.removeAttribute("data-new-part");
    if (shapes.length) found.push(await axe.run({include: [["[data-new-part]"]]}, options));
    const contrast = {...options, runOnly: {type: "rule", values: ["color-contrast"]}};
    if (looks.length) found.push(await axe.run(document, contrast));
  }
  for (const mark of ["data-new-look", "data-new-part"])
    for (const part of document.querySelectorAll(`[${mark}]`)) part.removeAttribute(mark);
  return {violations: found.flatMap((results) => results.violations)};
}"""


class Sound:
    """The looks, shapes and outlines in which no fault was found, by any process of this run."""

    def __init__(self) -> None:
        self._names: set[str] = set()
        self._file: Path | None = None
        self._read = 0  # bytes of it

    def share(self, file: Path) -> None:
        """From now on with the other processes, through this file."""
        self._file = file
        file.touch()

    def leave_out(self, names: list[str]) -> list[str]:
        """Those that were not seen yet."""
        if self._file and not self._names.issuperset(names):
            self._read_what_others_found(self._file)
        return [name for name in names if name not in self._names]

    def add(self, names: list[str]) -> None:
        """These are sound."""
        self._names.update(names)
        if self._file and names:
            with self._file.open("ab", buffering=0) as out:  # at once, so that no other's stands in the middle of it
                out.write("".join(f"{name}\n" for name in names).encode())

    def _read_what_others_found(self, file: Path) -> None:
        with file.open("rb") as written:
            written.seek(self._read)
            whole = written.read().rpartition(b"\n")[0]
        self._read += len(whole) + 1 if whole else 0
        self._names.update(whole.decode().split())


sound = Sound()


def run_axe(page: Page) -> AxeResults:
    """What axe finds on the page as it is now."""
    read = page.evaluate(READ)
    looks, shapes, outline = (sound.leave_out(read[kind]) for kind in ("looks", "shapes", "outline"))
    if not (looks or shapes or outline):
        return AxeResults({"violations": []})
    page.evaluate(LOAD)
    found: dict[str, Any] = page.evaluate(RUN, [looks, shapes, bool(outline)])
    results = AxeResults(found)
    if not results.violations_count:
        sound.add([*looks, *shapes, *outline])
    return results
