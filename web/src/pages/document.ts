// The application's text in the browser: TOML read and written by smol-toml, one value reached by its path ("application.payer.ean",
// "grant.0.reason"), and which path a line of the text belongs to, so that a finding stands at its field.
import { parse, stringify, TomlDate } from "smol-toml";
import { language, text } from "../text";
import type { Finding } from "./case_types";
import { labelOf } from "./labels";

export type Value = string | number | boolean | bigint | TomlDate | Value[] | { [key: string]: Value };
export type Doc = { [key: string]: Value };

export const emptyDocument = () => stringify({ application: { title: "" } });
export const read = (text: string): Doc => parse(text) as Doc;
export const written = (doc: Doc): string => stringify(doc);

export function valueAt(doc: Value | undefined, path: string): Value | undefined {
  return path.split(".").reduce<Value | undefined>((at, key) => (at && typeof at === "object" && !(at instanceof TomlDate) ? (at as Doc)[key] : undefined), doc);
}
export const textAt = (doc: Value | undefined, path: string): string => {
  const value = valueAt(doc, path);
  return typeof value === "string" ? value : value === undefined || typeof value === "object" ? "" : String(value);
};
export const tablesAt = (doc: Value | undefined, path: string): Doc[] => {
  const value = valueAt(doc, path);
  return Array.isArray(value) ? (value as Doc[]) : [];
};
export const namesAt = (doc: Value | undefined, path: string): string[] => tablesAt(doc, path).filter((each) => typeof each === "string") as unknown as string[];
/** Names of tables and variables are the same in whatever letters. */
export const same = (a: string, b: string) => a.toLowerCase() === b.toLowerCase();
/** A name that stands there already is not put there twice. */
export const withName = (names: string[], name: string) => (names.some((each) => same(each, name)) ? names : [...names, name]);
/** "2026-01-31" of a local date. */
export const dateAt = (doc: Value | undefined, path: string): string => {
  const value = valueAt(doc, path);
  return value instanceof TomlDate ? value.toISOString().slice(0, 10) : "";
};
export const date = (iso: string): Value | undefined => (iso === "" ? undefined : new TomlDate(iso));

/** The document with another value there; undefined takes it out. Nothing of the old one is changed. */
export function changed(doc: Doc, path: string, value: Value | undefined): Doc {
  const [key, ...rest] = path.split(".") as [string, ...string[]];
  const copy = (Array.isArray(doc) ? [...doc] : { ...doc }) as Doc;
  const inner = copy[key];
  const next = rest.length === 0 ? value : changed((inner && typeof inner === "object" ? inner : {}) as Doc, rest.join("."), value);
  if (next !== undefined) copy[key] = next;
  else if (Array.isArray(copy)) copy.splice(Number(key), 1);
  else delete copy[key];
  return copy;
}

/** Of every line (from 1) the path of what stands there. */
export function pathsOfLines(text: string): string[] {
  const counts = new Map<string, number>();  // arrays of tables, by the path of the array
  const bare = (name: string) => name.trim().replace(/^["']|["']$/g, "");
  const placed = (names: string[]) => names.reduce((at, name) => { const to = at ? `${at}.${name}` : name; return counts.has(to) ? `${to}.${counts.get(to)}` : to; }, "");
  let header = "";
  return ["", ...text.split("\n").map((line) => {
    const table = /^\s*\[\s*([^[\]]+?)\s*\]/.exec(line), array = /^\s*\[\[\s*([^[\]]+?)\s*\]\]/.exec(line), key = /^\s*("[^"]*"|[\w-]+)\s*=/.exec(line);
    if (array) {
      const names = array[1]!.split(".").map(bare), parent = placed(names.slice(0, -1));
      const all = parent ? `${parent}.${names.at(-1)}` : names.at(-1)!;
      counts.set(all, (counts.get(all) ?? -1) + 1);
      header = `${all}.${counts.get(all)}`;
      return header;
    }
    if (table) return (header = placed(table[1]!.split(".").map(bare)));
    return key ? (header ? `${header}.${bare(key[1]!)}` : bare(key[1]!)) : header;
  })];
}

/** Where in the document a finding belongs; "" is the whole. */
export function pathOf(finding: Finding, doc: Doc, lines: string[]): string {
  const { place } = finding;
  if (place.table) {
    const at = tablesAt(doc, "grant").findIndex((grant) => same(textAt(grant, "table"), place.table!));
    return at < 0 ? "population" : `grant.${at}`;
  }
  const at = lines[Number(place.line ?? 0)] ?? "";
  if (finding.code === "application.no_grants") return "grant";
  if (finding.code === "application.missing" && place.name) {
    const last = place.name.split(".").at(-1)!;
    if (last === place.name) return last;  // a whole section
    return at === "" ? place.name : at.split(".").at(-1) === last ? at : `${at}.${last}`;
  }
  return at;
}

/** What is wrong, without the place that the page shows by standing there; of a known `path`, with what the page calls it. */
export function sentence(finding: Finding, path = ""): string {
  const { place } = finding;
  if (finding.code === "application.missing" && path) return text("web.f_missing", { name: labelOf(path) });
  const words = language === "da" ? finding.da : finding.en;
  const start = place.line ? `${place.file}:${place.line}:${place.column}: ` : "";
  return start && words.startsWith(start) ? words.slice(start.length) : words;
}
