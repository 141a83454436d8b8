// One request: what was asked, what was answered, which rules decided, and what it changed.

import { Refusal, bytes, get } from "/_sim/inspector/api.js";
import { copy, fill, h } from "/_sim/inspector/dom.js";
import { bothTimes, call, identifiers, outcome, partly, ruleId, status, who } from "/_sim/inspector/format.js";
import { curlOf } from "/_sim/inspector/curl.js";
import { json } from "/_sim/inspector/json.js";
import { difference } from "/_sim/inspector/person.js";
import { recordButton } from "/_sim/inspector/record.js";
import { link } from "/_sim/inspector/router.js";

let rulebook = null;

export async function entry({ parts, signal }) {
  // Anything else could be the path of another part of the control surface.
  if (!/^\d+$/.test(parts[0] ?? "")) throw new Refusal(404, "There is no request with that number.");
  const shown = await get(`/_sim/journal/${parts[0]}`, {}, signal);
  rulebook ??= get("/_sim/rules").then((rules) => new Map(rules.map((rule) => [rule.id, rule])));
  const rules = await rulebook;
  return [
    h("div", { class: "bar" },
      h("h1", {}, `#${shown.number} `, call(shown.method, shown.path, shown.query)), status(shown), outcome(shown), partly(shown),
      shown.fault ? h("span", { class: "tag fault" }, shown.delay ? `fault injected: ${shown.delay} s late` : "fault injected") : null,
      h("div", { class: "end" },
        step(shown.number - 1, "Previous"), step(shown.number + 1, "Next"),
        h("button", { type: "button", click: async () => copy(await curlOf(shown), "curl command") }, "Copy as curl"),
        shown.project ? recordButton({ project: shown.project, selection: { numbers: [shown.number] }, name: `${shown.project}-request-${shown.number}` }) : null)),
    h("p", { class: "faint" }, bothTimes(shown.at), shown.project ? ` · project ${shown.project}` : " · no project",
      shown.users.length ? [" · ", identifiers(shown.users)] : null),
    h("div", { class: "sides" },
      side("Request", shown, "request-body", shown.body === null ? null : json(shown.body), "No body", headers(shown)),
      side("Reply", shown, "reply-body", shown.status === null || shown.reply === null ? null : json(shown.reply),
        shown.status === null ? "Connection closed without a reply" : "No body"),
      h("section", { "aria-label": "Rules" }, h("h2", {}, "Rules"), shown.rules.length ? shown.rules.map((id) => ruleOf(rules.get(id), id)) : h("p", { class: "faint" }, "No rules applied")),
      h("section", { "aria-label": "State changes" }, h("h2", {}, "State changes"), shown.changes.length ? shown.changes.map((change) => changed(change, shown.project)) : h("p", { class: "faint" }, "No changes"))),
  ];
}

function step(number, name) {
  return number > 0 ? h("a", { class: "button", href: link(["entry", String(number)]) }, name) : null;
}

/** A body, read as JSON or as it was sent, with what stands above it. */
function side(title, shown, part, parsed, none, ...above) {
  const content = h("div", {}, parsed ?? h("p", { class: "faint" }, none));
  const read = async () => new TextDecoder().decode(await bytes(`/_sim/journal/${shown.number}/${part}`));
  const raw = h("button", { type: "button", class: "small", "aria-pressed": "false", click: async () => {
    const isRaw = raw.getAttribute("aria-pressed") === "false";
    fill(content, isRaw ? h("pre", { class: "raw", tabindex: "0" }, await read()) : parsed);
    raw.setAttribute("aria-pressed", String(isRaw));
  } }, "Raw");
  const buttons = parsed ? [raw, h("button", { type: "button", class: "small", "aria-label": `Copy ${title.toLowerCase()} body`, click: async () => copy(await read(), `${title} body`) }, "Copy")] : [];
  return h("section", { "aria-label": title }, h("div", { class: "bar" }, h("h2", {}, title), h("div", { class: "end" }, buttons)), above, content);
}

function headers(shown) {
  const given = Object.entries(shown.headers);
  return given.length ? h("details", { class: "history" }, h("summary", {}, `${given.length} ${given.length === 1 ? "header" : "headers"}`),
    h("dl", { class: "facts mono" }, given.map(([name, value]) => [h("dt", {}, name), h("dd", {}, value)]))) : null;
}

function ruleOf(rule, id) {
  return h("div", { class: "rule" }, h("p", {}, ruleId(id)), rule ? [
    h("p", {}, rule.statement),
    h("p", { class: "faint" }, rule.source === rule.confidence ? rule.source : `${rule.confidence}: ${rule.source}`),
    rule.open ? h("p", { class: "faint" }, `open: ${rule.open}`) : null,
    rule.settings ? h("p", { class: "faint" }, "settings: ", rule.settings.map((name) => h("code", {}, name, " "))) : null] : null);
}

/** What changed of a person; with no project, in a copy of it, where nobody can look. */
export function changed(change, project) {
  return h("div", { class: "change" },
    h("p", {}, project ? h("a", { href: link(["person", String(change.person)], { project }) }, who(change)) : who(change), ` ${change.what}`,
      change.asked ? [", requested by ", h("a", { href: link(["entry", String(change.asked)]) }, `#${change.asked}`)] : null),
    change.fields.length ? h("dl", { class: "facts" }, change.fields.map((field) => [
      h("dt", { class: "mono" }, field.field), h("dd", {}, difference(field))])) : null,
    change.events.map((event) => h("p", {}, h("span", { class: "tag" }, "event"), ` ${event.name} `, h("code", { class: "faint id" }, event.id))));
}
