// Returns what is wrong with the page for people who cannot see it well, or not at all.
const problems = [];
const all = (css) => [...document.querySelectorAll(css)];
const isShown = (e) => e.getClientRects().length > 0;
const name = (e) => `${e.tagName.toLowerCase()} "${(e.name || e.textContent).trim().slice(0, 40)}"`;

if (!document.documentElement.lang) problems.push("the page has no language");
if (!document.title.trim()) problems.push("the page has no title");
for (const one of ["h1", "main"]) {
  if (all(one).length !== 1) problems.push(`${all(one).length} times ${one}`);
}
const ids = all("[id]").map((e) => e.id);
for (const id of new Set(ids)) {
  if (ids.filter((other) => other === id).length > 1) problems.push(`the id ${id} stands there twice`);
}
for (const e of all("input").filter(isShown)) {
  if (!e.labels.length) problems.push(`${name(e)} has no label`);
  if (!e.autocomplete) problems.push(`${name(e)} does not say what may be filled in`);
}
for (const e of all("[aria-describedby]")) {
  if (!document.getElementById(e.getAttribute("aria-describedby"))) problems.push(`${name(e)} is described by nothing`);
}
for (const e of all("a[href^='#']")) {
  if (!document.getElementById(e.getAttribute("href").slice(1))) problems.push(`${name(e)} leads nowhere`);
}
for (const e of all("button, input").filter(isShown)) {
  if (e.getBoundingClientRect().height < 44) problems.push(`${name(e)} is too low for a finger`);
}
if (document.documentElement.scrollWidth > document.documentElement.clientWidth) {
  problems.push("the page is wider than the window");
}

// WCAG 2.2, 1.4.3 and 1.4.11.
const rgb = (color) => (color.match(/[\d.]+/g) || []).map(Number);
const luminance = ([r, g, b]) => {
  const linear = (c) => ((c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
  return 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
};
const contrast = (a, b) => {
  const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (light + 0.05) / (dark + 0.05);
};
const ground = (e) => {
  for (; e; e = e.parentElement) {
    const color = rgb(getComputedStyle(e).backgroundColor);
    if (color.length === 3 || color[3] === 1) return color;
  }
  return [255, 255, 255];
};
for (const e of all("body *").filter(isShown)) {
  const style = getComputedStyle(e);
  const hasText = e.value || [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
  if (hasText) {
    const found = contrast(rgb(style.color), ground(e));
    if (found < 4.5) problems.push(`${name(e)} has a contrast of ${found.toFixed(2)}`);
  }
  if (e.tagName === "INPUT") {
    const found = contrast(rgb(style.borderTopColor), ground(e.parentElement));
    if (found < 3) problems.push(`the edge of ${name(e)} has a contrast of ${found.toFixed(2)}`);
  }
}
return problems;
