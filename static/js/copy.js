// A button with data-copy="id" puts the table with that id on the clipboard, for a spreadsheet.
// What a spreadsheet would take for a formula is marked as text, as in our files.
const inert = (words) => (/^([=+@]|-(?!\d))/.test(words) ? `'${words}` : words);

document.addEventListener("click", async (event) => {
  const button = event.target.closest("button[data-copy]");
  if (!button) return;
  const table = document.getElementById(button.dataset.copy);
  const lines = [...table.rows].map((row) => [...row.cells].map((cell) => inert(cell.textContent.trim())).join("\t"));
  await navigator.clipboard.writeText(lines.join("\n"));
  const words = button.querySelector("span");
  const before = words.textContent;
  words.textContent = button.dataset.done;
  setTimeout(() => (words.textContent = before), 3000);
});
