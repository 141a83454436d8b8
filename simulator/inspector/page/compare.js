// One person side by side in all projects: who they are there, field by field, and what differs.

import { get, ofProject } from "/_sim/inspector/api.js";
import { h } from "/_sim/inspector/dom.js";
import { counted, who } from "/_sim/inspector/format.js";
import { filters } from "/_sim/inspector/frame.js";
import { json } from "/_sim/inspector/json.js";
import { MANAGED } from "/_sim/inspector/people.js";
import { link } from "/_sim/inspector/router.js";

const FEW = 10;
const IDENTITY = new Set(["email", "userId"]);

export async function compare({ query, signal }) {
  const wanted = [...new Set([query.user, query.email, query.userId].filter(Boolean))];
  const form = filters(["compare"], { user: query.user ?? query.email ?? query.userId }, [["user", "Email or userId", 30]], { title: "Person", action: "Compare" });
  const head = h("div", { class: "bar" }, h("h1", {}, "Compare across projects"));
  if (!wanted.length) return [head, form, h("p", { class: "rows empty" }, "Enter an email or userId to see that person in every project.")];
  const all = await get("/_sim/projects", {}, signal);
  const known = await Promise.all(all.map((project) => usersOf(project, wanted, signal)));
  // Whoever is known by a userId here can be known by an email there.
  const others = known.flat().flatMap((user) => [user.email, user.userId]).filter((text) => text && !wanted.includes(text));
  const columns = (await Promise.all(all.map(async (project, index) => {
    const more = others.length ? await usersOf(project, [...new Set(others)], signal) : [];
    return columnsOf(project, new Set([...known[index], ...more].map((user) => user.person)), signal);
  }))).flat();
  const names = fieldNames(columns);
  const rows = names.map((name) => fieldRow(name, columns));
  const onlyDifferences = h("input", { type: "checkbox", change: (event) => table.classList.toggle("differences", event.target.checked) });
  const table = h("table", { class: "compared", role: "table" },
    h("caption", { class: "unseen" }, "Fields in each project"),
    h("thead", { role: "rowgroup" }, h("tr", { role: "row" }, h("th", { scope: "col", role: "columnheader" }, "Field"), columns.map(columnHead))),
    h("tbody", { role: "rowgroup" }, rows,
      rows.some((row) => row.classList.contains("differs")) ? null : h("tr", { class: "none", role: "row" }, h("td", { role: "cell", colspan: columns.length + 1, class: "empty" }, "No differences."))));
  table.style.setProperty("--columns", columns.length);
  return [head, form, h("p", { class: "bar" }, summary(columns), h("label", {}, onlyDifferences, "Only differences")), h("div", { class: "rows" }, table)];
}

/** Whoever has one of some identifiers in a project. */
async function usersOf(project, wanted, signal) {
  const found = await Promise.all(wanted.map(async (text) => {
    const { users } = await get(ofProject(project.name, "users"), { search: text, limit: FEW }, signal);
    return users.filter((user) => user.email === text.toLowerCase() || user.userId === text);
  }));
  return found.flat();
}

/** A column for each of some people of a project; where there is nobody, one that says so. */
async function columnsOf(project, numbers, signal) {
  const profiles = await Promise.all([...numbers].map((number) => get(ofProject(project.name, "profile"), { user: `#${number}` }, signal)));
  return profiles.length ? profiles.map((profile) => columnOf(project, profile)) : [{ project: project.name, profile: null, fields: {} }];
}

function columnOf(project, profile) {
  const set = new Map(profile.history.map(({ field, values }) => [field, values[0]]));
  return { project: project.name, profile, set, fields: { email: profile.email, userId: profile.userId, ...profile.dataFields } };
}

function fieldNames(columns) {
  const given = columns.flatMap(({ fields }) => Object.keys(fields).filter((name) => fields[name] !== null));
  const all = [...new Set(given)];
  const rank = (name) => (name === "email" ? 0 : name === "userId" ? 1 : MANAGED.has(name) ? 3 : 2);
  return all.sort((one, other) => rank(one) - rank(other) || one.localeCompare(other));
}

function columnHead({ project, profile }) {
  return h("th", { scope: "col", role: "columnheader" }, h("span", { class: "project" }, project), profile
    ? [h("a", { href: link(["person", String(profile.person)], { project }) }, who(profile)), h("span", { class: "faint" }, counted(profile.events, "event"))]
    : h("span", { class: "faint" }, "not found"));
}

function fieldRow(name, columns) {
  const there = columns.filter(({ profile }) => profile);
  // What Iterable writes by itself, as when somebody signed up, is never the same.
  const differs = (!MANAGED.has(name) || IDENTITY.has(name)) && new Set(there.map(({ fields }) => canonical(fields[name]))).size > 1;
  return h("tr", { class: differs ? "differs" : "same", role: "row" }, h("th", { scope: "row", role: "rowheader", class: "mono field" }, name, differs ? [" ", h("span", { class: "tag" }, "differs")] : null),
    columns.map(({ project, profile, fields, set }) => h("td", { role: "cell", "data-label": project },
      !profile || fields[name] === undefined || fields[name] === null ? h("span", { class: "faint" }, "–") : h("div", { class: "cell" }, json(fields[name]), setBy(set.get(name))))));
}

function setBy(write) {
  if (!write || write.number === null || write.kept === false) return null;
  return h("a", { class: "small", href: link(["entry", String(write.number)]), title: `Set by ${write.method} ${write.path}` }, `#${write.number}`);
}

function summary(columns) {
  const there = columns.filter(({ profile }) => profile);
  const absent = columns.filter(({ profile }) => !profile).map(({ project }) => project);
  return h("span", {}, there.length ? `In ${counted(new Set(there.map(({ project }) => project)).size, "project")}` : "In no project", absent.length && there.length ? `, not in ${absent.join(", ")}` : "", ".");
}

/** A text that two values share when they are alike, whatever the order of their members. */
function canonical(value) {
  return JSON.stringify(value ?? null, (_, item) =>
    item !== null && typeof item === "object" && !Array.isArray(item) ? Object.fromEntries(Object.entries(item).sort()) : item);
}
