// What came in from Segment's SDKs: the newest messages first, more of them as they come in, each with where it ended.

import { get } from "/_sim/inspector/api.js";
import { fill, h, say } from "/_sim/inspector/dom.js";
import { counted, identifier, instant, outcome, outcomeClass } from "/_sim/inspector/format.js";
import { columnsOf, filters, pages, row, rowLink, table } from "/_sim/inspector/frame.js";
import { link } from "/_sim/inspector/router.js";

const ROWS = 50;
const EVERY = 1000;
const COLUMNS = [["#", "number"], ["Time", "when"], "Outcome", ["Message", "wide"], ["User", "who"], ["Projects", "ends"], ["Write key", "less"]];
const HEADS = columnsOf(COLUMNS);
const ENDS = ["delivered", "refused", "dropped", "not subscribed", "waiting"];

/** A message in a few words. */
export function named(message) {
  const given = message.received;
  if (given === null || typeof given !== "object" || Array.isArray(given)) return "no message";
  return [given.type ?? message.passedOn?.type, given.event ?? given.name].filter((part) => typeof part === "string").join(" ") || "no type";
}

function cells(message) {
  const given = message.received;
  const whose = typeof given === "object" && given !== null ? given.userId ?? given.anonymousId : null;
  return [
    rowLink(link(["message", String(message.number)]), `#${message.number}`),
    instant(message.receivedAt),
    outcome(message),
    h("span", { class: "line" }, named(message), message.reason ? h("span", { class: "faint" }, ` – ${message.reason}`) : null),
    whose === null || whose === undefined ? h("span", { class: "faint" }, "–") : identifier(whose),
    h("span", { class: "tags" }, message.projects.map((project) => h("span", { class: `tag ${outcomeClass(project.outcome)}`, title: project.outcome },
      project.project, h("span", { class: "unseen" }, ` ${project.outcome}`)))),
    message.writeKey ? identifier(message.writeKey) : h("span", { class: "faint" }, "none"),
  ];
}

export async function segment({ query, signal }) {
  const sources = await get("/_sim/sources", {}, signal);
  const chosen = sources.find((source) => source.writeKey === query.source);
  const path = chosen ? `/_sim/sources/${encodeURIComponent(chosen.writeKey)}/messages` : "/_sim/messages";
  const given = { outcome: ENDS.includes(query.outcome) ? query.outcome : undefined, before: query.before, limit: ROWS };
  const { messages, next } = await get(path, given, signal);
  const rows = h("div", {});
  const live = h("input", { type: "checkbox", checked: !query.before, disabled: Boolean(query.before) });
  show(rows, messages, sources);
  if (!query.before) follow(rows, path, given, messages, live, sources, signal);
  const names = sources.map((source) => source.writeKey);
  return [
    h("div", { class: "bar" }, h("h1", {}, "Segment"), h("label", {}, live, "Live"),
      h("div", { class: "end" }, h("a", { class: "button", href: link(["try"], { source: chosen?.writeKey ?? names[0] }) }, "Try a message"))),
    filters(["segment"], query, [["source", "Write key", names], ["outcome", "Outcome", ENDS]]),
    rows,
    pages(["segment"], query, "before", next),
  ];
}

function show(place, messages, sources) {
  fill(place, messages.length ? table("Messages", COLUMNS, messages.map(cells), "") : h("div", { class: "rows empty" },
    h("p", {}, "No messages to show."),
    sources.length ? h("p", {}, "Point an SDK at the host ", h("code", {}, location.origin), " with the write key ", h("code", {}, sources[0].writeKey), ".") : null));
}

async function follow(place, path, given, first, live, sources, signal) {
  let shown = first;
  while (!signal.aborted) {
    await new Promise((resolve) => setTimeout(resolve, EVERY));
    if (signal.aborted || document.hidden || !live.checked) continue;
    const { messages } = await get(path, given, signal).catch(() => ({ messages: shown }));
    if (signal.aborted || state(messages) === state(shown)) continue;
    update(place, messages, shown, sources);
    const newest = shown[0]?.number ?? 0;
    const fresh = messages.filter((message) => message.number > newest).length;
    if (fresh) say(counted(fresh, "new message"));
    shown = messages;
  }
}

function state(messages) {
  return messages.map((message) => `${message.number} ${message.outcome} ${message.projects.length}`).join();
}

/** Only what differs is written anew, so that whoever is at a row stays there. */
function update(place, messages, shown, sources) {
  const body = place.querySelector("tbody");
  if (!body || !messages.length) {
    show(place, messages, sources);
    return;
  }
  const before = new Map(shown.map((message, index) => [message.number, { message, row: body.rows[index] }]));
  const wanted = messages.map((message) => {
    const known = before.get(message.number);
    if (!known) return row(HEADS, cells(message), { fresh: true });
    if (state([known.message]) !== state([message])) {
      [...row(HEADS, cells(message)).cells].forEach((cell, index) => index && known.row.cells[index].replaceWith(cell));
    }
    return known.row;
  });
  [...body.rows].filter((item) => !wanted.includes(item)).forEach((item) => item.remove());
  wanted.forEach((item, index) => body.rows[index] === item || body.insertBefore(item, body.rows[index] ?? null));
}
