// Small comforts of the team's lists. Every list works without this file.
"use strict";

// On a wide screen the filters stand open, also where the style sheet cannot do it.
if (window.matchMedia("(min-width: 60rem)").matches) document.querySelector("details.filter-row")?.setAttribute("open", "");

// A menu closes with Escape and by a click beside it.
for (const menu of document.querySelectorAll("details.view-menu, details.more-acts")) {
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
  document.addEventListener("click", (event) => { if (!menu.contains(event.target)) menu.open = false; });
}

// How many rows are ticked, beside the choice for them; ticking one chooses them.
const acts = document.getElementById("acts");
if (acts) {
  const told = acts.querySelector("[data-ticked]");
  const boxes = [...document.querySelectorAll('input[name=rowid][form="acts"]')];
  const count = () => { told.textContent = ` (${boxes.filter((box) => box.checked).length})`; };
  document.addEventListener("change", (event) => {
    if (event.target.name !== "rowid" && !event.target.closest("[data-choose-all]")) return;
    acts.querySelector("input[value=ticked]").checked = true;
    count();
  });
  // A click beside a box ticks it too: the cell is a larger target.
  document.addEventListener("click", (event) => event.target.querySelector?.(':scope > input[name=rowid][form="acts"]')?.click());
  count();
}
