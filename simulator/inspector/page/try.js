// A message and a mapping to be changed, and at once what each project would make of them; nothing is sent.

import { Refusal, call, get } from "/_sim/inspector/api.js";
import { fill, h, toast } from "/_sim/inspector/dom.js";
import { outcome, ruleId } from "/_sim/inspector/format.js";
import { inProject, passedOn } from "/_sim/inspector/message.js";
import { save } from "/_sim/inspector/record.js";
import { go } from "/_sim/inspector/router.js";

const SOON = 250;
const FIRST = { type: "track", event: "Order Completed", userId: "ada", properties: { total: 12.5 }, context: { traits: { email: "ada@example.com" } } };
// What a message has from the request that brought it.
const OF_REQUEST = ["type", "messageId", "sentAt"];
const MERGED = ["context", "integrations"];

export async function tryMessage({ query, signal }) {
  const sources = await get("/_sim/sources", {}, signal);
  const source = sources.find((item) => item.writeKey === query.source) ?? sources[0];
  if (!source) throw new Refusal(404, "No sources. Add one with POST /_sim/sources.");
  const kept = /^\d{1,15}$/.test(query.number ?? "") ? await get(`/_sim/messages/${query.number}`, {}, signal) : null;
  const path = `/_sim/sources/${encodeURIComponent(source.writeKey)}`;
  const given = kept ? asSent(kept) : FIRST;
  const receivedAt = kept?.receivedAt;
  const { mapping } = await call("POST", `${path}/preview`, { body: { message: given, receivedAt }, signal });
  const area = { message: editor("Message", given), mapping: editor("Mapping", mapping) };
  const problem = h("p", { role: "alert", class: "status refused" });
  const seen = h("div", { "aria-live": "polite" });
  let inForce = pretty(mapping);
  const body = () => {
    const changed = area.mapping.value !== inForce;
    const message = parsed(area.message);
    return { message, receivedAt, ...(changed ? { mapping: parsed(area.mapping) } : {}) };
  };
  const attempt = async (work) => {
    try {
      await work();
      problem.textContent = "";
    } catch (error) {
      if (signal.aborted || error.name === "AbortError") return;
      if (!(error instanceof Refusal)) throw error;
      problem.textContent = error.message;
    }
  };
  let turn = 0;
  const look = () => attempt(async () => {
    const mine = ++turn;
    const found = await call("POST", `${path}/preview`, { body: body(), signal });
    if (mine === turn) fill(seen, result(found));
  });
  let later = 0;
  const typed = () => {
    clearTimeout(later);
    later = setTimeout(look, SOON);
  };
  Object.values(area).forEach((item) => item.addEventListener("input", typed));
  const saveIt = () => attempt(async () => {
    save(await call("POST", `${path}/scenario`, { body: body() }), kept ? `message-${kept.number}` : "message");
  });
  const useIt = () => attempt(async () => {
    const { projects, settings } = source;
    const all = await get("/_sim/projects", {}, signal);
    // A source that feeds every project goes on to do so.
    const every = all.length === projects.length && all.every((project) => projects.includes(project.name));
    await call("POST", "/_sim/sources", { body: { writeKey: source.writeKey, projects: every ? [] : projects, settings, mapping: parsed(area.mapping) } });
    inForce = area.mapping.value;
    used.textContent = `Now in use for ${source.writeKey}.`;
    toast(`Mapping saved for ${source.writeKey}`);
  });
  const used = h("span", { class: "faint" });
  await look();
  return [
    h("div", { class: "bar" }, h("h1", {}, "Try a message"),
      h("label", {}, "Write key", h("select", { change: (event) => go(["try"], { ...query, source: event.target.value }) },
        sources.map((item) => h("option", { value: item.writeKey, selected: item === source }, item.writeKey))))),
    h("p", { class: "faint" }, kept ? `Message #${kept.number} as received. ` : "", "Dry run: nothing is sent."),
    h("div", { class: "sides" },
      h("section", {}, h("h2", {}, "Message"), area.message, h("p", { class: "bar" }, h("button", { type: "button", click: saveIt }, "Save as scenario"))),
      h("section", {}, h("h2", {}, "Mapping"), area.mapping, h("p", { class: "bar" }, h("button", { type: "button", click: useIt }, "Use this mapping"), used))),
    problem,
    seen,
  ];
}

function asSent(kept) {
  const message = { ...kept.received };
  for (const { field, after } of kept.added) {
    const [outer, ...inner] = field.split(".");
    if (OF_REQUEST.includes(field)) message[field] = after;
    else if (MERGED.includes(outer)) message[outer] = { ...message[outer], [inner.join(".")]: after };
  }
  return message;
}

function editor(name, value) {
  const area = h("textarea", { rows: 24, spellcheck: "false", class: "mono code", "aria-label": `${name} as JSON` });
  area.value = pretty(value);
  return area;
}

function pretty(value) {
  return JSON.stringify(value, null, 2);
}

function parsed(area) {
  try {
    return JSON.parse(area.value);
  } catch (error) {
    throw new Refusal(0, `${area.getAttribute("aria-label").replace(" as JSON", "")}: invalid JSON: ${error.message}`);
  }
}

function result(found) {
  return [
    h("div", { class: "bar" }, h("h2", {}, "Preview"), outcome(found)),
    found.reason ? h("p", {}, found.reason, " ", ruleId(found.rule)) : null,
    h("div", { class: "cards" }, found.projects.map((project) => inProject(project))),
    h("h2", {}, "At Segment"),
    h("div", { class: "sides one-side" }, passedOn(found)),
  ];
}
