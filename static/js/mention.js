// "@" and the beginning of a name offers people, in a listbox under the field. The select "Tell" of the same form says
// who there is; without script it is shown itself, and the server finds names in the text either way.
let open = null; // { area, list, start }
let counter = 0;

const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLocaleLowerCase();
const peopleOf = (area) => [...(area.form?.querySelector("select[data-people]")?.options ?? [])];

// The "@…" that is being typed before the caret, up to three words.
function typed(area) {
  const before = area.value.slice(0, area.selectionStart);
  const found = /(?:^|[^\p{L}\p{N}_@])@((?:[\p{L}\p{N}.'’-]+ ?){0,3})$/u.exec(before);
  return found && { start: before.length - found[1].length - 1, query: plain(found[1]) };
}

function close() {
  if (!open) return;
  open.list.remove();
  open.area.removeAttribute("aria-activedescendant");
  open.area.removeAttribute("aria-controls");
  open = null;
}

function point(option) {
  for (const one of open.list.children) one.setAttribute("aria-selected", String(one === option));
  open.area.setAttribute("aria-activedescendant", option.id);
  option.scrollIntoView({ block: "nearest" });
}

function offer(area) {
  const at = typed(area);
  close();
  if (!at) return;
  const found = peopleOf(area)
    .filter(({ text }) => [plain(text), ...plain(text).split(" ")].some((part) => part.startsWith(at.query.trimEnd())))
    .slice(0, 8);
  const exact = found.length === 1 && plain(found[0].text) === at.query.trimEnd();
  if (!found.length || exact) return;
  const list = document.createElement("ul");
  list.className = "mentions__list";
  list.id = `mentions-${++counter}`;
  list.role = "listbox";
  list.ariaLabel = area.form.querySelector("select[data-people]").labels[0]?.firstChild.textContent.trim() ?? "";
  for (const person of found) {
    const option = document.createElement("li");
    option.role = "option";
    option.id = `${list.id}-${person.value}`;
    option.textContent = person.text;
    option.dataset.person = person.value;
    list.append(option);
  }
  area.after(list);
  area.setAttribute("aria-controls", list.id);
  open = { area, list, start: at.start };
  point(list.firstElementChild);
}

function choose(option) {
  const { area, start } = open;
  const words = `@${option.textContent} `;
  close();
  area.setRangeText(words, start, area.selectionStart, "end");
  area.dispatchEvent(new Event("input", { bubbles: true }));
  area.focus();
}

document.addEventListener("input", ({ target }) => {
  if (!target.matches?.("textarea[data-mention]")) return;
  const text = plain(target.value);
  for (const person of peopleOf(target)) person.selected = text.includes(`@${plain(person.text)}`);
  offer(target);
});

document.addEventListener("keydown", (event) => {
  if (!open || event.target !== open.area || event.isComposing) return;
  const options = [...open.list.children];
  const now = options.findIndex((one) => one.getAttribute("aria-selected") === "true");
  if (event.key === "ArrowDown" || event.key === "ArrowUp")
    point(options[(now + (event.key === "ArrowDown" ? 1 : options.length - 1)) % options.length]);
  else if (event.key === "Enter" || event.key === "Tab") choose(options[now]);
  else if (event.key === "Escape") close();
  else return;
  event.preventDefault();
  event.stopPropagation();
}, true);

document.addEventListener("mousedown", (event) => {
  const option = open && event.target.closest?.("[data-person]");
  if (option && open.list.contains(option)) {
    event.preventDefault(); // the field keeps the focus
    choose(option);
  } else if (open && event.target !== open.area) close();
});
document.addEventListener("focusout", ({ target }) => open?.area === target && close());

// A link that names a thread goes to the place it is about, where the page shows places, and opens it there.
function toThread() {
  const id = /^#thread-([0-9a-f-]{36})$/.exec(location.hash)?.[1];
  if (!id || document.getElementById(`thread-${id}`)?.checkVisibility()) return;
  const place = document.querySelector(`[data-threads~="${id}"]`);
  if (!place) return;
  for (let part = place.closest("details"); part; part = part.parentElement.closest("details")) part.open = true;
  place.scrollIntoView({ block: "center" });
  place.classList.add("place--found");
  place.click();
}
addEventListener("hashchange", toThread);
document.body.addEventListener("htmx:afterSettle", () => {
  if (/^#thread-[0-9a-f-]{36}$/.test(location.hash)) document.querySelector(`dialog[open] #at-${location.hash.slice(1)}`)?.focus();
});
addEventListener("load", toThread); // by then the link knows that it opens a dialog
