// What the portal's API answers; the first page uses these two.
export interface ProgramStatus { name: string; running: boolean }
export interface Status { version: string; programs: ProgramStatus[]; ledger_records: number }
export interface RegisterFreshness { register: string; tables: number; rows: number; newest: string | null }

export async function get<T>(path: string): Promise<T> {
  const answer = await fetch(path, { headers: { Accept: "application/json" } });
  if (!answer.ok && answer.status !== 503) throw new Error(String(answer.status));
  return (await answer.json()) as T;
}
