// Uploading in comfort: drop files, see what is too large before it is sent, and how far it is. Without this file the
// form works too.
"use strict";

for (const form of document.querySelectorAll("form")) enhanceUpload(form);

function enhanceUpload(form) {
  const input = form.querySelector("input[type=file][data-most]");
  if (!input || form.dataset.enhanced) return;
  form.dataset.enhanced = "yes";
  const zone = document.createElement("p");
  const list = document.createElement("ul");
  const status = document.createElement("p");
  const bar = document.createElement("progress");
  zone.className = "drop-zone";
  zone.textContent = input.dataset.drop;
  list.className = "chosen-files";
  status.setAttribute("role", "status");
  bar.max = 100;
  bar.hidden = true;
  bar.setAttribute("aria-label", input.dataset.sending);
  input.after(zone, list, status, bar);

  const show = () => {
    const most = Number(input.dataset.maxBytes);
    const files = [...input.files];
    list.replaceChildren(...files.map((file) => {
      const item = document.createElement("li");
      item.textContent = `${file.name} (${writeSize(file.size)})`;
      if (file.size > most) {
        item.className = "error";
        item.textContent += ` – ${input.dataset.tooLarge}`;
      }
      item.append(" ", removeButton(file));
      return item;
    }));
    const isTooMany = files.length > Number(input.dataset.most);
    const tooLarge = files.filter((file) => file.size > most).map((file) => `${file.name}: ${input.dataset.tooLarge}`);
    status.textContent = [...(isTooMany ? [input.dataset.tooMany] : []), ...tooLarge].join(" ");
    return !isTooMany && !tooLarge.length;
  };
  // Choosing too much is no fate: each file can be taken away again.
  function removeButton(file) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button button-plain";
    button.textContent = input.dataset.remove;
    button.setAttribute("aria-label", `${input.dataset.remove}: ${file.name}`);
    button.addEventListener("click", () => {
      const left = new DataTransfer();
      for (const other of input.files) if (other !== file) left.items.add(other);
      input.files = left.files;
      show();
      status.textContent ||= input.dataset.removed;
      (list.querySelector("button") ?? input).focus();
    });
    return button;
  }
  input.addEventListener("change", show);
  for (const name of ["dragenter", "dragover"]) zone.addEventListener(name, (event) => {
    event.preventDefault();
    zone.dataset.over = "yes";
  });
  for (const name of ["dragleave", "drop"]) zone.addEventListener(name, () => delete zone.dataset.over);
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    const files = new DataTransfer();
    const dropped = [...event.dataTransfer.files];
    for (const file of input.multiple ? [...input.files, ...dropped] : dropped.slice(0, 1)) files.items.add(file);
    input.files = files.files;
    show();
  });
  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented || !input.files.length) return;
    event.preventDefault();
    if (!show()) { input.focus(); tellUnsent(form); return; }
    send(form, input, event.submitter, status, bar);
  });
}

function writeSize(bytes) {
  if (bytes < 1048576) return `${Math.max(1, Math.round(bytes / 1024))} kB`;
  return `${(bytes / 1048576).toLocaleString(document.documentElement.lang, { maximumFractionDigits: 1 })} MB`;
}

// What is typed is still to be kept (message_box.js), after all that listens to this "submit" has heard it.
function tellUnsent(form) {
  setTimeout(() => form.dispatchEvent(new Event("portal:unsent")));
}

function send(form, input, submitter, status, bar) {
  const request = new XMLHttpRequest();
  const buttons = form.querySelectorAll("button");
  const wait = (isBusy) => {
    bar.hidden = !isBusy;
    status.textContent = isBusy ? input.dataset.sending : "";
    for (const button of buttons) button.disabled = isBusy;
  };
  const data = new FormData(form, submitter);
  wait(true);
  request.upload.addEventListener("progress", (event) => {
    if (event.lengthComputable) bar.value = (100 * event.loaded) / event.total;
  });
  request.addEventListener("error", () => {
    wait(false);
    status.textContent = input.dataset.failed;
    tellUnsent(form);
  });
  request.addEventListener("load", () => {
    const place = request.getResponseHeader("X-Location");
    if (place) { location.assign(place); return; }
    refill(request.responseText, input.files);
  });
  request.open("POST", form.action);
  request.setRequestHeader("X-Upload", "1");
  request.send(data);
}

// The form came back with what is not right: show it in place, with the files that were chosen.
function refill(html, files) {
  const answer = new DOMParser().parseFromString(html, "text/html");
  const main = answer.querySelector("main");
  if (!main) { location.reload(); return; }
  document.title = answer.title;
  document.querySelector("main").replaceWith(main);
  for (const form of main.querySelectorAll("form")) enhanceUpload(form);
  const input = main.querySelector("input[type=file][data-most]");
  if (input) {
    input.files = files;
    input.dispatchEvent(new Event("change"));
  }
  (main.querySelector(".error-summary") ?? main).focus();
  window.scrollTo(0, 0);
}
