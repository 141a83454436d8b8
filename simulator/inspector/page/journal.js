// The journal: the newest requests first, more of them as they come in, and any of them as a scenario.

import { get } from "/_sim/inspector/api.js";
import { h, say } from "/_sim/inspector/dom.js";
import { OUTCOMES, counted, instant, outcome, status } from "/_sim/inspector/format.js";
import { chooser, filters, pages, projects, row, rowLink, table } from "/_sim/inspector/frame.js";
import { recordButton } from "/_sim/inspector/record.js";
import { link } from "/_sim/inspector/router.js";

const ROWS = 100;
const EVERY = 1000;
const COLUMNS = [["", ""], ["#", "number"], ["At", "less"], "Status", "Outcome", ["Request", "wide"], ["About", "less"], ["Project", "less"]];
const FILTERS = [["text", "Any of e-mail, userId, path, status", 26], ["user", "E-mail or userId", 20], ["method", "Method", 7], ["path", "Path", 18], ["status", "Status", 5], ["outcome", "Outcome", OUTCOMES]];

/** A table of journal entries. */
export function entriesTable(entries, empty, chosen) {
  return table("Requests", COLUMNS, entries.map((entry) => cells(entry, chosen)), empty);
}

function cells(entry, chosen) {
  const box = chosen && h("input", { type: "checkbox", "aria-label": `Choose request ${entry.number}`, change: (event) => {
    if (event.target.checked) chosen.add(entry.number);
    else chosen.delete(entry.number);
  } });
  return [
    box ?? "",
    rowLink(link(["entry", String(entry.number)]), `#${entry.number}`),
    instant(entry.at),
    status(entry),
    outcome(entry),
    h("span", { class: "one mono" }, `${entry.method} ${entry.path}`, entry.query ? `?${entry.query}` : "", " ",
      entry.fault ? h("span", { class: "tag fault" }, "fault") : null, entry.reply?.code && entry.status >= 400 ? ` ${entry.reply.code}` : ""),
    h("span", { class: "one", title: entry.users.join(", ") }, entry.users.join(", ")),
    entry.project || "–",
  ];
}

export async function journal({ query, project, signal }) {
  const { all } = await projects("", signal);
  const chosen = all.find((item) => item.name === query.project);
  const given = { project: chosen?.name, text: query.text, user: query.user, method: query.method, path: query.path, status: query.status, outcome: query.outcome };
  const { entries, next } = await get("/_sim/journal", { ...given, before: query.before, newest: true, limit: ROWS }, signal);
  const picked = new Set();
  const live = h("input", { type: "checkbox", checked: !query.before, disabled: Boolean(query.before) });
  const rows = h("div", {}, entriesTable(entries, "No request is like that, or none has come in yet.", picked));
  if (!query.before) follow(rows, given, entries[0]?.number ?? 0, live, picked, signal);
  return [
    h("div", { class: "bar" }, h("h1", {}, "Journal"),
      h("label", {}, live, "live"),
      h("div", { class: "end" }, chooser(all, chosen, "journal", { everything: true }), exporter(chosen, given, entries, picked))),
    h("div", { class: "bar" }, filters(["journal"], query, FILTERS)),
    rows,
    pages(["journal"], query, "before", next),
  ];
}

function exporter(chosen, given, entries, picked) {
  if (!chosen) return h("span", { class: "faint" }, "Choose a project to save requests as a scenario");
  const selection = () => {
    if (picked.size) return { numbers: [...picked].sort((one, other) => one - other) };
    if (given.method || given.path || given.status || given.outcome || given.text) return { numbers: entries.map((entry) => entry.number).sort((one, other) => one - other) };
    return { user: given.user };
  };
  return recordButton(chosen.name, selection, "Save as a scenario");
}

async function follow(place, given, last, live, picked, signal) {
  let newest = last;
  while (!signal.aborted) {
    await new Promise((resolve) => setTimeout(resolve, EVERY));
    if (signal.aborted || document.hidden || !live.checked) continue;
    const { entries } = await get("/_sim/journal", { ...given, after: newest, newest: true, limit: ROWS }, signal).catch(() => ({ entries: [] }));
    if (signal.aborted || !entries.length) continue;
    newest = entries[0].number;
    const body = place.querySelector("tbody");
    if (!body) place.replaceChildren(entriesTable(entries, "", picked));
    else {
      const heads = COLUMNS.map((column) => (Array.isArray(column) ? column : [column, null]));
      body.prepend(...entries.map((entry) => row(heads, cells(entry, picked), { fresh: true })));
      while (body.rows.length > ROWS) body.lastElementChild.remove();
    }
    say(counted(entries.length, "new request"));
  }
}
