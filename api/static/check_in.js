// A patient's page works without this; with it, what is typed is kept while they type.
"use strict";
(() => {
  const REST = 1500;
  const form = document.querySelector("[data-keeps-draft]");
  const summary = document.getElementById("error-summary");
  if (summary) summary.focus();
  if (!form) return;
  const status = form.querySelector("[data-draft-kept]");
  let timer = null;
  let sending = false;

  async function keep() {
    const body = new URLSearchParams(new FormData(form));
    body.set("_step", "draft");
    try {
      const answer = await fetch(form.action, { method: "POST", body, headers: { "X-Keeps-Draft": "1" } });
      if (status && !sending) status.textContent = answer.ok ? status.dataset.draftKept : "";
    } catch {
      if (status) status.textContent = "";
    }
  }

  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(keep, REST);
  });
  form.addEventListener("submit", () => {
    clearTimeout(timer);
    sending = true;
  });
})();
