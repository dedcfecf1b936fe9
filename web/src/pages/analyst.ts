// What the API tells an analyst, and how his pages are addressed.
import type { Table } from "../shapes";
import { address } from "../signed";
import { word } from "../text";

export type Cell = Record<string, string | number | boolean | null> & { status: "open" | "hidden" };
/** What the pages read of a safe table beyond what the API's description names. */
export interface SafeTable extends Table {
  author: string; cells_in_all: number; dimensions: string[]; count: string; figures: string[]; cells: Cell[];
  coarser?: { ask: string; open: number; hidden: number };
}

export const stateWords = (state: string) => word(`release.state_${state}`);
/** Nobody has to do anything, and nothing more happens by itself within seconds. */
export const isMoving = (state: string) => ["staged", "captured", "checking", "auto_cleared", "approved", "sending"].includes(state);

export const api = <const B extends string = "">(project: string, below?: B): `/api/v1/projects/${string}${B}` => `/api/v1/projects/${encodeURIComponent(project)}${below ?? ("" as B)}`;
export const page = {
  project: (number: string) => address(`/projekt/${encodeURIComponent(number)}`, `/project/${encodeURIComponent(number)}`),
  table: (number: string, table?: number) => address(`/projekt/${encodeURIComponent(number)}/tabel`, `/project/${encodeURIComponent(number)}/table`)
    + (table ? `?table=${table}` : ""),
  desktop: (number: string) => address(`/projekt/${encodeURIComponent(number)}/skrivebord`, `/project/${encodeURIComponent(number)}/desktop`),
  send: (number: string) => address(`/projekt/${encodeURIComponent(number)}/hjemsend`, `/project/${encodeURIComponent(number)}/send`),
};
