// The frame of the page: which view is shown, what keys do, what time it is for the simulator.

import { Refusal, get } from "/_sim/inspector/api.js";
import { fill, h, say } from "/_sim/inspector/dom.js";
import { bothTimes } from "/_sim/inspector/format.js";
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
import { trouble } from "/_sim/inspector/trouble.js";

const VIEWS = {
  "": { show: overview, title: "Projects" },
  people: { show: people, title: "People" },
  person: { show: person, title: "Person", within: "people" },
  events: { show: events, title: "Events" },
  journal: { show: journal, title: "Journal" },
  entry: { show: entry, title: "Request", within: "journal" },
  apps: { show: apps, title: "Apps" },
  segment: { show: segment, title: "Segment" },
  message: { show: message, title: "Message", within: "segment" },
  try: { show: tryMessage, title: "Try a message", within: "segment" },
  trouble: { show: trouble, title: "Faults and clock" },
  search: { show: search, title: "Search", within: "" },
};
const IN_MENU = ["", "people", "events", "journal", "apps", "segment", "trouble"];
const TICK = 5000;

const main = document.getElementById("main");
let leaving = new AbortController();
let project = "";

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
    say(`${view.title} shown`);
  } catch (error) {
    if (signal.aborted || error.name === "AbortError") return;
    if (!(error instanceof Refusal)) throw error;
    fill(main, h("h1", {}, "That cannot be shown"), h("p", {}, error.message));
  }
}

function menu(current) {
  fill(document.getElementById("views"), IN_MENU.map((name) =>
    h("a", { href: link(name ? [name] : [], name && project ? { project } : {}), "aria-current": current === name ? "page" : null },
      VIEWS[name].title)));
}

const query = document.getElementById("query");
document.getElementById("search").addEventListener("submit", (event) => {
  event.preventDefault();
  if (query.value.trim()) go(["search"], { text: query.value.trim(), project });
});

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
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

async function tick() {
  if (!document.hidden) {
    const clock = await get("/_sim/clock");
    document.getElementById("clock").textContent =
      `The simulator's clock ${clock.mode === "real" ? "runs" : "is set"}: ${bothTimes(clock.now)}`;
  }
  setTimeout(tick, TICK);
}

window.addEventListener("hashchange", show);
show();
tick();
