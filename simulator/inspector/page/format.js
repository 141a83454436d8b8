// Instants, figures and who somebody is, as people read them.

import { h } from "/_sim/inspector/dom.js";

/** An instant: in UTC, with the local time beside it when pointed at. */
export function instant(iso, { withDate = false } = {}) {
  const moment = new Date(iso);
  if (Number.isNaN(moment.getTime())) return h("span", {}, String(iso ?? ""));
  const utc = moment.toISOString();
  const local = moment.toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "long" });
  const shown = withDate ? `${utc.slice(0, 10)} ${utc.slice(11, 19)}` : utc.slice(11, 23);
  return h("time", { datetime: utc, title: `${utc}\n${local}` }, shown);
}

/** An instant with its local time, for where there is room. */
export function bothTimes(iso) {
  const moment = new Date(iso);
  const utc = `${moment.toISOString().replace("T", " ").replace("Z", "")} UTC`;
  return moment.getTimezoneOffset() ? `${utc} (${moment.toLocaleTimeString("en-GB", { timeZoneName: "short" })})` : utc;
}

/** Instants as Iterable writes them, such as `2026-08-20 12:00:00 +00:00`. */
export function stored(text) {
  return instant(String(text).replace(" +00:00", "Z").replace(" ", "T"), { withDate: true });
}

/** A number with its thousands apart. */
export function figure(number) {
  return Number(number ?? 0).toLocaleString("en");
}

/** A count with its word. */
export function counted(number, one, many = `${one}s`) {
  return `${figure(number)} ${number === 1 ? one : many}`;
}

const LONG = 44;

/** An identifier: in one piece, unless it is longer than any place for one. */
export function identifier(text) {
  return h("span", { class: String(text).length > LONG ? "id long" : "id", translate: "no" }, String(text));
}

/** Identifiers, one after the other. */
export function identifiers(texts, between = ", ") {
  return texts.map((text, index) => [index ? h("span", { class: "faint" }, between) : null, identifier(text)]);
}

/** The id of a rule, which is broken, if it must be, after a dot. */
export function ruleId(id) {
  return h("code", { class: "faint", translate: "no" }, id.split(".").map((piece, index) => (index ? [".", h("wbr"), piece] : piece)));
}

/** Who somebody is. */
export function who(person) {
  const given = [person.email, person.userId].filter(Boolean);
  return given.length ? identifiers(given, " / ") : "no identifier";
}

/** A method and a path, which is broken, if it must be, before a slash. */
export function call(method, path, query = "") {
  const pieces = path.split("/").slice(1).map((piece) => [h("wbr"), `/${piece}`]);
  return h("span", { class: "mono call", translate: "no" }, `${method} `, path.startsWith("/") ? pieces.slice(0, 1).map(([, piece]) => piece) : path,
    path.startsWith("/") ? pieces.slice(1) : null, query ? [h("wbr"), `?${query}`] : null);
}

/** What may become of a request. */
export const OUTCOMES = ["applied", "nothing changed", "dropped", "refused"];

/** A class name for an outcome. */
export const outcomeClass = (name) => name.replace(" ", "-");

/** A mark that says what became of a request; what came to nothing stands out. */
export function outcome(entry) {
  return h("span", { class: `tag outcome ${outcomeClass(entry.outcome)}` }, entry.outcome);
}

/** A mark that says that other items of a bulk call fared worse than its outcome; null where none did. */
export function partly(entry) {
  const parts = ["dropped", "refused"].filter((name) => name !== entry.outcome && entry.rules.includes(`bulk.some-${name}`));
  return parts.length ? h("span", { class: `tag ${parts.at(-1)}` }, `${parts.join(" and ")} in part`) : null;
}

/** The status of a reply; what was refused stands out. */
export function status(entry) {
  if (entry.status === null) return h("span", { class: "status refused" }, "no reply");
  return h("span", { class: entry.status >= 400 ? "status refused" : "status" }, entry.status);
}
