// Faults and the clock: what goes wrong on purpose, and what time it is.

import { Refusal, call, get } from "/_sim/inspector/api.js";
import { clockFace, clockWasSet, draw, stateOf } from "/_sim/inspector/clock.js";
import { fill, h, toast } from "/_sim/inspector/dom.js";
import { json } from "/_sim/inspector/json.js";

const HOUR = 3600;

export async function trouble({ signal }) {
  const faults = h("div", {});
  const clock = h("div", {});
  await Promise.all([showFaults(faults, signal), showClock(clock, signal)]);
  return [
    h("div", { class: "bar" }, h("h1", {}, "Faults & clock")),
    h("div", { class: "two" },
      h("div", {},
        h("section", { class: "card", "aria-label": "Active faults" }, h("h2", {}, "Active faults"), faults),
        h("section", { class: "card", "aria-label": "Add a fault" }, h("h2", {}, "Add a fault"), form(faults, signal),
          h("details", { class: "history" }, h("summary", {}, "Add as JSON"), written(faults, signal)))),
      h("section", { class: "card", "aria-label": "Clock" }, h("h2", {}, "Clock"), clock)),
  ];
}

async function showFaults(place, signal) {
  const all = await get("/_sim/faults", {}, signal);
  const remove = (path) => async () => {
    await call("DELETE", path);
    await showFaults(place, signal);
  };
  fill(place, all.length ? [
    all.map((fault) => {
      const { number, left, ...rest } = fault;
      return h("div", { class: "copy" }, h("div", { class: "wide" }, json(rest), left === null ? null : h("p", { class: "faint" }, `${left} left`)),
        h("button", { type: "button", "data-row": true, "aria-label": `Remove fault ${number}`, click: remove(`/_sim/faults/${number}`) }, "Remove"));
    }),
    h("p", {}, h("button", { type: "button", click: remove("/_sim/faults") }, "Remove all")),
  ] : h("p", { class: "faint" }, "No active faults."));
}

async function add(fault, place, mistake, signal) {
  try {
    await call("POST", "/_sim/faults", { body: fault });
    mistake.textContent = "";
    toast("Fault added");
    await showFaults(place, signal);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    mistake.textContent = error.message;
  }
}

function form(place, signal) {
  const mistake = h("p", { role: "alert", class: "status refused" });
  const submitted = (event) => {
    event.preventDefault();
    const given = Object.fromEntries([...new FormData(event.target)].filter(([, value]) => value !== ""));
    const action = { status: { status: Number(given.value) }, delay: { delay: Number(given.value) }, before: { drop: "before" }, after: { drop: "after" } }[given.action];
    const match = Object.fromEntries(["path", "method", "apiKey"].filter((name) => given[name]).map((name) => [name, given[name]]));
    const rest = Object.fromEntries(["times", "probability"].filter((name) => given[name]).map((name) => [name, Number(given[name])]));
    add({ match, action, ...rest }, place, mistake, signal);
  };
  const field = (name, label, attributes = {}) => h("label", { class: "tall" }, label, h("input", { name, autocomplete: "off", ...attributes }));
  return h("form", { class: "fields", submit: submitted },
    h("label", { class: "tall" }, "Action", h("select", { name: "action" },
      [["status", "Reply with status"], ["delay", "Delay reply (seconds)"], ["before", "Drop before processing"], ["after", "Process, then drop"]].map(([value, name]) => h("option", { value }, name)))),
    field("value", "Status or seconds", { value: "503", size: 6 }),
    field("path", "Path (glob)", { placeholder: "/api/events/*", size: 18 }),
    field("method", "Method", { size: 6 }), field("apiKey", "API key", { size: 12 }),
    field("times", "Times", { size: 5, inputmode: "numeric" }), field("probability", "Probability", { size: 5, inputmode: "decimal" }),
    h("button", { class: "first" }, "Add fault"), mistake);
}

function written(place, signal) {
  const mistake = h("p", { role: "alert", class: "status refused" });
  const area = h("textarea", { rows: 4, cols: 60, spellcheck: "false", class: "mono", "aria-label": "Fault as JSON" }, '{"match": {"path": "/api/*"}, "action": {"status": 429, "headers": {"Retry-After": "2"}}, "times": 2}');
  const submitted = (event) => {
    event.preventDefault();
    try {
      add(JSON.parse(area.value), place, mistake, signal);
    } catch (error) {
      mistake.textContent = `Invalid JSON: ${error.message}`;
    }
  };
  return h("form", { submit: submitted }, area, h("p", {}, h("button", {}, "Add JSON fault")), mistake);
}

async function showClock(place, signal) {
  const clock = await get("/_sim/clock", {}, signal);
  const mistake = h("p", { role: "alert", class: "status refused" });
  const change = async (body) => {
    try {
      await call("POST", "/_sim/clock", { body });
      await showClock(place, signal);
      clockWasSet();
      toast("Clock set");
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      mistake.textContent = error.message;
    }
  };
  const input = h("input", { "aria-label": "New time", value: clock.now, size: 26, spellcheck: "false" });
  const ahead = [["1 minute", 60], ["1 hour", HOUR], ["1 day", 24 * HOUR], ["30 days", 720 * HOUR]];
  fill(place,
    h("p", { class: "big" }, clockFace(), " ", h("span", { class: "tag" }, stateOf(clock))),
    h("p", { class: "bar" }, ahead.map(([name, seconds]) => h("button", { type: "button", click: () => change({ advance: seconds }) }, `+ ${name}`))),
    h("form", { class: "bar", submit: (event) => { event.preventDefault(); change({ now: input.value.trim() }); } }, input, h("button", {}, "Set")),
    h("p", {}, h("button", { type: "button", click: () => change({ mode: "real" }) }, "Use real time")),
    mistake);
  draw();
}
