// What apps and pages are given: in-app messages, embedded messages, and the criteria of unknown visitors.

import { Refusal, call, get, ofProject } from "/_sim/inspector/api.js";
import { fill, h, toast } from "/_sim/inspector/dom.js";
import { chooser, projects } from "/_sim/inspector/frame.js";
import { json } from "/_sim/inspector/json.js";

const CONDITION = { dataType: "customEvent", field: "eventName", comparatorType: "Equals", value: "Viewed", fieldType: "string" };
const MET = { dataType: "customEvent", searchCombo: { combinator: "And", searchQueries: [CONDITION] } };
const PARTS = [
  {
    path: "in-app-messages", list: "messages", id: "id", one: "in-app message", title: "In-app messages",
    empty: "No in-app messages.",
    example: { email: "ada@example.com", html: "<a href='iterable://dismiss'>Hello</a>", webInAppDisplaySettings: { position: "Center" } },
  },
  {
    path: "embedded-messages", list: "messages", id: "messageId", one: "embedded message", title: "Embedded messages",
    empty: "No embedded messages.",
    example: { placementId: 1, elements: { title: "Hello", body: "Welcome back", buttons: [] } },
  },
  {
    path: "criteria", list: "criteria", id: "criteriaId", one: "criterion", title: "Unknown user criteria",
    empty: "No criteria: unknown users get no profile.",
    example: { criteriaId: "1", name: "Has viewed", searchQuery: { combinator: "And", searchQueries: [{ combinator: "Or", searchQueries: [MET] }] } },
  },
];

export async function apps({ project, signal }) {
  const { all, chosen } = await projects(project, signal);
  const head = h("div", { class: "bar" }, h("h1", {}, "Apps"), h("div", { class: "end" }, chooser(all, chosen, "apps")));
  if (!chosen) return [head, h("p", { class: "empty" }, "No projects.")];
  return [head, h("div", { class: "cards" }, await Promise.all(PARTS.map((part) => section(chosen.name, part, signal))))];
}

async function section(project, part, signal) {
  const place = h("div", {});
  await show(project, part, place, signal);
  return h("section", { class: "card", "aria-label": part.title }, h("h2", {}, part.title), place, form(project, part, place, signal));
}

async function show(project, part, place, signal) {
  const path = ofProject(project, part.path);
  const found = (await get(path, {}, signal))[part.list];
  const remove = (id) => async () => {
    await call("DELETE", `${path}/${encodeURIComponent(id)}`);
    toast(`Removed ${part.one} ${id}`);
    await show(project, part, place, signal);
  };
  fill(place, found.length ? found.map((item) => h("div", { class: "copy" }, h("div", { class: "wide" }, json(item)),
    h("button", { type: "button", "data-row": true, "aria-label": `Remove ${part.one} ${item[part.id]}`, click: remove(item[part.id]) }, "Remove")))
    : h("p", { class: "faint" }, part.empty));
}

function form(project, part, place, signal) {
  const mistake = h("p", { role: "alert", class: "status refused" });
  const area = h("textarea", { rows: 10, spellcheck: "false", class: "mono code", "aria-label": `New ${part.one} as JSON` }, JSON.stringify(part.example, null, 2));
  const submitted = async (event) => {
    event.preventDefault();
    mistake.textContent = "";
    try {
      await call("POST", ofProject(project, part.path), { body: JSON.parse(area.value) });
      toast(`Added ${part.one}`);
      await show(project, part, place, signal);
    } catch (error) {
      if (!(error instanceof Refusal || error instanceof SyntaxError)) throw error;
      mistake.textContent = error instanceof Refusal ? error.message : `Invalid JSON: ${error.message}`;
    }
  };
  return h("form", { submit: submitted }, area, h("p", {}, h("button", {}, `Add ${part.one}`)), mistake);
}
