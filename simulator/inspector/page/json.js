// JSON values: readable as a whole, and in short.

import { h } from "/_sim/inspector/dom.js";

const LONG = 300;
const DEEP = 2;
const MANY = 12;

/** A JSON value, readable, with what is long or deep folded. */
export function json(value, depth = 0) {
  if (depth) return node(value, depth);
  const entries = value !== null && typeof value === "object" ? Object.entries(value) : [];
  const whole = entries.length && entries.length <= MANY * 5;
  return h("div", { class: "json mono" }, whole ? lines(entries, Array.isArray(value), 0) : node(value, 0));
}

function node(value, depth) {
  if (typeof value === "string") return text(value);
  if (value === null || typeof value !== "object") return h("span", { class: "plain" }, String(value));
  const entries = Object.entries(value);
  const isArray = Array.isArray(value);
  const [open, close] = isArray ? ["[", "]"] : ["{", "}"];
  if (!entries.length) return h("span", {}, open + close);
  const folded = `${open} ${entries.length} ${entries.length === 1 ? (isArray ? "item" : "field") : isArray ? "items" : "fields"} ${close}`;
  return h("details", { open: depth < DEEP && entries.length <= MANY },
    h("summary", {}, h("span", { class: "folded" }, folded), h("span", { class: "unseen" }, "expand or collapse")),
    lines(entries, isArray, depth));
}

function lines(entries, isArray, depth) {
  return entries.map(([name, item]) =>
    h("span", { class: "inside" }, h("span", { class: isArray ? "index" : "name" }, name), ": ", node(item, depth + 1)));
}

function text(value) {
  const quoted = JSON.stringify(value);
  if (quoted.length <= LONG) return h("span", { class: "text" }, quoted);
  const shown = h("span", { class: "text" }, `${quoted.slice(0, LONG)}…`);
  const more = h("button", { type: "button", click: () => { shown.textContent = quoted; more.remove(); } },
    `Show all ${value.length.toLocaleString("en")} characters`);
  return h("span", {}, shown, " ", more);
}

/** A short form of a value, for a row. */
export function brief(value) {
  return value === undefined ? "" : typeof value === "string" ? value : JSON.stringify(value);
}

/** An object in one line, which opens to the whole of it. */
export function folding(value) {
  const entries = Object.entries(value);
  if (!entries.length) return h("span", { class: "faint" }, "–");
  const place = h("div", {});
  const opened = (event) => event.target.open && !place.hasChildNodes() && place.append(json(value));
  return h("details", { class: "folding", toggle: opened },
    h("summary", { class: "mono" }, entries.map(([name, item]) => [h("span", { class: "name" }, name), `: ${brief(item)}  `])), place);
}
