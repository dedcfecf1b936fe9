// What the API tells an analyst, and how his pages are addressed.
import { address } from "../signed";
import { language, text } from "../text";

export type { DataTable, Project, ProjectOutline, TableLine, DataVariable as Variable } from "../shapes";
export type Cell = Record<string, string | number | boolean | null> & { status: "open" | "hidden" };
export interface SafeTable {
  table: number; title: string; asked: string; author: string; threshold: number; hidden: number; cells_in_all: number; round: number;
  dimensions: string[]; count: string; figures: string[]; cells: Cell[]; notes: string[]; why_hidden: string;
  coarser?: { ask: string; open: number; hidden: number }; coarser_than: number;
}
export interface Explanation { cell: string; status: "open" | "hidden"; reason: string; published: string[] }

export interface Finding { rule: string; severity: "note" | "review" | "block"; place: string; da: string; en: string }
export interface ReleaseFile { name: string; type: string; bytes: number; safe_table: number; findings: Finding[] }
export interface Step { at: string; actor: string; from: string; to: string; event: string; reason: string }
export interface Release {
  release: string; project: string; author: string; recipient: string; purpose: string; state: ReleaseState; created: string; changed: string;
  revision: number; files: ReleaseFile[]; history: Step[];
}
export type ReleaseState = "staged" | "captured" | "checking" | "check_failed" | "blocked" | "questioned" | "auto_cleared" | "in_review" | "independent"
  | "consolidating" | "returned" | "rejected" | "approved" | "sending" | "failed" | "bounced" | "held" | "sent" | "sampled" | "closed_ok" | "finding"
  | "recalled" | "withdrawn" | "expired";
export const stateWords = (state: ReleaseState) => text(`release.state_${state}`);
/** Nobody has to do anything, and nothing more happens by itself within seconds. */
export const isMoving = (state: ReleaseState) => ["staged", "captured", "checking", "auto_cleared", "approved", "sending"].includes(state);

export const own = (both: { da: string; en: string }) => (language === "en" ? both.en || both.da : both.da || both.en);
export const api = (project: string, below = "") => `/api/v1/projects/${encodeURIComponent(project)}${below}`;
export const page = {
  project: (number: string) => address(`/projekt/${encodeURIComponent(number)}`, `/project/${encodeURIComponent(number)}`),
  table: (number: string, table?: number) => address(`/projekt/${encodeURIComponent(number)}/tabel`, `/project/${encodeURIComponent(number)}/table`)
    + (table ? `?table=${table}` : ""),
  send: (number: string) => address(`/projekt/${encodeURIComponent(number)}/hjemsend`, `/project/${encodeURIComponent(number)}/send`),
};
