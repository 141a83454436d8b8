// The journal: the newest requests first, more of them as they come in, and any of them as a scenario.

import { Refusal, get } from "/_sim/inspector/api.js";
import { h, say } from "/_sim/inspector/dom.js";
import { OUTCOMES, call, counted, identifiers, instant, outcome, partly, status } from "/_sim/inspector/format.js";
import { chooser, columnsOf, filters, pages, projects, row, rowLink, table } from "/_sim/inspector/frame.js";
import { recordButton } from "/_sim/inspector/record.js";
import { link } from "/_sim/inspector/router.js";
import { timeline } from "/_sim/inspector/timeline.js";

const ROWS = 100;
const EVERY = 1000;
const SAID_EVERY = 5000;
const COLUMNS = [["", "pick"], ["#", "number"], ["Time", "when"], "Status", "Outcome", ["Request", "wide"], ["User", "who"], ["Project", "where"]];
const HEADS = columnsOf(COLUMNS);
const FILTERS = [["text", "Email, userId, path or status", 24], ["user", "User", 20], ["method", "Method", 6], ["path", "Path", 18], ["status", "Status", 5], ["outcome", "Outcome", OUTCOMES], ["rule", "Rule", 18]];

/** A table of journal entries. */
export function entriesTable(entries, empty, picked) {
  const columns = picked ? COLUMNS : COLUMNS.slice(1);
  return table("Requests", columns, entries.map((entry) => cells(entry, picked)), empty);
}

function cells(entry, picked) {
  const shown = [
    rowLink(link(["entry", String(entry.number)]), `#${entry.number}`),
    instant(entry.at),
    status(entry),
    outcome(entry),
    h("span", { class: "request" }, call(entry.method, entry.path, entry.query), " ",
      entry.reply?.code && entry.status >= 400 ? h("span", { class: "mono code" }, entry.reply.code) : null,
      partly(entry), entry.fault ? h("span", { class: "tag fault" }, "fault") : null),
    identifiers(entry.users),
    entry.project || "–",
  ];
  return picked ? [box(entry, picked), ...shown] : shown;
}

function box(entry, picked) {
  return h("input", { type: "checkbox", "aria-label": `Select request ${entry.number}`, checked: picked.has(entry.number), change: (event) => {
    if (event.target.checked) picked.set(entry.number, entry.project);
    else picked.delete(entry.number);
    picked.changed();
  } });
}

export async function journal({ query, signal }) {
  const { all } = await projects("", signal);
  const chosen = all.find((item) => item.name === query.project);
  const { text, user, method, path, status: wanted, outcome: became, rule } = query;
  const after = query.since ? query.since - 1 : undefined;
  const given = { project: chosen?.name, text, user, method, path, status: wanted, outcome: became, rule, after };
  const before = query.before ?? (query.until ? Number(query.until) + 1 : undefined);
  const { entries, next } = await get("/_sim/journal", { ...given, before, newest: true, limit: ROWS }, signal);
  const picked = new Map();
  const live = h("input", { type: "checkbox", checked: !before, disabled: Boolean(before) });
  const rows = h("div", {}, entriesTable(entries, isFiltered(query) ? "No matching requests." : "No requests yet.", picked));
  if (!before) follow(rows, given, entries[0]?.number ?? 0, live, picked, signal);
  return [
    h("div", { class: "bar" }, h("h1", {}, "Journal"), h("label", {}, live, "Live"),
      h("div", { class: "end" }, chooser(all, chosen, "journal", { everything: true }), exporter(chosen, given, entries, picked))),
    timeline(chosen?.name, signal, { isLive: () => live.checked }),
    filters(["journal"], query, FILTERS),
    query.since ? h("p", { class: "bar" }, `Requests #${query.since} to #${query.until}`,
      h("a", { class: "button", href: link(["journal"], { ...query, since: "", until: "", before: "" }) }, "Show all")) : null,
    rows,
    pages(["journal"], query, "before", next),
  ];
}

function isFiltered(query) {
  return [...FILTERS.map(([name]) => name), "since"].some((name) => query[name]);
}

/** The button that saves what is selected; or, with nothing selected, what the filters show of a project, or all of it. */
function exporter(chosen, given, entries, picked) {
  const button = recordButton(() => {
    const numbers = [...picked.keys()].sort((one, other) => one - other);
    const names = new Set(picked.values());
    if (names.size > 1 || (!chosen && !numbers.length)) throw new Refusal(0, "A scenario covers one project. Choose a project, or select requests from a single one.");
    const project = chosen?.name ?? [...names][0];
    if (numbers.length) return { project, selection: { numbers }, name: nameOf(project, numbers) };
    if (given.method || given.path || given.status || given.outcome || given.rule || given.text || given.after) {
      const shown = entries.map((entry) => entry.number).sort((one, other) => one - other);
      return { project, selection: { numbers: shown }, name: nameOf(project, shown) };
    }
    return { project, selection: { user: given.user }, name: given.user ? `${project}-user` : project };
  });
  picked.changed = () => { button.textContent = picked.size ? `Save ${counted(picked.size, "request")} as scenario` : "Save as scenario"; };
  return button;
}

function nameOf(project, numbers) {
  return numbers.length === 1 ? `${project}-request-${numbers[0]}` : `${project}-requests-${numbers[0]}-to-${numbers.at(-1)}`;
}

async function follow(place, given, last, live, picked, signal) {
  let newest = last;
  let unsaid = 0;
  let saidAt = 0;
  while (!signal.aborted) {
    await new Promise((resolve) => setTimeout(resolve, EVERY));
    if (signal.aborted || document.hidden || !live.checked) continue;
    const { entries } = await get("/_sim/journal", { ...given, after: newest, newest: true, limit: ROWS }, signal).catch(() => ({ entries: [] }));
    if (signal.aborted || !entries.length) continue;
    newest = entries[0].number;
    add(place, entries, picked);
    unsaid += entries.length;
    if (performance.now() - saidAt < SAID_EVERY) continue;
    say(counted(unsaid, "new request"));
    [unsaid, saidAt] = [0, performance.now()];
  }
}

/** Puts new entries above those that are shown; whoever has scrolled down goes on seeing what they see. */
function add(place, entries, picked) {
  const body = place.querySelector("tbody");
  if (!body) {
    place.replaceChildren(entriesTable(entries, "", picked));
    return;
  }
  body.prepend(...entries.map((entry) => row(HEADS, cells(entry, picked), { fresh: true })));
  while (body.rows.length > ROWS && !body.lastElementChild.contains(document.activeElement)) body.lastElementChild.remove();
}
