// The pages work without this: it saves a click on filters, folds them on a phone, and takes dropped files.
"use strict";
const form = document.querySelector("form.explorer");
if (form) {
  const filters = form.querySelector("details.filters");
  const narrow = matchMedia("(max-width: 60rem)");
  const fold = () => { filters.open = !narrow.matches; };
  fold();
  narrow.addEventListener("change", fold);
  form.addEventListener("change", (event) => { if (event.target.matches("input[type=checkbox], input.more")) form.requestSubmit(); });
  form.addEventListener("submit", () => { for (const one of form.querySelectorAll("input")) if (!one.value) one.disabled = true; });
  addEventListener("pageshow", () => { for (const one of form.querySelectorAll("input:disabled")) one.disabled = false; });
}
for (const select of document.querySelectorAll("form.choose select")) select.addEventListener("change", () => select.form.requestSubmit());
const drop = document.querySelector("label.drop");
if (drop) {
  const input = drop.querySelector("input");
  for (const kind of ["dragenter", "dragover"]) drop.addEventListener(kind, (event) => { event.preventDefault(); drop.classList.add("over"); });
  for (const kind of ["dragleave", "drop"]) drop.addEventListener(kind, () => drop.classList.remove("over"));
  drop.addEventListener("drop", (event) => { event.preventDefault(); if (event.dataTransfer.files.length) input.files = event.dataTransfer.files; });
}
const found = document.getElementById("found");
if (found) found.focus();
