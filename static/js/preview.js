// Live preview: a form with data-preview sends itself into its frame 400 ms after the last key.
// The button that does the same stays for those without script.
for (const form of document.querySelectorAll("form[data-preview]")) {
  const button = form.querySelector("button[formtarget]");
  let timer;
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => form.requestSubmit(button), 400);
  });
}
