// Small comforts. Every page works without this file.
"use strict";

// After a refused form: go to the summary of what is not right.
document.querySelector(".error-summary")?.focus();

// Ask before what cannot be undone.
document.addEventListener("submit", (event) => {
  const question = event.target.dataset.confirm;
  if (question && !window.confirm(question)) event.preventDefault();
});

// Print this page, where the browser can.
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

// Show a password, and tell what the server would say of a new one.
for (const input of document.querySelectorAll("input[type=password]")) {
  const tools = document.createElement("div");
  tools.className = "password-tools";
  const show = document.createElement("button");
  const body = document.body.dataset;
  show.type = "button";
  show.className = "button button-secondary";
  show.textContent = body.showPassword;
  show.setAttribute("aria-pressed", "false");
  show.addEventListener("click", () => {
    const hidden = input.type === "password";
    input.type = hidden ? "text" : "password";
    show.setAttribute("aria-pressed", String(hidden));
  });
  tools.append(show);
  if (input.dataset.passwordMeter) tools.append(...passwordMeter(input, body.passwordStrength));
  input.after(tools);
}

// The rule of the server, asked when the typing pauses; what is too short is not sent.
function passwordMeter(input, label) {
  const meter = document.createElement("meter");
  const verdict = document.createElement("span");
  const least = Number(input.dataset.passwordMeter);
  let timer = 0, latest = 0;
  meter.min = 0; meter.max = 100; meter.low = 30; meter.high = 60; meter.optimum = 100;
  meter.setAttribute("aria-label", label);
  verdict.setAttribute("role", "status");
  const show = ({ says, strength }) => { verdict.textContent = says; meter.value = strength; };
  const ask = async () => {
    const turn = ++latest;
    const body = new URLSearchParams({ password: input.value, csrf_token: input.form.elements.csrf_token.value });
    const answer = await fetch(location.pathname, { method: "POST", body, headers: { "X-Password-Meter": "1" } }).catch(() => null);
    if (turn === latest) show(answer?.ok && !answer.redirected ? await answer.json() : { says: "", strength: 0 });
  };
  const judge = () => {
    clearTimeout(timer);
    latest++;
    const length = [...input.value.normalize("NFKC")].length;
    if (length >= least) timer = setTimeout(ask, 500);
    else show({ says: length ? input.dataset.tooShort : "", strength: Math.floor(20 * length / least) });
  };
  input.addEventListener("input", judge);
  judge();
  return [meter, verdict];
}

// On a wide screen the menu stands open.
if (window.matchMedia("(min-width: 60rem)").matches) document.querySelector("details.menu")?.setAttribute("open", "");

// A part of the menu that stands open, and on a narrow screen the menu itself, is closed with Escape; on a wide screen a
// part also by a click beside it.
const isWide = () => window.matchMedia("(min-width: 60rem)").matches;
const openGroup = () => document.querySelector("details.group[open]");
const openMenu = () => (isWide() ? null : document.querySelector("details.menu[open]"));
document.addEventListener("keydown", (event) => {
  const group = event.key === "Escape" && (openGroup() ?? openMenu());
  if (!group) return;
  group.open = false;
  group.querySelector("summary").focus();
});
document.addEventListener("click", (event) => {
  const group = isWide() && openGroup();
  if (group && !group.contains(event.target)) group.open = false;
});

// A part of the page that lives: fetched anew after as many seconds as the server says, until it says none. It is not
// the person who asks, so it does not keep the session alive (X-Live); when that ends, it stops. A part with an id
// stands on a page of its own: when the part is gone there, that page is read anew.
for (const part of document.querySelectorAll("[data-live]")) {
  const plan = () => {
    const wait = Number(part.querySelector("[data-goes-on]")?.dataset.goesOn);
    if (wait) setTimeout(again, wait * 1000);
  };
  // What moved is told too, but while it goes on not more often than a voice can follow.
  let toldAt = Date.now();
  const tell = () => {
    const said = part.querySelector("[data-goes-on], [role=status], [data-state]");
    if (!said || (said.dataset.goesOn && Date.now() - toldAt < 15_000)) return;
    toldAt = Date.now();
    document.getElementById("sending").textContent = said.textContent.replace(/\s+/g, " ").trim();
  };
  const show = (html) => {
    const page = new DOMParser().parseFromString(html, "text/html");
    const fresh = part.id ? page.getElementById(part.id) : page.body;
    if (!fresh) location.reload();
    else if (!part.contains(document.activeElement) && part.innerHTML !== fresh.innerHTML) {
      part.replaceChildren(...fresh.childNodes);
      tell();
    }
  };
  const again = async () => {
    const answer = await fetch(part.dataset.live, { headers: { "X-Live": "1" } }).catch(() => null);
    if (answer?.redirected || (answer && answer.status >= 400 && answer.status < 500)) return;
    if (answer?.ok) show(await answer.text());
    const { state } = part.querySelector("[data-state]")?.dataset ?? {};
    if (state && state !== part.dataset.state) { location.reload(); return; } // the rest of the page changes with it
    plan();
  };
  plan();
}

// The box above the column of boxes ticks them all.
for (const box of document.querySelectorAll("[data-choose-all]")) {
  box.hidden = false;
  box.nextElementSibling.className = "visually-hidden";
  box.addEventListener("change", () => {
    for (const one of box.closest("table").querySelectorAll("input[name=rowid]")) one.checked = box.checked;
  });
}

// A preview while writing: the server renders what was typed, with the same rules as for members.
for (const panel of document.querySelectorAll("[data-preview]")) {
  const form = panel.closest("form");
  let timer = 0, latest = 0;
  const show = async () => {
    const turn = ++latest;
    const typed = new FormData(form);
    typed.set("part", "1");
    const answer = await fetch(panel.dataset.preview, { method: "POST", body: typed });
    if (!answer.ok || answer.redirected || turn !== latest) return;
    panel.querySelector("[data-preview-part]").innerHTML = await answer.text();
  };
  panel.hidden = false;
  form.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(show, 400); });
  show();
}
