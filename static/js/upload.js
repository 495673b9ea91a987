// Adding pictures: each file goes by itself as soon as it is chosen or dropped, and its row (its picture, a field for
// what it shows, or why it is refused) joins the form of the second step. Without script the form is simply sent.
const form = document.querySelector("form[data-upload]");
const rows = document.querySelector("[data-upload-rows]");
const done = document.querySelector("[data-upload-done]");
const said = document.querySelector("[data-upload-status]");
let number = 0;
let queue = Promise.resolve();

const settle = () => {
  if (done) done.hidden = !rows.querySelector("[data-upload-waits]");
};

function waiting(text) {
  const row = document.createElement("li");
  row.className = "upload upload--busy muted";
  row.textContent = text;
  rows.append(row);
  said.textContent = text;
  return row;
}

async function send(file) {
  const row = waiting(form.dataset.busy.replace("%s", file.name));
  const body = new FormData(form);
  body.set("pictures", file);
  body.append("number", String(number++));
  body.append("fragment", "1");
  try {
    const response = await fetch(form.action, { method: "POST", body });
    if (!response.ok && response.status !== 422) throw new Error(String(response.status));
    const made = document.createElement("template");
    made.innerHTML = await response.text();
    const first = made.content.querySelector("[data-upload-waits] textarea, [data-upload-waits] input[type=text]");
    row.replaceWith(made.content);
    if (first && !rows.contains(document.activeElement)) first.focus({ preventScroll: true });
  } catch {
    row.textContent = form.dataset.failed.replace("%s", file.name);
  }
  said.textContent = "";
  settle();
}

form?.addEventListener("change", ({ target }) => {
  if (target.type !== "file") return;
  // One after the other: the server looks at one picture at a time anyway.
  for (const file of [...target.files]) queue = queue.then(() => send(file));
  target.value = "";
});

document.addEventListener("click", ({ target }) => {
  if (!target.closest("[data-upload-remove]")) return;
  target.closest(".upload").remove();
  if (rows) settle();
});
