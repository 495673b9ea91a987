// The editor of a template: saves 2 s after the last key, and asks for the parts of the page that an edit changes
// instead of the whole. One request at a time; whatever is not saved stays in the form and in this tab's storage.
const PAUSE = 2000;
const RETRY = 10000;
const UNDO = 12000;
const NOT_TYPED = new Set(["csrfmiddlewaretoken", "draft_number", "view", "pick", "store", "location", "recipient"]);

const editor = document.getElementById("editor");
const state = document.getElementById("save-state");
const announce = document.getElementById("announce");
const form = () => document.getElementById("fields-form");
const part = (name) => editor.querySelector(`[data-part="${name}"]`);
const number = () => part("list").querySelector("[name=draft_number]")?.value ?? form()?.elements.draft_number.value;

let dirty = false;
let paused = false; // after a conflict the person decides
let timer, retry;
let queue = Promise.resolve();
const inTurn = (work) => (queue = queue.then(() => work(), () => work()));

const say = (kind, detail = "") => {
  state.dataset.state = kind;
  state.querySelector("[data-state-words]").textContent = state.dataset[kind].replace("%s", detail);
};
const clock = () => new Date().toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

const typed = (node) => [...new FormData(node)].filter(([name]) => !NOT_TYPED.has(name));
const serial = (node) => JSON.stringify(typed(node));

// --- what is not saved survives a reload

const key = (node) => `draft:${node.dataset.autosave}`;
const keep = () => {
  try {
    sessionStorage.setItem(key(form()), serial(form()));
  } catch {
    // No storage here; the form still has it.
  }
};
const forget = () => form() && sessionStorage.removeItem(key(form()));

function offerKept() {
  const node = form();
  const kept = node && sessionStorage.getItem(key(node));
  if (!kept || dirty) return;
  if (kept === serial(node)) return forget();
  node.querySelector("[data-kept]").hidden = false;
}

function takeKept() {
  const node = form();
  const entries = JSON.parse(sessionStorage.getItem(key(node)) ?? "[]");
  const rows = entries.find(([name]) => name.endsWith("-rows"));
  if (rows) node.dispatchEvent(new CustomEvent("rows:need", { bubbles: true, detail: Number(rows[1]) }));
  const values = new Map();
  for (const [name, value] of entries) values.set(name, [...(values.get(name) ?? []), value]);
  for (const field of node.elements) {
    if (!field.name || NOT_TYPED.has(field.name) || field.type === "submit") continue;
    const found = values.get(field.name) ?? [];
    if (["checkbox", "radio"].includes(field.type)) field.checked = found.includes(field.value);
    else if (found.length) field.value = found[0];
  }
  node.querySelector("[data-kept]").hidden = true;
  node.dispatchEvent(new Event("input", { bubbles: true }));
  changed();
}

// --- parts of the page

async function send(url, body) {
  const answer = await fetch(url, { method: body ? "POST" : "GET", body, headers: { "HX-Request": "true" } });
  const trigger = answer.headers.get("HX-Trigger");
  if (trigger?.startsWith("{"))
    for (const [name, detail] of Object.entries(JSON.parse(trigger)))
      document.body.dispatchEvent(new CustomEvent(name, { detail, bubbles: true }));
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (!page.querySelector("[data-part=list]")) throw new Error(`${answer.status}`);
  return { answer, page };
}

const whereFocus = () => {
  const at = document.activeElement;
  const row = at?.closest?.("[data-block]");
  if (row) return `[data-block="${CSS.escape(row.dataset.block)}"] ${at.matches("[data-grip]") ? "[data-grip]" : ".blocks__link"}`;
  return at?.id && part("fields").contains(at) ? `#${CSS.escape(at.id)}` : "";
};

function apply(page, { fields, newer = true }) {
  const focus = whereFocus();
  for (const fresh of [...page.querySelectorAll("[data-part]")]) {
    if (fresh.dataset.part !== "fields") part(fresh.dataset.part).replaceWith(document.adoptNode(fresh));
    else if (fields) part("fields").replaceWith(document.adoptNode(fresh));
    else merge(fresh, newer);
  }
  for (const field of document.querySelectorAll(".head [name=draft_number]")) field.value = number();
  window.htmx?.process(editor);
  if (focus) editor.querySelector(focus)?.focus({ preventScroll: true });
  changed();
}

// The typed text stays; only its errors and the number of the draft come from the answer.
function merge(fresh, newer) {
  const node = form();
  const from = fresh.querySelector("#fields-form");
  if (!node || !from || from.dataset.autosave !== node.dataset.autosave) return;
  if (newer) node.elements.draft_number.value = from.elements.draft_number.value;
  node.querySelector("[data-summary]").replaceChildren(...from.querySelector("[data-summary]").childNodes);
  for (const field of node.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
  for (const field of from.querySelectorAll("[aria-invalid=true]")) {
    const mine = field.id && node.querySelector(`#${CSS.escape(field.id)}`);
    mine?.setAttribute("aria-invalid", "true");
    if (field.hasAttribute("aria-describedby")) mine?.setAttribute("aria-describedby", field.getAttribute("aria-describedby"));
  }
  for (const errors of node.querySelectorAll("ul.errors")) errors.remove();
  for (const errors of from.querySelectorAll("ul.errors")) {
    const place = errors.closest("[id^=div_]");
    const mine = place && node.querySelector(`#${CSS.escape(place.id)}`);
    mine?.append(document.adoptNode(errors));
  }
}

const changed = () => {
  document.dispatchEvent(new CustomEvent("editor:changed"));
  document.dispatchEvent(new CustomEvent("preview:refresh"));
  offerKept();
  startUndo();
  countFindings();
};

// What the checks have found stands at the blocks too.
function countFindings() {
  for (const row of editor.querySelectorAll("[data-block]")) {
    const found = editor.querySelectorAll(`[data-finding="${CSS.escape(row.dataset.block)}"]`).length;
    const badge = row.querySelector("[data-found]");
    badge.hidden = !found || row.querySelector(".badge:not([data-found])") !== null;
    badge.textContent = badge.dataset.words.replace("%s", found);
  }
}
document.body.addEventListener("htmx:afterSwap", ({ detail }) => detail.target.id === "editor-checks" && countFindings());
const saved = () => document.body.dispatchEvent(new CustomEvent("editor-saved"));

// --- saving what is typed

async function save(submitter) {
  const node = form();
  if (!node || (!dirty && !submitter)) return true;
  clearTimeout(timer);
  clearTimeout(retry);
  const sent = serial(node);
  say("saving");
  let got;
  try {
    got = await send(node.action, new FormData(node, submitter));
  } catch {
    say("offline");
    dirty = true;
    retry = setTimeout(() => inTurn(save), RETRY);
    return false;
  }
  const { answer, page } = got;
  const wrong = page.querySelectorAll("[data-part=fields] li.error").length;
  apply(page, { fields: false });
  paused = answer.status === 409;
  if (!answer.ok) {
    dirty = true;
    if (paused) say("conflict");
    else say("errors", wrong || 1);
    if (submitter) (document.getElementById("conflict") ?? form().querySelector("[data-error-summary]"))?.focus();
    return false;
  }
  if (serial(form()) === sent) {
    dirty = false;
    forget();
    say("saved", clock());
  } else {
    soon();
  }
  saved();
  return true;
}

const soon = () => {
  clearTimeout(timer);
  timer = setTimeout(() => inTurn(() => save()), PAUSE);
};

document.addEventListener("input", ({ target }) => {
  if (target.form?.id !== "fields-form" || NOT_TYPED.has(target.name)) return;
  dirty = true;
  keep();
  say("typing");
  if (!paused) soon();
});
window.addEventListener("online", () => dirty && inTurn(save));
window.addEventListener("beforeunload", (event) => dirty && event.preventDefault());

// --- edits of the list, and what is open

async function edit(url, body, { announced = "", whole = false, push = true } = {}) {
  if (dirty && !paused) await save();
  if (body) body.set("draft_number", number());
  let got;
  try {
    got = await send(url, body);
  } catch {
    if (!body) location.assign(url); // whatever it is, a whole page can say it
    else say("offline");
    return;
  }
  const { answer, page } = got;
  const open = page.getElementById("fields-form")?.dataset.autosave;
  const other = open !== form()?.dataset.autosave;
  const fields = whole || other || !dirty;
  if (fields && (other || whole)) {
    dirty = paused = false;
    clearTimeout(timer);
  }
  apply(page, { fields, newer: answer.ok });
  if (answer.ok && fields) say("saved", clock());
  if (answer.ok && body) saved();
  if (!answer.ok) document.getElementById("conflict")?.focus();
  const address = answer.headers.get("HX-Push-Url") ?? (answer.ok && !body ? url : "");
  if (address && push) history.pushState({}, "", address);
  if (other) {
    editor.dataset.step = part("fields").dataset.step;
    part("fields").scrollIntoView({ block: "nearest" });
    document.getElementById("fields-title")?.focus({ preventScroll: true });
  }
  // Of a new picture the first thing to say is which.
  if (answer.ok && body?.get("op") === "add" && body.get("type") === "image") part("fields").querySelector("[data-chooser] a")?.click();
  const { hash } = new URL(url, location.href);
  if (hash && !body) {
    editor.dataset.step = "fields";
    const field = document.getElementById(hash.slice(1)) ?? document.getElementById(`div_${hash.slice(1)}`);
    field?.focus();
    field?.scrollIntoView({ block: "center" });
  }
  if (announced && answer.ok) announce.textContent = announced;
}

document.addEventListener("editor:edit", ({ detail }) => inTurn(() => edit(location.href, detail.body, detail)));

document.addEventListener("submit", (event) => {
  const { target, submitter } = event;
  if (submitter?.formTarget) return; // the preview
  if (target.id === "fields-form") {
    event.preventDefault();
    inTurn(() => save(submitter ?? undefined));
  } else if (target.matches("form[data-edit]")) {
    event.preventDefault();
    const body = new FormData(target, submitter);
    if (target.matches("[popover]:popover-open")) target.hidePopover();
    target.closest("[popover]:popover-open")?.hidePopover();
    inTurn(() => edit(location.href, body, { whole: "whole" in target.dataset || body.get("op")?.endsWith("discard") }));
  }
});

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-open]");
  if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    link.closest("[popover]:popover-open")?.hidePopover();
    if (link.getAttribute("aria-current")) editor.dataset.step = "fields";
    else inTurn(() => edit(link.href));
    return;
  }
  const step = event.target.closest("[data-step-link]");
  if (step) {
    event.preventDefault();
    editor.dataset.step = step.dataset.stepLink;
    showStep();
    scrollTo({ top: 0 });
  }
  if (event.target.closest("[data-theirs]")) {
    dirty = false;
    forget();
  }
  // Whoever leaves right after typing has saved; what cannot be saved is asked about.
  const away = event.target.closest("a[href]");
  if (dirty && !paused && away?.origin === location.origin && !away.target && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    if (away.pathname === location.pathname && away.hash) return;
    event.preventDefault();
    inTurn(save).then(() => location.assign(away.href));
  }
  if (event.target.closest("[data-kept-take]")) takeKept();
  if (event.target.closest("[data-kept-drop]")) {
    forget();
    form().querySelector("[data-kept]").hidden = true;
  }
  if (event.target.closest("[data-undo-close]")) editor.querySelector("[data-undo]").remove();
});

window.addEventListener("popstate", () => inTurn(() => edit(location.href, null, { push: false })));

const showStep = () => {
  for (const link of editor.querySelectorAll("[data-step-link]")) link.toggleAttribute("data-current", link.dataset.stepLink === editor.dataset.step);
};
new MutationObserver(showStep).observe(editor, { attributeFilter: ["data-step"] });

// --- undo: in sight for a while, and as long as somebody is at it

let undoTimer;
function startUndo() {
  const toast = editor.querySelector("[data-undo]:not([data-started])");
  if (!toast) return;
  toast.dataset.started = "";
  const start = () => (undoTimer = setTimeout(() => toast.remove(), UNDO));
  for (const type of ["mouseenter", "focusin"]) toast.addEventListener(type, () => clearTimeout(undoTimer));
  for (const type of ["mouseleave", "focusout"]) toast.addEventListener(type, start);
  clearTimeout(undoTimer);
  start();
}

if (form()?.querySelector("ul.errors")) dirty = true;
showStep();
offerKept();
startUndo();
