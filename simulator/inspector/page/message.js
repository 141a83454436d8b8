// One message from the SDK to the profile: as it came in, as Segment passed it on, and what each project made of it.

import { Refusal, get } from "/_sim/inspector/api.js";
import { h } from "/_sim/inspector/dom.js";
import { changed } from "/_sim/inspector/entry.js";
import { bothTimes, call, identifier, outcome, ruleId, status } from "/_sim/inspector/format.js";
import { json } from "/_sim/inspector/json.js";
import { difference } from "/_sim/inspector/person.js";
import { recordButton } from "/_sim/inspector/record.js";
import { link } from "/_sim/inspector/router.js";
import { named } from "/_sim/inspector/segment.js";

const EVERY = 1000;

export async function message({ parts, signal }) {
  if (!/^\d{1,15}$/.test(parts[0] ?? "")) throw new Refusal(404, "There is no message with that number.");
  const shown = await get(`/_sim/messages/${parts[0]}`, {}, signal);
  const { request } = shown;
  if (shown.outcome === "waiting") again(signal);
  return [
    h("div", { class: "bar" },
      h("h1", {}, `#${shown.number} `, named(shown)), outcome(shown),
      h("div", { class: "end" }, step(shown.number - 1, "Previous"), step(shown.number + 1, "Next"),
        request.index === null || !shown.passedOn ? null : h("a", { class: "button", href: link(["try"], { source: shown.writeKey, number: shown.number }) }, "Edit and try"))),
    shown.reason ? h("p", {}, shown.reason, shown.rule ? [" ", ruleId(shown.rule)] : null,
      shown.repeats ? [" ", h("a", { href: link(["message", String(shown.repeats)]) }, `duplicate of #${shown.repeats}`)] : null) : null,
    h("p", { class: "faint" }, bothTimes(shown.receivedAt), " · write key ", shown.writeKey ? identifier(shown.writeKey) : "none", " · ",
      h("a", { href: link(["entry", String(request.number)]) }, `${request.method} ${request.path}`), ` ${request.status}`,
      request.index === null ? "" : ` · message ${request.index + 1} in the request`,
      request.retryCount === null ? "" : ` · retry ${request.retryCount}`),
    h("div", { class: "sides" },
      h("section", {}, h("h2", {}, "Received"), json(shown.received)),
      passedOn(shown)),
    h("h2", {}, "By project"),
    shown.projects.length ? h("div", { class: "cards" }, shown.projects.map((project) => inProject(project, saved(shown, project)))) :
      h("p", { class: "faint" }, shown.outcome === "waiting" ? "Delivery in progress…" : "Reached no project."),
  ];
}

/** Shows the message anew after a while, unless somebody has gone elsewhere. */
function again(signal) {
  setTimeout(() => signal.aborted || window.dispatchEvent(new Event("hashchange")), EVERY);
}

function step(number, name) {
  return number > 0 ? h("a", { class: "button", href: link(["message", String(number)]) }, name) : null;
}

function saved(shown, project) {
  const numbers = project.subscriptions.flatMap((item) => item.requests.map((request) => request.number)).sort((one, other) => one - other);
  const mapping = project.subscriptions.filter((item) => item.action).map((item) => ({
    name: item.subscription, partnerAction: item.action, subscribe: item.subscribe, mapping: item.mapping ?? {},
  }));
  return numbers.length ? recordButton({ project: project.project, selection: { numbers, events: [shown.passedOn], mapping }, name: `${project.project}-message-${shown.number}` }) : null;
}

/** A message as Segment passes it on, with what it added marked; or why it does not. */
export function passedOn(shown) {
  if (!shown.passedOn) return h("section", {}, h("h2", {}, "Sent to destinations"), h("p", { class: "faint" }, "Not forwarded."));
  const rules = new Map(shown.added.map((change) => [change.field, change]));
  return h("section", {}, h("h2", {}, "Sent to destinations"), marked(shown.passedOn, rules),
    rules.size ? h("details", { class: "history" }, h("summary", {}, "Added by Segment"),
      h("dl", { class: "facts" }, shown.added.map((change) => [
        h("dt", { class: "mono" }, change.field),
        h("dd", {}, difference(change.before === null ? { after: change.after } : change), " ", ruleId(change.rule))]))) : null);
}

function marked(value, rules, before = "") {
  return h("div", { class: before ? "mono" : "json mono" }, Object.entries(value).map(([name, item]) => {
    const path = before + name;
    const change = rules.get(path);
    const inside = !change && [...rules.keys()].some((field) => field.startsWith(`${path}.`));
    const shown = inside && item !== null && typeof item === "object" ? marked(item, rules, `${path}.`) : json(item, 1);
    return h("div", { class: "inside" }, h("span", { class: change ? "after" : null, title: change?.rule },
      h("span", { class: "name" }, name), ": ", shown, change ? h("span", { class: "unseen" }, " added by Segment") : null));
  }));
}

/** What a project made of a message, or would. */
export function inProject(project, ...tools) {
  return h("section", { class: "card", "aria-label": project.project },
    h("div", { class: "bar" }, h("h2", {}, project.project), outcome(project), h("div", { class: "end" }, tools)),
    project.note ? h("p", { class: "faint" }, project.note) : null,
    project.subscriptions.map((item) => subscription(item, project.project)));
}

function subscription(item, project) {
  const name = item.subscription ?? "All subscriptions";
  return h("details", { class: "subscription", open: item.outcome !== "not subscribed" },
    h("summary", { "data-row": true }, h("b", {}, name), " ", item.action ? h("span", { class: "faint" }, `${item.action} `) : null, outcome(item)),
    item.subscribe ? h("p", {}, h("code", {}, item.subscribe)) : null,
    item.reason ? h("p", { class: item.outcome === "not subscribed" ? "faint" : "status refused" }, item.reason) : null,
    item.tries > 1 ? h("p", { class: "faint" }, `${item.tries} attempts`) : null,
    item.uncertain ? h("p", { class: "faint" }, "May have been delivered: no reply was received.") : null,
    item.mapping && item.outcome !== "not subscribed" ? h("details", { class: "history" }, h("summary", {}, "Mapping"), json(item.mapping)) : null,
    item.requests.map((request) => exchange(request, project)));
}

function exchange(request, project) {
  if (!request.method) return h("p", {}, `#${request.number} `, h("span", { class: "faint" }, request.note));
  const tried = "status" in request;
  return h("div", { class: "exchange" },
    h("p", {}, request.number ? h("a", { href: link(["entry", String(request.number)]) }, `#${request.number} `, call(request.method, request.path)) : call(request.method, request.path)),
    json(request.body),
    tried ? h("p", {}, status(request), " ", outcome(request), " ", request.reply?.code ?? "", " ", (request.rules ?? []).map((rule) => [ruleId(rule), " "])) : null,
    tried && request.status >= 400 ? json(request.reply) : null,
    tried ? (request.changes.length ? request.changes.map((change) => changed(change, request.number ? project : null)) : h("p", { class: "faint" }, "No profile changed")) : null);
}
