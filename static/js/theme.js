// Theme switch: changes the page at once and lets the form keep it. Without script the form is simply sent.
document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-preference]");
  if (!form || !event.submitter) return;
  event.preventDefault();
  const { name, value } = event.submitter;
  const root = document.documentElement;
  if (name === "theme" && value === "auto") delete root.dataset.theme;
  else root.dataset[name] = value;
  for (const button of form.querySelectorAll(`button[name="${name}"]`))
    button.setAttribute("aria-pressed", String(button === event.submitter));
  fetch(form.action, { method: "POST", body: new FormData(form, event.submitter) });
});
