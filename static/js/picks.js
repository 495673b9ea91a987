// Who writes into a field that belongs to a radio button (data-picks: its group, its value "typed") means that button.
document.addEventListener("input", ({ target }) => {
  const group = target.dataset?.picks;
  if (!group || !target.value.trim()) return;
  const radio = target.form.querySelector(`input[name="${CSS.escape(group)}"][value="typed"]`);
  if (radio) radio.checked = true;
});
