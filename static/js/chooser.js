// Choosing a picture: a click in the dialog fills the field that asked (templates/media/_chooser_button.html).
// Without script the same links lead to a page whose links lead back with the choice.
let asking = null;

const put = (field, value) => {
  field.value = value;
  for (const type of ["input", "change"]) field.dispatchEvent(new Event(type, { bubbles: true }));
};

function choose({ address, alt, src }) {
  const field = asking && document.getElementById(asking.dataset.chooser);
  if (!field) return;
  const words = document.getElementById(asking.dataset.chooserAlt);
  if (words && !words.value.trim()) put(words, alt);
  const picture = asking.querySelector("[data-chooser-picture]");
  picture.src = src;
  picture.closest("[data-chooser-frame]").hidden = false;
  put(field, address);
  document.getElementById("modal").close();
  asking.querySelector("a").focus();
}

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-chooser] a");
  if (opener) asking = opener.closest("[data-chooser]");
  const link = event.target.closest("#modal [data-choice]");
  if (!link || !asking) return;
  event.preventDefault();
  const { choice, choiceAlt, choiceSrc } = link.dataset;
  choose({ address: choice, alt: choiceAlt, src: choiceSrc });
});

// A picture that was added in the dialog is chosen by that.
document.body.addEventListener("htmx:afterSwap", () => {
  const chosen = document.querySelector("#modal [data-chosen]");
  if (!chosen) return;
  const { chosen: address, choiceAlt, choiceSrc } = chosen.dataset;
  choose({ address, alt: choiceAlt, src: choiceSrc });
});
