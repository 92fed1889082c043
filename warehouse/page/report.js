"use strict";
const box = document.getElementById("search");
const articles = [...document.querySelectorAll("article")];
const rows = new Map([...document.querySelectorAll("[data-answer]")].map((row) => [row.dataset.answer, row]));
function show() {
  const words = box.querySelector("input").value.toLowerCase().split(/\s+/).filter(Boolean);
  let found = 0;
  for (const article of articles) {
    const hit = words.every((word) => article.dataset.search.includes(word));
    article.hidden = rows.get(article.id).hidden = !hit;
    found += hit;
  }
  for (const group of document.querySelectorAll("main section, .list tbody")) {
    group.hidden = ![...group.querySelectorAll("article, [data-answer]")].some((member) => !member.hidden);
  }
  box.querySelector("[role=status]").textContent = words.length ? `${found} of ${articles.length}` : "";
}
box.hidden = false;
box.addEventListener("input", show);
