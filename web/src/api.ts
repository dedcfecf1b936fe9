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

interface Asked { method?: string; accept?: string; csrf?: string; body?: string | Blob; type?: string; tag?: string }

/** Every request of the pages; throws the problem that the answer tells. A status of 503 with a document tells of programs, not of a problem. */
async function ask(path: string, { method = "GET", accept = "application/json", csrf, body, type, tag }: Asked = {}): Promise<Response> {
  const headers: Record<string, string> = { Accept: accept };
  if (csrf !== undefined) headers["Fvm-Csrf"] = csrf;
  if (type !== undefined) headers["Content-Type"] = type;
  if (tag !== undefined) headers["If-Match"] = tag;
  const answer = await fetch(path, { method, headers, body });
  const isStatus = answer.status === 503 && answer.headers.get("Content-Type")?.startsWith("application/json");
  if (!answer.ok && !isStatus) throw await problem(answer);
  return answer;
}

export async function get<T>(path: string): Promise<T> {
  return (await (await ask(path)).json()) as T;
}

/** A request that changes something; `csrf` comes from the API and says that our page asks. */
export async function send<T>(method: "POST" | "DELETE", path: string, csrf: string, body?: unknown): Promise<T> {
  const json = body === undefined ? {} : { body: JSON.stringify(body), type: "application/json" };
  return (await (await ask(path, { method, csrf, ...json })).json()) as T;
}

/** A file that is fetched by an act of its own. */
export async function sendForBytes(path: string, csrf: string, body: unknown): Promise<ArrayBuffer> {
  return (await ask(path, { method: "POST", accept: "*/*", csrf, body: JSON.stringify(body), type: "application/json" })).arrayBuffer();
}

/** A file as it is. */
export async function upload<T>(path: string, csrf: string, file: File): Promise<T> {
  return (await (await ask(path, { method: "POST", csrf, body: file, type: file.type || "application/octet-stream" })).json()) as T;
}

/** A text as it stands, and the tag that says which one it is. */
export async function getText(path: string): Promise<{ body: string; tag: string }> {
  const answer = await ask(path, { accept: "*/*" });
  return { body: await answer.text(), tag: answer.headers.get("ETag") ?? "" };
}

/** Sends an application's text; with a tag where the text with that tag stands, and 412 when another one does. */
export async function sendText<T>(method: "POST" | "PUT", path: string, csrf: string, body: string, tag?: string): Promise<{ answer: T; tag: string }> {
  const answer = await ask(path, { method, csrf, body, type: "application/toml", tag });
  return { answer: (await answer.json()) as T, tag: answer.headers.get("ETag") ?? "" };
}

/** This page with its place in it, to come back to. */
export const here = () => encodeURIComponent(location.pathname + location.search + location.hash);

/** Where to log in, and come back here; a page of the login itself is nothing to come back to. */
export function loginPath(): string {
  const login = language === "en" ? "/en/login" : "/login";
  return location.pathname.startsWith(`${login}/`) ? login : `${login}?next=${here()}`;
}
