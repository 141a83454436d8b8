// What was looked for, among the people of every project and in the journal.

import { get, ofProject } from "/_sim/inspector/api.js";
import { h } from "/_sim/inspector/dom.js";
import { counted } from "/_sim/inspector/format.js";
import { entriesTable } from "/_sim/inspector/journal.js";
import { peopleTable } from "/_sim/inspector/people.js";
import { link } from "/_sim/inspector/router.js";

const FEW = 5;
const SOME = 20;

export async function search({ query, signal }) {
  const text = query.text ?? "";
  const all = await get("/_sim/projects", {}, signal);
  const found = await Promise.all(all.map(async (project) => ({
    name: project.name, ...(await get(ofProject(project.name, "users"), { search: text, limit: FEW }, signal)),
  })));
  const { entries, next } = await get("/_sim/journal", { text, newest: true, limit: SOME }, signal);
  const anybody = found.some((part) => part.users.length);
  return [
    h("div", { class: "bar" }, h("h1", {}, "Search ", h("small", {}, text)),
      anybody ? h("div", { class: "end" }, h("a", { class: "button", href: link(["compare"], { user: text }) }, "Compare across projects")) : null),
    found.filter((part) => part.users.length).map((part) => [
      h("h2", {}, `People in ${part.name} `, h("small", {}, counted(part.total, "person", "people"))),
      peopleTable(part.name, part.users, ""),
      part.next ? h("p", {}, h("a", { href: link(["people"], { project: part.name, search: text }) }, `Show all ${part.total}`)) : null,
    ]),
    anybody ? null : h("p", { class: "faint" }, "No matching people."),
    h("h2", {}, "Requests"),
    entriesTable(entries, "No matching requests."),
    next ? h("p", {}, h("a", { href: link(["journal"], { text }) }, "Show all requests")) : null,
  ];
}
