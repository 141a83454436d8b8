// A part of the journal as a scenario file, which the browser saves.

import { Refusal, call, ofProject, showTrouble } from "/_sim/inspector/api.js";
import { h, say } from "/_sim/inspector/dom.js";

const SHOWN_FOR = 8000;

/** A button that records a selection (or what a function gives as one when it is pressed). */
export function recordButton(project, selection, name) {
  const pressed = async (event) => {
    event.target.disabled = true;
    try {
      const wanted = typeof selection === "function" ? selection() : selection;
      save(await call("POST", ofProject(project, "record"), { body: wanted }));
      say("The scenario is saved");
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      showTrouble(error.message);
      setTimeout(() => showTrouble(""), SHOWN_FOR);
    } finally {
      event.target.disabled = false;
    }
  };
  return h("button", { type: "button", click: pressed, title: "Personal data is replaced" }, name);
}

/** Lets the browser save a scenario. */
export function save(text) {
  const address = URL.createObjectURL(new Blob([text], { type: "text/yaml" }));
  const anchor = h("a", { href: address, download: "recorded.scenario.yaml" });
  document.body.append(anchor);
  anchor.click();
  anchor.remove();
  URL.revokeObjectURL(address);
}
