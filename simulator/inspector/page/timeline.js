// Requests by outcome over time, drawn anew as they come in.

import { get } from "/_sim/inspector/api.js";
import { fill, h, svg } from "/_sim/inspector/dom.js";
import { OUTCOMES, counted, figure, outcomeClass } from "/_sim/inspector/format.js";
import { go, link } from "/_sim/inspector/router.js";

const EVERY = 1000;
const SOON = 30;
const RANGES = [["", "All time"], ["60", "Last minute"], ["900", "Last 15 min"], ["3600", "Last hour"], ["86400", "Last day"]];
const HEIGHT = 108;
const LEFT = 44;
const TOP = 8;
const BOTTOM = 20;
const NARROWEST = 9;
const FEWEST = 30;
const DAY = 86400;
let range = "";

/** The plot of a project, or of all; `changed` is called with the figures whenever there are others. */
export function timeline(project, signal, { changed = () => {}, isLive = () => true } = {}) {
  const plot = h("div", { class: "plot", tabindex: "0", role: "group", "data-row": true });
  const readout = h("p", { class: "readout", "aria-live": "polite" });
  const sums = Object.fromEntries(OUTCOMES.map((name) => [name, h("b", { class: "number" })]));
  const legend = h("ul", { class: "legend", "aria-label": "Totals by outcome" }, OUTCOMES.map((name) =>
    h("li", {}, h("a", { href: link(["journal"], { project, outcome: name }) }, h("span", { class: `dot ${outcomeClass(name)}` }), `${name} `, sums[name]))));
  const state = { plot, readout, sums, project, selected: null, shown: null, text: "" };
  const choice = h("select", { "aria-label": "Time range", change: (event) => { range = event.target.value; state.text = ""; load(state, signal, changed); } },
    RANGES.map(([value, name]) => h("option", { value, selected: value === range }, name)));
  listen(state);
  follow(state, signal, changed, isLive);
  const resized = new ResizeObserver(() => state.shown && draw(state));
  resized.observe(plot);
  signal.addEventListener("abort", () => resized.disconnect());
  return h("section", { class: "card timeline", "aria-label": "Requests over time" },
    h("div", { class: "bar" }, h("h2", {}, "Requests over time"), legend, h("div", { class: "end" }, choice)), plot, readout);
}

async function follow(state, signal, changed, isLive) {
  while (!signal.aborted) {
    const more = document.hidden || (state.shown && !isLive()) ? false : await load(state, signal, changed);
    await new Promise((resolve) => setTimeout(resolve, more ? SOON : EVERY));
  }
}

/** Reads the figures and draws them where they are others than before; gives whether some are still being counted. */
async function load(state, signal, changed) {
  const limit = Math.max(FEWEST, Math.min(120, Math.floor(((state.plot.clientWidth || 800) - LEFT) / NARROWEST)));
  const found = await get("/_sim/timeline", { project: state.project, seconds: range, limit }, signal).catch(() => null);
  if (!found || signal.aborted) return false;
  const text = JSON.stringify(found);
  if (text !== state.text) {
    if (state.shown) changed(found);
    Object.assign(state, { text, shown: found });
    draw(state);
  }
  return found.more;
}

function draw(state) {
  const { shown, plot } = state;
  const width = Math.max(200, plot.clientWidth);
  const from = Date.parse(shown.from) / 1000;
  const slots = Math.max(FEWEST, Math.round((Date.parse(shown.to) / 1000 - from) / shown.step));
  const slot = (width - LEFT) / slots;
  const most = nice(Math.max(1, ...shown.bars.map(total)));
  const height = HEIGHT - TOP - BOTTOM;
  state.places = shown.bars.map((bar) => LEFT + Math.round((Date.parse(bar.at) / 1000 - from) / shown.step) * slot);
  state.slot = slot;
  fill(plot, svg("svg", { width, height: HEIGHT, "aria-hidden": "true" },
    [0, most].map((value) => axis(value, TOP + height * (1 - value / most), width)),
    shown.bars.map((bar, index) => column(bar, state.places[index], slot, height / most, TOP + height, index === state.selected)),
    instants(from, slots, shown.step, slot, width)));
  const sum = total({ outcomes: shown.outcomes });
  plot.setAttribute("aria-label", `${counted(sum, "request")} over time, in bars of ${length(shown.step)}. Arrow keys choose a bar, Enter shows its requests.`);
  for (const name of OUTCOMES) state.sums[name].textContent = figure(shown.outcomes[name]);
  tell(state);
}

function axis(value, y, width) {
  return [
    svg("line", { x1: LEFT, x2: width, y1: y, y2: y, class: "grid" }),
    svg("text", { x: LEFT - 6, y: y + 4, "text-anchor": "end" }, figure(value)),
  ];
}

/** The stacked rectangles of one bar; what came to nothing stands on what was applied, and is seen however little. */
function column(bar, x, slot, scale, ground, isSelected) {
  const wide = Math.max(1, Math.min(28, slot - (slot > 4 ? 2 : 0)));
  let y = ground;
  return svg("g", { class: isSelected ? "selected" : null }, OUTCOMES.filter((name) => bar.outcomes[name]).map((name) => {
    const high = Math.max(2, bar.outcomes[name] * scale);
    y -= high;
    return svg("rect", { x: x + 1, y, width: wide, height: high, class: outcomeClass(name) });
  }));
}

function instants(from, slots, step, slot, width) {
  const shown = width < 600 ? 3 : 6;
  return Array.from({ length: shown }, (_, index) => {
    const at = Math.round((slots * index) / (shown - 1));
    const anchor = index === 0 ? "start" : index === shown - 1 ? "end" : "middle";
    return svg("text", { x: LEFT + at * slot, y: HEIGHT - 4, "text-anchor": anchor }, moment(from + at * step, slots * step));
  });
}

/** An instant as precise as a span wants it. */
function moment(second, span) {
  const iso = new Date(second * 1000).toISOString();
  return span > 60 * DAY ? iso.slice(0, 10) : span > DAY ? iso.slice(5, 16).replace("T", " ") : span > 7200 ? iso.slice(11, 16) : iso.slice(11, 19);
}

function total(bar) {
  return OUTCOMES.reduce((sum, name) => sum + bar.outcomes[name], 0);
}

/** The next number of the form 1, 2 or 5 with noughts. */
function nice(number) {
  const power = 10 ** Math.floor(Math.log10(number));
  return [1, 2, 5, 10].map((one) => one * power).find((one) => one >= number);
}

function length(step) {
  const [size, name] = [[DAY, "day"], [3600, "hour"], [60, "minute"], [1, "second"]].find(([unit]) => step % unit === 0);
  return counted(step / size, name);
}

function tell({ readout, shown, selected }) {
  const bar = shown.bars[selected];
  const counts = (outcomes) => OUTCOMES.filter((name) => outcomes[name]).map((name) => `${figure(outcomes[name])} ${name}`).join(", ");
  const text = bar ? `${bar.at.slice(0, 19).replace("T", " ")}, ${length(shown.step)}: ${counted(total(bar), "request")} (${counts(bar.outcomes)})`
    : shown.bars.length ? `Each bar is ${length(shown.step)}. Click one to see its requests.` : "No requests in this range.";
  const full = shown.more ? `Counting… ${text}` : text;
  if (readout.textContent !== full) readout.textContent = full;
}

function listen(state) {
  const { plot } = state;
  const choose = (index) => {
    if (state.selected === index || !state.shown) return;
    state.selected = index;
    [...plot.querySelectorAll("g")].forEach((group, place) => group.classList.toggle("selected", place === index));
    tell(state);
  };
  const open = () => {
    const bar = state.shown?.bars[state.selected];
    if (bar) go(["journal"], { project: state.project, since: bar.first, until: bar.last });
  };
  plot.addEventListener("pointermove", (event) => {
    const x = event.clientX - plot.getBoundingClientRect().left;
    const index = (state.places ?? []).findIndex((place) => x >= place && x < place + state.slot);
    choose(index < 0 ? null : index);
  });
  plot.addEventListener("pointerleave", () => choose(null));
  plot.addEventListener("blur", () => choose(null));
  plot.addEventListener("click", open);
  plot.addEventListener("keydown", (event) => {
    const last = (state.shown?.bars.length ?? 0) - 1;
    if (event.key === "ArrowLeft") choose(Math.max(0, (state.selected ?? last + 1) - 1));
    else if (event.key === "ArrowRight") choose(Math.min(last, (state.selected ?? -1) + 1));
    else if (event.key === "Enter") open();
    else return;
    event.preventDefault();
  });
}
