// Who is here, on a bad connection: a tap is kept on this device until the portal has it, and sent by itself, with the
// moment of the tap and a key of its own, so that it counts once. Works without this file: each button is a form.
"use strict";

{
  const RETRY = 5, LOOK = 20, FORGET = 4 * 24 * 3600; // seconds
  const root = document.querySelector("[data-attendance]");
  const { tapper, send: sendUrl, page: pageUrl } = root.dataset;
  const words = JSON.parse(root.dataset.words);
  const list = root.querySelector("[data-list]");
  const net = root.querySelector("[data-net]");
  const { csrf, timeLeftUrl, signInUrl } = document.body.dataset;
  let token = csrf, refusals = [], state = "", isBusy = false;

  // --- what waits: by person, so that nobody sends what somebody else tapped ------------------------------------------

  const STORE = `portal-attendance-${tapper}`;
  let inMemory = null;
  const read = () => {
    if (inMemory) return inMemory;
    try { return JSON.parse(localStorage.getItem(STORE) ?? "[]"); } catch { return []; }
  };
  const write = (taps) => {
    try {
      if (taps.length) localStorage.setItem(STORE, JSON.stringify(taps));
      else localStorage.removeItem(STORE);
      inMemory = null;
    } catch { inMemory = taps; } // a private window
  };
  const change = (how) => write(how(read()));
  const isYoung = (tap) => Date.now() - Date.parse(tap.noted) < FORGET * 1000;
  const makeKey = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
  if (read().some((tap) => !isYoung(tap))) change((taps) => taps.filter(isYoung));

  // --- what the page shows --------------------------------------------------------------------------------------------

  const said = (template, time) => words[template].replace("%t", time);
  const clock = (instant) => new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: "Europe/Amsterdam" }).format(instant);
  const speak = (time) => { const [hour, minute] = time.split(":"); return words.time.replace("%h", Number(hour)).replace("%m", minute); };
  const SHOWN = { expected: ["here", "late", "absent"], late: ["here", "absent"], here: ["gone"], absent: ["here"], gone: ["here"] };
  const card = (about) => document.getElementById(`w-${about}`);
  let fresh = list.innerHTML; // as the portal made it

  const stand = (person, kind, text, last, time) => {
    person.dataset.state = kind;
    person.dataset.at = time;
    person.dataset.last = last;
    person.querySelector("[data-said]").hidden = false;
    person.querySelector("[data-said]").textContent = text;
    for (const button of person.querySelectorAll("[data-kind]")) button.hidden = !SHOWN[kind].includes(button.dataset.kind);
    person.querySelector("[data-change]").hidden = kind === "expected";
  };
  const addVoter = (tap) => {
    const model = list.querySelector(`[data-shift="${tap.shift}"]`);
    if (!model || card(tap.about)) return;
    const person = model.cloneNode(true);
    Object.assign(person.dataset, { about: tap.about, person: tap.about, capacity: "member", function: "" });
    person.id = `w-${tap.about}`;
    person.querySelector("h3").textContent = tap.name;
    person.querySelector("p").textContent = "";
    person.querySelector(".badge")?.remove();
    for (const button of person.querySelectorAll("[data-kind]")) {
      button.value = `${tap.about}:${button.dataset.kind}`;
      button.querySelector(".visually-hidden").textContent = `: ${tap.name}`;
    }
    person.querySelector("[data-change]").removeAttribute("href");
    model.parentElement.append(person);
  };
  const apply = (tap) => {
    if (tap.name) addVoter(tap);
    const person = card(tap.about);
    if (!person) return;
    const time = tap.at || clock(new Date(tap.noted));
    const template = tap.kind === "late" && tap.at ? "late_at" : tap.kind;
    const kind = tap.kind === "undo" ? "expected" : tap.kind;
    stand(person, kind, `${said(template, speak(time))} (${words.waits})`, tap.kind === "undo" ? "" : tap.key, time);
    if (tap.function) person.dataset.capacity = tap.capacity || person.dataset.capacity;
  };
  // A tap that was undone before it was sent changes nothing here.
  const counted = (taps) => {
    const undone = new Set(taps.filter((tap) => tap.kind === "undo").map((tap) => tap.amends));
    const own = new Set(taps.map((tap) => tap.key));
    return taps.filter((tap) => !undone.has(tap.key) && !(tap.kind === "undo" && own.has(tap.amends)));
  };
  const judge = () => {
    const here = [...list.querySelectorAll('[data-state="here"]')];
    const ofBureau = here.filter((person) => ["chair", "deputy", "member"].includes(person.dataset.capacity));
    const short = 3 - new Set(ofBureau.map((person) => person.dataset.person)).size;
    const faults = [];
    if (short > 0) faults.push(short === 1 ? words.short_one : words.short_more.replace("%n", short));
    if (!here.some((person) => ["chair", "deputy"].includes(person.dataset.capacity))) faults.push(words.nobody);
    const bureau = list.querySelector("[data-bureau]");
    bureau.className = `notice bureau bureau-${faults.length ? "fault" : "legal"}`;
    bureau.textContent = faults.length ? `${words.fault} ${faults.join(", ")} (Kieswet J 12).` : words.legal;
  };
  const show = () => {
    const taps = read();
    const mine = counted(taps).filter((tap) => tap.to === sendUrl);
    const focused = document.activeElement?.closest?.("[data-about]")?.dataset.about;
    list.innerHTML = fresh;
    mine.forEach(apply);
    if (mine.length) judge();
    if (focused) card(focused)?.querySelector(".taps :is(button, a):not([hidden])")?.focus();
    const lines = [];
    if (!navigator.onLine) lines.push(words.offline);
    if (taps.length) lines.push(taps.length === 1 ? words.one : words.more.replace("%n", taps.length));
    if (inMemory) lines.push(words.unkept);
    if (state && taps.length) lines.push(words[state]);
    lines.push(...refusals);
    const told = lines.join(" ") || (net.dataset.waited ? words.sent : "");
    if (taps.length) net.dataset.waited = "yes";
    net.hidden = !told;
    if (net.textContent !== told) net.textContent = told;
    if (state === "ended" && taps.length) {
      const link = document.createElement("a");
      link.href = `${signInUrl}?${new URLSearchParams({ next: pageUrl })}`;
      link.textContent = document.querySelector("[data-sign-in]")?.textContent ?? signInUrl;
      net.append(" ", link);
    }
  };

  // --- sending --------------------------------------------------------------------------------------------------------

  const post = (to, taps) => fetch(to, {
    method: "POST",
    headers: { "X-CSRFToken": token },
    body: new URLSearchParams({ tapper, now: new Date().toISOString(), taps: JSON.stringify(taps.map(({ to: _to, capacity: _capacity, ...tap }) => tap)) }),
  });
  const isOver = async () => {
    const answer = await fetch(timeLeftUrl, { headers: { "X-Live": "1" }, cache: "no-store" });
    return answer.redirected || !answer.ok || (await answer.json()).seconds <= 0;
  };
  const look = async () => {
    const answer = await fetch(pageUrl, { headers: { "X-Live": "1" }, cache: "no-store" });
    if (answer.redirected || !answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const part = page.querySelector("[data-list]");
    token = page.body.dataset.csrf ?? token;
    if (part && page.querySelector("[data-attendance]")?.dataset.tapper === tapper && part.innerHTML !== fresh) {
      fresh = part.innerHTML;
      show();
    }
  };
  const take = (answers) => {
    const done = new Map(answers.map((answer) => [answer.key, answer.refused]));
    refusals = [...refusals, ...[...done.values()].filter(Boolean)].slice(-3);
    change((taps) => taps.filter((tap) => !done.has(tap.key)));
  };
  const send = async () => {
    if (isBusy) return;
    isBusy = true;
    try {
      for (let taps = read(); taps.length; taps = read()) {
        const [{ to }] = taps;
        const answer = await post(to, taps.filter((tap) => tap.to === to).slice(0, 50));
        const isAnswer = answer.headers.get("Content-Type")?.startsWith("application/json");
        if (answer.ok && isAnswer) { state = ""; take((await answer.json()).taken); continue; }
        if (answer.status >= 500) break;
        state = answer.ok || answer.redirected || answer.status === 409 || (await isOver()) ? "ended" : answer.status === 400 ? "" : "refused";
        if (answer.status === 400) await look(); // a new token
        break;
      }
      if (!read().length) await look();
    } catch { /* no connection: it is tried again */ } finally {
      isBusy = false;
      show();
    }
  };

  // --- taps -----------------------------------------------------------------------------------------------------------

  const tap = (about, kind, more = {}) => {
    refusals = [];
    change((taps) => [...taps, { key: makeKey(), to: sendUrl, about, kind, noted: new Date().toISOString(), ...more }]);
  };
  root.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-tap-form]")) return;
    event.preventDefault();
    const [about, kind] = event.submitter.value.split(":");
    if (about.startsWith("all-")) {
      const all = list.querySelectorAll(`[data-shift="${about.slice(4)}"][data-state="expected"]`);
      for (const person of all) tap(person.dataset.about, kind);
    } else tap(about, kind);
    show();
    send();
  });

  const edit = root.querySelector("[data-edit]"), voter = root.querySelector("[data-voter]");
  const CLOCK = /^([01]?\d|2[0-3])[:.]?([0-5]\d)$/;
  let edited;
  root.addEventListener("click", (event) => {
    const changed = event.target.closest("[data-change]"), sitsIn = event.target.closest("[data-sit-in]");
    if (!changed && !sitsIn) return;
    event.preventDefault();
    if (sitsIn) { voter.showModal(); return; }
    edited = changed.closest("[data-about]").dataset;
    edit.querySelector("[data-edit-name]").textContent = changed.closest("[data-about]").querySelector("h3").textContent;
    edit.querySelector("[data-edit-at]").value = edited.at || clock(new Date());
    edit.querySelector("[data-edit-fault]").hidden = true;
    edit.querySelector("[data-edit-function]").hidden = edited.state !== "here" || !edited.function;
    edit.querySelector("select").value = edited.function ?? "";
    edit.showModal();
  });
  edit.querySelector("[data-edit-save]").addEventListener("click", () => {
    const typed = edit.querySelector("[data-edit-at]").value.trim();
    edit.querySelector("[data-edit-fault]").hidden = CLOCK.test(typed);
    if (!CLOCK.test(typed)) return;
    const chosen = edit.querySelector("select").value;
    const more = { at: typed.replace(CLOCK, "$1:$2"), amends: edited.last };
    if (edited.function && edited.state === "here" && chosen !== edited.function) more.function = Number(chosen);
    tap(edited.about, edited.state, more);
    edit.close();
    show();
    send();
  });
  edit.querySelector("[data-edit-undo]").addEventListener("click", () => {
    tap(edited.about, "undo", { amends: edited.last });
    edit.close();
    show();
    send();
  });
  voter.querySelector("[data-voter-save]").addEventListener("click", () => {
    const name = voter.querySelector("[data-voter-name]").value.trim();
    if (!name) { voter.querySelector("[data-voter-name]").focus(); return; }
    const key = makeKey();
    tap(`v${key}`, "here", { key, name, shift: Number(voter.querySelector("#voter-shift").value), instead: voter.querySelector("#voter-instead").value });
    voter.querySelector("[data-voter-name]").value = "";
    voter.close();
    show();
    send();
  });

  // --- by itself ------------------------------------------------------------------------------------------------------

  setInterval(() => { if (read().length && state !== "refused") send(); }, RETRY * 1000);
  setInterval(() => { if (!read().length && document.visibilityState === "visible") look().catch(() => {}); }, LOOK * 1000);
  window.addEventListener("online", send);
  window.addEventListener("offline", show);
  // Without a connection this page does not come back: the browser asks first.
  window.addEventListener("beforeunload", (event) => { if (!navigator.onLine) event.preventDefault(); });
  if (read().length) { show(); send(); }
}
