// The people of a project, found by a part of their email or userId.

import { get, ofProject } from "/_sim/inspector/api.js";
import { h } from "/_sim/inspector/dom.js";
import { counted, stored, who } from "/_sim/inspector/format.js";
import { chooser, filters, pages, projects, rowLink, table } from "/_sim/inspector/frame.js";
import { brief } from "/_sim/inspector/json.js";
import { link } from "/_sim/inspector/router.js";

/** Fields that Iterable writes by itself. */
export const MANAGED = new Set(["email", "userId", "itblInternal", "profileUpdatedAt", "signupDate", "signupSource", "itblUserId"]);
const COLUMNS = [["Person", "first"], ["Updated", "when"], ["Fields", "wide"]];

/** The row of a person. */
export function personRow(project, person) {
  const fields = Object.entries(person.dataFields).filter(([name]) => !MANAGED.has(name));
  return [
    rowLink(link(["person", String(person.person)], { project }), who(person)),
    stored(person.dataFields.profileUpdatedAt),
    h("span", { class: "line mono" }, fields.length ? fields.map(([name, value]) => [h("span", { class: "name" }, name), `: ${brief(value)}  `]) : "–"),
  ];
}

/** A table of people. */
export function peopleTable(project, users, empty) {
  return table("People", COLUMNS, users.map((user) => personRow(project, user)), empty);
}

export async function people({ query, project, signal }) {
  const { all, chosen } = await projects(project, signal);
  if (!chosen) return [h("h1", {}, "People"), h("p", { class: "empty" }, "No projects.")];
  const { users, next, total } = await get(ofProject(chosen.name, "users"), { search: query.search, after: query.after, limit: 50 }, signal);
  return [
    h("div", { class: "bar" }, h("h1", {}, "People ", h("small", {}, counted(total, "person", "people"))),
      h("div", { class: "end" }, chooser(all, chosen, "people", { query: { search: query.search } }),
        h("a", { class: "button", href: link(["compare"], { user: query.search }) }, "Compare across projects"))),
    filters(["people"], { ...query, project: chosen.name }, [["search", "Email or userId", 30]]),
    peopleTable(chosen.name, users, query.search ? "No matching people." : "No people yet."),
    pages(["people"], { ...query, project: chosen.name }, "after", next),
  ];
}
