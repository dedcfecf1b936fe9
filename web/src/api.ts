// What the portal's API answers.
import { language } from "./text";

export type { Me, ProgramStatus, RegisterFreshness, Session, Status, Way } from "./shapes";

/** What went wrong (RFC 9457), in the language of the page. */
export class Problem extends Error {
  constructor(readonly status: number, readonly code: string, sentence: string, readonly document: ProblemDocument = {}) { super(sentence); }
}

interface ProblemDocument { type?: string; title?: string; title_da?: string; [more: string]: unknown }

async function problem(answer: Response): Promise<Problem> {
  const document = (await answer.json().catch(() => ({}))) as ProblemDocument;
  const sentence = language === "da" ? document.title_da : document.title;
  return new Problem(answer.status, (document.type ?? "").replace("urn:fvm:problem:", ""), sentence ?? String(answer.status), document);
}

export async function get<T>(path: string): Promise<T> {
  const answer = await fetch(path, { headers: { Accept: "application/json" } });
  const isProblem = answer.headers.get("Content-Type")?.startsWith("application/problem+json");  // a status of 503 is none
  if (!answer.ok && (answer.status !== 503 || isProblem)) throw await problem(answer);
  return (await answer.json()) as T;
}

/** A request that changes something; `csrf` comes from the API and says that our page asks. `body` goes as JSON, `words` as they are. */
export async function send<T>(method: "POST" | "PUT" | "DELETE", path: string, csrf: string, body?: unknown, words?: string): Promise<T> {
  const headers: Record<string, string> = { Accept: "application/json", "Fvm-Csrf": csrf };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  const answer = await fetch(path, { method, headers, body: body === undefined ? words : JSON.stringify(body) });
  if (!answer.ok) throw await problem(answer);
  return (await answer.json()) as T;
}

/** A text as it stands, and the tag that says which one it is. */
export async function getText(path: string): Promise<{ body: string; tag: string }> {
  const answer = await fetch(path);
  if (!answer.ok) throw await problem(answer);
  return { body: await answer.text(), tag: answer.headers.get("ETag") ?? "" };
}

/** Puts a text where the one with this tag stands; another one there: 412. */
export async function putText<T>(path: string, csrf: string, body: string, tag: string): Promise<{ answer: T; tag: string }> {
  const answer = await fetch(path, { method: "PUT", body, headers: { Accept: "application/json", "Content-Type": "application/toml", "Fvm-Csrf": csrf, "If-Match": tag } });
  if (!answer.ok) throw await problem(answer);
  return { answer: (await answer.json()) as T, tag: answer.headers.get("ETag") ?? "" };
}

/** Where to log in, and come back here. */
export function loginPath(): string {
  const here = encodeURIComponent(location.pathname + location.search);
  return (language === "en" ? "/en/login" : "/login") + `?next=${here}`;
}
