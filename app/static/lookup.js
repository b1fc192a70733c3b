// A field for one of very many rows, as a combobox (ARIA: list autocomplete with manual selection). Without this file
// the form looks for what was typed when it is sent.
"use strict";

document.querySelectorAll("input[data-lookup]").forEach((input, number) => {
  const list = document.createElement("ul");
  const told = document.createElement("p");
  const key = input.form?.elements[`${input.name}-key`];
  let options = [], active = -1, timer = 0, latest = 0;
  list.id = `${input.id}-list-${number}`;
  list.className = "lookup-list";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", input.labels[0]?.textContent ?? "");
  list.hidden = true;
  told.className = "visually-hidden";
  told.setAttribute("role", "status");
  for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id })) input.setAttribute(name, value);
  const place = document.createElement("div");
  place.className = "lookup";
  input.before(place);
  place.append(input, list, told);

  const close = () => {
    list.hidden = true;
    active = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const choose = (index) => {
    input.value = key ? options[index].label : options[index].key;
    if (key) key.value = options[index].key;
    close();
  };
  const mark = (index) => {
    active = index;
    [...list.children].forEach((item, at) => item.setAttribute("aria-selected", String(at === active)));
    const item = list.children[active];
    if (item) { input.setAttribute("aria-activedescendant", item.id); item.scrollIntoView({ block: "nearest" }); }
    else input.removeAttribute("aria-activedescendant");
  };
  const show = (found) => {
    options = found;
    list.replaceChildren(...found.map((option, at) => {
      const item = document.createElement("li");
      item.id = `${list.id}-${at}`;
      item.setAttribute("role", "option");
      item.setAttribute("aria-selected", "false");
      item.textContent = option.label;
      item.addEventListener("mousedown", (event) => { event.preventDefault(); choose(at); });
      return item;
    }));
    told.textContent = input.dataset.found.replace("0", found.length);
    active = -1;
    list.hidden = !found.length;
    input.setAttribute("aria-expanded", String(found.length > 0));
    input.removeAttribute("aria-activedescendant");
  };
  const search = async () => {
    const turn = ++latest, typed = input.value.trim();
    if (!typed) { close(); return; }
    const answer = await fetch(`${input.dataset.lookup}?${new URLSearchParams({ q: typed })}`).catch(() => null);
    if (turn !== latest || document.activeElement !== input || !answer?.ok || answer.redirected) return;
    show(await answer.json());
  };
  input.addEventListener("input", () => {
    if (key) key.value = "";
    clearTimeout(timer);
    timer = setTimeout(search, 200);
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" && list.hidden) { search(); event.preventDefault(); return; }
    if (list.hidden) return;
    const moves = { ArrowDown: (active + 1) % options.length, ArrowUp: (active <= 0 ? options.length : active) - 1 };
    if (event.key in moves) { mark(moves[event.key]); event.preventDefault(); }
    else if (event.key === "Enter" && active >= 0) { choose(active); event.preventDefault(); }
    else if (event.key === "Escape") { close(); event.preventDefault(); event.stopPropagation(); }
    else if (event.key === "Tab" && active >= 0) choose(active);
  });
  input.addEventListener("blur", close);
});
