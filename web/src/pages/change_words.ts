// What has changed between two texts of an application, in words: where it stands, and what it leads to. Pure.
import type { DataWords } from "../shapes";
import { text } from "../text";
import { same } from "./document";
import { labelOf } from "./labels";

interface Change { where: string; before: string; after: string }

const kinds: [RegExp, () => string][] = [
  [/^(?:grant|own_data) (\S+) variables$/, () => text("web.variables")], [/^grant (\S+) limits$/, () => text("web.order_rows")],
  [/^grant (\S+) reason$/, () => text("web.grant_reason")], [/^grant (\S+) variable_reasons$/, () => text("web.grant_reason")],
  [/^own_data (\S+) description$/, () => text("web.description")], [/^own_data (\S+) source$/, () => text("web.f_own_source")], [/^own_data (\S+) person$/, () => text("web.f_own_person")],
];

/** "LMDB.lmdb: Rækker", "Nødvendighed", "Brugere: anna@kommune.dk". */
export function whereWords(where: string): string {
  for (const [pattern, words] of kinds) {
    const table = pattern.exec(where)?.[1];
    if (table) return `${table}: ${words()}`;
  }
  const [kind, ...name] = where.split(" ");
  if (name.length === 0) return labelOf(where);
  return kind === "user" ? `${text("web.f_users")}: ${name.join(" ")}` : kind === "own_data" ? `${text("web.f_own_data")}: ${name.join(" ")}` : name.join(" ");
}

const others = (of: string[], than: string[]) => of.filter((each) => !than.includes(each));
const rowsOf = (words: DataWords, table: string) => words.tables.find((each) => same(each.table, table))?.rows ?? [];

/** The sentences that are gone and those that are new, of what is told in sentences; everything else as it was written. */
export function changedWords(change: Change, before: DataWords | undefined, after: DataWords | undefined): { before: string[]; after: string[] } {
  const written = { before: change.before ? [change.before] : [], after: change.after ? [change.after] : [] };
  const table = /^grant (\S+) limits$/.exec(change.where)?.[1];
  if (!before || !after || (change.where !== "population" && !table)) return written;
  const [was, is] = table ? [rowsOf(before, table), rowsOf(after, table)] : [before.population, after.population];
  const told = { before: others(was, is), after: others(is, was) };
  return told.before.length + told.after.length > 0 ? told : written;
}
