// A part of the journal as a scenario file, which the browser saves.

import { Refusal, call, ofProject } from "/_sim/inspector/api.js";
import { h, toast } from "/_sim/inspector/dom.js";

/** A button that records a selection of a project.
 *
 * What it records is `{project, selection, name}`, or a function that gives that when it is pressed; `name` becomes the
 * name of the file.
 */
export function recordButton(what, label = "Save as scenario") {
  const pressed = async (event) => {
    event.target.disabled = true;
    try {
      const { project, selection, name } = typeof what === "function" ? what() : what;
      save(await call("POST", ofProject(project, "record"), { body: selection }), name);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      toast(error.message, { bad: true });
    } finally {
      event.target.disabled = false;
    }
  };
  return h("button", { type: "button", click: pressed, title: "Personal data is replaced with placeholders" }, label);
}

/** Lets the browser save a scenario, and says under which name. */
export function save(text, name) {
  const file = `${name.replaceAll(/[^\w.-]+/g, "-")}.scenario.yaml`;
  const address = URL.createObjectURL(new Blob([text], { type: "text/yaml" }));
  const anchor = h("a", { href: address, download: file });
  document.body.append(anchor);
  anchor.click();
  anchor.remove();
  URL.revokeObjectURL(address);
  toast(`Saved ${file} to your downloads`);
}
