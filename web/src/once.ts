// What is meant once is done once: each intended change has a key (Idempotency-Key, src/api/repeats.hpp) that stays the same when it is sent again,
// whether by us after the line broke or by somebody who clicks again because nothing happened.
import { Problem } from "./problem";

// What is asked for -> its key, until there is an answer; for a minute, for then it may be meant anew.
const unanswered = new Map<string, { key: string; since: number }>();
const meant_once_ms = 60_000;
const pauses_ms = [1000, 3000];                // before it is sent again when the line broke
const under_way_ms = 2000, under_way_max = 30; // while the first one is still at work

/** Random, 128 bits; crypto.randomUUID would ask for a secure context. */
const freshKey = () => [...crypto.getRandomValues(new Uint8Array(16))].map((each) => each.toString(16).padStart(2, "0")).join("");
const after = (ms: number) => new Promise((done) => { setTimeout(done, ms); });
const isUnderWay = (error: unknown) => error instanceof Problem && error.code === "api.repeat_under_way";
// fetch() throws the first when no answer came; the others are a front's, which does not know what we did.
const isBroken = (error: unknown) => error instanceof TypeError || isOfAFront(error as Partial<Problem>);
const isOfAFront = ({ code, status }: Partial<Problem>) => code === "" && (status ?? 0) >= 500;

/** `ask` with the key of `intent`, until it is answered or the line is broken for good. An answer ends the intent, also one that refuses. */
export async function once<T>(intent: string, ask: (key: string) => Promise<T>, pauses: number[] = pauses_ms, waits_ms = under_way_ms): Promise<T> {
  const before = unanswered.get(intent);
  const key = before && Date.now() - before.since < meant_once_ms ? before.key : freshKey();
  unanswered.set(intent, { key, since: Date.now() });
  let broken = 0, waited = 0;
  for (;;) {
    try {
      const answer = await ask(key);
      if (unanswered.get(intent)?.key === key) unanswered.delete(intent);
      return answer;
    } catch (error) {
      const again = isBroken(error) ? pauses[broken++] : isUnderWay(error) && waited++ < under_way_max ? waits_ms : undefined;
      if (again === undefined) {
        if (!isBroken(error) && !isUnderWay(error)) unanswered.delete(intent);
        throw error;
      }
      await after(again);
    }
  }
}
