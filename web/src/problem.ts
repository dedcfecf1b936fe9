// What went wrong, as the API tells it (RFC 9457).
import { language } from "./text";

interface ProblemDocument { type?: string; title?: string; title_da?: string; [more: string]: unknown }

/** In the language of the page. */
export class Problem extends Error {
  constructor(readonly status: number, readonly code: string, sentence: string, readonly document: ProblemDocument = {}) { super(sentence); }
}

export async function problem(answer: Response): Promise<Problem> {
  const document = (await answer.json().catch(() => ({}))) as ProblemDocument;
  const sentence = language === "da" ? document.title_da : document.title;
  return new Problem(answer.status, (document.type ?? "").replace("urn:fvm:problem:", ""), sentence ?? String(answer.status), document);
}
