// Fields that can do a little more with a script: rows of products, counters, links to try.
// The editor sets off "editor:changed" when it has put new fields in.

// --- rows: added, moved and taken out here; without script the same buttons are sent to the server

const rowsOf = (box) => [...box.querySelectorAll("[data-rows-list] > [data-row]")];

function renumber(box) {
  const all = rowsOf(box);
  all.forEach((row, n) => {
    for (const input of row.querySelectorAll("[data-part-name]")) {
      const { partName } = input.dataset;
      const name = box.querySelector("[data-rows-count]").name.replace(/-rows$/, "");
      const label = row.querySelector(`label[for="${CSS.escape(input.id)}"]`);
      input.name = `${name}-${n}-${partName}`;
      input.id = `id_${name}-${n}-${partName}`;
      if (label) label.htmlFor = input.id;
      const chooser = input.parentElement.querySelector("[data-chooser]");
      if (chooser) chooser.dataset.chooser = input.id;
    }
  });
  box.querySelector("[data-rows-count]").value = all.length;
  box.querySelector("[data-rows-add]").disabled = all.length >= Number(box.dataset.most);
}

function addRow(box) {
  const row = box.querySelector("template").content.firstElementChild.cloneNode(true);
  box.querySelector("[data-rows-list]").append(row);
  renumber(box);
  window.htmx?.process(row);
  return row;
}

const typedInto = (node) => node.dispatchEvent(new Event("input", { bubbles: true }));

document.addEventListener("click", (event) => {
  const box = event.target.closest("[data-rows]");
  if (!box) return;
  if (event.target.closest("[data-rows-add]")) {
    addRow(box).querySelector("input").focus();
    return;
  }
  const button = event.target.closest("[data-row-up], [data-row-down], [data-row-remove]");
  if (!button) return;
  event.preventDefault();
  const row = button.closest("[data-row]");
  const other = "rowUp" in button.dataset ? row.previousElementSibling : row.nextElementSibling;
  if ("rowRemove" in button.dataset) {
    (other ?? row.previousElementSibling)?.querySelector("input")?.focus();
    row.remove();
  } else if (other) {
    "rowUp" in button.dataset ? other.before(row) : other.after(row);
    button.focus();
  }
  renumber(box);
  typedInto(box.querySelector("[data-rows-count]"));
});

document.addEventListener("rows:need", ({ detail }) => {
  for (const box of document.querySelectorAll("[data-rows]")) {
    while (rowsOf(box).length < detail) addRow(box);
    for (const row of rowsOf(box).slice(detail)) row.remove();
    renumber(box);
  }
});

// --- counters and links

function count(input) {
  let shown = input.parentElement.querySelector(":scope > [data-counted]");
  if (!shown) {
    shown = Object.assign(document.createElement("span"), { className: "hint counted" });
    shown.dataset.counted = "";
    input.after(shown);
  }
  const length = [...input.value].length;
  shown.textContent = `${length} / ${input.dataset.count}`;
  shown.classList.toggle("counted--over", length > Number(input.dataset.count));
}

function link(input) {
  let shown = input.parentElement.querySelector(":scope > [data-tried]");
  const url = input.value.trim();
  const complete = /^https:\/\/[^\s{}]+\.[^\s{}]+$/.test(url);
  if (!shown && complete) {
    shown = Object.assign(document.createElement("a"), { className: "hint", target: "_blank", rel: "noreferrer" });
    shown.dataset.tried = "";
    input.after(shown);
  }
  if (!shown) return;
  shown.hidden = !complete;
  if (complete) {
    shown.href = url;
    shown.textContent = url;
  }
}

function look(root) {
  for (const input of root.querySelectorAll("[data-count]")) count(input);
  for (const input of root.querySelectorAll("[data-link]")) link(input);
  for (const box of root.querySelectorAll("[data-rows]")) {
    const spare = box.querySelector(".rows__row--spare");
    if (spare && rowsOf(box).length > 1 && !spare.querySelector("input:focus")) spare.remove();
    renumber(box);
  }
}

document.addEventListener("input", ({ target }) => {
  if (target.matches?.("[data-count]")) count(target);
  if (target.matches?.("[data-link]")) link(target);
});
document.addEventListener("editor:changed", () => look(document));
look(document);
