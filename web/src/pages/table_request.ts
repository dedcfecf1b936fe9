// What was chosen as a request for a safe table: the SELECT that is meant, and the words of the API (src/safetable/asked.hpp).
import type { DataTable, DataVariable, TableAsked } from "../shapes";
import { text } from "../text";

export interface Filter { column: string; how: string; value: string }
export interface Choice {
  by: "choosing" | "sql"; table: string; row: string; row2: string; column: string; measure: string; of: string; filters: Filter[];
  percent: string; title: string; round: string; sql: string; sqlRows: string; sqlColumns: string;
  unit: string; // the column of the providers that are counted; empty: persons are
}
export const nothing: Choice = {
  by: "choosing", table: "", row: "", row2: "", column: "", measure: "count", of: "", filters: [], percent: "", title: "", round: "",
  sql: "", sqlRows: "", sqlColumns: "", unit: "",
};

const numeric = (column: DataVariable | undefined) => column?.type === "integer" || column?.type === "decimal";
const pseudonyms = ["person", "relative", "provider", "record_key"];
/** What a table may be counted by, and what may be summed. */
export const groupable = (table: DataTable) => table.columns.filter((each) => !pseudonyms.includes(each.class));
export const summable = (table: DataTable) => groupable(table).filter(numeric);
export const providersOf = (table: DataTable) => table.columns.filter((each) => each.class === "provider");
export const personOf = (table: DataTable) => table.columns.find((each) => each.class === "person");

const name = (word: string) => `"${word.replace(/"/g, '""')}"`;
const literal = (word: string) => `'${word.replace(/'/g, "''")}'`;
const hows: Record<string, (column: string, value: string) => string> = {
  is: (column, value) => `${column} = ${value}`, is_not: (column, value) => `${column} <> ${value}`,
  at_least: (column, value) => `${column} >= ${value}`, at_most: (column, value) => `${column} <= ${value}`,
  starts: (column, value) => `starts_with(CAST(${column} AS VARCHAR), ${value})`,
};

function condition(table: DataTable, filter: Filter): string {
  const column = table.columns.find((each) => each.name === filter.column);
  const value = filter.value.trim().replace(/^(-?\d+),(\d+)$/, "$1.$2");
  const plain = filter.how !== "starts" && numeric(column) && /^-?\d+(\.\d+)?$/.test(value);
  return hows[filter.how]!(name(filter.column), plain ? value : literal(filter.value.trim()));
}

/** The SELECT that the choice stands for; shown to whoever goes on writing himself. */
export function sqlOf(choice: Choice, table: DataTable): string {
  const person = personOf(table)?.name ?? "";
  const wanted = [...new Set([person, choice.unit, choice.row, choice.row2, choice.column, choice.measure === "count" ? "" : choice.of].filter(Boolean))];
  const filters = choice.filters.filter((each) => each.column && each.value.trim()).map((each) => condition(table, each));
  const [schema, own] = table.name.split(".") as [string, string];
  return `SELECT ${wanted.map(name).join(", ")} FROM ${name(schema)}.${name(own)}` + (filters.length > 0 ? ` WHERE ${filters.join(" AND ")}` : "");
}

/** The body of POST …/tables. */
export function requestOf(choice: Choice, table: DataTable | undefined): TableAsked {
  const chosen = choice.by === "choosing";
  const body: TableAsked = chosen && table
    ? { sql: sqlOf(choice, table), unit: choice.unit || personOf(table)?.name, rows: [choice.row, choice.row2].filter(Boolean), columns: [choice.column].filter(Boolean) }
    : { sql: choice.sql, rows: choice.sqlRows, columns: choice.sqlColumns };
  if (choice.measure.startsWith("p")) body["percentile"] = `${choice.measure.slice(1)}:${choice.of}`;
  else if (choice.measure !== "count") body[choice.measure] = choice.of;
  body["count"] = text(choice.unit ? "web.tab_providers" : "web.tab_persons");
  if (choice.percent) body["percent"] = choice.percent;
  if (choice.title.trim()) body["title"] = choice.title.trim();
  if (choice.round) body["round"] = Number(choice.round);
  return body;
}

/** What is still missing, as the id of its field; nothing: it can be asked for. */
export function missing(choice: Choice, table: DataTable | undefined): string | null {
  if (choice.by === "sql") return !choice.sql.trim() ? "sql" : !choice.sqlRows.trim() ? "sql-rows" : choice.measure !== "count" && !choice.of.trim() ? "of" : null;
  if (!table) return "table";
  if (!choice.row) return "row";
  return choice.measure !== "count" && !choice.of ? "of" : null;
}
