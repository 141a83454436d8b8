// The simulator's clock: read from time to time, and ticking in between when it runs.

import { get } from "/_sim/inspector/api.js";
import { h } from "/_sim/inspector/dom.js";

const READ_EVERY = 5000;
const TICK = 250;

let clock = null;

/** Shows the clock in the footer for as long as the page is open, and wherever else there is a `clockFace`. */
export function showClock(place) {
  const state = h("span", {});
  place.append(clockFace(), " ", state);
  const read = async () => {
    if (document.hidden) return;
    const found = await get("/_sim/clock");
    clock = { ...found, at: Date.parse(found.now), readAt: performance.now() };
    state.className = found.mode === "real" ? "real" : "";
    state.textContent = stateOf(found);
    draw();
  };
  place.addEventListener("clock", read);
  setInterval(draw, TICK);
  setInterval(read, READ_EVERY);
  document.addEventListener("visibilitychange", read);
  read();
}

/** A time that goes on. */
export function clockFace() {
  return h("time", { class: "clock number" }, clock ? "" : "\u2007".repeat(23));
}

/** Shows every clock face anew. */
export function draw() {
  if (!clock) return;
  const now = new Date(clock.at + (clock.running ? performance.now() - clock.readAt : 0));
  const text = `${now.toISOString().slice(0, 19).replace("T", " ")} UTC`;
  for (const face of document.querySelectorAll("time.clock")) {
    if (face.textContent === text) continue;
    face.textContent = text;
    face.dateTime = now.toISOString();
    face.title = `Simulator time; ${now.toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "long" })} local time`;
  }
}

/** What a clock does, as it was read. */
export function stateOf({ mode, running }) {
  return mode === "real" ? "real time" : running ? "ahead of real time" : "stopped";
}

/** Reads the clock again, after somebody has set it. */
export function clockWasSet() {
  document.getElementById("clock").dispatchEvent(new Event("clock"));
}
