// Every project side by side: what it goes by, what is in it, what became of its requests.

import { get, ofProject } from "/_sim/inspector/api.js";
import { copyable, fill, h } from "/_sim/inspector/dom.js";
import { OUTCOMES, call, figure, instant, outcome, outcomeClass, partly, status } from "/_sim/inspector/format.js";
import { link } from "/_sim/inspector/router.js";
import { timeline } from "/_sim/inspector/timeline.js";

const TYPES = {
  email: ["email-based", "Users are identified by email. Events for an unknown userId are refused, and those for an unknown email are dropped."],
  userid: ["userID-based", "Users are identified by userId. Events for an unknown userId create the user. Calls with an email alone are refused."],
  hybrid: ["hybrid", "Users are identified by email or userId. Events for an unknown email or userId create the user."],
};

export async function overview({ signal }) {
  const all = await get("/_sim/projects", {}, signal);
  const losses = new Map();
  const content = (projects) => Promise.all(projects.map((project) => card(project, losses, signal)));
  const place = h("div", { class: "cards" }, await content(all));
  let reading = false;
  const changed = async () => {
    if (reading) return;
    reading = true;
    const cards = await get("/_sim/projects", {}, signal).then(content).catch(() => null);
    if (cards && !signal.aborted) fill(place, cards);
    reading = false;
  };
  return [
    h("h1", { class: "unseen" }, "Projects"),
    all.length ? [timeline("", signal, { changed }), place] : h("p", { class: "empty" }, "No projects."),
  ];
}

async function card(project, losses, signal) {
  const { outcomes, lost, more } = await get(ofProject(project.name, "outcomes"), {}, signal);
  const requests = OUTCOMES.reduce((sum, name) => sum + outcomes[name], 0);
  const last = await Promise.all(lost.map((number) => entryOf(number, losses, signal)));
  const { users, events, ...others } = project.counts;
  const rest = Object.entries(others).filter(([, count]) => count).map(([name, count]) => `${name} ${figure(count)}`);
  const [type, words] = TYPES[project.type];
  return h("section", { class: "card", "aria-label": project.name },
    h("h2", {}, project.name, " ", project.name === type ? null : h("small", {}, type)),
    h("p", { class: "faint" }, words),
    h("ul", { class: "counts" },
      countOf(users, users === 1 ? "person" : "people", link(["people"], { project: project.name })),
      countOf(events, events === 1 ? "event" : "events", link(["events"], { project: project.name })),
      countOf(requests, requests === 1 ? "request" : "requests", link(["journal"], { project: project.name }), more)),
    requests ? [proportions(outcomes, requests), h("ul", { class: "counts small", "aria-label": "Outcomes" }, OUTCOMES.map((name) =>
      countOf(outcomes[name], name, link(["journal"], { project: project.name, outcome: name }))))] : null,
    rest.length ? h("p", { class: "faint" }, rest.join(", ")) : null,
    h("p", {}, h("span", { class: "faint" }, "API key "), project.apiKeys.map((key) => h("code", { class: "id" }, key, " "))),
    last.length ? recent(last.filter(Boolean)) : null,
    requests || users ? null : first(project));
}

/** An entry, which never changes, so that it is read once; null when it is no longer kept. */
async function entryOf(number, losses, signal) {
  if (!losses.has(number)) losses.set(number, await get(`/_sim/journal/${number}`, {}, signal).catch(() => null));
  return losses.get(number);
}

function countOf(number, name, href, more = false) {
  return h("li", {}, h("a", { href, "data-row": true }, h("b", {}, `${figure(number)}${more ? "…" : ""}`), name));
}

function proportions(outcomes, requests) {
  return h("div", { class: "proportions", "aria-hidden": "true" }, OUTCOMES.filter((name) => outcomes[name]).map((name) => {
    const part = h("span", { class: outcomeClass(name), title: `${figure(outcomes[name])} ${name}` });
    part.style.flexGrow = outcomes[name] / requests;
    return part;
  }));
}

function recent(entries) {
  return [
    h("h3", { class: "faint" }, "Recently refused or dropped"),
    h("ul", { class: "refusals" }, entries.map((entry) =>
      h("li", {}, h("a", { href: link(["entry", String(entry.number)]) }, call(entry.method, entry.path), entry.reply?.code && entry.outcome === "refused" ? [" ", h("span", { class: "mono code" }, entry.reply.code)] : ""),
        h("span", { class: "faint" }, status(entry), " ", outcome(entry), " ", partly(entry), " ", instant(entry.at))))),
  ];
}

function first(project) {
  const key = project.apiKeys[0] ?? "";
  const body = JSON.stringify({ email: "ada@example.com", userId: "u1", dataFields: { plan: "gold" } });
  const line = `curl ${location.origin}/api/users/update -H 'Api-Key: ${key}' -d '${body}'`;
  return h("div", {}, h("p", {}, "No requests yet. Try one:"), copyable(line, "Command"));
}
