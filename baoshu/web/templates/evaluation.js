"use strict";
const filters = document.querySelector("form.filters");
const cards = [...document.querySelectorAll(".card")];
function filter() {
  const wanted = Object.fromEntries(new FormData(filters));
  let shown = 0;
  for (const card of cards) {
    const fits = (!wanted.report || card.dataset.report === wanted.report) && card.dataset.errors.split(" ").some((one) => {
      const [kind, label, change] = one.split(":");
      return (!wanted.kind || kind === wanted.kind) && (!wanted.label || label === wanted.label) && (!wanted.change || change === wanted.change);
    });
    card.hidden = !fits;
    shown += fits;
  }
  document.getElementById("count").textContent = shown;
}
filters.addEventListener("change", filter);
filters.addEventListener("submit", (event) => event.preventDefault());
for (const button of document.querySelectorAll("[data-lang]")) button.addEventListener("click", () => {
  document.documentElement.lang = button.dataset.lang;
  for (const one of document.querySelectorAll("[data-lang]")) one.setAttribute("aria-pressed", one === button);
});
