// The list of variables (templates/campaigns/_editor_variables.html): a combobox that inserts where somebody wrote last.
const pop = document.getElementById("variables");
const search = document.getElementById("variables-search");
const fallback = document.getElementById("variables-fallback");
const list = document.getElementById("variables-list");
const none = document.getElementById("variables-none");
const options = [...list.querySelectorAll("[data-variable]")];
let field = null;
let active = null;

document.addEventListener("focusin", ({ target }) => {
  if (target.matches?.("[data-insertable]")) field = target;
});

const plain = (text) => text.toLocaleLowerCase().normalize("NFKD").replace(/\p{M}/gu, "");
const shown = () => options.filter((one) => !one.hidden);

function choose(option) {
  active?.setAttribute("aria-selected", "false");
  active = option ?? null;
  active?.setAttribute("aria-selected", "true");
  active?.scrollIntoView({ block: "nearest" });
  if (active) search.setAttribute("aria-activedescendant", active.id);
  else search.removeAttribute("aria-activedescendant");
}

function filter() {
  const wanted = plain(search.value).split(/\s+/);
  for (const one of options) one.hidden = !wanted.every((word) => plain(one.textContent).includes(word));
  for (const group of list.querySelectorAll("[role=group]")) group.hidden = !group.querySelector("[data-variable]:not([hidden])");
  none.hidden = shown().length > 0;
  choose(shown()[0]);
}

function insert(option) {
  if (!option) return;
  const known = field?.isConnected;
  const target = known ? field : document.querySelector("#fields-form [data-insertable]");
  pop.hidePopover();
  if (!target) return;
  if (!known) target.setSelectionRange(target.value.length, target.value.length);
  const stands = fallback.value.replaceAll(/["\\{}]/g, "");
  const text = `{{ ${option.dataset.variable}${stands ? `|default("${stands}")` : ""} }}`;
  target.focus();
  target.setRangeText(text, target.selectionStart, target.selectionEnd, "end");
  target.dispatchEvent(new Event("input", { bubbles: true }));
  fallback.value = "";
}

pop.addEventListener("toggle", ({ newState }) => {
  if (newState !== "open") return;
  search.value = "";
  filter();
  search.focus();
});
search.addEventListener("input", filter);
pop.addEventListener("keydown", (event) => {
  const all = shown();
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step && all.length) {
    event.preventDefault();
    choose(all[(all.indexOf(active) + step + all.length) % all.length]);
  }
  if (event.key === "Enter") {
    event.preventDefault();
    insert(active);
  }
});
list.addEventListener("click", ({ target }) => insert(target.closest("[data-variable]")));
