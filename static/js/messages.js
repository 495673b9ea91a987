// Toasts for what went well (HX-Trigger: {"messages": [{level, text, label, url}]}); errors stay as alerts.
const region = document.getElementById("toasts");
const list = document.getElementById("messages");
const LIFE = 6000;

const make = (tag, className, text) => {
  const node = document.createElement(tag);
  node.className = className;
  if (text) node.textContent = text;
  return node;
};

const closeButton = (template, onClick) => {
  const button = document.getElementById(template).content.firstElementChild.cloneNode(true);
  button.addEventListener("click", onClick);
  return button;
};

function toast({ text, label, url }) {
  const node = make("div", "toast");
  node.append(make("span", "", text));
  if (url) {
    const link = make("a", "", label);
    link.href = url;
    node.append(link);
  } else {
    node.append(closeButton("toast-close", () => node.remove()));
  }
  let timer;
  const start = () => (timer = setTimeout(() => node.remove(), url ? LIFE * 2 : LIFE));
  for (const type of ["mouseenter", "focusin"]) node.addEventListener(type, () => clearTimeout(timer));
  for (const type of ["mouseleave", "focusout"]) node.addEventListener(type, start);
  region.append(node);
  while (region.children.length > 3) region.firstElementChild.remove();
  start();
}

function alert({ level, text }) {
  const node = document.getElementById(`alert-${level === "error" ? "danger" : "warning"}`).content.firstElementChild.cloneNode(true);
  node.querySelector("[data-text]").textContent = text;
  list.append(node);
  node.scrollIntoView({ block: "nearest" });
}

document.body.addEventListener("messages", ({ detail }) => {
  for (const message of detail.value ?? detail) (["success", "info"].includes(message.level) ? toast : alert)(message);
});

for (const type of ["htmx:responseError", "htmx:sendError", "htmx:timeout"])
  document.body.addEventListener(type, ({ detail }) => {
    const status = detail.xhr?.status;
    if (status === 409 || status === 422) return;
    alert({ level: "error", text: list.dataset[status ? "failed" : "offline"] });
  });

document.addEventListener("click", ({ target }) => target.closest(".alert__close")?.closest(".alert").remove());
