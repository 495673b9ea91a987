// The blocks of the editor in another order: by the grip with mouse or finger, by Alt and the arrows at a row.
// The order is sent when it is let go; Escape leaves it as it was. The menu of each row does the same by buttons.
const list = () => document.querySelector("[data-blocks]");
const rows = () => [...list().querySelectorAll("[data-block]")];

const words = (row, place) =>
  list().dataset.moved.replace("%(name)s", row.dataset.name).replace("%(place)s", place + 1).replace("%(count)s", rows().length);

function send(row, place) {
  const body = new FormData(row.querySelector("form"));
  body.set("op", "move");
  body.set("to", place);
  document.dispatchEvent(new CustomEvent("editor:edit", { detail: { body, announced: words(row, place) } }));
}

let drag = null;

document.addEventListener("pointerdown", (event) => {
  const grip = event.target.closest("[data-grip]");
  if (!grip || event.button !== 0) return;
  const row = grip.closest("[data-block]");
  drag = { row, from: rows().indexOf(row), id: event.pointerId, moved: false };
  grip.setPointerCapture(event.pointerId);
});

document.addEventListener("pointermove", (event) => {
  if (!drag || event.pointerId !== drag.id) return;
  if (!drag.moved) {
    drag.moved = true;
    drag.row.classList.add("blocks__row--dragged");
  }
  const others = rows().filter((one) => one !== drag.row);
  const below = others.find((one) => {
    const box = one.getBoundingClientRect();
    return event.clientY < box.top + box.height / 2;
  });
  const next = below ?? null;
  if (next !== drag.row.nextElementSibling) list().insertBefore(drag.row, next);
  drag.row.scrollIntoView({ block: "nearest" });
});

function end(keep) {
  const { row, from, moved } = drag;
  drag = null;
  row.classList.remove("blocks__row--dragged");
  if (!moved) return;
  const place = rows().indexOf(row);
  if (place === from) return;
  if (keep) send(row, place);
  else list().insertBefore(row, rows().filter((one) => one !== row)[from] ?? null);
}

document.addEventListener("pointerup", (event) => drag?.id === event.pointerId && end(true));
document.addEventListener("pointercancel", (event) => drag?.id === event.pointerId && end(false));

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && drag) return end(false);
  const row = event.target.closest?.("[data-block]");
  const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  if (!row || !by || !event.altKey) return;
  event.preventDefault();
  const place = rows().indexOf(row) + by;
  if (place >= 0 && place < rows().length) send(row, place);
});
