// Small enhancements; every page reads and records without them.
"use strict";
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const SECOND = 1000;
  const SIGNED_OUT = "you were signed out";
  const PATIENCE = 20 * SECOND; // a server that is stuck answers nothing and refuses nothing: people must not wait for ever
  const STUCK = "TimeoutError";

  // A decision in flight: the pressed button says so and cannot be pressed twice.
  function inFlight(form, button) {
    form.setAttribute("aria-busy", "true");
    document.body.classList.add("loading");
    if (!button) return;
    button.dataset.words = button.textContent;
    button.textContent = "Recording…";
    button.disabled = true;
  }

  function landed(form) {
    form.removeAttribute("aria-busy");
    document.body.classList.remove("loading");
    for (const button of all("button[data-words]", form)) {
      button.textContent = button.dataset.words;
      button.disabled = false;
      delete button.dataset.words;
      if (document.activeElement === document.body) button.focus(); // where it was before the button could not have it
    }
    for (const carried of all("[data-carried]", form)) carried.remove();
  }

  // A form that is sent by script names no button: what the button says goes along as a field.
  function carry(form, name, value) {
    if (!name) return;
    const field = document.createElement("input");
    Object.assign(field, { type: "hidden", name, value });
    field.dataset.carried = "";
    form.append(field);
  }

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("[data-in-flight]") || event.defaultPrevented) return;
    event.preventDefault();
    if (form.hasAttribute("aria-busy")) return;
    if (form.matches("[data-keeps-page]")) recordKeepingThePage(form, event.submitter);
    else sendOff(form, event.submitter);
  });

  // A form leaves its page only when its answer is there: a lost connection, or a page that is no answer, would take
  // what was typed along, and the key that makes pressing again harmless.
  async function sendOff(form, button) {
    inFlight(form, button);
    let isSent = false;
    try {
      await stillSignedIn(form);
      const body = new URLSearchParams(new FormData(form));
      if (button?.name) body.append(button.name, button.value);
      isSent = true;
      const answer = await fetch(addressOf(form), {
        method: "POST", body, redirect: "manual", headers: { Accept: "text/html", "X-Sent-By": "script" }, signal: AbortSignal.timeout(PATIENCE),
      });
      const leadsTo = answer.headers.get("X-Leads-To");
      if (leadsTo) goOn(leadsTo);
      else if (answer.type === "opaqueredirect") sendAgain(form, button); // a server of before, while a release is rolled out
      else await showAnswer(form, answer);
    } catch (error) {
      landed(form);
      notRecorded(form, whyNot(error), isSent && mayBeRecorded(error));
    }
  }

  // By the browser itself, which can read where it leads; its key records nothing twice.
  function sendAgain(form, button) {
    carry(form, button?.name, button?.value);
    form.submit();
  }

  const addressOf = (form) => new URL(form.getAttribute("action") || "", location.href).href;

  // The next page, also where that is another place on this one.
  function goOn(address) {
    const next = new URL(address, location.href);
    if (next.searchParams.has("unsent")) throw new Refusal(SIGNED_OUT); // it records nothing and keeps nothing
    const isHere = next.href.split("#")[0] === location.href.split("#")[0];
    if (!isHere) return location.assign(next);
    history.replaceState(null, "", next);
    location.reload();
  }

  // What the server says about the form takes its place; a page about something else would take what was typed along.
  async function showAnswer(form, answer) {
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (answer.status >= 500) throw new Failure("the server could not record it", page);
    if (!page.querySelector("main")) throw new Failure("what answered is not Throughline");
    const isAboutForm = all("form", page).some((one) => addressOf(one) === addressOf(form));
    if (!answer.ok && !isAboutForm) throw new Refusal(page.querySelector(".problem p")?.textContent.replace(/\.$/, "") || "the server refused it");
    show(page);
    document.getElementById("error-summary") || scrollTo(0, 0);
  }

  // Nothing was recorded, for sure.
  class Refusal extends Error {}

  // The server failed somewhere on the way; people quote the number of its error.
  class Failure extends Error {
    constructor(words, page) {
      const number = page?.querySelector(".problem code")?.textContent;
      super(number ? `${words}, error ${number}` : words);
    }
  }

  const whyNot = (error) => (isSilence(error) ? "the server does not answer" : error.message);
  const mayBeRecorded = (error) => isSilence(error) || error instanceof Failure;

  // Takes over what a page says, without the bar and the dialogs, which are the same on every page.
  function show(page) {
    document.title = page.title;
    for (const part of ["main", ".banner"]) {
      const [old, fresh] = [document.querySelector(part), page.querySelector(part)];
      if (old && fresh) old.replaceWith(fresh);
    }
    document.body.classList.remove("loading");
    window.htmx?.process(document.querySelector("main"));
    begin();
    // The button that had the focus is gone: the reader goes on at the notice, not at the top of the page.
    if (document.activeElement === document.body) document.querySelector("main").focus({ preventScroll: true });
  }

  const isSilence = (error) => error instanceof TypeError || error.name === STUCK;

  // Signed in anew in another window, by the same person: the form is as good as before, with the token of now.
  async function stillSignedIn(form) {
    const isSomebodys = document.querySelector(".who"); // patients and integrators have no sign-in that could end
    if (!isSomebodys) return;
    const token = form.querySelector("[name=_csrf]")?.value || "";
    const asked = await fetch("/stay", { headers: { "X-CSRF-Token": token }, redirect: "manual", signal: AbortSignal.timeout(PATIENCE) });
    if (asked.status >= 500) throw new Refusal("the server could not record it");
    if (asked.type === "opaqueredirect") throw new Refusal(SIGNED_OUT);
    if (asked.status !== 409) return;
    const page = new DOMParser().parseFromString(await (await fetch("/reauthenticate", { signal: AbortSignal.timeout(PATIENCE) })).text(), "text/html");
    const who = (root) => root.querySelector(".who")?.textContent;
    if (!who(page)) throw new Refusal(SIGNED_OUT);
    if (who(page) !== who(document)) throw new Refusal("somebody else is signed in now, in another window");
    const fresh = page.querySelector("[name=_csrf]").value;
    for (const field of all("[name=_csrf]")) field.value = fresh;
  }


  // Back from the next page: what the browser kept is usable again.
  addEventListener("pageshow", (event) => {
    if (event.persisted) all("[data-in-flight]").forEach(landed);
  });

  // Recording without leaving the page: when the server or its log is down, the emergency card is still there.
  async function recordKeepingThePage(form, button) {
    const body = new URLSearchParams(new FormData(form, button));
    inFlight(form, button);
    try {
      const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "text/html" }, signal: AbortSignal.timeout(PATIENCE) });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (answer.status === 503) throw new DOMException("not answered in time", STUCK); // the database may have taken it in
      if (answer.status >= 500 || !page.querySelector("main")) throw new Failure("the server could not record it", page);
      if (page.querySelector(".sign-in")) throw new Refusal(SIGNED_OUT);
      const wouldLoseTheCard = document.querySelector("[data-stays]") && !page.querySelector("[data-stays]");
      if (wouldLoseTheCard && !answer.ok) throw new Refusal("the server refused this page");
      if (answer.redirected) history.pushState(null, "", answer.url);
      show(page);
    } catch (error) {
      landed(form);
      serverIsGone(form, whyNot(error), mayBeRecorded(error));
    }
  }

  function serverIsGone(form, why, mayBeRecorded) {
    for (const note of all("[data-stays-note]")) note.hidden = false;
    if (form) notRecorded(form, why, mayBeRecorded);
  }

  // Sent and never answered: the form carries its key, so that pressing again cannot record it twice.
  function notRecorded(form, why, mayBeRecorded = false) {
    let note = form.querySelector("[data-not-recorded]");
    if (!note) {
      note = document.createElement("p");
      note.className = "field-error";
      note.dataset.notRecorded = "";
      note.setAttribute("role", "alert");
      form.append(note);
    }
    note.textContent = mayBeRecorded
      ? `It is not known whether this was recorded: ${why}. What you typed is still here; it is never recorded twice. `
      : `Not recorded: ${why}. What you typed is still here. `;
    if (why === SIGNED_OUT) note.append(signInElsewhere());
    else note.append("Try again.");
  }

  function signInElsewhere() {
    const link = document.createElement("a");
    Object.assign(link, { href: "/sign-in", target: "_blank", textContent: "Sign in in another window" });
    const words = document.createElement("span");
    words.append(link, ", then press the button here again.");
    return words;
  }

  const serverIsBack = () => all("[data-stays-note]").forEach((note) => { note.hidden = true; });

  // Parts that are read again, such as the clocks: what is on the screen stays when that fails.
  async function readAgain(part) {
    if (!part.isConnected) return clearInterval(part.readingAgain);
    if (document.hidden) return;
    try {
      const answer = await fetch(part.dataset.refresh, { headers: { Accept: "text/html" } });
      if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.getElementById(part.id);
      if (!fresh) throw new Error("not there");
      if (shownIn(part) !== shownIn(fresh)) renew(part, fresh);
      serverIsBack();
    } catch {
      serverIsGone(null, "");
    }
  }

  // What of a part can be seen or opened; each drawing has keys of its own.
  const shownIn = (part) => part.className + part.innerHTML.replace(/ value="[^"]*"/g, "");

  // Whoever stands on a button there stands on it afterwards; what is as it was is not read out again.
  function renew(part, fresh) {
    const within = (root) => all("a[href],button,summary", root);
    const held = part.contains(document.activeElement) ? within(part).indexOf(document.activeElement) : -1;
    const words = document.activeElement?.textContent;
    part.replaceChildren(...fresh.childNodes);
    part.className = fresh.className;
    if (held < 0) return;
    const same = within(part).filter((one) => one.textContent === words);
    (same.includes(within(part)[held]) ? within(part)[held] : same[0] || document.querySelector("main")).focus({ preventScroll: true });
  }

  // A value over this patient's limits: a warning on leaving the field, never a refusal.
  const HOLDS = {
    below: (value, limit) => value < limit,
    "not-above": (value, limit) => value <= limit,
    above: (value, limit) => value > limit,
    "at-least": (value, limit) => value >= limit,
  };

  function sentencesOf(field) {
    const value = Number(field.value.trim().replace(",", "."));
    if (!field.value.trim() || Number.isNaN(value)) return [];
    return JSON.parse(field.dataset.limits)
      .filter((limit) => !HOLDS[limit.must](value, limit.value))
      .map((limit) => limit.sentence.replace("{value}", field.value.trim()));
  }

  function showLimits(form) {
    const warning = form.querySelector("[data-limit-warning]");
    if (!warning) return;
    const icon = form.querySelector("[data-warning-icon]");
    const sentences = all("[data-limits]", form).flatMap((field) => {
      const found = sentencesOf(field);
      field.classList.toggle("is-over", found.length > 0);
      return found;
    });
    if (sentences.join("\n") === warning.dataset.shown) return;
    warning.dataset.shown = sentences.join("\n");
    warning.replaceChildren(...sentences.map((sentence) => {
      const line = document.createElement("p");
      if (icon) line.append(icon.content.cloneNode(true), " ");
      line.append(sentence);
      return line;
    }));
  }

  // The total beneath the last answer of a questionnaire; what is recorded is scored by the server.
  function showScore(questions) {
    const { groups, times, bands } = JSON.parse(questions.dataset.scores);
    const answers = all("fieldset", questions).map((item) => item.querySelector("input:checked")?.value);
    const words = questions.querySelector("[data-score]");
    words.hidden = answers.some((answer) => answer === undefined);
    if (words.hidden) return;
    const total = times * groups.reduce((sum, group) => sum + Math.max(...group.map((n) => Number(answers[n - 1]))), 0);
    const band = bands.find(([lowest, highest]) => lowest <= total && total <= highest);
    words.textContent = `Total ${total}${band ? `, ${band[2]}` : ""}`;
  }

  document.addEventListener("change", (event) => {
    const field = event.target;
    if (field.matches("[data-limits]")) showLimits(field.form);
    if (field.matches("[data-scores] input")) showScore(field.closest("[data-scores]"));
    if (field.matches("input[type=range][data-go]")) location.assign(field.dataset.go.replace("{value}", field.value));
  });

  // The slider of a replay says where it stands while it moves; letting go opens that event.
  document.addEventListener("input", (event) => {
    const slider = event.target;
    if (!slider.matches("input[type=range][data-go]")) return;
    const words = `Event ${slider.value} of ${slider.max}`;
    slider.setAttribute("aria-valuetext", words);
    const place = document.getElementById(slider.dataset.says || "");
    if (place) place.textContent = words;
  });

  document.addEventListener("keydown", (event) => {
    const slider = event.target;
    if (!slider.matches?.("input[type=range][data-go]") || !["PageUp", "PageDown"].includes(event.key)) return;
    event.preventDefault();
    slider.value = Number(slider.value) + (event.key === "PageUp" ? 10 : -10);
    slider.dispatchEvent(new Event("change", { bubbles: true }));
  });

  // Dialogs and printing.
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-opens],[data-closes],[data-prints]");
    if (!button) return;
    if (button.dataset.opens) {
      event.preventDefault();
      document.getElementById(button.dataset.opens).showModal();
    }
    if ("closes" in button.dataset) button.closest("dialog").close();
    if ("prints" in button.dataset) print();
  });

  // Before the idle limit: ask, two minutes ahead. Any use of the page counts, told to the server at most once a minute.
  function watchIdling(dialog) {
    const limit = Number(dialog.dataset.idleSeconds) * SECOND;
    let used = Date.now();
    let told = Date.now();
    const stay = () => fetch(dialog.dataset.stay, { method: "GET" }).then(() => { told = Date.now(); }).catch(() => {});
    const use = () => {
      if (dialog.open) return;
      used = Date.now();
      if (used - told > 60 * SECOND) { told = used; stay(); }
    };
    for (const kind of ["keydown", "pointerdown"]) document.addEventListener(kind, use, { passive: true });
    dialog.addEventListener("close", () => { used = Date.now(); stay(); });
    const watching = setInterval(() => {
      const idle = Date.now() - used;
      if (idle >= limit) { clearInterval(watching); leave(); }
      else if (idle >= limit - 120 * SECOND && !dialog.open) dialog.showModal();
    }, 5 * SECOND);
  }

  // The screen is cleared; what was typed waits on the server, sealed, until the same person is back.
  function leave() {
    const typed = all("form[data-holds]").find((form) => form.querySelector("[name=_key]") && isTyped(form));
    if (!typed) return location.reload();
    carry(typed, "_hold", "yes");
    typed.submit();
  }

  const isTyped = (form) => Boolean(document.getElementById("error-summary")) || [...form.elements].some((field) => (
    field.matches("select") ? [...field.options].some((one) => one.selected !== one.defaultSelected && one.value)
      : field.type !== "hidden" && (field.checked !== field.defaultChecked || field.value !== field.defaultValue)));

  // A protocol document from a file goes into the field where it can be read and mended before it is sent.
  document.addEventListener("change", (event) => {
    const chosen = event.target;
    if (!chosen.matches?.("input[type=file][data-reads-into]") || !chosen.files[0]) return;
    chosen.files[0].text().then((text) => { document.getElementById(chosen.dataset.readsInto).value = text; });
  });

  function begin() {
    for (const part of all("[data-needs-script]")) part.hidden = false;
    document.getElementById("error-summary")?.focus();
    for (const part of all("[data-refresh]")) {
      part.readingAgain = setInterval(() => readAgain(part), Number(part.dataset.refreshSeconds || 60) * SECOND);
    }
  }

  begin();
  const idling = document.querySelector("dialog[data-idle-seconds]");
  if (idling) watchIdling(idling);
})();
