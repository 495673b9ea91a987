// Drawer, dialogs, focus after a swap, announcements. Popovers and <details> open by themselves.
const wide = matchMedia("(width >= 60rem)");
const menu = document.getElementById("menu");
wide.addEventListener("change", () => wide.matches && menu?.matches(":popover-open") && menu.hidePopover());

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog]");
  if (opener) {
    const dialog = document.getElementById(opener.dataset.dialog);
    if (dialog) {
      event.preventDefault();
      dialog.showModal();
    }
  }
  if (event.target.closest("[data-close]")) event.target.closest("dialog")?.close();
  if (event.target.matches("dialog")) event.target.close();
  for (const open of document.querySelectorAll("details[data-menu][open]"))
    if (!open.contains(event.target)) open.open = false;
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const open = event.target.closest("details[data-menu][open]");
  if (!open) return;
  open.open = false;
  open.querySelector("summary").focus();
});

// The address may name something inside a popover: it is opened as its button does, which places it.
const named = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
const pop = named && named.closest(".pop");
if (pop) {
  document.querySelector(`[popovertarget="${pop.id}"]`)?.click();
  named.focus();
  history.replaceState(history.state, "", location.pathname + location.search);
}

// Bad input: go to the summary, on a full page and after a swap alike.
const toSummary = (root) => root.querySelector("[data-error-summary]")?.focus();
toSummary(document);

document.body.addEventListener("htmx:afterSwap", ({ target, detail }) => {
  const status = detail.xhr?.status;
  const root = detail.target.isConnected ? detail.target : target; // replaced as a whole: what took its place
  if (status === 422 || status === 409) toSummary(root);
  const modal = root.closest?.("dialog");
  if (modal && !modal.open) {
    modal.showModal();
    modal.querySelector("[data-begin] textarea")?.focus(); // nothing to read first: write
  }
  const count = root.querySelector?.("[data-announce]");
  if (count) document.getElementById("announce").textContent = count.dataset.announce;
});

// A file field tells what was dropped on it, and takes the drop anywhere in its box.
for (const box of document.querySelectorAll(".drop")) {
  const input = box.querySelector("input[type=file]");
  const over = (event) => (event.preventDefault(), box.classList.add("drop--over"));
  for (const type of ["dragenter", "dragover"]) box.addEventListener(type, over);
  box.addEventListener("dragleave", () => box.classList.remove("drop--over"));
  box.addEventListener("drop", (event) => {
    event.preventDefault();
    box.classList.remove("drop--over");
    input.files = event.dataTransfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
}

// A link that copies its address; where that is not possible, it is simply followed.
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-copy]");
  if (!link || !navigator.clipboard || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  navigator.clipboard.writeText(link.href).then(
    () => document.body.dispatchEvent(new CustomEvent("messages", { detail: { value: [{ level: "success", text: link.dataset.copy }] } })),
    () => location.assign(link.href),
  );
});
