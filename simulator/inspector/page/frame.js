// What several views have: the choice of a project, a table of rows, the way to more of them.

import { get } from "/_sim/inspector/api.js";
import { h } from "/_sim/inspector/dom.js";
import { go, link } from "/_sim/inspector/router.js";

/** The projects, and the one that is meant: the named one, or the first. */
export async function projects(name, signal) {
  const all = await get("/_sim/projects", {}, signal);
  return { all, chosen: all.find((project) => project.name === name) ?? all[0] };
}

/** The choice of a project; a view that is about all of them has a line for that. */
export function chooser(all, chosen, view, { everything = false, query = {} } = {}) {
  const options = all.map((project) =>
    h("option", { value: project.name, selected: chosen?.name === project.name }, project.name === project.type ? project.name : `${project.name} (${project.type})`));
  if (everything) options.unshift(h("option", { value: "", selected: !chosen }, "all projects"));
  return h("label", {}, "Project",
    h("select", { change: (event) => go([view], { ...query, project: event.target.value }) }, options));
}

/** A table; a column is a text, or a text and a class. Each row is a list of cells. */
export function table(caption, columns, rows, empty) {
  if (!rows.length) return h("p", { class: "rows empty" }, empty);
  const heads = columns.map((column) => (Array.isArray(column) ? column : [column, null]));
  return h("div", { class: "rows" },
    h("table", {},
      h("caption", { class: "unseen" }, caption),
      h("thead", {}, h("tr", {}, heads.map(([name, kind]) => h("th", { scope: "col", class: kind }, name)))),
      h("tbody", {}, rows.map((cells) => row(heads, cells)))));
}

/** One row of such a table. */
export function row(heads, cells, { fresh = false } = {}) {
  return h("tr", { class: fresh ? "new" : null }, cells.map((cell, index) => h("td", { class: heads[index]?.[1] ?? null }, cell)));
}

/** The link of a row, to which `j` and `k` go. */
export function rowLink(href, ...content) {
  return h("a", { href, "data-row": true }, content);
}

/** The ways to the first rows and to the next. */
export function pages(view, query, cursor, next) {
  const at = query[cursor];
  if (!at && !next) return null;
  return h("p", { class: "bar" },
    at ? h("a", { class: "button", href: link(view, { ...query, [cursor]: undefined }) }, "First") : null,
    next ? h("a", { class: "button", href: link(view, { ...query, [cursor]: next }) }, "More") : null);
}

/** A form whose fields become parameters of the address; a field has a size, or a list of what it may be. */
export function filters(view, query, fields) {
  const inputs = fields.map(([name, label, kind]) => h("label", { class: "tall" }, label, Array.isArray(kind)
    ? h("select", { name }, h("option", { value: "" }, "any"), kind.map((value) => h("option", { value, selected: query[name] === value }, value)))
    : h("input", { name, value: query[name] ?? "", size: kind, autocomplete: "off", spellcheck: "false" })));
  const submitted = (event) => {
    event.preventDefault();
    const given = Object.fromEntries(new FormData(event.target));
    go(view, { project: query.project, ...given });
  };
  return h("form", { class: "fields", submit: submitted }, inputs, h("button", {}, "Filter"));
}
