// The end of a session: warned of two minutes before, in all tabs at once, and never with something typed lost
// (WCAG 2.2.1). The server knows how long a session lasts; a page that was asleep asks it first.
"use strict";

{
  const WARN = 120, TYPING = 60, RETRY = 10; // seconds
  const dialog = document.getElementById("session-end");
  const { idleSeconds, keepAliveUrl, timeLeftUrl, signInUrl, csrf } = document.body.dataset;
  const now = () => Date.now() / 1000;
  let endsAt = 0, warnedFor = 0, timer, lastLife = now(), isOver = false;

  // --- the other tabs -----------------------------------------------------------------------------------------------

  const channel = "BroadcastChannel" in window ? new BroadcastChannel("portal-session") : null;
  const tell = (message) => {
    if (channel) channel.postMessage(message);
    else try { localStorage.setItem("portal-session", JSON.stringify({ ...message, at: Date.now() })); } catch { /* private window */ }
  };
  const hear = (message) => {
    if (!dialog) return; // nobody is signed in here
    if (message?.endsAt > endsAt) extend(message.endsAt);
    else if (message?.look) look();
  };
  if (channel) channel.addEventListener("message", (event) => hear(event.data));
  else window.addEventListener("storage", (event) => { if (event.key === "portal-session" && event.newValue) hear(JSON.parse(event.newValue)); });

  // --- how long there is --------------------------------------------------------------------------------------------

  const plan = () => {
    clearTimeout(timer);
    const left = endsAt - now();
    timer = setTimeout(look, Math.max(left > WARN ? left - WARN : left + 1, 1) * 1000);
  };
  // Escape closes the window too, and then means: stay.
  let isShut = false;
  const shut = () => { if (dialog.open) { isShut = true; dialog.close(); } };
  const extend = (until) => {
    endsAt = until;
    if (endsAt - now() > WARN && !isOver) shut();
    plan();
  };
  const count = (seconds) => {
    extend(now() + seconds);
    tell({ endsAt });
  };
  const ask = async (url, options) => {
    const answer = await fetch(url, options); // throws without a connection
    if (answer.redirected || !answer.ok) return 0;
    return (await answer.json()).seconds;
  };
  const offline = (is) => { dialog.querySelector("[data-offline]").hidden = !is; };

  // What the server says now; it does not count as a sign of life.
  async function look() {
    if (isOver) return;
    let seconds;
    try { seconds = await ask(timeLeftUrl, { headers: { "X-Live": "1" }, cache: "no-store" }); } catch {
      if (now() > endsAt - WARN) { offline(true); if (!dialog.open) dialog.showModal(); }
      clearTimeout(timer);
      timer = setTimeout(look, RETRY * 1000);
      return;
    }
    offline(false);
    if (seconds <= 0) { end(); return; }
    extend(now() + seconds);
    if (seconds <= WARN && !dialog.open) dialog.showModal();
  }

  // --- signs of life ------------------------------------------------------------------------------------------------

  const stay = async () => {
    lastLife = now();
    try {
      const seconds = await ask(keepAliveUrl, { method: "POST", headers: { "X-CSRFToken": csrf } });
      offline(false);
      if (seconds <= 0) return false;
      if (seconds <= WARN) shut(); // the end of the day: no longer than this
      count(seconds);
      return true;
    } catch { offline(true); return null; }
  };

  // --- the end ------------------------------------------------------------------------------------------------------

  const signInFor = (page) => `${signInUrl}?${new URLSearchParams({ next: page, verlopen: "1" })}`;
  // Everything typed is kept, then the page goes: what is on it is nobody's to read. It is over for the other tabs too.
  async function end() {
    if (isOver) return;
    isOver = true;
    clearTimeout(timer);
    tell({ look: true });
    try { location.assign(signInFor((await portalForms.keep()) ?? location.pathname + location.search)); } catch { show(false); }
  }
  // Somebody asked to stay, and it was too late: the window says so.
  async function tooLate() {
    isOver = true;
    clearTimeout(timer);
    tell({ look: true });
    let page = null;
    try { page = await portalForms.keep(); } catch { show(false); return; }
    dialog.querySelector("[data-sign-in]").href = signInFor(page ?? location.pathname + location.search);
    show(page ? true : null);
  }
  function show(isKept) {
    dialog.querySelector("[data-alive]").hidden = true;
    dialog.querySelector("[data-ended]").hidden = false;
    dialog.querySelector("[data-kept]").hidden = isKept !== true;
    dialog.querySelector("[data-not-kept]").hidden = isKept !== false;
    dialog.setAttribute("aria-labelledby", "session-ended-title");
    if (!dialog.open) dialog.showModal();
    dialog.querySelector("[data-sign-in]").focus();
  }
  const stayOrSay = async () => {
    const isAlive = await stay();
    if (isAlive === false) await tooLate();
    else if (isAlive) shut();
    else if (!dialog.open) dialog.showModal(); // no connection
  };

  if (dialog) {
    dialog.querySelector("[data-stay]").addEventListener("click", stayOrSay);
    dialog.addEventListener("close", () => {
      if (!isShut && !isOver) stayOrSay();
      isShut = false;
    });
    // Typing is a sign of life; the server hears of it once a minute.
    document.addEventListener("input", async () => {
      if (now() - lastLife < TYPING || isOver) return;
      if ((await stay()) === false) await tooLate();
    });
    document.addEventListener("portal:active", () => { lastLife = now(); look(); }); // a draft was saved: the server saw us
    document.addEventListener("portal:ended", end);
    // A page that wakes up, or comes back from the browser's memory, asks first.
    document.addEventListener("visibilitychange", () => { if (document.visibilityState === "visible") look(); });
    window.addEventListener("pageshow", (event) => { if (event.persisted) { isOver = false; look(); } });
    window.addEventListener("online", look);
    count(Number(idleSeconds));
  } else tell({ look: true }); // signed out here: the other tabs ask whether they are too
}
