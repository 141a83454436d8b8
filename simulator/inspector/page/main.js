// The frame of the page: which view is shown, what keys do.

import { Refusal } from "/_sim/inspector/api.js";
import { showClock } from "/_sim/inspector/clock.js";
import { compare } from "/_sim/inspector/compare.js";
import { fill, h, say } from "/_sim/inspector/dom.js";
import { address, go, link } from "/_sim/inspector/router.js";
import { apps } from "/_sim/inspector/apps.js";
import { overview } from "/_sim/inspector/overview.js";
import { people } from "/_sim/inspector/people.js";
import { person } from "/_sim/inspector/person.js";
import { events } from "/_sim/inspector/events.js";
import { entry } from "/_sim/inspector/entry.js";
import { journal } from "/_sim/inspector/journal.js";
import { message } from "/_sim/inspector/message.js";
import { segment } from "/_sim/inspector/segment.js";
import { tryMessage } from "/_sim/inspector/try.js";
import { search } from "/_sim/inspector/search.js";
import { showThemeSwitch } from "/_sim/inspector/theme_switch.js";
import { trouble } from "/_sim/inspector/trouble.js";

const VIEWS = {
  "": { show: overview, title: "Projects" },
  people: { show: people, title: "People" },
  person: { show: person, title: "Person", within: "people" },
  compare: { show: compare, title: "Compare across projects", within: "people" },
  events: { show: events, title: "Events" },
  journal: { show: journal, title: "Journal" },
  entry: { show: entry, title: "Request", within: "journal" },
  apps: { show: apps, title: "Apps" },
  segment: { show: segment, title: "Segment" },
  message: { show: message, title: "Message", within: "segment" },
  try: { show: tryMessage, title: "Try a message", within: "segment" },
  trouble: { show: trouble, title: "Faults & clock" },
  search: { show: search, title: "Search", within: "" },
};

/** Keys that scroll what has the focus. */
const SCROLLING = new Set(["ArrowDown", "ArrowUp", "PageDown", "PageUp", "Home", "End", " "]);

const main = document.getElementById("main");
let leaving = new AbortController();
let project = "";
let shownAt = null;
/** Where the pages of this session were scrolled to, by their address. */
const scrolled = new Map();
let isBack = false;

async function show() {
  leaving.abort();
  leaving = new AbortController();
  const { signal } = leaving;
  const { parts, query } = address();
  const name = Object.hasOwn(VIEWS, parts[0] ?? "") ? parts[0] ?? "" : "";
  const view = VIEWS[name];
  project = query.project ?? project;
  menu(view.within ?? name);
  document.title = `${view.title} – Iterable simulator`;
  try {
    const content = await view.show({ parts: parts.slice(1), query, project, signal });
    if (signal.aborted) return;
    fill(main, content);
    arrive(view);
  } catch (error) {
    if (signal.aborted || error.name === "AbortError") return;
    if (!(error instanceof Refusal)) throw error;
    fill(main, h("h1", {}, "Can't show this"), h("p", {}, error.message));
  }
}

/** Begins at the top of a view that was gone to; goes on where the browser's keys lead back to. */
function arrive(view) {
  if (shownAt === location.hash) return;
  const isFirst = shownAt === null;
  shownAt = location.hash;
  if (isFirst) return;
  main.scrollTop = isBack ? scrolled.get(shownAt) ?? 0 : 0;
  isBack = false;
  if (!main.contains(document.activeElement)) main.focus({ preventScroll: true });
  say(`${view.title} shown`);
}

/** Marks a view in the menu, whose links lead to the project that was looked at last. */
function menu(current) {
  for (const item of document.querySelectorAll("#views a")) {
    const { view } = item.dataset;
    item.href = link(view ? [view] : [], view && project ? { project } : {});
    if (view === current) item.setAttribute("aria-current", "page");
    else item.removeAttribute("aria-current");
  }
}

const query = document.getElementById("query");
document.getElementById("search").addEventListener("submit", (event) => {
  event.preventDefault();
  if (query.value.trim()) go(["search"], { text: query.value.trim(), project });
});

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (SCROLLING.has(event.key) && document.activeElement === document.body) main.focus({ preventScroll: true });
  const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement?.tagName ?? "");
  if (event.key === "Escape") {
    if (typing) document.activeElement.blur();
    else if (!document.querySelector("dialog[open]") && location.hash.length > 2) history.back();
  } else if (!typing && event.key === "/") {
    event.preventDefault();
    query.focus();
    query.select();
  } else if (!typing && (event.key === "j" || event.key === "k")) {
    step(event.key === "j" ? 1 : -1);
  }
});

function step(by) {
  const rows = [...main.querySelectorAll("[data-row]")];
  const at = rows.indexOf(document.activeElement);
  rows[at < 0 ? (by > 0 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, at + by))]?.focus();
}

document.querySelector(".skip").addEventListener("click", (event) => {
  event.preventDefault();
  main.focus();
});
main.addEventListener("scroll", () => shownAt === location.hash && scrolled.set(shownAt, main.scrollTop), { passive: true });
window.navigation?.addEventListener("navigate", (event) => { isBack = event.navigationType === "traverse"; });
window.addEventListener("hashchange", show);
showThemeSwitch(document.getElementById("theme"));
showClock(document.getElementById("clock"));
show();
