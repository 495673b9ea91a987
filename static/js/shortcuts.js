// Single keys: / search, ? help, g then a letter, a to the approve button, j and k through the rows of a list or to the
// neighbours of a page, x to tick a row. Never inside a field, and a person can switch them off.
const body = document.body;
const FIELDS = "input:not([name=select][form=bulk]), textarea, select, [contenteditable]";
const links = () => [...document.querySelectorAll("#results tbody .primary")];
let going = 0;

// The row that was left last stays the place to go on from, when the focus is somewhere else meanwhile.
let last = null;
const rowOf = (node) => node?.closest("#results tbody tr");

function step(key) {
  const all = links();
  if (!all.length) return document.querySelector(key === "j" ? "[rel=next]" : "[rel=prev]")?.click();
  const row = rowOf(document.activeElement) ?? (last?.isConnected ? last : null);
  const place = row ? all.findIndex((link) => row.contains(link)) + (key === "j" ? 1 : -1) : 0;
  const link = all[Math.min(Math.max(place, 0), all.length - 1)];
  last = rowOf(link);
  link.focus({ focusVisible: true });
  last.scrollIntoView({ block: "nearest" });
}

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
  else if (key === "j" || key === "k") step(key);
  else if (key === "x") rowOf(document.activeElement)?.querySelector("[name=select]")?.click();
});
