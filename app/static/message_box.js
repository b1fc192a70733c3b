// The message box: answers while the subject is typed, and what is being typed kept on the server. Works without too.
"use strict";

const SUGGEST_AFTER = 400; // milliseconds without a key
const SAVE_AFTER = 3000;

const start = () => {
  for (const input of document.querySelectorAll("[data-suggest]:not([data-started])")) { input.dataset.started = "yes"; suggest(input); }
  for (const area of document.querySelectorAll("[data-draft-url]:not([data-started])")) { area.dataset.started = "yes"; keepDraft(area); }
};
start();
// A form that was refused after an upload comes back in place (uploads.js): its fields are new.
new MutationObserver(start).observe(document.querySelector("main").parentElement, { childList: true });

function suggest(input) {
  const place = document.getElementById(input.getAttribute("aria-controls"));
  const choice = input.form.elements.choice_id;
  let timer, asked = "";
  document.querySelector("[data-suggest-button]")?.closest("p").setAttribute("hidden", "");
  const look = async () => {
    const query = new URLSearchParams({ subject: input.value, choice_id: choice?.value ?? "0" }).toString();
    if (query === asked || (input.value.trim().length < 3 && !asked)) return;
    asked = query;
    const answer = await fetch(`${input.dataset.suggest}?${query}`);
    if (!answer.ok || answer.redirected || query !== asked) return;
    place.innerHTML = await answer.text();
  };
  const soon = () => { clearTimeout(timer); timer = setTimeout(look, SUGGEST_AFTER); };
  input.addEventListener("input", soon);
  choice?.addEventListener("change", soon);
  if (input.value !== input.defaultValue) soon(); // typed before this file was there
}

function keepDraft(area) {
  const form = area.form;
  const status = form.querySelector("[data-draft-status]");
  let timer, saved = area.defaultValue + (form.elements.subject?.defaultValue ?? ""), isSent = false;
  const typed = () => area.value + (form.elements.subject?.value ?? "");
  const save = async () => {
    clearTimeout(timer);
    timer = undefined;
    if (isSent || typed() === saved) return;
    const now = typed();
    const data = new URLSearchParams({ csrf_token: form.elements.csrf_token.value, [area.name]: area.value });
    for (const name of ["subject", "thread"]) if (form.elements[name]) data.set(name, form.elements[name].value);
    try {
      const answer = await fetch(area.dataset.draftUrl, { method: "POST", body: data, keepalive: true });
      if (answer.redirected) { document.dispatchEvent(new Event("portal:ended")); return; }
      if (!answer.ok) return;
    } catch { return; }
    saved = now;
    status.textContent = area.dataset.draftSaved;
    document.dispatchEvent(new Event("portal:active"));
  };
  const soon = () => { timer ??= setTimeout(save, SAVE_AFTER); };
  form.addEventListener("input", soon);
  if (typed() !== saved) soon();
  form.addEventListener("submit", () => { isSent = true; clearTimeout(timer); timer = undefined; });
  form.addEventListener("portal:unsent", () => { isSent = false; soon(); });
  // Another form of the page leaves it: what was typed here is kept first, so that the next page shows it.
  document.addEventListener("submit", async (event) => {
    if (event.target === form || !form.isConnected || isSent || typed() === saved) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    await save();
    saved = typed(); // what cannot be kept keeps nobody here
    event.target.requestSubmit(event.submitter);
  }, true);
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") save(); });
}
