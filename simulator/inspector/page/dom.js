// Elements from plain values. Text stays text: nothing that was stored is ever read as markup.

/** An element with attributes (a function listens, true is an empty attribute, null and false are none) and children. */
export function h(tag, attributes = {}, ...children) {
  return made(document.createElement(tag), attributes, children);
}

/** The same for a drawing. */
export function svg(tag, attributes = {}, ...children) {
  return made(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
}

function made(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== null && value !== undefined && value !== false) element.setAttribute(name, String(value));
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** Puts children in the place of those that are there; a link that has the focus keeps it when it is there again. */
export function fill(element, ...children) {
  const focused = element.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
  element.replaceChildren(...children.flat(Infinity).filter((child) => child));
  if (focused) element.querySelector(`a[href="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
}

/** Says something to whoever cannot see the page change. */
export function say(text) {
  document.getElementById("status").textContent = text;
}

const SHOWN_FOR = 8000;

/** Shows for a while what was done, and says it. */
export function toast(text, { bad = false } = {}) {
  const note = h("p", { class: bad ? "toast bad" : "toast" }, h("span", {}, text),
    h("button", { type: "button", "aria-label": "Dismiss", click: () => note.remove() }, "×"));
  document.getElementById("toasts").append(note);
  setTimeout(() => note.remove(), SHOWN_FOR);
}

/** Copies a text, and says so. */
export async function copy(text, name) {
  if (navigator.clipboard) await navigator.clipboard.writeText(text);
  else copyWithoutClipboard(text);
  toast(`${name} copied`);
}

/** For pages that are neither local nor over TLS, which have no clipboard. */
function copyWithoutClipboard(text) {
  const area = h("textarea", { class: "unseen" });
  area.value = text;
  document.body.append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
}

/** A text with a button that copies it. */
export function copyable(value, name) {
  return h("div", { class: "copy" }, h("code", {}, value),
    h("button", { type: "button", "aria-label": `Copy ${name}`, click: () => copy(value, name) }, "Copy"));
}
