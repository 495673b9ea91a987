// The edit page of a campaign: what is typed is kept 2 s after the last key, on this device while the server cannot be
// reached; leaving warns while something is not kept; the panel beside remembers what it showed.
const form = document.querySelector("form[data-autosave]");

if (form) {
  const WAIT = 2000;
  const RETRY = 5000;
  const words = document.querySelector("[data-words-typing]").dataset;
  const shelf = `typed:${form.dataset.person}:${location.pathname}`;
  let timer, busy, asked, waiting = false, leaving = false, stopped = false;

  const state = () => document.getElementById("save-state");
  const say = (text) => (state().textContent = text);
  const mine = (node) => node.form === form && !node.matches("[data-preview-control]");
  const own = () => [...new FormData(form)].filter(([name, value]) => typeof value === "string" && /^(block-|subject$|preheader$|start|end$)/.test(name));

  const shelve = () => {
    try {
      localStorage.setItem(shelf, JSON.stringify(own()));
    } catch {
      // Full, or not allowed here: the server still keeps it.
    }
  };

  function take(html) {
    const page = new DOMParser().parseFromString(html, "text/html");
    for (const id of ["save-state", "checks"]) {
      const fresh = page.getElementById(id);
      if (fresh) document.getElementById(id).replaceWith(fresh);
    }
    const { dataset } = state();
    if (dataset.kept !== "0") form.elements.kept.value = dataset.kept;
    stopped = "elsewhere" in dataset;
    for (const button of document.querySelectorAll("[data-discard]")) button.hidden = false;
    const checks = document.getElementById("checks");
    for (const count of document.querySelectorAll("[data-checks-count]")) {
      count.textContent = checks.dataset.total;
      count.hidden = checks.dataset.total === "0";
    }
    tell();
  }

  async function keep() {
    clearTimeout(timer);
    if (busy || stopped) return;
    busy = true;
    waiting = false;
    asked = new AbortController();
    try {
      const answer = await fetch(form.dataset.autosave, { method: "POST", body: new FormData(form), signal: asked.signal, redirect: "manual", keepalive: document.hidden });
      if (answer.ok || answer.status === 409) {
        take(await answer.text());
        if (answer.ok && !waiting) localStorage.removeItem(shelf);
      } else {
        waiting = true;
        say(words.wordsSignedOut);
      }
    } catch {
      waiting = true;
      if (leaving) return;
      say(words.wordsOffline);
      timer = setTimeout(keep, RETRY);
    }
    busy = false;
    if (waiting && !timer) timer = setTimeout(keep, WAIT);
  }

  const typed = () => {
    waiting = true;
    if (stopped) return;
    say(words.wordsTyping);
    shelve();
    clearTimeout(timer);
    timer = setTimeout(keep, WAIT);
  };

  document.addEventListener("input", ({ target }) => mine(target) && typed());
  form.addEventListener("submit", ({ submitter }) => {
    if (submitter?.formTarget?.startsWith("mail-preview")) return;
    leaving = true;
    clearTimeout(timer);
    asked?.abort(); // the form itself brings everything
    // These answer with what is kept, which what stands on the shelf must not overwrite.
    if (["discard", "undo"].includes(submitter?.value) || ["reset", "insert"].includes(submitter?.name)) localStorage.removeItem(shelf);
  });
  addEventListener("online", () => waiting && keep());
  document.addEventListener("visibilitychange", () => document.hidden && waiting && !leaving && keep());
  addEventListener("beforeunload", (event) => waiting && !leaving && event.preventDefault());

  // What was typed while the server could not be reached.
  const shelved = JSON.parse(localStorage.getItem(shelf) ?? "null");
  if (shelved && JSON.stringify(own()) !== JSON.stringify(shelved)) {
    const values = new Map(shelved);
    for (const control of form.elements) {
      if (!values.has(control.name) || !mine(control)) continue;
      if (control.type === "radio") control.checked = control.value === values.get(control.name);
      else if (control.type !== "checkbox") control.value = values.get(control.name);
    }
    form.querySelector("input:not([type=hidden]), textarea")?.dispatchEvent(new Event("input", { bubbles: true }));
    say(words.wordsBack);
  }

  // "10 seconds ago", as long as the page is open.
  const relative = new Intl.RelativeTimeFormat(document.documentElement.lang, { numeric: "auto" });
  function tell() {
    const shown = state().querySelector("[data-ago]");
    if (!shown) return;
    const seconds = Math.round((new Date(state().dataset.at) - Date.now()) / 1000);
    shown.textContent = seconds > -60 ? relative.format(Math.min(seconds, 0), "second") : relative.format(Math.ceil(seconds / 60), "minute");
  }
  tell();
  setInterval(tell, 10_000);
}

// --- the panel beside: what it shows is remembered on this device; a check leads to its field, out of the sheet too

const tabs = document.querySelector("[data-remember]");
if (tabs) {
  const choose = (value) => {
    const tab = tabs.querySelector(`input[value="${CSS.escape(value)}"]`);
    if (tab) tab.checked = true;
  };
  choose(localStorage.getItem(tabs.dataset.remember) ?? "");
  tabs.addEventListener("change", ({ target }) => localStorage.setItem(tabs.dataset.remember, target.value));
  document.addEventListener("click", ({ target }) => {
    const opener = target.closest("[data-beside-open]");
    if (opener) choose(opener.dataset.besideOpen);
    const link = target.closest("#checks a[href^='#']");
    if (!link) return;
    const place = document.getElementById(link.hash.slice(1));
    const sheet = document.getElementById("sheet");
    if (sheet.matches(":popover-open")) sheet.hidePopover();
    if (place?.matches("details")) place.open = true;
    place?.focus();
  });
}
