// Single keys: / search, ? help, g then a letter, a to the approve button, j and k through the queue. Never inside a field, and a person can switch them off.
const body = document.body;
const FIELDS = "input, textarea, select, [contenteditable]";
let going = 0;

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest(FIELDS) || document.querySelector("dialog[open]")) return;
  if (body.dataset.shortcuts !== "on") return;
  const { key } = event;
  if (Date.now() - going < 1500) {
    going = 0;
    const link = document.querySelector(`[data-go="${CSS.escape(key)}"]`);
    if (link) {
      event.preventDefault();
      link.click();
    }
    return;
  }
  if (key === "g") going = Date.now();
  else if (key === "/") {
    const search = document.querySelector("input[type=search]");
    if (!search) return;
    event.preventDefault();
    search.focus();
    search.select();
  } else if (key === "?") {
    event.preventDefault();
    document.getElementById("shortcuts")?.showModal();
  } else if (key === "a") document.querySelector("[data-approve]")?.focus(); // never decides
  else if (key === "j" || key === "k") document.querySelector(key === "j" ? "[rel=next]" : "[rel=prev]")?.click();
});
