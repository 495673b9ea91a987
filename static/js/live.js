// Lists that ask what is new (data-poll): not while their tab is hidden, and at once when it is seen again.
const polls = () => document.querySelectorAll("[data-poll]");

document.body.addEventListener("htmx:beforeRequest", (event) => {
  if (document.hidden && event.detail.elt.matches("[data-poll]")) event.preventDefault();
});
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) for (const poll of polls()) poll.dispatchEvent(new Event("poll"));
});
