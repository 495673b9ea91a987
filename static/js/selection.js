// Picking rows: the box of the page, the count, "all that match" (rule L1). The boxes are plain form fields,
// and the bar shows itself by CSS; this only counts and keeps the boxes in step.
const rows = () => [...document.querySelectorAll('input[name="select"][form="bulk"]')];
// The boxes that a box for all of them means: those of its group, where a page has groups.
const of = (page) => rows().filter((box) => (page.closest("[data-select-group]") ?? document).contains(box));

function update() {
  const bar = document.getElementById("bulk");
  if (!bar) return;
  const boxes = rows();
  const all = bar.querySelector('[name="select_all"]');
  const ticked = boxes.filter((box) => box.checked).length;
  const page = document.querySelector("[data-select-page]");
  if (page) {
    const group = of(page);
    const some = group.filter((box) => box.checked).length;
    page.checked = group.length > 0 && some === group.length;
    page.indeterminate = some > 0 && some < group.length;
  }
  const words = bar.querySelector("[data-selected]");
  const count = all?.checked ? Number(all.dataset.total) : ticked;
  if (words) words.textContent = words.dataset[count === 1 ? "one" : "many"].replace("%s", count.toLocaleString(document.documentElement.lang));
}

document.addEventListener("change", ({ target }) => {
  if (target.matches("[data-select-page]")) for (const box of of(target)) box.checked = target.checked;
  const all = document.querySelector('#bulk [name="select_all"]');
  if (target === all && all.checked) for (const box of rows()) box.checked = true;
  else if (all && target !== all && target.matches('[name="select"], [data-select-page]') && !target.checked) all.checked = false;
  if (target.closest("#bulk") || target.matches('[name="select"], [data-select-page]')) update();
});
document.addEventListener("reset", ({ target }) => target.id === "bulk" && setTimeout(update));
document.body.addEventListener("htmx:afterSwap", update);
update();
