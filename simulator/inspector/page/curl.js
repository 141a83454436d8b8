// A request of the journal as a command for a shell.

import { bytes, get } from "/_sim/inspector/api.js";

//  What curl makes by itself, or what is of one connection only.
const SKIPPED = new Set(["host", "content-length", "connection", "keep-alive", "transfer-encoding", "accept", "accept-encoding", "user-agent"]);
const KEY_HEADERS = new Set(["api-key", "api_key"]);
const SHORT = 4;

/** The command that sends a request again, with its API key written out where the simulator has it. */
export async function curlOf(entry) {
  const keys = await keysFor(entry.project);
  const body = entry.body === null ? null : shownAs(await bytes(`/_sim/journal/${entry.number}/request-body`));
  const query = entry.query ? `?${entry.query.replace(/(^|&)(api_key|apiKey)=([^&]*)/g, (_, before, name, masked) => `${before}${name}=${keys(decodeURIComponent(masked))}`)}` : "";
  const headers = Object.entries(entry.headers).filter(([name]) => !SKIPPED.has(name.toLowerCase()));
  return [
    `curl -X ${entry.method} ${quoted(location.origin + entry.path + query)}`,
    ...headers.map(([name, value]) => header(name, value, keys)),
    ...(body === null ? [] : [data(body, keys, entry.number)]),
  ].join(" \\\n  ");
}

function header(name, value, keys) {
  if (KEY_HEADERS.has(name.toLowerCase())) return `-H ${quoted(`${name}: ${keys(value)}`)}`;
  // A JWT, of which only the ends are known: the shell puts it in.
  if (name.toLowerCase() === "authorization" && value.includes("…")) return `-H "${name}: $AUTHORIZATION"`;
  return `-H ${quoted(`${name}: ${value}`)}`;
}

function data(body, keys, number) {
  if (body === undefined) return `--data-binary @request-${number}.bin`;
  return `--data-raw ${quoted(body.replace(/("apiKey"\s*:\s*")([^"]*)/g, (_, before, masked) => before + keys(masked)))}`;
}

/** A body as text; undefined for one that is none. */
function shownAs(content) {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(content);
  } catch {
    return undefined;
  }
}

/** The key that a shortened one stands for, those of one project first; itself where nobody has it. */
async function keysFor(name) {
  const all = await get("/_sim/projects");
  const ordered = [...all.filter((project) => project.name === name), ...all.filter((project) => project.name !== name)];
  const known = ordered.flatMap((project) => [...project.apiKeys, ...project.keys.map((item) => item.key)]);
  return (masked) => known.find((key) => shortened(key) === masked) ?? masked;
}

function shortened(key) {
  return key.length > SHORT ? `${key.slice(0, 2)}…${key.slice(-2)}` : "…";
}

function quoted(text) {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
