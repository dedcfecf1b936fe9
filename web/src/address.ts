// What stands in the address after '?': how a list is sorted, filtered and turned, so that it stays when one goes back and forward, can be kept as a
// bookmark and sent to a colleague.
import { useSyncExternalStore } from "react";

const is_page = typeof location !== "undefined";  // and no unit test
let query = is_page ? location.search : "";
const readers = new Set<() => void>();
const told = () => readers.forEach((each) => each());
if (is_page) addEventListener("popstate", () => { query = location.search; told(); });

function subscribe(reader: () => void) {
  readers.add(reader);
  return () => { readers.delete(reader); };
}

/** What the address says now, and says next when somebody goes back or forward. */
export const useQuery = () => new URLSearchParams(useSyncExternalStore(subscribe, () => query));

/** Puts values into the address; an empty one leaves it. `step`: something to go back from, as a chosen column is and a typed letter is not. */
export function setQuery(changes: Record<string, string>, { step = false } = {}) {
  const next = new URLSearchParams(query);
  for (const [name, value] of Object.entries(changes)) {
    if (value === "") next.delete(name);
    else next.set(name, value);
  }
  const text = next.toString();
  query = text ? `?${text}` : "";
  // Some browsers refuse when it comes too often: then the page shows it all the same.
  try { history[step ? "pushState" : "replaceState"](null, "", location.pathname + query + location.hash); } catch { /* shown, not kept */ }
  told();
}
