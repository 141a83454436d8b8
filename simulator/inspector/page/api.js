// The control surface: JSON in, JSON out. When it does not answer, the page says so and goes on trying.

import { h } from "/_sim/inspector/dom.js";

const TOKEN = "iterable-simulator-token";
const AGAIN = 1500;

/** What the simulator refused, in its own words. */
export class Refusal extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/** A call; gives the JSON of the reply, or its text where it is none. */
export async function call(method, path, { query = {}, body, signal } = {}) {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== null && value !== "");
  const target = given.length ? `${path}?${new URLSearchParams(given)}` : path;
  for (;;) {
    const reply = await answered(method, target, body, signal);
    if (reply.status === 401) {
      await askForToken();
      continue;
    }
    const isJson = (reply.headers.get("content-type") ?? "").includes("json");
    const content = reply.status === 204 ? null : isJson ? await reply.json() : await reply.text();
    if (reply.ok) return content;
    throw new Refusal(reply.status, sentence(content) || `${reply.status} ${reply.statusText}`);
  }
}

/** The bytes of a reply. */
export async function bytes(path) {
  const reply = await answered("GET", path);
  if (!reply.ok) throw new Refusal(reply.status, `${reply.status} ${reply.statusText}`);
  return reply.arrayBuffer();
}

export const get = (path, query, signal) => call("GET", path, { query, signal });

/** The path of a project's part of the control surface. */
export const ofProject = (name, part) => `/_sim/projects/${encodeURIComponent(name)}/${part}`;

async function answered(method, target, body, signal) {
  for (;;) {
    try {
      const reply = await fetch(target, {
        method, signal, headers: headers(body), body: body === undefined ? undefined : JSON.stringify(body),
      });
      showTrouble("");
      return reply;
    } catch (error) {
      if (error.name === "AbortError" || method !== "GET") throw error;
      showTrouble("Can't reach the simulator. Retrying…");
      await new Promise((resolve) => setTimeout(resolve, AGAIN));
      signal?.throwIfAborted();
    }
  }
}

function headers(body) {
  const token = sessionStorage.getItem(TOKEN);
  return {
    ...(body === undefined ? {} : { "Content-Type": "application/json" }),
    ...(token ? { Authorization: `Bearer ${token}` } : {}),
  };
}

function sentence(content) {
  if (typeof content === "string") return content;
  const mistakes = (content?.mistakes ?? []).map((part) => `${part.path}: ${part.message}${part.hint ? ` (${part.hint})` : ""}`);
  return [content?.error, ...mistakes].filter(Boolean).join("; ");
}

/** Shows that something is wrong, above everything; an empty text takes it away. */
export function showTrouble(text) {
  const place = document.getElementById("trouble");
  place.textContent = text;
  place.hidden = !text;
}

let asking = null;

function askForToken() {
  asking ??= new Promise((resolve) => {
    const input = h("input", { id: "token", type: "password", autocomplete: "off", required: true });
    const dialog = h("dialog", { "aria-labelledby": "token-title" },
      h("form", { method: "dialog" },
        h("h2", { id: "token-title" }, "Control token required"),
        h("p", {}, "The simulator was started with --control-token."),
        h("p", {}, h("label", { class: "tall" }, "Token", input)),
        h("button", { class: "first" }, "Continue")));
    dialog.addEventListener("close", () => {
      sessionStorage.setItem(TOKEN, input.value.trim());
      dialog.remove();
      asking = null;
      resolve();
    });
    document.body.append(dialog);
    dialog.showModal();
  });
  return asking;
}
