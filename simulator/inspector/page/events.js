// The events of a project, newest first.

import { get, ofProject } from "/_sim/inspector/api.js";
import { h } from "/_sim/inspector/dom.js";
import { counted, stored, who } from "/_sim/inspector/format.js";
import { chooser, filters, pages, projects, table } from "/_sim/inspector/frame.js";
import { folding } from "/_sim/inspector/json.js";
import { link } from "/_sim/inspector/router.js";

const SHOWN_ELSEWHERE = new Set(["email", "userId", "eventName", "eventType", "createdAt", "dataFields", "position"]);

/** A table of events. */
export function eventsTable(project, events, empty, { owner = true } = {}) {
  const columns = [["Event", "first"], ["Time", "when"], ...(owner ? [["User", "who"]] : []), ["Data", "wide"]];
  return table("Events", columns, events.map((event) => eventRow(project, event, owner)), empty);
}

function eventRow(project, event, owner) {
  const beside = Object.fromEntries(Object.entries(event).filter(([name]) => !SHOWN_ELSEWHERE.has(name)));
  return [
    h("span", {}, h("b", { class: "id" }, event.eventName ?? event.eventType), event.eventName && event.eventType !== "customEvent" ? ` (${event.eventType})` : ""),
    stored(event.createdAt),
    ...(owner ? [h("a", { href: link(["people"], { project, search: event.email ?? event.userId }), "data-row": true }, who(event))] : []),
    folding({ ...event.dataFields, ...beside }),
  ];
}

export async function events({ query, project, signal }) {
  const { all, chosen } = await projects(project, signal);
  if (!chosen) return [h("h1", {}, "Events"), h("p", { class: "empty" }, "No projects.")];
  const given = { user: query.user, search: query.search, before: query.before, limit: 50 };
  const found = await get(ofProject(chosen.name, "events"), given, signal);
  return [
    h("div", { class: "bar" }, h("h1", {}, "Events ", h("small", {}, counted(found.total, "event"))),
      h("div", { class: "end" }, chooser(all, chosen, "events"))),
    filters(["events"], { ...query, project: chosen.name }, [["search", "Name or id", 20], ["user", "Email or userId", 24]]),
    eventsTable(chosen.name, found.events, query.search || query.user ? "No matching events." : "No events yet."),
    pages(["events"], { ...query, project: chosen.name }, "before", found.next),
  ];
}
