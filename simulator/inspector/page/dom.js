// Elements from plain values. Text stays text: nothing that was stored is ever read as markup.

/** An element with attributes (a function listens, true is an empty attribute, null and false are none) and children. */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== null && value !== undefined && value !== false) element.setAttribute(name, String(value));
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** Puts children in the place of those that are there. */
export function fill(element, ...children) {
  element.replaceChildren(...children.flat(Infinity).filter((child) => child));
}

/** Says something to whoever cannot see the page change. */
export function say(text) {
  document.getElementById("status").textContent = text;
}

const LONG = 300;
const DEEP = 2;
const MANY = 12;

/** A JSON value, readable, with what is long or deep folded. */
export function json(value, depth = 0) {
  const content = node(value, depth);
  return depth ? content : h("div", { class: "json mono" }, content);
}

function node(value, depth) {
  if (typeof value === "string") return text(value);
  if (value === null || typeof value !== "object") return h("span", {}, String(value));
  const entries = Object.entries(value);
  const [open, close] = Array.isArray(value) ? ["[", "]"] : ["{", "}"];
  if (!entries.length) return h("span", {}, open + close);
  const lines = entries.map(([name, item]) =>
    h("span", { class: "inside" }, Array.isArray(value) ? null : [h("span", { class: "name" }, name), ": "], node(item, depth + 1)));
  const folded = `${open}${entries.length} ${Array.isArray(value) ? "items" : "members"}${close}`;
  return h("details", { open: depth < DEEP && entries.length <= MANY * (depth ? 1 : 5) },
    h("summary", {}, h("span", { class: "folded" }, folded), h("span", { class: "unseen" }, "fold or unfold")), lines);
}

function text(value) {
  const quoted = JSON.stringify(value);
  if (quoted.length <= LONG) return h("span", { class: "text" }, quoted);
  const shown = h("span", { class: "text" }, `${quoted.slice(0, LONG)}…`);
  const more = h("button", { type: "button", click: () => { shown.textContent = quoted; more.remove(); } },
    `all ${value.length.toLocaleString("en")} characters`);
  return h("span", {}, shown, " ", more);
}

/** A short form of a value, for a row. */
export function brief(value) {
  return value === undefined ? "" : typeof value === "string" ? value : JSON.stringify(value);
}

/** A text with a button that copies it. */
export function copyable(value, name) {
  const button = h("button", { type: "button", "aria-label": `Copy ${name}`, click: async () => {
    await navigator.clipboard.writeText(value);
    button.textContent = "copied";
    say(`${name} copied`);
  } }, "copy");
  return h("div", { class: "copy" }, h("code", {}, value), button);
}
