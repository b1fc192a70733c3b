// Forms: sent once, kept when the session ends, and taken along to another language. Works without too: the server keeps
// what is sent, and carries nothing out twice.
"use strict";

const portalForms = (() => {
  const MARK = "form_mark";
  const first = new WeakMap(); // a form → what it held when the page came
  const marked = () => [...document.querySelectorAll("form")].filter((form) => form.elements[MARK]);

  // What a form holds, files by their names: a file cannot be kept, and the person is told to choose it again.
  const read = (form) => {
    const pairs = [...new FormData(form)].map(([name, value]) => [name, value instanceof File ? value.name : value]);
    return new URLSearchParams(pairs.filter(([name, value]) => name !== "form_mark_file" && !(value === "" && form.elements[name]?.type === "file")));
  };
  const typed = (form) => { const now = read(form); now.delete("csrf_token"); now.delete(MARK); return now.toString(); };
  const note = () => { for (const form of marked()) if (!first.has(form)) first.set(form, typed(form)); };
  note();
  new MutationObserver(note).observe(document.body, { childList: true, subtree: true }); // uploads.js puts in a new one

  const dirty = () => marked().filter((form) => form.dataset.sent !== "yes" && typed(form) !== first.get(form));

  // Keep what was typed on this page on the server. Gives the address that shows it again; null when nothing was typed.
  // Throws when it cannot be kept.
  const keep = async () => {
    const forms = dirty();
    if (!forms.length && !new URLSearchParams(location.search).has("getypt")) return null;
    const page = new URL(location.href);
    for (const form of forms) {
      const answer = await fetch(document.body.dataset.keepTypedUrl, { method: "POST", body: read(form) });
      if (!answer.ok) throw new Error("not kept");
      const kept = new URL((await answer.json()).page, location.href);
      if (form === forms[0]) page.searchParams.delete("getypt");
      for (const token of kept.searchParams.getAll("getypt")) page.searchParams.append("getypt", token);
    }
    return page.pathname + page.search;
  };

  return { dirty, keep, read };
})();

// A page that answered a form: going back to it asks for the page again, and never to send the form a second time.
if (document.body.dataset.askedAgain) history.replaceState(null, "", document.body.dataset.askedAgain);

// What came back is told first.
if (!document.querySelector(".error-summary")) document.querySelector("[data-came-back]")?.focus();

// Another language: the form that was being filled in comes along.
for (const button of document.querySelectorAll("[data-language]")) {
  button.form.addEventListener("submit", () => {
    const [form] = portalForms.dirty();
    if (!form) return;
    for (const [name, value] of portalForms.read(form)) {
      if (name === "csrf_token" || name === "next") continue;
      const input = document.createElement("input");
      Object.assign(input, { type: "hidden", name, value });
      button.form.append(input);
    }
  });
}

// A form is sent once. A button that is pressed again does nothing while the answer is on its way.
{
  const WAIT = 15000; // milliseconds: what never came leaves the page as it is
  const LOOK = 300; // and what came as a file, which says so by a cookie (spreadsheets.py)
  const forget = () => { document.cookie = "file_came=; Max-Age=0; Path=/; SameSite=Strict"; };
  const status = document.getElementById("sending");
  const free = (form) => {
    delete form.dataset.sent;
    form.querySelector(".sending")?.remove();
    for (const button of form.querySelectorAll("button[data-was-on]")) { button.disabled = false; delete button.dataset.wasOn; }
    status.textContent = "";
  };
  document.addEventListener("submit", (event) => {
    const form = event.target, button = event.submitter;
    if (event.defaultPrevented || form.method !== "post" || (button?.formTarget || form.target) === "_blank") return;
    if (form.dataset.sent === "yes") { event.preventDefault(); return; }
    form.dataset.sent = "yes";
    // After the browser has read the form: a disabled button would not say that it was pressed.
    setTimeout(() => {
      for (const other of form.querySelectorAll("button:not(:disabled)")) { other.disabled = true; other.dataset.wasOn = "yes"; }
      const words = document.createElement("span");
      words.className = "sending";
      words.setAttribute("aria-hidden", "true");
      words.textContent = document.body.dataset.sending;
      if (!form.classList.contains("inline")) (button?.parentElement ?? form).append(words);
      status.textContent = document.body.dataset.sending;
    });
    forget();
    const end = Date.now() + WAIT;
    const looking = setInterval(() => {
      const came = document.cookie.includes("file_came=yes");
      if (!came && Date.now() < end) return;
      clearInterval(looking);
      if (came) forget();
      free(form);
    }, LOOK);
  });
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) for (const form of document.querySelectorAll("form[data-sent]")) free(form);
  });
}
