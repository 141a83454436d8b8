// One request: what was asked, what was answered, which rules decided, and what it changed.

import { Refusal, get } from "/_sim/inspector/api.js";
import { h, json } from "/_sim/inspector/dom.js";
import { bothTimes, outcome, status, who } from "/_sim/inspector/format.js";
import { difference } from "/_sim/inspector/person.js";
import { recordButton } from "/_sim/inspector/record.js";
import { link } from "/_sim/inspector/router.js";

let rulebook = null;

export async function entry({ parts, signal }) {
  // Anything else could be the path of another part of the control surface.
  if (!/^\d+$/.test(parts[0] ?? "")) throw new Refusal(404, "There is no request of that number.");
  const shown = await get(`/_sim/journal/${parts[0]}`, {}, signal);
  rulebook ??= get("/_sim/rules").then((rules) => new Map(rules.map((rule) => [rule.id, rule])));
  const rules = await rulebook;
  return [
    h("div", { class: "bar" },
      h("h1", {}, `#${shown.number} `, h("span", { class: "mono" }, `${shown.method} ${shown.path}`)), status(shown), outcome(shown),
      shown.fault ? h("span", { class: "tag fault" }, "a fault was in the way") : null,
      h("div", { class: "end" },
        step(shown.number - 1, "Earlier"), step(shown.number + 1, "Later"),
        shown.project ? recordButton(shown.project, { numbers: [shown.number] }, "Save as a scenario") : null)),
    h("p", { class: "faint" }, `${bothTimes(shown.at)}, ${shown.project ? `project ${shown.project}` : "no project"}`,
      shown.users.length ? `, about ${shown.users.join(", ")}` : ""),
    h("div", { class: "sides" },
      h("section", {}, h("h2", {}, "Request"), facts(shown), shown.body === null ? h("p", { class: "faint" }, "no body") : json(shown.body)),
      h("section", {}, h("h2", {}, "Reply"), shown.status === null ? h("p", {}, "The connection was closed without one.") : json(shown.reply)),
      h("section", {}, h("h2", {}, "Rules"), shown.rules.length ? shown.rules.map((id) => ruleOf(rules.get(id), id)) : h("p", { class: "faint" }, "no rule decided this")),
      h("section", {}, h("h2", {}, "Change of state"), shown.changes.length ? shown.changes.map((change) => changed(change, shown.project)) : h("p", { class: "faint" }, "nothing changed"))),
  ];
}

function step(number, name) {
  return number > 0 ? h("a", { class: "button", href: link(["entry", String(number)]) }, name) : null;
}

function facts(shown) {
  const headers = Object.entries(shown.headers);
  return [
    shown.query ? h("p", { class: "mono" }, `?${shown.query}`) : null,
    headers.length ? h("details", { class: "history" }, h("summary", {}, `${headers.length} headers`),
      h("dl", { class: "facts mono" }, headers.map(([name, value]) => [h("dt", {}, name), h("dd", {}, value)]))) : null,
  ];
}

function ruleOf(rule, id) {
  return h("div", {}, h("p", {}, h("code", {}, id)), rule ? [
    h("p", {}, rule.statement),
    h("p", { class: "faint" }, `${rule.confidence}: ${rule.source}`)] : null);
}

/** What changed of a person; with no project, in a copy of it, where nobody can look. */
export function changed(change, project) {
  const done = { created: "came to be", updated: "was written", removed: "went" }[change.what] ?? change.what;
  return h("div", {},
    h("p", {}, project ? h("a", { href: link(["person", String(change.person)], { project }) }, who(change)) : who(change), ` ${done}`,
      change.asked ? [", as ", h("a", { href: link(["entry", String(change.asked)]) }, `#${change.asked}`), " had asked"] : null),
    change.fields.length ? h("dl", { class: "facts" }, change.fields.map((field) => [
      h("dt", { class: "mono" }, field.field), h("dd", {}, difference(field))])) : null,
    change.events.map((event) => h("p", {}, h("span", { class: "tag" }, "event"), ` ${event.name} `, h("code", { class: "faint" }, event.id))));
}
