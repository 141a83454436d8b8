// One person: every field with its value and the request that set it, what it was before, and what they did.

import { get, ofProject } from "/_sim/inspector/api.js";
import { h } from "/_sim/inspector/dom.js";
import { counted, instant, who } from "/_sim/inspector/format.js";
import { eventsTable } from "/_sim/inspector/events.js";
import { projects, table } from "/_sim/inspector/frame.js";
import { brief, json } from "/_sim/inspector/json.js";
import { recordButton } from "/_sim/inspector/record.js";
import { link } from "/_sim/inspector/router.js";

export async function person({ parts, query, project, signal }) {
  const { chosen } = await projects(query.project ?? project, signal);
  const name = chosen.name;
  const profile = await get(ofProject(name, "profile"), { user: `#${parts[0]}` }, signal);
  const known = `#${profile.person}`;
  const done = await get(ofProject(name, "events"), { user: `#${parts[0]}`, limit: 50, before: query.before }, signal);
  const sent = await get(ofProject(name, "sent-messages"), { user: `#${parts[0]}`, limit: 50 }, signal);
  return [
    h("div", { class: "bar" }, h("h1", {}, who(profile), " ", h("small", {}, `person ${profile.person}, project ${name}`)),
      h("div", { class: "end" },
        h("a", { class: "button", href: link(["journal"], { project: name, user: known }) }, "Requests"),
        h("a", { class: "button", href: link(["compare"], { email: profile.email, userId: profile.userId }) }, "Compare across projects"),
        recordButton({ project: name, selection: { user: known }, name: `${name}-person-${profile.person}` }))),
    profile.lists?.length ? h("p", {}, "Lists: ", profile.lists.map((list) => h("span", { class: "tag" }, `${list.name} (${list.id})`))) : null,
    h("h2", {}, "Fields"),
    table("Fields", [["Field", "first"], ["Value", "value"], ["Set by", "set"]], fields(profile), "No fields."),
    h("h2", {}, "Events ", h("small", {}, counted(done.total, "event"))),
    eventsTable(name, done.events, "No events.", { owner: false }),
    done.next ? h("p", { class: "bar" }, h("a", { class: "button", href: link(["person", parts[0]], { project: name, before: done.next }) }, "Older events")) : null,
    h("h2", {}, "Messages ", h("small", {}, counted(sent.total, "message"))),
    table("Messages", [["Campaign", "first"], "Medium", ["Time", "when"], ["Content", "wide"]], sent.messages.map(content), "No messages sent."),
  ];
}

function content(message) {
  return [`${message.campaignName ?? "?"} (${message.campaignId})`, message.medium, instant(message.at, { withDate: true }), json(message.texts)];
}

function fields(profile) {
  const histories = new Map(profile.history.map((item) => [item.field, item.values]));
  const present = { email: profile.email, userId: profile.userId, ...profile.dataFields };
  const gone = [...histories.keys()].filter((name) => !(name in present));
  const named = Object.entries(present).filter(([name, value]) => value !== null || histories.has(name));
  return [
    ...named.map(([name, value]) => [h("span", { class: "mono field id" }, name), json(value), setBy(histories.get(name))]),
    ...gone.map((name) => [h("span", { class: "mono field id" }, name), h("span", { class: "faint" }, "removed"), setBy(histories.get(name))]),
  ];
}

function setBy(values = []) {
  if (!values.length) return h("span", { class: "faint" }, "–");
  const [newest, ...older] = values;
  return h("div", {}, source(newest), older.length ? h("details", { class: "history" },
    h("summary", {}, counted(older.length, "earlier change")),
    h("ol", {}, values.map((value) => h("li", {}, difference(value), " ", source(value))))) : null);
}

const SHORT = 80;

/** A value before and after: in a line, or side by side when one of them is long. */
export function difference(value) {
  if ([value.before, value.after].some((item) => typeof item === "object" && brief(item).length > SHORT)) {
    return h("div", { class: "diff" },
      "before" in value ? h("div", { class: "before" }, h("span", { class: "unseen" }, "before "), json(value.before)) : null,
      h("div", { class: "after" }, h("span", { class: "unseen" }, "after "), "after" in value ? json(value.after) : "removed"));
  }
  return [
    "before" in value ? h("span", { class: "mono before" }, brief(value.before)) : null,
    "before" in value && "after" in value ? " → " : null,
    "after" in value ? h("span", { class: "mono after" }, brief(value.after)) : "before" in value ? " → removed" : null,
  ];
}

function source(value) {
  if (value.kept === false || value.number === null) return h("span", { class: "faint" }, "no longer in the journal");
  return h("span", { class: "number" }, h("a", { href: link(["entry", String(value.number)]), title: `${value.method} ${value.path}` }, `#${value.number}`), " ", instant(value.at));
}
