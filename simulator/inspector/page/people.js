// The people of a project, found by a part of their e-mail or userId.

import { get, ofProject } from "/_sim/inspector/api.js";
import { brief, h } from "/_sim/inspector/dom.js";
import { counted, stored, who } from "/_sim/inspector/format.js";
import { chooser, filters, pages, projects, rowLink, table } from "/_sim/inspector/frame.js";
import { link } from "/_sim/inspector/router.js";

const MANAGED = new Set(["email", "userId", "itblInternal", "profileUpdatedAt", "signupDate", "signupSource", "itblUserId"]);
const COLUMNS = ["Who", ["Fields", "wide less"], ["Written", "less"]];

/** The row of a person. */
export function personRow(project, person) {
  const fields = Object.entries(person.dataFields).filter(([name]) => !MANAGED.has(name));
  return [
    rowLink(link(["person", String(person.person)], { project }), who(person)),
    h("span", { class: "one mono" }, fields.map(([name, value]) => `${name}: ${brief(value)}`).join("   ") || "–"),
    stored(person.dataFields.profileUpdatedAt),
  ];
}

/** A table of people. */
export function peopleTable(project, users, empty) {
  return table("People", COLUMNS, users.map((user) => personRow(project, user)), empty);
}

export async function people({ query, project, signal }) {
  const { all, chosen } = await projects(project, signal);
  if (!chosen) return h("p", { class: "empty" }, "There is no project.");
  const { users, next, total } = await get(ofProject(chosen.name, "users"), { search: query.search, after: query.after, limit: 50 }, signal);
  const empty = query.search ? "Nobody has that in an e-mail or userId." : "Nobody is in this project yet.";
  return [
    h("div", { class: "bar" }, h("h1", {}, "People ", h("small", {}, counted(total, "person", "people"))),
      h("div", { class: "end" }, chooser(all, chosen, "people", { query: { search: query.search } }))),
    h("div", { class: "bar" }, filters(["people"], { ...query, project: chosen.name }, [["search", "E-mail or userId", 30]])),
    peopleTable(chosen.name, users, empty),
    pages(["people"], query, "after", next),
  ];
}
