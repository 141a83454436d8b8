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
  if (everything) options.unshift(h("option", { value: "", selected: !chosen }, "All projects"));
  return h("label", {}, "Project",
    h("select", { change: (event) => go([view], { ...query, project: event.target.value }) }, options));
}

/** A table; a column is a text, or a text and classes. Each row is a list of cells. On a narrow screen a row is a block. */
export function table(caption, columns, rows, empty) {
  if (!rows.length) return h("p", { class: "rows empty" }, empty);
  const heads = columnsOf(columns);
  // The roles are said, as browsers take them from tables that are laid out as blocks.
  return h("div", { class: "rows" },
    h("table", { role: "table" },
      h("caption", { class: "unseen" }, caption),
      h("thead", { role: "rowgroup" }, h("tr", { role: "row" }, heads.map(([name, kind]) =>
        h("th", { scope: "col", role: "columnheader", class: kind }, name || h("span", { class: "unseen" }, "Select"))))),
      h("tbody", { role: "rowgroup" }, rows.map((cells) => row(heads, cells)))));
}

/** Columns as `row` takes them. */
export const columnsOf = (columns) => columns.map((column) => (Array.isArray(column) ? column : [column, null]));

/** One row of such a table. */
export function row(heads, cells, { fresh = false } = {}) {
  return h("tr", { class: fresh ? "new" : null, role: "row" },
    cells.map((cell, index) => h("td", { class: heads[index]?.[1] ?? null, role: "cell" }, cell)));
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
    at ? h("a", { class: "button", href: link(view, { ...query, [cursor]: undefined }) }, "First page") : null,
    next ? h("a", { class: "button", href: link(view, { ...query, [cursor]: next }) }, "Next page") : null);
}

const ROOM = "(min-width: 40rem)";

/** A form whose fields become parameters of the address; a field has a size, or a list of what it may be. */
export function filters(view, query, fields, { title = "Filter", action = "Apply" } = {}) {
  const inputs = fields.map(([name, label, kind]) => h("label", { class: "tall" }, label, Array.isArray(kind)
    ? h("select", { name }, h("option", { value: "" }, "Any"), kind.map((value) => h("option", { value, selected: query[name] === value }, value)))
    : h("input", { name, value: query[name] ?? "", size: kind, autocomplete: "off", spellcheck: "false" })));
  const submitted = (event) => {
    event.preventDefault();
    go(view, { project: query.project, ...Object.fromEntries(new FormData(event.target)) });
  };
  const isFiltered = fields.some(([name]) => query[name]);
  return h("details", { class: "filter", open: isFiltered || matchMedia(ROOM).matches }, h("summary", {}, title),
    h("form", { class: "fields", submit: submitted }, inputs, h("button", {}, action),
      isFiltered ? h("a", { class: "button", href: link(view, { project: query.project }) }, "Clear") : null));
}
