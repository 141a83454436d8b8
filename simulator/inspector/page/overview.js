// Every project side by side: what it goes by, what is in it, what became of its requests.

import { get, ofProject } from "/_sim/inspector/api.js";
import { copyable, h } from "/_sim/inspector/dom.js";
import { OUTCOMES, figure, instant, outcome, status } from "/_sim/inspector/format.js";
import { link } from "/_sim/inspector/router.js";

const KEYS = {
  email: "People are known by their e-mail; an event of an unknown userId is lost.",
  userid: "People are known by their userId; an e-mail alone creates nobody.",
  hybrid: "People are known by either; an event of somebody unknown creates them.",
};
const SHOWN = 5;

export async function overview({ signal }) {
  const all = await get("/_sim/projects", {}, signal);
  const cards = await Promise.all(all.map((project) => card(project, signal)));
  return [
    h("div", { class: "bar" }, h("h1", {}, "Projects")),
    cards.length ? h("div", { class: "cards" }, cards) : h("p", { class: "empty" }, "There is no project."),
  ];
}

async function card(project, signal) {
  const { outcomes, more } = await get(ofProject(project.name, "outcomes"), {}, signal);
  const requests = OUTCOMES.reduce((sum, name) => sum + outcomes[name], 0);
  const lost = await Promise.all(["refused", "dropped"].filter((name) => outcomes[name]).map((name) =>
    get("/_sim/journal", { project: project.name, outcome: name, newest: true, limit: SHOWN }, signal)));
  const last = lost.flatMap((page) => page.entries).sort((one, other) => other.number - one.number).slice(0, SHOWN);
  const { users, events, ...others } = project.counts;
  const rest = Object.entries(others).filter(([, count]) => count).map(([name, count]) => `${name} ${figure(count)}`);
  return h("section", { class: "card", "aria-label": project.name },
    h("h2", {}, project.name, " ", h("small", {}, `${project.type} project`)),
    h("p", { class: "faint" }, KEYS[project.type]),
    h("ul", { class: "counts" },
      countOf(figure(users), "people", link(["people"], { project: project.name })),
      countOf(figure(events), "events", link(["events"], { project: project.name })),
      countOf(`${figure(requests)}${more ? "+" : ""}`, "requests", link(["journal"], { project: project.name }))),
    requests ? h("ul", { class: "counts", "aria-label": more ? `Outcomes of the newest ${figure(requests)} requests` : "Outcomes" }, OUTCOMES.map((name) =>
      countOf(figure(outcomes[name]), name, link(["journal"], { project: project.name, outcome: name })))) : null,
    rest.length ? h("p", { class: "faint" }, rest.join(", ")) : null,
    h("p", {}, h("span", { class: "faint" }, "API key "), project.apiKeys.map((key) => h("code", {}, key, " "))),
    last.length ? losses(last) : null,
    requests || users ? null : first(project));
}

function countOf(number, name, href) {
  return h("li", {}, h("a", { href, "data-row": true }, h("b", {}, number), name));
}

function losses(entries) {
  return [
    h("h3", { class: "faint" }, "Refused or dropped last"),
    h("ul", { class: "refusals" }, entries.map((entry) =>
      h("li", {}, status(entry), outcome(entry),
        h("a", { href: link(["entry", String(entry.number)]) }, `${entry.method} ${entry.path}`, entry.reply?.code ? ` ${entry.reply.code}` : ""),
        instant(entry.at)))),
  ];
}

function first(project) {
  const key = project.apiKeys[0] ?? "";
  const body = JSON.stringify({ email: "ada@example.com", userId: "u1", dataFields: { plan: "gold" } });
  const line = `curl ${location.origin}/api/users/update -H 'Api-Key: ${key}' -d '${body}'`;
  return h("div", {}, h("p", {}, "Nothing has come in yet. Send something:"), copyable(line, "the command"));
}
