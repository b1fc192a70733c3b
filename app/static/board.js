// One key for what a planner does all day, while the list of candidates has the focus: o skips, z undoes. Each key stands on
// its button, and everything works without this file.
"use strict";

const list = document.querySelector(".candidates");
list?.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  const key = /^[a-z]$/i.test(event.key) && document.querySelector(`[data-key="${event.key.toLowerCase()}"]`);
  if (!key) return;
  event.preventDefault();
  key.click();
});
