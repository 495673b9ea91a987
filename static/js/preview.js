// The preview panel (templates/campaigns/_preview.html): 400 ms after the last key the form that was typed in is posted
// into a fresh frame, which takes the old one's place once it has loaded; so the back button never meets old previews.
// Two frames (desktop and phone beside each other) show the same address; that of the phone only in that view.
// What is chosen stays in the address. Without script the panel's own buttons do the same.
const WAIT = 400;
const panel = document.querySelector("[data-preview-panel]");

if (panel) {
  const { frame: frameUrl, post: postUrl } = panel.dataset;
  const holders = [...panel.querySelectorAll(".preview__frame")];
  const facts = panel.querySelector("[data-preview-facts]");
  const isControl = (node) => node.matches?.("[data-preview-control]");
  let form = document.querySelector("form[data-preview]");
  let pick = new URLSearchParams(location.search).get("pick") ?? "";
  let timer, asked, count = 0;

  const chosen = () => {
    const found = { pick };
    for (const control of panel.querySelectorAll("[data-preview-control]"))
      if (control.type !== "radio" || control.checked) found[control.name] = control.value;
    if (pick) found.store = "";
    return found;
  };

  const at = (url, values) => {
    const address = new URL(url, location.href);
    for (const [name, value] of Object.entries(values)) value ? address.searchParams.set(name, value) : address.searchParams.delete(name);
    return address;
  };

  const post = (action, target) => {
    const button = Object.assign(document.createElement("button"), {
      hidden: true, formAction: action, formTarget: target, formMethod: "post", formNoValidate: true,
    });
    form.append(button);
    form.requestSubmit(button);
    button.remove();
  };

  async function show() {
    const values = chosen();
    if (!form?.isConnected) form = document.querySelector("form[data-preview]"); // the page has put in another
    const live = postUrl && form;
    const address = at(live ? postUrl : frameUrl, values);
    for (const holder of holders) {
      if (values.view !== "both" && holder.matches(".preview__frame--phone")) continue;
      const [old, ...late] = holder.children;
      for (const one of late) one.remove();
      const next = old.cloneNode();
      next.removeAttribute("src");
      next.loading = "eager";
      next.name = `mail-preview-${++count}`;
      old.after(next);
      next.addEventListener("load", () => old.remove());
      if (live) post(address, next.name);
      else next.src = address;
    }
    asked?.abort();
    asked = new AbortController();
    try {
      const answer = await fetch(at(address, { part: "facts" }), {
        method: live ? "POST" : "GET",
        body: live ? new FormData(form) : undefined,
        signal: asked.signal,
      });
      if (answer.ok) facts.innerHTML = await answer.text();
    } catch (error) {
      if (error.name !== "AbortError") return; // offline: the frame says so
    }
    const store = panel.querySelector("#preview-store");
    const shown = facts.querySelector("[data-store]");
    if (pick && store && shown) store.value = shown.dataset.store;
  }

  const soon = (wait = WAIT) => {
    clearTimeout(timer);
    timer = setTimeout(show, wait);
  };

  document.addEventListener("input", ({ target }) => {
    if (isControl(target) || !target.form?.matches("[data-preview]")) return;
    form = target.form;
    soon();
  });
  document.addEventListener("preview:refresh", () => soon(0)); // a page that changed its form by script

  panel.addEventListener("change", ({ target }) => {
    if (!isControl(target)) return;
    if (target.name === "store") pick = "";
    history.replaceState(history.state, "", at(location.href, chosen()));
    soon(0);
  });
  panel.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.target.type !== "search") return;
    event.preventDefault(); // Enter here would save the form
    event.target.dispatchEvent(new Event("change", { bubbles: true }));
  });
  panel.addEventListener("click", (event) => {
    const button = event.target.closest("button[name=pick]");
    if (!button) return;
    event.preventDefault();
    pick = button.value;
    history.replaceState(history.state, "", at(location.href, chosen()));
    soon(0);
  });
  // Real recipients that were found: the first of them is chosen, so show it.
  panel.addEventListener("htmx:afterSwap", ({ detail }) => {
    if (detail.target.id === "preview-recipient") detail.target.dispatchEvent(new Event("change", { bubbles: true }));
  });
}
