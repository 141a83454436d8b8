// Addresses behind the `#`, so that every view can be linked to, and the browser's own keys go back and forth.

/** A part of an address as it was before it was written there; one that nobody wrote so is taken as it is. */
function decoded(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** The parts of the path and the parameters of the present address. */
export function address() {
  const [path, query = ""] = location.hash.replace(/^#/, "").split("?");
  return {
    parts: path.split("/").filter(Boolean).map(decoded),
    query: Object.fromEntries(new URLSearchParams(query)),
  };
}

/** The address of a view. */
export function link(parts, query = {}) {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== null && value !== "");
  const path = `#/${parts.map(encodeURIComponent).join("/")}`;
  return given.length ? `${path}?${new URLSearchParams(given)}` : path;
}

/** Goes to a view. */
export function go(parts, query) {
  location.hash = link(parts, query);
}
