// A patient's page works without this; with it, what is typed is kept while they type.
"use strict";
(() => {
  const REST = 1500;
  const form = document.querySelector("[data-keeps-draft]");
  const summary = document.getElementById("error-summary");
  if (summary) summary.focus();
  // Every page but the first answers a form. Going back to one would show the browser's own error, since nothing of
  // a patient's page is stored; as an address of its own it asks for the birth date, and the draft comes back.
  history.replaceState(null, "", location.href);
  if (!form) return;
  const status = form.querySelector("[data-draft-kept]");
  const trouble = form.querySelector("[data-not-sent]");
  const PATIENCE = 20000;
  let timer = null;
  let sending = false;

  function asDraft() {
    const body = new URLSearchParams(new FormData(form));
    body.set("_step", "draft");
    const signal = AbortSignal.timeout(PATIENCE);
    return fetch(form.action, { method: "POST", body, headers: { "X-Keeps-Draft": "1" }, signal });
  }

  async function keep() {
    try {
      const answer = await asDraft();
      if (status && !sending) status.textContent = answer.ok ? status.dataset.draftKept : "";
    } catch {
      if (status) status.textContent = "";
    }
  }

  function landed() {
    sending = false;
    form.removeAttribute("aria-busy");
    for (const carried of form.querySelectorAll("[data-carried]")) carried.remove();
  }

  function carry(button) {
    if (!button?.name) return;
    const field = document.createElement("input");
    Object.assign(field, { type: "hidden", name: button.name, value: button.value });
    field.dataset.carried = "";
    form.append(field);
  }

  // Without a connection the page would leave for the browser's own error, and take what was typed along.
  async function sendOff(button) {
    sending = true;
    form.setAttribute("aria-busy", "true");
    if (trouble) trouble.textContent = "";
    try {
      await asDraft();
    } catch {
      landed();
      if (trouble) trouble.textContent = trouble.dataset.notSent;
      return;
    }
    carry(button);
    form.submit();
  }

  addEventListener("pageshow", (event) => {
    if (event.persisted) landed();
  });

  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(keep, REST);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    clearTimeout(timer);
    if (!sending) sendOff(event.submitter); // a second tap while the first is on its way sends nothing
  });
})();
