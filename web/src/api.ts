// What the portal's API answers.
import { once } from "./once";
import { problem } from "./problem";
import type { Answer, Known, Sent } from "./routes";
import { language } from "./text";

export { Problem } from "./problem";
export type { Me, ProgramStatus, RegisterFreshness, Session, Status, Way } from "./shapes";

interface Asked { method?: string; accept?: string; csrf?: string; body?: string | Blob; type?: string; tag?: string }

// Answers that hold a secret or a file are kept by nobody, so they cannot be asked for again (may_repeat, src/api/link_routes.cpp).
const kept = (path: string) => path.startsWith("/api/v1/") && !/^\/api\/v1\/links\/|\/(code|desktop)(\?|$)/.test(path);

/** Every request of the pages; throws the problem that the answer tells. What changes something is done once, however often it has to be sent. */
function ask(path: string, asked: Asked = {}): Promise<Response> {
  const { method = "GET", body } = asked;
  const changes = (method === "POST" || method === "PUT") && kept(path) && !(body instanceof Blob);
  return changes ? once(`${method} ${path}\n${body ?? ""}`, (key) => fetched(path, asked, key)) : fetched(path, asked);
}

/** A status of 503 with a document tells of programs, not of a problem. */
async function fetched(path: string, { method = "GET", accept = "application/json", csrf, body, type, tag }: Asked, key?: string): Promise<Response> {
  const headers: Record<string, string> = { Accept: accept };
  if (csrf !== undefined) headers["Fvm-Csrf"] = csrf;
  if (type !== undefined) headers["Content-Type"] = type;
  if (tag !== undefined) headers["If-Match"] = tag;
  if (key !== undefined) headers["Idempotency-Key"] = key;
  const answer = await fetch(path, { method, headers, body });
  const isStatus = answer.status === 503 && answer.headers.get("Content-Type")?.startsWith("application/json");
  if (!answer.ok && !isStatus) throw await problem(answer);
  return answer;
}

/** Of another program's API than the portal's, whose routes shapes.ts does not know. */
export async function getOther<T>(path: string): Promise<T> {
  return (await (await ask(path)).json()) as T;
}

export const get = <const P extends string>(path: P & Known<"GET", P>): Promise<Answer<"GET", P>> => getOther(path);

/** A request that changes something; `csrf` comes from the API and says that our page asks. */
export async function send<M extends "POST" | "DELETE", const P extends string>(method: M, path: P & Known<M, P>, csrf: string, ...[body]: Sent<M, P>): Promise<Answer<M, P>> {
  const json = body === undefined ? {} : { body: JSON.stringify(body), type: "application/json" };
  return (await (await ask(path, { method, csrf, ...json })).json()) as Answer<M, P>;
}

/** A file that is fetched by an act of its own. */
export async function sendForBytes<const P extends string>(path: P & Known<"POST", P>, csrf: string, ...[body]: Sent<"POST", P>): Promise<ArrayBuffer> {
  return (await ask(path, { method: "POST", accept: "*/*", csrf, body: JSON.stringify(body), type: "application/json" })).arrayBuffer();
}

/** A file as it is. */
export async function upload<const P extends string>(path: P & Known<"POST", P>, csrf: string, file: File): Promise<Answer<"POST", P>> {
  return (await (await ask(path, { method: "POST", csrf, body: file, type: file.type || "application/octet-stream" })).json()) as Answer<"POST", P>;
}

/** A text as it stands, and the tag that says which one it is. */
export async function getText<const P extends string>(path: P & Known<"GET", P>): Promise<{ body: string; tag: string }> {
  const answer = await ask(path, { accept: "*/*" });
  return { body: await answer.text(), tag: answer.headers.get("ETag") ?? "" };
}

/** Sends an application's text; with a tag where the text with that tag stands, and 412 when another one does. */
export async function sendText<M extends "POST" | "PUT", const P extends string>(method: M, path: P & Known<M, P>, csrf: string, body: string, tag?: string): Promise<{ answer: Answer<M, P>; tag: string }> {
  const answer = await ask(path, { method, csrf, body, type: "application/toml", tag });
  return { answer: (await answer.json()) as Answer<M, P>, tag: answer.headers.get("ETag") ?? "" };
}

/** This page with its place in it, to come back to. */
export const here = () => encodeURIComponent(location.pathname + location.search + location.hash);

/** Where to log in, and come back here; a page of the login itself is nothing to come back to. */
export function loginPath(): string {
  const login = language === "en" ? "/en/login" : "/login";
  return location.pathname.startsWith(`${login}/`) ? login : `${login}?next=${here()}`;
}
