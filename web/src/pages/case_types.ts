// A case as the API tells it (src/casework/views_json.cpp).
export interface Finding {
  weight: "note" | "incomplete" | "wrong"; code: string; da: string; en: string;
  place: { file?: string; line?: string; column?: string; sheet?: string; row?: string; name?: string; table?: string };
}
export interface Clock {
  running: boolean; decided: boolean; days_used: number; days_left: number; days_waited: number; due: string | null; place: number | null; queue: number;
}
export interface OpenStep { event: string; to: string; words: boolean }
export interface Happened { at: string; actor: string; role: string; event: string; from: string; to: string; words: string; subject: string | null; version: number }
export interface Letter { to: string; subject: string; text: string; state: string; at: string; files: string[] }
export interface Case {
  case: string; kind: string; state: string; project: string; parent: string | null; children: string[]; origin: string; title: string;
  authority: { name: string; cvr: string }; applicant: string | null; caseworker: string | null; created: string; changed: string; submitted: string | null;
  version: number; submitted_version: number; in_force_version: number; clock: Clock; steps: OpenStep[]; staff: string[]; remarks: Finding[];
  forecast: { cases: number; median_days: number | null; nine_of_ten_days: number | null; expected: string | null };
  history: Happened[]; notices: { at: string; da: string; en: string }[]; letters: Letter[];
}
export interface Agreement {
  id: number; kind: string; title: string; name: string; email: string; account: string; state: string; how: string; accepted_by: string; accepted?: string; pdf?: string;
}
export interface Agreements { case: string; version: number; in_force: boolean; agreements: Agreement[] }
export interface Compared { before: number; after: number; changes: { where: string; before: string; after: string }[]; lines: { sign: string; before: number; after: number; text: string }[] }

export const path = (number: string, below = "") => `/api/v1/applications/${encodeURIComponent(number)}${below}`;
