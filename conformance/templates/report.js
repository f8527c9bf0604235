"use strict";
(() => {
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  const controls = document.querySelector(".controls");
  const search = document.querySelector("input[type=search]");
  const output = document.querySelector("output");
  const buttons = all(".filters button");
  const items = all("[data-search]").map((node) => ({
    node,
    text: node.textContent.toLowerCase(),
    verdict: node.dataset.verdict,
  }));
  const groups = all("details.group").map((node) => ({ node, wasOpen: node.open }));

  const apply = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const shown = new Set(
      buttons.filter((button) => button.getAttribute("aria-pressed") === "true").map((button) => button.dataset.verdict),
    );
    let checks = 0;
    for (const { node, text, verdict } of items) {
      const isShown = (!verdict || shown.has(verdict)) && words.every((word) => text.includes(word));
      node.hidden = !isShown;
      if (isShown && verdict) checks += 1;
    }
    for (const { node, wasOpen } of groups) {
      const isEmpty = !node.querySelector("[data-search]:not([hidden])");
      node.hidden = isEmpty;
      node.open = words.length > 0 ? !isEmpty : wasOpen;
    }
    output.textContent = checks === 1 ? "1 check" : checks + " checks";
  };

  const reveal = () => {
    const node = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!node || !node.matches("details")) return;
    if (node.hidden) {
      search.value = "";
      buttons.forEach((button) => button.setAttribute("aria-pressed", "true"));
      apply();
    }
    for (let open = node; open; open = open.parentElement.closest("details")) open.open = true;
    node.scrollIntoView();
  };

  const copy = async (text, button) => {
    try {
      await navigator.clipboard.writeText(text);
      button.textContent = "copied";
    } catch {
      getSelection().selectAllChildren(button.parentElement);
      button.textContent = "selected";
    }
    setTimeout(() => { button.textContent = "copy"; }, 1500);
  };

  all("pre.curl").forEach((line) => {
    const text = line.textContent;
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = "copy";
    button.addEventListener("click", () => copy(text, button));
    line.append(button);
  });
  buttons.forEach((button) => button.addEventListener("click", () => {
    button.setAttribute("aria-pressed", String(button.getAttribute("aria-pressed") !== "true"));
    apply();
  }));
  search.addEventListener("input", apply);
  addEventListener("hashchange", reveal);
  controls.hidden = false;
  apply();
  if (location.hash) reveal();
})();
