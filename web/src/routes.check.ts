// Never run: what of routes.ts must compile and what must not. `@ts-expect-error` fails the build where the line beneath it compiles.
import { get, send, upload } from "./api";
import type { CaseView, OperationsView } from "./shapes";

export async function routesAreHeld(number: string, step: "take" | "refuse", file: File) {
  const operations: OperationsView = await get("/api/v1/operations");
  const about: CaseView = await get(`/api/v1/applications/${number}`);
  await send("POST", `/api/v1/deliveries/${number}/${step}`, "", { reason: about.title });
  await send("POST", `/api/v1/applications/${number}/steps/comment`, "");
  // @ts-expect-error no such route
  await get("/api/v1/operation");
  // @ts-expect-error not by this method
  await send("DELETE", "/api/v1/operations", "");
  // @ts-expect-error a segment too many
  await get(`/api/v1/breaches/${number}/more`);
  // @ts-expect-error a body that lacks the reason
  await send("POST", `/api/v1/accounts/${number}/close`, "", {});
  // @ts-expect-error no body at all
  await send("POST", `/api/v1/accounts/${number}/close`, "");
  // @ts-expect-error a route that takes none
  await send("DELETE", `/api/me/sessions/${number}`, "", { reason: "x" });
  // @ts-expect-error another answer
  const wrong: CaseView = await get("/api/v1/status");
  // @ts-expect-error not to be uploaded to
  await upload("/api/v1/order", "", file);
  return [operations, wrong];
}
